"""Instances that packwiz-installer keeps up to date: every request it makes, every file it ends with."""

import http.client
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from authors import add_file, make_build, make_mod, make_optional, make_pack, publish, release
from jars import jar
from packwiz import Failed, Installer

JEI = {version: jar("Just Enough Items", version) for version in ("15.2.0", "15.3.0")}
MAP = jar("Mini Map", size=60_000)
BACKUPS = jar("Backups", "0.9")
LANTERNS = jar("Lanterns")

FIRST_CLIENT = {"mods/jei-15.2.0.jar": JEI["15.2.0"], "mods/mini-map-2.0.jar": MAP, "mods/lanterns-1.0.jar": LANTERNS}
SECOND_CLIENT = {"mods/jei-15.3.0.jar": JEI["15.3.0"], "mods/mini-map-2.0.jar": MAP}
FIRST_SERVER = {
    "mods/jei-15.2.0.jar": JEI["15.2.0"],
    "mods/backups-0.9.jar": BACKUPS,
    "mods/lanterns-1.0.jar": LANTERNS,
}


@pytest.fixture
def pack(server):
    """Sky Isles 1.0, and its address by the channel that careful players follow."""
    make_pack(server, "Sky Isles")
    make_mod(server, "Just Enough Items", JEI, slug="jei")
    make_mod(server, "Mini Map", {"2.0": MAP}, side="client")
    make_mod(server, "Backups", {"0.9": BACKUPS}, side="server")
    make_mod(server, "Lanterns", {"1.0": LANTERNS}, side="both")
    everything = [("jei", "15.2.0"), ("mini-map", "2.0"), ("backups", "0.9"), ("lanterns", "1.0")]
    release(server, "sky-isles", "1.0", everything)
    return f"{server.url}/packs/sky-isles/recommended/packwiz/pack.toml"


def release_second(server):
    """2.0: a newer version of one mod, one mod fewer."""
    release(server, "sky-isles", "2.0", [("jei", "15.3.0"), ("mini-map", "2.0"), ("backups", "0.9")])


def recommend(server, name):
    assert server.put(f"/api/v1/packs/sky-isles/builds/{name}", {"recommended": True}).status == 200


def asked(installer):
    """The addresses that the last run asked for, below the pack, in groups as the installer goes through them."""
    paths = [address.split("/packs/sky-isles/")[1] for address in installer.requests]
    metafiles = [path for path in paths if path.endswith(".pw.toml")]
    # The index is named by its hash.
    paths[1] = re.sub("index-[0-9a-f]{64}", "index-HASH", paths[1])
    return paths[:2], sorted(metafiles), sorted(paths[2 + len(metafiles) :])


def test_first_run_asks_for_pack_index_metafiles_and_files(server, pack, tmp_path):
    installer = Installer(tmp_path / "instance")
    installer.run(pack)
    assert installer.files() == FIRST_CLIENT
    tree = "recommended/packwiz"
    assert asked(installer) == (
        [f"{tree}/pack.toml", f"{tree}/index-HASH.toml"],
        [f"{tree}/mods/{mod}.pw.toml" for mod in ("backups", "jei", "lanterns", "mini-map")],
        # What a channel leads to are the files of the build that it points to.
        [f"1.0/files/mods/{file}" for file in ("jei-15.2.0.jar", "lanterns-1.0.jar", "mini-map-2.0.jar")],
    )


def test_second_run_makes_one_request(server, pack, tmp_path):
    Installer(tmp_path / "instance").run(pack)
    again = Installer(tmp_path / "instance")
    before = (again.state(), again.files())
    again.run(pack)
    assert again.requests == [pack]
    assert (again.state(), again.files()) == before


def test_update_fetches_only_what_changed(server, pack, tmp_path):
    installer = Installer(tmp_path / "instance")
    installer.run(pack)
    (tmp_path / "instance" / "options.txt").write_bytes(b"the player's own")
    release_second(server)
    installer.run(pack)
    first, _, files = asked(installer)
    assert first == ["recommended/packwiz/pack.toml", "recommended/packwiz/index-HASH.toml"]
    assert files == ["2.0/files/mods/jei-15.3.0.jar"]
    assert installer.files() == SECOND_CLIENT | {"options.txt": b"the player's own"}


def test_there_and_back_again_ends_as_it_began(server, pack, tmp_path):
    installer = Installer(tmp_path / "instance")
    recommend(server, "1.0")
    installer.run(pack)
    first = (installer.state(), installer.files())
    release_second(server)

    installer.run(pack)
    assert installer.requests == [pack], "a new build changes nothing for those who follow another channel"
    recommend(server, "2.0")
    installer.run(pack)
    assert installer.files() == SECOND_CLIENT
    recommend(server, "1.0")
    installer.run(pack)
    assert (installer.state(), installer.files()) == first


def test_server_gets_its_files_and_no_others(server, pack, tmp_path):
    installer = Installer(tmp_path / "instance", side="server")
    installer.run(pack)
    assert installer.files() == FIRST_SERVER


def test_change_of_sides_is_followed(server, pack, tmp_path):
    Installer(tmp_path / "instance", side="server").run(pack)
    client = Installer(tmp_path / "instance", side="client")
    client.run(pack)
    assert client.files() == FIRST_CLIENT
    assert asked(client)[2] == ["1.0/files/mods/mini-map-2.0.jar"]


