"""The server is killed at random moments of many writes, again and again, on the same folder.

What was acknowledged is there afterwards, word for word and byte for byte. What was under way is there as a whole or
not at all. `KLEISTER_CRASH_ROUNDS` sets how often, `KLEISTER_CRASH_SEED` repeats the choices of an earlier run (the
moment at which a signal arrives is the system's own choice).
"""

import base64
import hashlib
import http.client
import json
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from running import Server
from wire import BOUNDARY, form

ROUNDS = int(os.environ.get("KLEISTER_CRASH_ROUNDS", "30"))
SEED = int(os.environ.get("KLEISTER_CRASH_SEED", time.time_ns() % 10**9))
WRITERS = 4
FIELDS = {
    "packs": ("name", "slug", "public", "summary"),
    "mods": ("name", "slug", "author", "description"),
    "users": ("username", "fullname", "active"),
}


class Thing:
    """Something that a writer made: where it is, and the states that it may be in.

    There is one state while nothing is under way: what was acknowledged last. During a write there are two.
    A state says what reading it gives; `None` is a thing that does not exist.
    """

    def __init__(self, read, address):
        self.read, self.address = read, address
        self.states = [None]

    @property
    def now(self):
        return self.states[0]

    def __repr__(self):
        return f"{self.read.__name__} {self.address}"


def read_record(server, thing):
    """A pack, mod or user, as far as writers set it."""
    answer = server.get(thing.address)
    if answer.status == 404:
        return None
    return {key: answer.json().get(key) for key in FIELDS[thing.address.split("/")[3]]}


def read_version(server, thing):
    """A version by the hash of what one downloads."""
    answer = server.get(thing.address)
    if answer.status == 404:
        return None
    return download(server, answer.json()["file"])


def download(server, file):
    """The hash of a file, after checking that it is what the version says."""
    answer = server.get(file["url"])
    assert answer.status == 200, f"a listed version has no file: {file}, {answer}"
    assert file["size"] == len(answer.body)
    assert file["md5"] == hashlib.md5(answer.body).hexdigest()
    assert file["sha256"] == hashlib.sha256(answer.body).hexdigest()
    return file["sha256"]


def read_build(server, thing):
    """A build by its versions and whether it is published, which it is only if all of it is delivered."""
    answer = server.get(thing.address)
    if answer.status == 404:
        return None
    build = answer.json()
    links = server.get(f"{thing.address}/versions").json()["versions"]
    hashes = {link["version"]["file"]["sha256"] for link in links}
    if build["published"]:
        assert delivered(server, thing) == hashes
    return {"hashes": hashes, "published": build["published"]}


def delivered(server, thing):
    """The hashes of all files of a release, after downloading each."""
    _, pack, _, build = thing.address.removeprefix("/api/v1").strip("/").split("/")
    index = server.get(f"/packs/{pack}/{build}/index.json", token=None)
    assert index.status == 200, f"a published build is not delivered: {thing}, {index}"
    for file in index.json()["files"]:
        answer = server.get(file["url"], token=None)
        assert answer.status == 200, f"a published file is missing: {file}, {answer}"
        assert hashlib.sha256(answer.body).hexdigest() == file["hashes"]["sha256"]
    return {file["hashes"]["sha256"] for file in index.json()["files"]}


