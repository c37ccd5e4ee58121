#!/usr/bin/env python3
"""Measures what docs/performance.md claims of the whole API, each against SQL written by hand in the same process.

    python3 tests/load/whole_api.py [packs] [mods] [links] [flood]

Without a word, all of them. Needs wrk (Debian: `apt-get install wrk`); builds what it runs in release mode. Figures are
medians of several rounds, in which ours and the yardstick take turns.
"""

import json
import sqlite3
import statistics
import threading
import time
from contextlib import closing
from urllib.parse import quote

from loading import ROUNDS, Yardstick, compare, load, measure
from running import PASSWORD

ID = "01arz3ndektsv4rrffq6{:06d}"


def same_answer(server, ours, yardstick, token=None):
    """Makes sure that the yardstick gives what it is the yardstick of."""
    one = server.get(ours, token=token).json()
    other = server.get(yardstick, token=None).json()
    assert one == other, (json.dumps(one)[:600], json.dumps(other)[:600])


def measure_packs(folder):
    """A member of twenty groups, who have a thousand private packs among them."""
    server = Yardstick(folder / "packs").start().become_admin()
    member = server.post("/api/v1/users", {"username": "member", "password": PASSWORD}).json()
    for group in range(20):
        assert server.post("/api/v1/groups", {"slug": f"group-{group}", "name": f"Group {group}"}).status == 200
        assert server.post(f"/api/v1/groups/group-{group}/users", {"user": "member", "perm": "user"}).status == 200
    for number in range(1000):
        pack = {"slug": f"pack-{number}", "name": f"Pack {number}", "website": f"https://example.org/{number}"}
        assert server.post("/api/v1/packs", pack).status == 200
        group = {"group": f"group-{number % 20}", "perm": "user"}
        assert server.post(f"/api/v1/packs/pack-{number}/groups", group).status == 200
    token = server.sign_in("member", PASSWORD)
    base = quote(f"{server.url}/api/v1/storage/avatars/", safe="")
    ours, by_hand = "/api/v1/packs?limit=100", f"/yardstick/packs?limit=100&user={member['id']}&base={base}"
    same_answer(server, ours, by_hand, token)
    compare(
        "a page of 1,000 packs as a member through groups, against SQL by hand",
        (server.url + ours, 16, server.process, token),
        (server.url + by_hand, 16, server.process),
    )
    server.stop()


def fill_mods(server, count):
    """Writes public mods into the database of a server that does not run."""
    with closing(sqlite3.connect(server.folder / "storage" / "kleister.sqlite3")) as database, database:
        rows = (
            (ID.format(n), f"mod-{n}", f"Mod {n}", f"mod {n:06d}", f"mod-{n}\nmod {n}\nwhat number {n} does", n)
            for n in range(count)
        )
        database.executemany(
            "INSERT INTO mods (id, slug, name, sort_key, search, kind, side, description, public, created_at, updated_at) "
            "VALUES (?1, ?2, ?3, ?4, ?5, 'mod', 'both', 'What it does', 1, ?6, ?6)",
            rows,
        )


def measure_mods(folder):
    base = None
    for count in (1000, 100_000):
        server = Yardstick(folder / f"mods-{count}").start().become_admin()
        server.stop()
        fill_mods(server, count)
        server.start()
        base = quote(f"{server.url}/api/v1/storage/avatars/", safe="")
        for what, search in (("a page", ""), ("a search for one in a thousand", f"mod {count // 1000 - 1}99")):
            ours = f"/api/v1/mods?limit=100&search={quote(search)}"
            by_hand = f"/yardstick/mods?limit=100&search={quote(search)}&base={base}"
            same_answer(server, ours, by_hand)
            compare(
                f"{what} with its count among {count:,} mods, against SQL by hand",
                (server.url + ours, 4, server.process),
                (server.url + by_hand, 4, server.process),
            )
        rates = [load(f"{server.url}/yardstick/mods/count", 4, server.process)[0] for _ in range(ROUNDS)]
        print(f"  the count alone, by hand: {statistics.median(rates):,.0f} requests/s")
        server.stop()


def measure_links(folder):
    """A build of 300 versions of 300 mods."""
    server = Yardstick(folder / "links").start().become_admin()
    assert server.post("/api/v1/packs", {"name": "Sky", "public": True}).status == 200
    assert server.post("/api/v1/packs/sky/builds", {"name": "1.0", "minecraft_id": "1.21.1"}).status == 200
    for number in range(300):
        mod = {"slug": f"mod-{number}", "name": f"Mod {number}", "public": True}
        assert server.post("/api/v1/mods", mod).status == 200
        assert server.upload(f"mod-{number}", f"1.{number}", f"PK {number}".encode(), f"mod-{number}.jar").status == 200
        link = {"mod": f"mod-{number}", "version": f"1.{number}"}
        assert server.post("/api/v1/packs/sky/builds/1.0/versions", link).status == 200
    assert server.put("/api/v1/packs/sky/builds/1.0", {"published": True}).status == 200
    base = quote(f"{server.url}/api/v1/storage/", safe="")
    ours, by_hand = "/api/v1/packs/sky/builds/1.0/versions?limit=1000", f"/yardstick/links?limit=1000&base={base}"
    one, other = server.get(ours, token=None).json(), server.get(by_hand, token=None).json()
    assert one["versions"] == other["versions"] and one["total"] == other["total"]
    compare(
        "300 versions of a build with mods and files, against SQL by hand",
        (server.url + ours, 4, server.process),
        (server.url + by_hand, 4, server.process),
    )
    server.stop()


def measure_flood(folder):
    """What other routes do while everybody signs in with a wrong password."""
    # Servers of the tests have no throttle to speak of, which would answer all but the first few without any work.
    server = Yardstick(folder / "flood").start().become_admin()
    url = f"{server.api}/auth/verify/{server.token}"
    stop = threading.Event()
    statuses = []

    def sign_in(number):
        while not stop.is_set():
            wrong = {"username": f"nobody-{number}-{time.monotonic_ns()}", "password": "a wrong password"}
            statuses.append(server.post("/api/v1/auth/login", wrong, token=None).status)

    quiet, flooded = [], []
    for _ in range(ROUNDS):
        quiet.append(load(url, 16, server.process)[0])
        stop.clear()
        floods = [threading.Thread(target=sign_in, args=(number,)) for number in range(32)]
        for flood in floods:
            flood.start()
        flooded.append(load(url, 16, server.process)[0])
        stop.set()
        for flood in floods:
            flood.join()
    ratio = statistics.median(one / other for one, other in zip(flooded, quiet))
    seen = {status: statuses.count(status) for status in sorted(set(statuses))}
    print(
        f"verify/{{token}} while 32 sign in without end: {statistics.median(flooded):,.0f} of "
        f"{statistics.median(quiet):,.0f} requests/s, {ratio:.0%}; the sign-ins were answered {seen}"
    )
    server.stop()


MEASURES = {"packs": measure_packs, "mods": measure_mods, "links": measure_links, "flood": measure_flood}

if __name__ == "__main__":
    measure(MEASURES, ("kleister-server", "yardstick"))
