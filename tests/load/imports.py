#!/usr/bin/env python3
"""Measures the import of packs against what fetching their files costs at the least.

    python3 tests/load/imports.py [mirror] [unpack]

Without a word, both. Needs nginx (Debian: `apt-get install nginx-light`); builds what it runs in release mode. Figures are
medians of several rounds, in which ours and the yardstick take turns, each with files that are new to it.
"""

import hashlib
import io
import json
import os
import random
import re
import statistics
import subprocess
import time
import zipfile

from first_light import Nginx
from loading import ROUNDS, TARGET, Server, measure, memory

MODS = 300
AT_ONCE = 4


def jar(name, size):
    """A mod for Fabric, filled up with noise."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        described = {"schemaVersion": 1, "id": name, "version": "1.0", "name": name.title(), "depends": {"minecraft": "*"}}
        written.writestr("fabric.mod.json", json.dumps(described))
        written.writestr("noise.bin", os.urandom(size))
    return archive.getvalue()


def mods(seed):
    """Mods from 50 KB to 2 MB; the same sizes in every round, but never the same bytes."""
    sizes = random.Random(7)
    for number in range(MODS):
        yield f"mod-{number}-{seed}.jar", jar(f"mod{number}r{seed}", sizes.randrange(50_000, 2_000_000))


def mrpack(files):
    """A pack of files that lie elsewhere: (name, bytes, address)."""
    index = {
        "formatVersion": 1, "game": "minecraft", "versionId": "1.0", "name": "Measured", "files": [
            {
                "path": f"mods/{name}", "downloads": [address], "fileSize": len(data),
                "hashes": {"sha1": hashlib.sha1(data).hexdigest(), "sha512": hashlib.sha512(data).hexdigest()},
            }
            for name, data, address in files
        ], "dependencies": {"minecraft": "1.21.1"},
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("modrinth.index.json", json.dumps(index))
    return archive.getvalue()


def seconds_of_import(server, archive, **texts):
    """Imports an archive and gives the seconds until the draft is there."""
    parts = b"".join(
        f'--XX\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode() for name, text in texts.items()
    )
    head = b'--XX\r\nContent-Disposition: form-data; name="file"; filename="pack.zip"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=XX"}
    began = time.monotonic()
    answer = server.post("/api/v1/imports", parts + head + archive + b"\r\n--XX--\r\n", headers=headers)
    assert answer.status == 200, answer
    begun = answer.json()
    while True:
        shown = server.get(f"/api/v1/imports/{begun['id']}").json()
        if shown["state"] not in ("waiting", "running"):
            break
        time.sleep(0.02)
    assert shown["state"] == "done", shown
    assert shown["report"]["created"] == MODS, shown["report"]["notes"][:3]
    return time.monotonic() - began


def measure_mirror(folder):
    served = folder / "served"
    served.mkdir()
    nginx = Nginx(folder, served)
    server = Server(folder / "mirror")
    server.environment |= {
        "KLEISTER_UPSTREAM_HOSTS": f"127.0.0.1:{nginx.port}",
        "KLEISTER_UPSTREAM_NETWORKS": "127.0.0.0/8",
        "KLEISTER_UPSTREAM_PLAIN_HTTP": "true",
    }
    server.start().become_admin()
    before, ours, ratios, megabytes = memory(server.process, "VmRSS"), [], [], 0
    for seed in range(ROUNDS):
        files = [(name, data, f"{nginx.url}/{name}") for name, data in mods(seed)]
        for name, data, _ in files:
            (served / name).write_bytes(data)
        megabytes = sum(len(data) for _, data, _ in files) / (1 << 20)
        target = folder / f"fetched-{seed}"
        target.mkdir()
        command = [str(TARGET / "examples" / "mirror_cost"), str(target), str(AT_ONCE)]
        addresses = "\n".join(address for _, _, address in files)
        printed = subprocess.run(command, input=addresses, capture_output=True, text=True, check=True).stdout
        yardstick = float(re.search(r"([\d.]+)s", printed)[1])
        ours.append(seconds_of_import(server, mrpack(files), mirror="true", slug=f"pack-{seed}"))
        ratios.append(yardstick / ours[-1])
    report(f"import of a {MODS}-mod .mrpack, mirrored ({megabytes:.0f} MiB)", ours, ratios, server, before)
    server.stop()
    nginx.stop()


def measure_unpack(folder):
    """The same files in the archive; the yardstick is writing them one after another, hashed and durable."""
    server = Server(folder / "unpack").start().become_admin()
    before, ours, ratios, megabytes = memory(server.process, "VmRSS"), [], [], 0
    for seed in range(ROUNDS):
        files = list(mods(f"u{seed}"))
        megabytes = sum(len(data) for _, data in files) / (1 << 20)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as written:
            for name, data in files:
                written.writestr(f"mods/{name}", data)
        began = time.monotonic()
        for name, data in files:
            digests = hashlib.sha1(data).digest() + hashlib.sha512(data).digest()
            with open(folder / name, "wb") as kept:
                kept.write(data)
                os.fsync(kept.fileno())
            assert digests
        yardstick = time.monotonic() - began
        ours.append(seconds_of_import(server, archive.getvalue(), slug=f"pack-{seed}"))
        ratios.append(yardstick / ours[-1])
    report(f"import of a {MODS}-mod folder as zip ({megabytes:.0f} MiB)", ours, ratios, server, before)
    server.stop()


def report(title, ours, ratios, server, before):
    growth = memory(server.process, "VmHWM") - before
    print(
        f"{title}: {statistics.median(ours):.2f} s, {statistics.median(ratios):.0%} of the yardstick's speed; resident "
        f"memory grew by {growth:.1f} MiB over {ROUNDS} imports"
    )


if __name__ == "__main__":
    measure({"mirror": measure_mirror, "unpack": measure_unpack}, ("kleister-server", "mirror_cost"))
