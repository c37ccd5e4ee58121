"""From `prism.zip` to a game folder that is up to date: the instance as Prism Launcher imports it, then its command."""

import io
import shlex
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest
import signify
from authors import make_mod, make_pack, publish, release
from jars import jar
from packwiz import Installer
from running import Server


def program(name):
    """A jar that is a program, of which nothing runs in these tests."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", f"Manifest-Version: 1.0\r\nMain-Class: org.example.{name}\r\n\r\n")
    return data.getvalue()


JARS = {"packwiz-installer-bootstrap.jar": program("Bootstrap"), "packwiz-installer.jar": program("Installer")}


class Releases:
    """A small server that plays GitHub's releases: their address leads to where the newest file is."""

    def __init__(self):
        self.asked = []
        asked = self.asked

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                name = PurePosixPath(self.path).name
                if self.path.startswith("/latest/"):
                    self.send_response(302)
                    self.send_header("Location", f"/download/v1/{name}")
                else:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(JARS[name])))
                self.end_headers()
                if not self.path.startswith("/latest/"):
                    self.wfile.write(JARS[name])

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def environment(self):
        address = f"http://127.0.0.1:{self.http.server_port}/latest"
        bootstrap, installer = JARS
        return {
            "KLEISTER_UPSTREAM_PACKWIZ_BOOTSTRAP": f"{address}/{bootstrap}",
            "KLEISTER_UPSTREAM_PACKWIZ_INSTALLER": f"{address}/{installer}",
        }

    def close(self):
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def releases():
    server = Releases()
    yield server
    server.close()


@pytest.fixture
def isles(tmp_path, releases):
    """A server with Sky Isles, of which nothing is published."""
    server = Server(tmp_path / "server")
    server.environment |= releases.environment()
    server.start().become_admin()
    make_pack(server, "Sky Isles")
    make_mod(server, "JEI", {"1": jar("JEI", "1"), "2": jar("JEI", "2")}, slug="jei")
    yield server
    server.stop()


def imported(server, build, folder):
    """Imports the instance of a build, and gives its settings and its game folder."""
    answer = server.get(f"/packs/sky-isles/{build}/prism.zip", token=None)
    assert answer.status == 200, answer
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        archive.extractall(folder)
    lines = (folder / "instance.cfg").read_text().splitlines()
    assert lines[0] == "[General]"
    settings = dict(line.split("=", 1) for line in lines[1:])
    return {key: _unquoted(value) for key, value in settings.items()}, folder / ".minecraft"


def _unquoted(value):
    if not value.startswith('"'):
        return value
    return value[1:-1].replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def test_command_of_an_instance_brings_it_up_to_date(isles, releases, tmp_path):
    """The launcher runs it in the game folder before each start."""
    release(isles, "sky-isles", "1.0", [("jei", "1")])
    settings, game = imported(isles, "1.0", tmp_path / "instance")
    assert settings["OverrideCommands"] == "true"
    java, flag, program, alone, address = shlex.split(settings["PreLaunchCommand"])
    assert (java, flag, program, alone) == ("$INST_JAVA", "-jar", *list(JARS)[:1], "--bootstrap-no-update")
    for name, data in JARS.items():
        assert (game / name).read_bytes() == data
    assert urlsplit(address).netloc == f"127.0.0.1:{isles.port}"
    installer = Installer(game)
    installer.run(address)
    assert installer.files() == {"mods/jei-1.jar": jar("JEI", "1"), **JARS}, "what it has is what the pack says"
    release(isles, "sky-isles", "1.1", [("jei", "2")])
    Installer(game).run(address)
    assert installer.files() == {"mods/jei-2.jar": jar("JEI", "2"), **JARS}
    assert len(releases.asked) == 4, "each was asked for once, and led to once"


def test_instance_of_another_build_than_the_recommended_one_ends_with_what_that_has(isles, tmp_path):
    """What it came with is taken away again, also where the channel has moved between the import and the first start."""
    make_mod(isles, "Gone", {"1": jar("Gone", "1")}, slug="gone")
    release(isles, "sky-isles", "1.0", [("jei", "1"), ("gone", "1")])
    release(isles, "sky-isles", "1.1", [("jei", "2")])
    for build, address in (("1.0", "older"), ("latest", "newer")):
        settings, game = imported(isles, build, tmp_path / address)
        assert settings["PreLoadCommand"] == settings["PreLaunchCommand"]
        installer = Installer(game)
        installer.run(shlex.split(settings["PreLoadCommand"])[-1])
        assert installer.files() == {"mods/jei-2.jar": jar("JEI", "2"), **JARS}
        installer.run(shlex.split(settings["PreLaunchCommand"])[-1])
        assert len(installer.requests) == 1, "the second command finds that all is done"


