#!/usr/bin/env python3
"""Measures how long the check of a build takes, asked over HTTP: `python3 tests/load/check_of_builds.py`.

Without a word, of 300 mods, both while what their jars say is in memory and after a restart. Builds what it runs in
release mode. Figures are medians of several rounds.
"""

import io
import json
import sqlite3
import statistics
import time
import zipfile
from contextlib import closing

from loading import measure
from running import Server

ROUNDS = 20
MODS = 300


def jar(number):
    """A mod for Fabric that needs three others; every twentieth needs one that is not there."""
    depends = {f"mod-{(number + step * 7) % MODS}": ">=1.0 <2" for step in (1, 2, 3)}
    if number % 20 == 0:
        depends[f"absent-{number % 3}"] = "*"
    document = {"schemaVersion": 1, "id": f"mod-{number}", "version": f"1.{number}.0", "depends": depends}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("fabric.mod.json", json.dumps(document))
    return content.getvalue()


def asked(server):
    """Seconds that one answer takes, and the answer."""
    before = time.monotonic()
    answer = server.get("/api/v1/packs/big/builds/1.0/check")
    assert answer.status == 200, answer
    return time.monotonic() - before, answer.json()


def measure_mods(folder):
    server = Server(folder / "check").start().become_admin()
    server.stop()
    with closing(sqlite3.connect(server.folder / "storage" / "kleister.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO loaders (id, kind, name, sort_key, created_at, updated_at) "
            "VALUES ('01arz3ndektsv4rrffq6000000', 'fabric', '0.16.9', '0.16.9', 1, 1)"
        )
    server.start()
    assert server.post("/api/v1/packs", {"slug": "big", "name": "Big"}).status == 200
    build = {"name": "1.0", "minecraft_id": "1.20.1", "fabric_id": "0.16.9", "java": "17"}
    assert server.post("/api/v1/packs/big/builds", build).status == 200
    for number in range(MODS):
        slug = f"mod-{number}"
        assert server.post("/api/v1/mods", {"slug": slug, "name": slug}).status == 200
        assert server.upload(slug, "1", jar(number), f"{slug}.jar").status == 200
        link = {"mod": slug, "version": "1"}
        assert server.post("/api/v1/packs/big/builds/1.0/versions", link).status == 200
    warm = [asked(server)[0] for _ in range(ROUNDS)]
    findings = asked(server)[1]["findings"]
    cold = []
    for _ in range(3):
        server.stop()
        server.start()
        cold.append(asked(server)[0])
    print(
        f"check of {MODS} mods with {len(findings)} findings: {statistics.median(warm) * 1000:.1f} ms, "
        f"{statistics.median(cold) * 1000:.1f} ms for the first one after a start"
    )
    server.stop()


MEASURES = {"mods": measure_mods}

if __name__ == "__main__":
    measure(MEASURES)
