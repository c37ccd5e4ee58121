"""The mod Lamps, on which the tests of uploads try everything, and what an upload leaves behind."""

import base64
import itertools
import random
import time

from authors import release

NUMBERS = itertools.count(1)


def files_below(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def blobs(server):
    return files_below(server.folder / "storage" / "files" / "blobs")


def unfinished(server):
    return files_below(server.folder / "storage" / "files" / "uploads")


def versions(server):
    """The names of the mod's versions in the order in which they were made."""
    page = server.get("/api/v1/mods/lamps/versions?sort=created").json()
    assert page["total"] == len(page["versions"])
    return [version["name"] for version in page["versions"]]


def stored(server):
    """Everything that an upload can leave behind."""
    return versions(server), blobs(server), unfinished(server)


def deliver(server):
    """Publishes the newest version of the mod and gives what the release says of its file."""
    number = str(next(NUMBERS))
    release(server, "sky", number, [("lamps", versions(server)[-1])])
    (file,) = server.get(f"/packs/sky/{number}/index.json", token=None).json()["files"]
    return file


def eventually(true, seconds=10):
    """Waits for what happens on the server a moment later."""
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    return true()


def data_url(data, parameters=""):
    return f"data:application/java-archive{parameters};base64,{base64.b64encode(data).decode()}"


def upload_json(server, name, upload):
    return server.post("/api/v1/mods/lamps/versions", {"name": name, "upload": upload})


def noise(size, seed=1):
    return random.Random(seed).randbytes(size)
