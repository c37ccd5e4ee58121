"""A newcomer's first minutes: he copies what the new server prints, and ends with a pack that a launcher installs."""

import hashlib
import io
import json
import re
import stat
import subprocess
import textwrap
import zipfile

import pytest
from jars import jar
from running import Server


@pytest.fixture
def new(tmp_path):
    """A server that nobody has used yet."""
    server = Server(tmp_path / "server").start()
    yield server
    server.stop()


def token_file(server):
    return server.folder / "storage" / "setup-token"


def commands(server):
    """The commands among what the server printed: its indented lines."""
    return textwrap.dedent("".join(re.findall(r"^    .*\n", server.printed(), re.MULTILINE)))


def run(script, folder):
    """What commands print in a terminal that stops at the first failure."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["bash", "-e"], input=script, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def check_pack(server, address, data):
    """The printed address gives an `.mrpack` whose one file is this one."""
    served = server.get(address, token=None)
    assert served.status == 200, served
    with zipfile.ZipFile(io.BytesIO(served.body)) as archive:
        [file] = json.loads(archive.read("modrinth.index.json"))["files"]
    downloaded = server.get(file["downloads"][0], token=None).body
    assert downloaded == data
    assert hashlib.sha512(downloaded).hexdigest() == file["hashes"]["sha512"]
    return file


def test_printed_commands_publish_a_first_build(new, tmp_path):
    printed = run(commands(new), tmp_path / "terminal")
    address = printed.splitlines()[-1].removeprefix("Give this to a launcher: ")
    assert address == f"http://localhost:{new.port}/packs/first-pack/latest/pack.mrpack"
    check_pack(new, address, (tmp_path / "terminal/first-mod.jar").read_bytes())

    password = re.search(r"PASSWORD='(.*)'", new.printed())[1]
    assert new.sign_in("admin", password)


def test_newcomer_brings_a_jar_of_his_own(new, tmp_path):
    (tmp_path / "terminal").mkdir()
    (tmp_path / "terminal/first-mod.jar").write_bytes(jar("Lanterns"))
    address = run(commands(new), tmp_path / "terminal").split()[-1]
    file = check_pack(new, address, jar("Lanterns"))
    assert file["path"] == "mods/first-mod.jar"


def test_restart_of_a_used_server_prints_no_instructions(new, tmp_path):
    run(commands(new), tmp_path / "terminal")
    before = new.printed()
    assert new.stop() == 0
    new.start()
    assert new.printed() == before
    assert not token_file(new).exists()


def test_restart_of_an_unused_server_prints_a_new_token(new, tmp_path):
    old = token_file(new).read_text().strip()
    new.stop()
    (new.folder / "out.txt").unlink()
    new.start()
    setup = {"token": old, "username": "admin", "password": "correct horse battery"}
    assert new.post("/api/v1/setup", setup).status == 401
    assert run(commands(new), tmp_path / "terminal")


def test_setup_token_works_once(new):
    token = token_file(new).read_text().strip()
    assert token in commands(new)
    setup = {"token": token, "username": "admin", "password": "correct horse battery"}
    assert new.post("/api/v1/setup", setup | {"token": token[::-1]}).status == 401
    made = new.post("/api/v1/setup", setup)
    assert made.status == 200
    assert new.get("/api/v1/profile/self", token=made.json()["token"]).json()["admin"] is True

    nothing = new.post("/api/v1/nothing-here")
    again = new.post("/api/v1/setup", setup | {"username": "second"})
    assert (again.status, again.body) == (404, nothing.body) and nothing.status == 404


def test_weak_password_does_not_use_the_token_up(new):
    setup = {"token": token_file(new).read_text().strip(), "username": "admin", "password": "password"}
    refused = new.post("/api/v1/setup", setup)
    assert (refused.status, refused.json()["errors"][0]["field"]) == (422, "password")
    assert new.post("/api/v1/setup", setup | {"password": "correct horse battery"}).status == 200


def test_token_lies_where_only_its_owner_reads_it_until_it_is_used(new, tmp_path):
    assert stat.S_IMODE(token_file(new).stat().st_mode) == 0o600
    run(commands(new), tmp_path / "terminal")
    assert not token_file(new).exists()


def test_administrator_made_beside_the_server_ends_the_setup(new):
    token = token_file(new).read_text().strip()
    new.become_admin()
    setup = {"token": token, "username": "second", "password": "correct horse battery"}
    assert new.post("/api/v1/setup", setup, token=None).status == 404
