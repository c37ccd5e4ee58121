"""Two servers on one PostgreSQL and one S3 service: the same bytes from both, and one truth."""

import contextlib
import hashlib
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import databases
import pytest
from authors import make_mod, make_pack, release
from jars import jar
from receiving import TELLING, Receiver
from replicas import replica, s3_service
from running import PASSWORD, Server, refused_start

FORMATS = (
    "index.json", "pack.mrpack", "pack.mrpack?source=own", "pack.mrpack?for=modrinth", "packwiz/pack.toml",
    "packwiz/index.toml", "packwiz/mods/lamps.pw.toml", "prism.zip", "curseforge.zip", "technic.zip", "mcupdater.xml",
    "sbom.cdx.json", "files/mods/lamps-1.0.jar", "files/config/lamps.cfg",
)
SOLDER = ("/solder/api/modpack/sky", "/solder/api/modpack/sky/1.0")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The variables of servers on a new database, and the address of their S3 service."""
    folder = tmp_path_factory.mktemp("replicas")
    with databases.postgres() as url, s3_service(folder / "service") as endpoint:
        yield folder, {"KLEISTER_DATABASE_URL": databases.new_database(url), **TELLING}, endpoint


@pytest.fixture(scope="module")
def pair(place):
    """Two servers that run, with an administrator, a mod, and a published build of a public pack."""
    folder, variables, endpoint = place
    first, second = (replica(folder / name, variables, endpoint) for name in ("first", "second"))
    first.start(wait=False)
    second.start(wait=False)
    first.wait()
    second.wait()
    first.become_admin()
    second.token = first.token
    make_mod(first, "Lamps", {"1.0": jar("lamps", "1.0")})
    make_pack(first, "Sky")
    first.post("/api/v1/packs/sky/builds", {"name": "1.0", "minecraft_id": "1.21.1"})
    first.put("/api/v1/packs/sky/builds/1.0/files/config/lamps.cfg", b"bright=true\n")
    first.post("/api/v1/packs/sky/builds/1.0/versions", {"mod": "lamps", "version": "1.0"})
    assert first.put("/api/v1/packs/sky/builds/1.0", {"published": True}).status == 200
    yield first, second
    for server in (first, second):
        if server.process:
            assert server.stop() == 0
        assert "panicked" not in server.errors()


def soon(is_so, seconds=10):
    """Waits until something is so: what one server wrote, the other hears a moment later."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def both(calls):
    """What calls give that are made at the same time."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def exports(server):
    """Every export of the build with its tag."""
    addresses = [*(f"/packs/sky/1.0/{name}" for name in FORMATS), *SOLDER]
    answers = {address: server.get(address, token=None) for address in addresses}
    for zip in answers[SOLDER[1]].json()["mods"]:
        addresses.append(urlsplit(zip["url"]).path)
        answers[addresses[-1]] = server.get(addresses[-1], token=None)
    assert {address: answer.status for address, answer in answers.items()} == dict.fromkeys(addresses, 200)
    return {address: (answer.body, answer.headers.get("ETag")) for address, answer in answers.items()}


def test_both_give_the_same_bytes_for_ever(pair):
    first, second = pair
    made = exports(first)
    assert exports(second) == made
    assert second.stop() == 0
    second.start()
    assert exports(second) == made
    assert all(tag for address, (_, tag) in made.items() if address.startswith("/packs"))


def test_what_one_writes_the_other_knows(pair):
    first, second = pair
    for number in range(10):
        here, there = pair if number % 2 else (second, first)
        name = f"2.{number}"
        release(here, "sky", name, [("lamps", "1.0")])
        soon(lambda: there.get("/packs/sky/latest/index.json", token=None).json()["version"] == name)


def test_session_that_ends_at_one_ends_at_the_other(pair):
    first, second = pair
    for _ in range(5):
        token = first.sign_in("admin", PASSWORD)
        soon(lambda: second.get("/api/v1/profile/self", token=token).status == 200)
        assert first.post("/api/v1/auth/logout", token=token).status == 200
        soon(lambda: second.get("/api/v1/profile/self", token=token).status == 401)


def test_what_is_taken_down_at_one_is_gone_at_the_other(pair):
    first, second = pair
    put = first.post("/api/v1/packs/sky/builds", {"name": "bad", "minecraft_id": "1.21.1"})
    assert put.status == 200
    put = first.put("/api/v1/packs/sky/builds/bad/files/config/bad.cfg", b"what an author asked to remove")
    assert first.put("/api/v1/packs/sky/builds/bad", {"published": True}).status == 200
    address = "/packs/sky/bad/files/config/bad.cfg"
    assert second.get(address).status == 200
    blob = f"/api/v1/blobs/{put.json()['sha256']}/block"
    assert first.put(blob, {"reason": "asked by its author"}).status == 200, blob
    soon(lambda: second.get(address).status == 451)
    assert first.delete(blob).status == 200
    soon(lambda: second.get(address).status == 503)


def test_rules_hold_between_them(pair):
    """Of two administrators who each take the other's right away, at different servers, one is left."""
    first, second = pair
    for number in range(10):
        names = [f"left{number}", f"right{number}"]
        for name in names:
            made = first.post("/api/v1/users", {"username": name, "password": PASSWORD, "email": f"{name}@example.org"})
            assert made.status == 200, made
        make_pack(first, f"Twin {number}")
        pack = f"/api/v1/packs/twin-{number}/users"
        for name in names:
            assert first.post(pack, {"user": name, "perm": "owner"}).status == 200
        assert first.delete(pack, {"user": "admin"}).status == 200
        drops = [lambda s=server, n=name: s.delete(pack, {"user": n}) for server, name in zip(pair, names)]
        statuses = sorted(answer.status for answer in both(drops))
        assert statuses == [200, 409], statuses


