"""Uploads under unlucky circumstances: whole and right in the end, or gone without a trace."""

import base64
import hashlib
import http.client
import itertools
import os
import threading
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import pytest
from authors import make_mod, make_pack, release
from lamps import NUMBERS, blobs, data_url, deliver, eventually, noise, stored, unfinished, upload_json, versions
from running import Server
from wire import BOUNDARY, Upload, form, refused

MIB = 1 << 20


# The same bytes


@pytest.fixture
def crowded(bare):
    """A server on which one user may send all that these tests send."""
    bare.environment["KLEISTER_UPLOAD_PER_USER"] = "20"
    make_mod(bare.start().become_admin(), "Lamps")
    return bare


def test_the_same_bytes_sent_twenty_times_at_once_are_one_blob(crowded):
    """Twenty versions, each whole, and one file on the disk."""
    data = noise(300_000)
    together = threading.Barrier(20)

    def send(number):
        together.wait()
        return crowded.upload("lamps", f"1.{number}", data)

    with ThreadPoolExecutor(20) as clients:
        answers = list(clients.map(send, range(20)))
    assert [answer.status for answer in answers] == [200] * 20
    assert sorted(versions(crowded)) == sorted(f"1.{number}" for number in range(20))
    assert [blob.name for blob in blobs(crowded)] == [hashlib.sha256(data).hexdigest()]
    assert unfinished(crowded) == []
    for answer in answers:
        assert crowded.get(answer.json()["file"]["url"]).body == data


def test_the_same_name_sent_twenty_times_at_once_is_one_version(crowded):
    """One of them wins, and what it sent is what there is."""
    with ThreadPoolExecutor(20) as clients:
        answers = list(clients.map(lambda number: crowded.upload("lamps", "1.0", noise(1000, number)), range(20)))
    assert sorted(answer.status for answer in answers) == [200] + [422] * 19
    winner = [answer.status for answer in answers].index(200)
    assert versions(crowded) == ["1.0"]
    assert crowded.get(answers[winner].json()["file"]["url"]).body == noise(1000, winner)
    assert unfinished(crowded) == []


# Too large

LIMIT, JSON_LIMIT = 100_000, 10_000


@pytest.fixture(scope="module", params=["file", "environment"])
def limited(request, tmp_path_factory):
    """A server with small limits, set by its configuration file or by the environment."""
    server = Server(tmp_path_factory.mktemp("limited") / "server")
    if request.param == "file":
        server.folder.mkdir()
        text = f"[upload]\nlimit = {LIMIT}\njson_limit = {JSON_LIMIT}\n"
        (server.folder / "kleister.toml").write_text(text)
    else:
        server.environment = {"KLEISTER_UPLOAD_LIMIT": str(LIMIT), "KLEISTER_UPLOAD_JSON_LIMIT": str(JSON_LIMIT)}
    make_mod(server.start().become_admin(), "Lamps")
    yield server
    assert server.stop() == 0


def test_a_file_of_just_the_limit_passes_and_one_byte_more_does_not(limited):
    assert limited.upload("lamps", str(next(NUMBERS)), noise(LIMIT)).status == 200
    before = stored(limited)
    assert str(LIMIT) in refused(limited.upload("lamps", "over", noise(LIMIT + 1)), 413)["message"]
    assert stored(limited) == before


@pytest.mark.parametrize("size", [200_000, 900_000])
@pytest.mark.parametrize("declared", [True, False])
def test_an_ordinary_client_reads_that_its_file_is_too_large(limited, declared, size):
    """One that sends all of its body before it reads: the server listens on until the answer can arrive."""
    before = stored(limited)
    for _ in range(5):
        upload = Upload(limited, "lamps", "large", size if declared else None)
        upload.send(noise(size))
        refused(upload.finish(), 413)
    assert stored(limited) == before


