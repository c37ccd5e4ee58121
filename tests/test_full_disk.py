"""A full disk: refused with 507, nothing half left, and work goes on once there is room."""

import itertools
import shutil
import subprocess

import pytest
from authors import make_mod, make_pack, release
from lamps import data_url, eventually, noise, stored, unfinished, upload_json, versions
from running import Server
from wire import Upload, refused

MIB = 1 << 20


# A full disk


@pytest.fixture
def small_disk(tmp_path):
    """A server, not yet started, whose storage folder is a disk of 64 MiB."""
    server = Server(tmp_path / "server")
    storage = server.folder / "storage"
    storage.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(storage)]
    mounted = subprocess.run(mount, capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.fail(f"this test needs a small disk; run it where tmpfs can be mounted, as root: {mounted.stderr.strip()}")
    yield server
    server.stop()
    subprocess.run(["umount", str(storage)], check=True)


def free(server):
    """The free bytes of the disk."""
    return shutil.disk_usage(server.folder / "storage").free


def fill(server):
    """Leaves not a byte of the disk."""
    filler = server.folder / "storage" / "filler"
    with open(filler, "wb", buffering=0) as file:
        for size in (MIB, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass
    return filler


def test_a_full_disk_refuses_uploads_and_nothing_else(small_disk):
    """507 with the reason, no leftovers, reads as ever, and all is well once there is space."""
    server = small_disk
    server.flags = ["--upload-reserve", "0"]
    make_mod(server.start().become_admin(), "Lamps", {"1.0": noise(2 * MIB)})
    make_pack(server, "Sky")
    release(server, "sky", "1.0", [("lamps", "1.0")])
    kept = server.get("/api/v1/mods/lamps/versions/1.0").json()["file"]["url"]

    too_large = Upload(server, "lamps", "declared", 70 * MIB)
    assert "disk" in refused(too_large.answer(), 507)["message"]

    growing = Upload(server, "lamps", "growing")
    growing.pour(itertools.repeat(noise(MIB), 80))
    refused(growing.answer(), 507)
    assert eventually(lambda: not unfinished(server) and free(server) > 48 * MIB)

    caught = Upload(server, "lamps", "caught", 8 * MIB)
    caught.send(noise(3 * MIB))
    assert eventually(lambda: unfinished(server)), "the upload never reached the disk"
    filler = fill(server)
    caught.pour([noise(5 * MIB)])
    refused(caught.answer(), 507)
    assert eventually(lambda: not unfinished(server))

    filler.unlink()
    filler = fill(server)
    refused(server.upload("lamps", "small", b"tiny"), 507)
    assert versions(server) == ["1.0"] and unfinished(server) == []
    assert server.get(kept).body == noise(2 * MIB)
    assert server.get("/packs/sky/1.0/files/mods/lamps-1.0.jar", token=None).body == noise(2 * MIB)
    assert server.get("/packs/sky/latest/index.json", token=None).status == 200
    assert server.get("/api/v1/packs").json()["total"] == 1

    filler.unlink()
    answer = server.upload("lamps", "2.0", noise(5 * MIB, 2))
    assert answer.status == 200 and server.get(answer.json()["file"]["url"]).body == noise(5 * MIB, 2)
    assert versions(server) == ["1.0", "2.0"]


def test_rows_that_do_not_fit_on_the_disk_are_507(small_disk):
    """Writing goes on until the database has no room, then says so, and goes on again once there is some."""
    server = small_disk
    server.flags = ["--upload-reserve", "0"]
    server.start().become_admin()
    filler = fill(server)
    names = [f"Pack {number}" for number in range(2000)]
    answers = {}
    for name in names:
        answers[name] = server.post("/api/v1/packs", {"name": name, "summary": "x" * 2000})
        if answers[name].status != 200:
            break
    assert "disk" in refused(answers[name], 507)["message"]
    filler.unlink()
    made = [name for name, answer in answers.items() if answer.status == 200]
    assert server.get("/api/v1/packs").json()["total"] == len(made)
    assert server.post("/api/v1/packs", {"name": name}).status == 200


def test_the_reserve_of_a_disk_is_kept_before_a_byte_is_sent(small_disk):
    """By default a gigabyte stays free: less than that is on this disk, so the answer comes at once."""
    make_mod(small_disk.start().become_admin(), "Lamps")
    for size in (1000, 8 * MIB, None):
        refused(Upload(small_disk, "lamps", "waiting", size).answer(), 507)
    refused(upload_json(small_disk, "data", data_url(b"tiny")), 507)
    assert stored(small_disk) == ([], [], [])


def test_an_ordinary_client_reads_that_the_disk_is_full(small_disk):
    """Also one that sends all of its body before it reads."""
    make_mod(small_disk.start().become_admin(), "Lamps")
    for number in range(10):
        refused(small_disk.upload("lamps", f"whole-{number}", noise(900_000)), 507)