def test_names_stay_unique_between_them(pair):
    first, second = pair
    makes = [lambda s=server: s.post("/api/v1/mods", {"name": "Torch", "slug": "torch"}) for server in pair * 4]
    statuses = sorted(answer.status for answer in both(makes))
    assert statuses == [200] + [422] * 7, statuses


def test_a_webhook_is_told_by_one_of_them(pair):
    """Whichever comes first: nothing comes twice, and everything in order."""
    first, second = pair
    receiver = Receiver()
    wanted = {"name": "CI", "url": receiver.url, "events": ["recommended"]}
    made = first.post("/api/v1/packs/sky/webhooks", wanted).json()
    webhook = f"/api/v1/packs/sky/webhooks/{made['kept']['id']}"
    release(first, "sky", "3.0", [("lamps", "1.0")])
    names = ["1.0", "3.0"] * 10
    for server, name in zip(pair * 10, names):
        assert server.put("/api/v1/packs/sky/channels/recommended", {"build": name}).status == 200
    assert [receiver.next(made["secret"])[1]["data"]["build"]["name"] for _ in names] == names

    def told():
        return [(row["state"], row["attempts"]) for row in second.get(f"{webhook}/deliveries").json()["deliveries"]]

    soon(lambda: told() == [("delivered", 1)] * len(names))
    assert receiver.got.empty()
    receiver.close()


@contextlib.contextmanager
def unreadable(file):
    """Has a file be one that whoever reads it waits for, for ever."""
    content = file.read_bytes()
    file.unlink()
    os.mkfifo(file)
    yield
    file.unlink()
    file.write_bytes(content)


def test_job_is_seen_and_stopped_from_the_other_and_taken_over_from_a_dead_one(pair, place):
    first, second = pair
    folder, _, _ = place
    sha256 = hashlib.sha256(exports(first)["/packs/sky/1.0/files/config/lamps.cfg"][0]).hexdigest()
    blob = folder / "service" / "packs" / "blobs" / sha256[:2] / sha256[2:4] / sha256

    def state(server):
        return server.get(f"/api/v1/jobs/{job}").json()["state"]

    with unreadable(blob):
        job = first.post("/api/v1/storage/verify").json()["id"]
        soon(lambda: state(second) == "running")
        listening = subprocess.Popen(
            ["curl", "-sSf", "-N", "-m", "60", "-H", f"Authorization: Bearer {second.token}",
             f"{second.api}/jobs/{job}/events"],
            stdout=subprocess.PIPE, text=True,
        )
        assert second.delete(f"/api/v1/jobs/{job}").status == 200
        assert '"state":"cancelled"' in listening.communicate(timeout=60)[0]
        assert second.delete(f"/api/v1/jobs/{job}").status == 409
        soon(lambda: state(first) == "cancelled")
        job = first.post("/api/v1/storage/verify").json()["id"]
        soon(lambda: state(second) == "running")
        first.kill()
    soon(lambda: state(second) == "done", 40)
    first.start()
    assert state(first) == "done"


def test_server_with_a_folder_of_its_own_is_kept_out(pair, place, tmp_path):
    _, variables, _ = place
    alone = Server(tmp_path / "alone", database=None)
    alone.environment = variables
    assert "already works on" in refused_start(alone)