@pytest.mark.parametrize("declared", [True, False])
def test_an_endless_body_is_cut_off_after_the_answer(limited, declared):
    """Nobody has to send, or receive, gigabytes to learn that they are too many."""
    before = stored(limited)
    upload = Upload(limited, "lamps", "endless", 1 << 40 if declared else None)
    assert upload.pour(itertools.repeat(noise(MIB // 16), 4096)) < 64 * MIB
    refused(upload.answer(), 413)
    assert stored(limited) == before


def test_a_data_url_has_a_limit_of_its_own(limited):
    """It lies in memory, so it is smaller; the answer names the way without that limit."""
    assert upload_json(limited, str(next(NUMBERS)), data_url(noise(JSON_LIMIT))).status == 200
    before = stored(limited)
    assert str(JSON_LIMIT) in refused(upload_json(limited, "over", data_url(noise(JSON_LIMIT + 1))), 413)["message"]
    message = refused(upload_json(limited, "far over", data_url(noise(2 * MIB))), 413)["message"]
    assert "multipart/form-data" in message
    assert stored(limited) == before


# Broken off


@pytest.mark.parametrize("declared", [True, False])
def test_a_client_that_vanishes_leaves_nothing(lamps, declared):
    """Neither a version nor a blob, and soon no unfinished file either."""
    upload = Upload(lamps, "lamps", "1.0", 8 * MIB if declared else None)
    for part in range(3):
        upload.send(noise(MIB, part))
    assert eventually(lambda: unfinished(lamps)), "the upload never reached the disk"
    upload.vanish()
    assert eventually(lambda: not unfinished(lamps))
    assert (versions(lamps), blobs(lamps)) == ([], [])
    assert lamps.upload("lamps", "1.0", noise(1000)).status == 200


def test_a_form_without_its_end_leaves_nothing(lamps):
    """All bytes came, but not the boundary behind them: perhaps there was more."""
    before, _ = form("1.0", "lamps.jar")
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    refused(lamps.post("/api/v1/mods/lamps/versions", before + noise(100_000), headers=headers), 400)
    assert stored(lamps) == ([], [], [])


def test_an_upload_that_ended_with_the_server_is_swept_at_the_next_start(lamps):
    upload = Upload(lamps, "lamps", "1.0", 8 * MIB)
    upload.send(noise(3 * MIB))
    assert eventually(lambda: unfinished(lamps)), "the upload never reached the disk"
    lamps.kill()
    assert unfinished(lamps)
    lamps.start()
    assert stored(lamps) == ([], [], [])
    upload.vanish()


# What is in a file

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=")
ZIP = b"PK\x05\x06" + bytes(18)
HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.mark.parametrize(
    ("data", "media_type"), [(PNG, "image/png"), (ZIP, "application/zip"), (b"\x1f\x8b\x08 gzip", "application/gzip")]
)
def test_the_type_is_told_from_the_content(shared, data, media_type):
    """Whatever the client calls it, and whatever the name says."""
    for declared in ("text/html", "image/svg+xml", "application/java-archive", media_type):
        before, after = form(str(next(NUMBERS)), "page.html", declared)
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        answer = shared.post("/api/v1/mods/lamps/versions", before + data + after, headers=headers)
        assert answer.status == 200 and answer.json()["file"]["content_type"] == media_type
        upload = f"data:{declared};base64,{base64.b64encode(data).decode()}"
        answer = upload_json(shared, str(next(NUMBERS)), upload)
        assert answer.status == 200 and answer.json()["file"]["content_type"] == media_type


@pytest.mark.parametrize("data", [HTML, SVG], ids=["HTML", "SVG"])
@pytest.mark.parametrize("name", ["page.html", "picture.svg", "lamps.jar", "lamps"])
def test_a_page_that_was_uploaded_is_never_shown(shared, name, data):
    """It is saved, not opened: its scripts would run as this server's own."""
    file = shared.upload("lamps", str(next(NUMBERS)), data, file_name=name).json()["file"]
    for url in (file["url"], deliver(shared)["url"]):
        for headers in ({}, {"Range": "bytes=0-9"}):
            answer = shared.get(url, headers={"Accept": "text/html", **headers})
            assert answer.status in (200, 206)
            assert answer.headers["Content-Type"] in ("application/octet-stream", "application/java-archive")
            assert answer.headers["Content-Disposition"].startswith("attachment;")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


# On the way out


def test_whoever_downloads_a_deleted_version_gets_all_of_it(lamps):
    """The stream goes on to its end with the right bytes; whoever comes later finds nothing."""
    data = noise(32 * MIB)
    url = lamps.upload("lamps", "1.0", data).json()["file"]["url"]
    connection = http.client.HTTPConnection("127.0.0.1", lamps.port, timeout=60)
    connection.request("GET", urllib.parse.urlsplit(url).path, headers={"Authorization": f"Bearer {lamps.token}"})
    response = connection.getresponse()
    begun = response.read(100_000)
    assert lamps.delete("/api/v1/mods/lamps/versions/1.0").status == 200
    refused(lamps.get(url), 404)
    assert begun + response.read() == data
    connection.close()


@pytest.mark.parametrize("damage", ["cut short", "gone"])
def test_a_damaged_blob_is_told_before_the_first_byte(lamps, damage):
    """Never a whole answer with half a file: 503, so that the launcher tries again instead of installing it."""
    data = noise(MIB)
    url = lamps.upload("lamps", "1.0", data, file_name="lamps-1.0.jar").json()["file"]["url"]
    make_pack(lamps, "Sky")
    release(lamps, "sky", "1.0", [("lamps", "1.0")])
    (blob,) = blobs(lamps)
    os.truncate(blob, MIB // 2) if damage == "cut short" else blob.unlink()
    for headers in ({}, {"Range": "bytes=900000-"}):
        refused(lamps.get(url, headers=headers), 503)
        answer = lamps.get("/packs/sky/1.0/files/mods/lamps-1.0.jar", token=None, headers=headers)
        assert answer.status == 503 and answer.headers["Content-Type"].startswith("text/plain")
    assert lamps.upload("lamps", "2.0", data).status == 200, "an upload of the same bytes mends it"
    assert lamps.get(url).body == data


# Memory


def peak(server):
    """The most memory that the process ever had, in MiB."""
    with open(f"/proc/{server.process.pid}/status") as status:
        (line,) = (line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def test_an_upload_of_300_mebibytes_takes_less_than_32_of_memory(lamps):
    """What is streamed in is streamed on to the disk."""
    lamps.upload("lamps", "warm", noise(MIB))
    # Forgets the peak of hashing passwords, which could hide what the upload takes.
    with open(f"/proc/{lamps.process.pid}/clear_refs", "w") as peaks:
        peaks.write("5")
    before = peak(lamps)
    part = noise(MIB)
    begin, end = form("1.0", "lamps.jar")

    def body():
        yield begin
        for _ in range(300):
            yield part
        yield end

    connection = http.client.HTTPConnection("127.0.0.1", lamps.port, timeout=120)
    headers = {"Authorization": f"Bearer {lamps.token}", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    connection.request("POST", "/api/v1/mods/lamps/versions", body(), headers, encode_chunked=True)
    response = connection.getresponse()
    assert response.status == 200, response.read()
    response.read()
    connection.close()
    assert versions(lamps) == ["warm", "1.0"]
    assert max(blob.stat().st_size for blob in blobs(lamps)) == 300 * MIB
    assert peak(lamps) - before < 32, f"the server grew from {before:.0f} to {peak(lamps):.0f} MiB"