def test_deleted_file_comes_back(server, pack, tmp_path):
    installer = Installer(tmp_path / "instance")
    installer.run(pack)
    (tmp_path / "instance/mods/jei-15.2.0.jar").unlink()
    installer.run(pack)
    assert asked(installer)[1:] == (["recommended/packwiz/mods/jei.pw.toml"], ["1.0/files/mods/jei-15.2.0.jar"])
    assert installer.files() == FIRST_CLIENT


def test_file_that_lies_there_already_is_not_fetched(server, pack, tmp_path):
    installer = Installer(tmp_path / "instance")
    installer.folder.joinpath("mods").mkdir(parents=True)
    (tmp_path / "instance/mods/mini-map-2.0.jar").write_bytes(MAP)
    installer.run(pack)
    assert "1.0/files/mods/mini-map-2.0.jar" not in asked(installer)[2]
    assert installer.files() == FIRST_CLIENT


def test_renamed_mod_keeps_its_place_in_the_tree(server, pack, tmp_path):
    installer = Installer(tmp_path / "instance")
    installer.run(pack)
    assert server.put("/api/v1/mods/mini-map", {"name": "Atlas"}).status == 200
    release_second(server)
    installer.run(pack)
    assert installer.files() == SECOND_CLIENT
    assert sorted(installer.state()["cachedFiles"]) == [
        "mods/backups.pw.toml",
        "mods/jei.pw.toml",
        "mods/mini-map.pw.toml",
    ]


def test_choice_of_an_optional_mod_outlives_updates(server, pack, tmp_path):
    for name, jei in (("2.0", "15.2.0"), ("3.0", "15.3.0")):
        make_build(server, "sky-isles", name, [("jei", jei), ("mini-map", "2.0"), ("lanterns", "1.0")])
        make_optional(server, "sky-isles", name, "mini-map", "Shows where you are.")
        make_optional(server, "sky-isles", name, "lanterns", "Makes nights brighter.", default=True)
        publish(server, "sky-isles", name)
    tree = f"{server.url}/packs/sky-isles/%s/packwiz/pack.toml"

    silent = Installer(tmp_path / "silent")
    silent.run(tree % "2.0")
    assert silent.files() == {"mods/jei-15.2.0.jar": JEI["15.2.0"], "mods/lanterns-1.0.jar": LANTERNS}

    Installer(tmp_path / "choosing", choices={"Mini Map": True, "Lanterns": False}).run(tree % "2.0")
    choosing = Installer(tmp_path / "choosing")
    choosing.run(tree % "3.0")
    assert choosing.files() == SECOND_CLIENT


def test_files_of_the_pack_itself_lie_in_the_tree(server, pack, tmp_path):
    awkward = "config/[Sky] ünï 100%.txt"
    for name in ("2.0", "3.0"):
        make_build(server, "sky-isles", name, [("jei", "15.2.0")])
        add_file(server, "sky-isles", name, awkward, f"ours {name}".encode())
        add_file(server, "sky-isles", name, "options.txt", f"at first {name}".encode(), policy="seed")
        publish(server, "sky-isles", name)
    tree = f"{server.url}/packs/sky-isles/%s/packwiz/pack.toml"

    installer = Installer(tmp_path / "instance")
    installer.run(tree % "2.0")
    jei = {"mods/jei-15.2.0.jar": JEI["15.2.0"]}
    assert installer.files() == jei | {awkward: b"ours 2.0", "options.txt": b"at first 2.0"}
    (tmp_path / "instance/options.txt").write_bytes(b"the player's own")
    installer.run(tree % "3.0")
    assert installer.files() == jei | {awkward: b"ours 3.0", "options.txt": b"the player's own"}


@pytest.mark.parametrize("damaged", ["index-[^/]*.toml", "mods/jei.pw.toml", "files/mods/jei-15.2.0.jar"])
def test_change_on_the_wire_is_noticed_and_mended_by_the_next_run(server, pack, tmp_path, damaged):
    installer = Installer(tmp_path / "instance")
    with wire(server, damaged) as address:
        with pytest.raises(Failed, match="hash invalid"):
            installer.run(f"{address}/packs/sky-isles/1.0/packwiz/pack.toml")
    assert "mods/jei-15.2.0.jar" not in installer.files()
    assert installer.state()["packFileHash"] is None
    installer.run(f"{server.url}/packs/sky-isles/1.0/packwiz/pack.toml")
    assert installer.files() == FIRST_CLIENT


@contextmanager
def wire(server, damaged):
    """The address of a wire to the server, which damages answers whose address ends like that."""

    class Relay(BaseHTTPRequestHandler):
        def do_GET(self):
            connection = http.client.HTTPConnection("127.0.0.1", server.port)
            connection.request("GET", self.path, headers=dict(self.headers))
            answer = connection.getresponse()
            data = bytearray(answer.read())
            connection.close()
            if re.search(f"/{damaged}$", self.path):
                data[-2] ^= 1
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Relay) as relay:
        threading.Thread(target=relay.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{relay.server_port}"
        relay.shutdown()