class Writer(threading.Thread):
    """A client that makes and changes things of its own, until the server is gone."""

    def __init__(self, server, prefix, seed):
        super().__init__()
        self.dice = random.Random(seed)
        self.token, self.prefix = server.token, prefix
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.packs, self.mods, self.users, self.builds, self.versions = [], [], [], [], []
        self.acknowledged, self.fault = 0, None

    @property
    def things(self):
        return [*self.packs, *self.mods, *self.users, *self.builds, *self.versions]

    def run(self):
        actions = [
            *[self.make_pack, self.make_mod, self.make_user, self.change_pack, self.change_mod, self.change_user],
            *[self.upload_form] * 4,
            *[self.upload_data_url, self.replace_file] * 2,
            *[self.make_build, self.attach, self.attach, self.publish] * 2,
        ]
        try:
            self.make_pack()
            self.make_mod()
            while True:
                self.dice.choice(actions)()
        except (OSError, http.client.HTTPException):
            pass
        except Exception as fault:
            self.fault = fault

    def write(self, thing, state, method, path, body, content_type="application/json"):
        """Sends a write that brings a thing into a state; it is in that state once the answer is 2xx."""
        thing.states.append(state)
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == 200, (method, path, answer.status, text)
        thing.states = [state]
        self.acknowledged += 1

    def name(self, things):
        return f"{self.prefix}-{len(things)}"

    def any(self, things):
        return self.dice.choice([thing for thing in things if thing.now] or [None])

    def text(self):
        return " ".join(self.dice.choices(["lamp", "Öl", "rail", "brick", "tin", "moss"], k=self.dice.randint(1, 40)))

    def bytes(self, most):
        return self.dice.randbytes(self.dice.randint(1, most))

    def make(self, things, kind, wanted):
        thing = Thing(read_record, f"/api/v1/{kind}/{self.name(things)}")
        things.append(thing)
        self.write(thing, dict.fromkeys(FIELDS[kind]) | wanted, "POST", f"/api/v1/{kind}", wanted)

    def change(self, things, wanted):
        if thing := self.any(things):
            self.write(thing, thing.now | wanted, "PUT", thing.address, wanted)

    def make_pack(self):
        self.make(self.packs, "packs", {"name": self.text(), "slug": self.name(self.packs), "public": True})

    def make_mod(self):
        self.make(self.mods, "mods", {"name": self.text(), "slug": self.name(self.mods), "author": self.text()})

    def make_user(self):
        self.make(self.users, "users", {"username": self.name(self.users), "fullname": self.text(), "active": True})

    def change_pack(self):
        self.change(self.packs, {"name": self.text(), "summary": self.text()})

    def change_mod(self):
        self.change(self.mods, {"name": self.text(), "description": self.text()})

    def change_user(self):
        self.change(self.users, {"fullname": self.text(), "active": self.dice.random() < 0.5})

    def upload_form(self, version=None):
        data = self.bytes(self.dice.choice([1000, 30_000, 1_500_000]))
        version = version or self.new_version()
        before, after = form(version.address.rsplit("/", 1)[1], None)
        body = before + data + after
        self.send_version(version, hashlib.sha256(data).hexdigest(), body, f"multipart/form-data; boundary={BOUNDARY}")

    def upload_data_url(self, version=None):
        data = self.bytes(50_000)
        version = version or self.new_version()
        upload = f"data:application/java-archive;base64,{base64.b64encode(data).decode()}"
        body = {"name": version.address.rsplit("/", 1)[1], "upload": upload}
        self.send_version(version, hashlib.sha256(data).hexdigest(), body, "application/json")

    def new_version(self):
        version = Thing(read_version, f"{self.any(self.mods).address}/versions/{self.name(self.versions)}")
        self.versions.append(version)
        return version

    def send_version(self, version, sha256, body, content_type):
        folder = version.address.rsplit("/", 1)[0]
        method, path = ("PUT", version.address) if version.now else ("POST", folder)
        self.write(version, sha256, method, path, body, content_type)

    def replace_file(self):
        """Gives a version other bytes, unless a build holds it to those that it has."""
        used = {sha256 for build in self.builds for state in build.states if state for sha256 in state["hashes"]}
        if version := self.any([version for version in self.versions if version.now not in used]):
            self.dice.choice([self.upload_form, self.upload_data_url])(version)

    def make_build(self):
        build = Thing(read_build, f"{self.any(self.packs).address}/builds/{self.name(self.builds)}")
        self.builds.append(build)
        folder, name = build.address.rsplit("/", 1)
        wanted = {"name": name, "minecraft_id": "1.21.1"}
        self.write(build, {"hashes": set(), "published": False}, "POST", folder, wanted)

    def drafts(self):
        return [build for build in self.builds if build.now and not build.now["published"]]

    def attach(self):
        build, version = self.any(self.drafts()), self.any(self.versions)
        if build and version and version.now not in build.now["hashes"]:
            _, _, _, _, module, _, name = version.address.split("/")
            state = build.now | {"hashes": build.now["hashes"] | {version.now}}
            self.write(build, state, "POST", f"{build.address}/versions", {"mod": module, "version": name})

    def publish(self):
        if build := self.any([build for build in self.drafts() if build.now["hashes"]]):
            self.write(build, build.now | {"published": True}, "PUT", build.address, {"published": True})


def check(server, things):
    """Everything is in a state that it may be in, and stays there."""
    with ThreadPoolExecutor(WRITERS) as readers:
        states = list(readers.map(lambda thing: thing.read(server, thing), things))
    for thing, found in zip(things, states, strict=True):
        assert found in thing.states, f"{thing} is {found} instead of {' or '.join(map(str, thing.states))}"
        thing.states = [found]


def check_lists(server, things):
    """Lists show just what there is, all of which was checked by now."""
    there = {thing.address for thing in things if thing.now}
    for parent in there:
        for kind, below in (("packs", "builds"), ("mods", "versions")):
            if parent.split("/")[3:-1] == [kind]:
                rows = server.get(f"{parent}/{below}?limit=0").json()[below]
                listed = {f"{parent}/{below}/{row['name']}" for row in rows}
                assert listed == {address for address in there if address.startswith(f"{parent}/{below}/")}


def check_files(server, checked):
    """Nothing unfinished lies about, and every blob is what its name says."""
    files = server.folder / "storage" / "files"
    assert list((files / "uploads").iterdir()) == []
    for blob in (files / "blobs").rglob("*"):
        if blob.is_file() and blob.name not in checked:
            assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name
            checked.add(blob.name)


@pytest.fixture
def lasting(tmp_path):
    """A server that logs little and whose tokens outlast the test."""
    server = Server(tmp_path / "server", "--log-level", "warn", "--token-expire", "30d").start().become_admin()
    yield server
    server.stop()


def test_a_killed_server_keeps_what_it_acknowledged(lasting):
    """Nothing acknowledged is lost, nothing half is visible, nothing is left over."""
    print(f"KLEISTER_CRASH_SEED={SEED}")
    server, dice = lasting, random.Random(SEED)
    everything, checked, acknowledged, under_way = [], set(), 0, 0
    for number in range(ROUNDS):
        writers = [Writer(server, f"r{number}w{writer}", dice.random()) for writer in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(dice.uniform(0.2, 0.8))
        server.kill()
        for writer in writers:
            writer.join()
            assert writer.fault is None, writer.fault
        server.start()
        things = [thing for writer in writers for thing in writer.things]
        acknowledged += sum(writer.acknowledged for writer in writers)
        under_way += sum(len(thing.states) > 1 for thing in things)
        check(server, things)
        check_lists(server, things)
        check_files(server, checked)
        everything += things
    check(server, dice.sample(everything, min(len(everything), 500)))
    print(f"{acknowledged} writes acknowledged, {under_way} under way when the server was killed")
    assert acknowledged > 2 * ROUNDS and under_way > ROUNDS
    assert server.stop() == 0
