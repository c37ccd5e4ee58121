"""Packs of other tools, as they are made and sent to be imported."""

import hashlib
import io
import json
import time
import zipfile


def zipped(entries):
    """A zip of paths with their bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for path, data in entries.items():
            written.writestr(path, data)
    return archive.getvalue()


def mrpack(files, overrides, **dependencies):
    """A pack of files that lie elsewhere (path to bytes and address), and of those that it brings."""
    listed = [
        {
            "path": path, "downloads": [address], "fileSize": len(data),
            "hashes": {"sha1": hashlib.sha1(data).hexdigest(), "sha512": hashlib.sha512(data).hexdigest()},
        }
        for path, (data, address) in files.items()
    ]
    index = {
        "formatVersion": 1, "game": "minecraft", "versionId": "1.0", "name": "Sky Islands", "files": listed,
        "dependencies": {"minecraft": "1.21.1"} | dependencies,
    }
    return zipped({"modrinth.index.json": json.dumps(index)} | {f"overrides/{path}": data for path, data in overrides.items()})


def send(server, archive, **texts):
    """Begins an import, with what else is said of it; gives its identifier."""
    parts = b"".join(
        f'--XX\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode() for name, text in texts.items()
    )
    head = b'--XX\r\nContent-Disposition: form-data; name="file"; filename="pack.mrpack"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=XX"}
    answer = server.post("/api/v1/imports", parts + head + archive + b"\r\n--XX--\r\n", headers=headers)
    assert answer.status == 200, answer
    return answer.json()["id"]


def ended(server, identifier):
    """What is told of an import once it has ended."""
    for _ in range(600):
        shown = server.get(f"/api/v1/imports/{identifier}").json()
        if shown["state"] not in ("waiting", "running"):
            return shown
        time.sleep(0.05)
    raise AssertionError(shown)
