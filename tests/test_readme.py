"""README.md: what it tells a newcomer to copy leads to a published build, and to its files in every way that it names."""

import os
import re
import stat
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from running import PROGRAM, ROOT, Server

README = (ROOT / "README.md").read_text()
HERE = "http://localhost:8080"

# Where README.md runs packwiz-installer, its replay runs: the jar is not ours to bring along, and fetches its other half.
JAVA = f"""#!{sys.executable} -B
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from packwiz import Installer
assert sys.argv[1:6] == ["-jar", "../packwiz-installer-bootstrap.jar", "-g", "-s", "server"], sys.argv
[address] = sys.argv[6:]
Installer(".", side="server").run(address)
"""


def commands(heading):
    """The commands under a heading, in order."""
    section = README.split(f"## {heading}\n")[1].split("\n## ")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL))


def run(server, heading, **environment):
    """Pastes the commands under a heading into a shell beside the server, and gives what they print."""
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", commands(heading).replace(HERE, server.url)],
        cwd=server.folder,
        env={"PATH": f"{PROGRAM.parent}:/usr/local/bin:/usr/bin:/bin"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def skyblock(tmp_path_factory):
    """A server with whom somebody has spent the first ten minutes."""
    server = Server(tmp_path_factory.mktemp("readme") / "clone").start()
    run(server, "First ten minutes")
    yield server
    server.stop()


def test_first_ten_minutes_end_in_a_published_build(skyblock):
    index = skyblock.get("/packs/skyblock/latest/index.json").json()
    sides = {file["path"]: file["environment"]["server"] for file in index["files"]}
    assert index["version"] == "1.0"
    assert sides == {"mods/jei.jar": "required", "mods/minimap.jar": "unsupported"}


def test_addresses_for_players_answer(skyblock):
    addresses = set(re.findall(HERE + r"(/packs/[^`\s]+)`", README))
    assert len(addresses) == 4
    assert {skyblock.get(address).status for address in addresses} == {200}


def test_every_way_to_install_it_ends_with_the_same_files(skyblock):
    play_java(skyblock.folder / "bin")
    path = f"{skyblock.folder / 'bin'}:{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    # pip finds what it shall install, and asks nobody.
    library = {"PYTHONPATH": sysconfig.get_path("purelib"), "PIP_NO_INDEX": "1", "HOME": str(skyblock.folder)}
    printed = run(skyblock, "Install it", PATH=path, **library)
    # packwiz: the index and two files; Solder: two zips; curl: two files.
    assert printed.count(": OK\n") == 3 + 2 + 2
    jars = {name: (skyblock.folder / name).read_bytes() for name in ("jei.jar", "minimap.jar")}
    for folder in ("by-packwiz", "instance", "by-solder", "by-curl"):
        assert installed(skyblock.folder / folder) == jars, folder
    assert installed(skyblock.folder / "game-server") == {"jei.jar": jars["jei.jar"]}


def installed(folder):
    """The mods of an instance with their bytes."""
    return {file.name: file.read_bytes() for file in (folder / "mods").iterdir()}


def play_java(folder):
    """Puts a `java` into a folder that runs packwiz-installer's replay."""
    folder.mkdir()
    (folder / "java").write_text(JAVA)
    os.chmod(folder / "java", stat.S_IRWXU)
