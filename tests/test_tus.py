"""Files in pieces: a published client of the tus protocol, and curl, go on where the line, or the server, broke."""

import base64
import hashlib
import random
import shutil
import subprocess
import time
import zipfile

import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError
from wire import connect

MIB = 1 << 20
PIECE = "application/offset+octet-stream"


def make_jar(path, size):
    """A Fabric mod of about this size, most of which no one can compress."""
    noise = random.Random(size).randbytes(MIB)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as jar:
        jar.writestr("fabric.mod.json", '{"schemaVersion": 1, "id": "vast", "version": "1.0", "name": "Vast"}')
        for part in range(4):
            with jar.open(zipfile.ZipInfo(f"assets/{part}.bin"), "w", force_zip64=False) as entry:
                for _ in range(size // MIB // 4):
                    entry.write(noise)
    return path


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def client(server):
    return TusClient(f"{server.api}/uploads", headers={"Authorization": f"Bearer {server.token}"})


def offset(server, url):
    """How far an upload is, once it stands still."""
    before, shown = None, -1
    while shown != before:
        before = shown
        time.sleep(0.2)
        answer = server.request("HEAD", url, headers={"Tus-Resumable": "1.0.0"})
        shown = int(answer.headers["Upload-Offset"])
    return shown


def intake(server, url):
    """What the upload at this address became."""
    identifier = server.get(url).json()["intake"]
    return server.get(f"/api/v1/intake/{identifier}").json()


def send_half(server, url, path, half):
    """Sends a file as one piece, and hangs up in its middle."""
    size = path.stat().st_size
    head = [
        f"PATCH {url.removeprefix(server.url)} HTTP/1.1", f"Host: 127.0.0.1:{server.port}",
        f"Authorization: Bearer {server.token}", "Tus-Resumable: 1.0.0", f"Content-Type: {PIECE}",
        "Upload-Offset: 0", f"Content-Length: {size}",
    ]
    with connect(server) as connection, open(path, "rb") as file:
        connection.sendall("\r\n".join([*head, "", ""]).encode())
        while half > 0:
            part = file.read(min(half, MIB))
            connection.sendall(part)
            half -= len(part)


def test_a_gigabyte_that_was_cut_at_half_goes_on_after_a_crash(server, tmp_path):
    """The first half counts though its request never ended; a client that asks gets on from there."""
    path = make_jar(tmp_path / "vast.jar", 1024 * MIB)
    size = path.stat().st_size
    uploader = client(server).uploader(str(path), chunk_size=64 * MIB, metadata={"filename": path.name})
    url = uploader.create_url()
    send_half(server, url, path, size // 2)
    assert offset(server, url) == size // 2
    server.kill()
    server.start()
    assert server.get(url).json()["received"] == size // 2
    resumed = client(server).uploader(str(path), url=url, chunk_size=64 * MIB)
    assert resumed.get_offset() == size // 2
    resumed.upload()
    shown = intake(server, url)
    assert (shown["size"], shown["sha256"]) == (size, digest(path))
    assert shown["read"]["ids"] == ["fabric:vast"]
    partials = server.folder / "storage" / "files" / "partials"
    assert list(partials.iterdir()) == []


def test_client_sends_checksums_and_ends_what_it_began(server, tmp_path):
    path = make_jar(tmp_path / "small.jar", 4 * MIB)
    uploader = client(server).uploader(
        str(path), chunk_size=MIB, metadata={"filename": path.name}, upload_checksum=True
    )
    uploader.upload(stop_at=2 * MIB)
    assert offset(server, uploader.url) == 2 * MIB
    uploader.upload()
    assert intake(server, uploader.url)["sha256"] == digest(path)
    begun = client(server).uploader(str(path), chunk_size=MIB, metadata={"filename": path.name})
    begun.upload(stop_at=MIB)
    ended = server.delete(begun.url, headers={"Tus-Resumable": "1.0.0"})
    assert ended.status == 204
    with pytest.raises(TusCommunicationError):
        begun.get_offset()


def test_curl_goes_on_where_it_was(server, tmp_path):
    """As the handbook tells it, with nothing but curl."""
    path = make_jar(tmp_path / "small.jar", 4 * MIB)
    size = path.stat().st_size
    name = base64.b64encode(b"small.jar").decode()

    def curl(*arguments):
        headers = ("-H", f"Authorization: Bearer {server.token}", "-H", "Tus-Resumable: 1.0.0")
        done = subprocess.run([shutil.which("curl"), "-sS", "-i", *headers, *arguments], capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        head, _, body = done.stdout.decode().replace("\r\n", "\n").partition("\n\n")
        while head.startswith("HTTP/1.1 100"):
            head, _, body = body.partition("\n\n")
        return {line.split(": ")[0].lower(): line.split(": ", 1)[-1] for line in head.splitlines()[1:]}

    begun = curl("-X", "POST", f"{server.api}/uploads", "-H", f"Upload-Length: {size}", "-H", f"Upload-Metadata: filename {name}")
    url = server.url + begun["location"]
    (tmp_path / "first").write_bytes(path.read_bytes()[: size // 2])
    piece = ("-X", "PATCH", url, "-H", f"Content-Type: {PIECE}")
    curl(*piece, "-H", "Upload-Offset: 0", "--data-binary", f"@{tmp_path / 'first'}")
    reached = curl("-I", url)["upload-offset"]
    assert int(reached) == size // 2
    (tmp_path / "rest").write_bytes(path.read_bytes()[int(reached) :])
    answer = curl(*piece, "-H", f"Upload-Offset: {reached}", "--data-binary", f"@{tmp_path / 'rest'}")
    shown = server.get(f"/api/v1/intake/{answer['kleister-intake']}").json()
    assert shown["sha256"] == digest(path)