def test_what_lies_there_is_not_fetched_again(isles, tmp_path):
    release(isles, "sky-isles", "1.0", [("jei", "1")])
    settings, game = imported(isles, "1.0", tmp_path / "instance")
    installer = Installer(game)
    installer.run(shlex.split(settings["PreLaunchCommand"])[-1])
    assert len(installer.requests) == 2, installer.requests


def test_optional_mods_are_there_only_if_the_player_says_so(isles, tmp_path):
    make_mod(isles, "Map", {"1": jar("Map", "1")}, slug="map")
    isles.post("/api/v1/packs/sky-isles/builds", {"name": "1.0", "minecraft_id": "1.21.1"})
    links = [
        {"mod": "jei", "version": "1"},
        {"mod": "map", "version": "1", "client": "optional", "server": "optional", "default": True},
    ]
    assert isles.put("/api/v1/packs/sky-isles/builds/1.0/versions", {"versions": links}).status == 200
    publish(isles, "sky-isles", "1.0")
    for answer, expected in ((True, {"mods/map-1.jar": jar("Map", "1")}), (False, {})):
        settings, game = imported(isles, "1.0", tmp_path / f"instance-{answer}")
        assert not (game / "mods" / "map-1.jar").exists()
        installer = Installer(game, choices={"Map": answer})
        installer.run(shlex.split(settings["PreLaunchCommand"])[-1])
        assert installer.files() == {"mods/jei-1.jar": jar("JEI", "1"), **expected, **JARS}


def test_server_without_the_internet_is_brought_the_jars(isles, releases, tmp_path):
    releases.close()
    release(isles, "sky-isles", "1.0", [("jei", "1")])
    settings, game = imported(isles, "1.0", tmp_path / "still")
    assert "PreLaunchCommand" not in settings and [path.name for path in game.iterdir()] == ["mods"]
    before = isles.get("/packs/sky-isles/1.0/prism.zip", token=None).body
    files = {}
    for name, data in JARS.items():
        files[name] = tmp_path / name
        files[name].write_bytes(data)
    bootstrap, installer = files.values()
    refused = isles.admin("updater", "import", "--installer", str(tmp_path / "still" / "instance.cfg"))
    assert refused.returncode == 1 and "is no jar" in refused.stderr, refused
    brought = isles.admin("updater", "import", "--bootstrap", str(bootstrap), "--installer", str(installer))
    assert brought.returncode == 0, brought
    release(isles, "sky-isles", "1.1", [("jei", "1")])
    settings, game = imported(isles, "1.1", tmp_path / "instance")
    assert "--bootstrap-no-update" in settings["PreLaunchCommand"]
    assert {path.name for path in game.iterdir()} == {"mods", "packwiz.json", *JARS}
    assert isles.get("/packs/sky-isles/1.0/prism.zip", token=None).body == before


def test_own_jars_of_a_build_count_first(isles, tmp_path):
    isles.post("/api/v1/packs/sky-isles/builds", {"name": "1.0", "minecraft_id": "1.21.1"})
    for name in JARS:
        path = f"/api/v1/packs/sky-isles/builds/1.0/files/{name}"
        assert isles.put(path, f"own {name}".encode()).status == 200
    publish(isles, "sky-isles", "1.0")
    _, game = imported(isles, "1.0", tmp_path / "instance")
    jars = {path.name: path.read_text() for path in game.iterdir() if path.name != "packwiz.json"}
    assert jars == {name: f"own {name}" for name in JARS}


def test_unsup_finds_a_signature_by_the_key_that_an_operator_made(isles, tmp_path):
    made = isles.admin("signing-key", "new")
    assert made.returncode == 0, made
    assert isles.admin("signing-key", "show").returncode == 1, "it is not used yet"
    isles.stop()
    (tmp_path / "signing.key").write_text(made.stdout)
    isles.environment["KLEISTER_SERVER_SIGNING_KEY"] = f"file://{tmp_path / 'signing.key'}"
    isles.start()
    release(isles, "sky-isles", "1.0", [("jei", "1")])
    pack, signature, public = (
        isles.get(f"/packs/sky-isles/latest/packwiz/{name}", token=None).body
        for name in ("pack.toml", "unsup.sig", "unsup.pub")
    )
    assert signify.verify(pack, signature, public)
    assert not signify.verify(pack.replace(b"Isles", b"Ilses"), signature, public)
    shown = isles.admin("signing-key", "show").stdout.strip()
    assert shown == f"public_key=signify {public.decode().splitlines()[1]}"
    secret = made.stdout.splitlines()[1]
    assert secret not in isles.errors() + isles.printed()
