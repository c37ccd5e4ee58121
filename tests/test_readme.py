"""README.md: what it tells a newcomer to copy leads to a published build."""

import re
import subprocess

from running import PROGRAM, ROOT, Server

README = (ROOT / "README.md").read_text()
HERE = "http://localhost:8080"


def first_ten_minutes():
    """The commands under that heading, in order."""
    section = README.split("## First ten minutes")[1].split("\n## ")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL))


def test_first_ten_minutes_end_in_a_published_build(tmp_path):
    server = Server(tmp_path / "clone").start()
    try:
        done = subprocess.run(
            ["bash", "-e", "-c", first_ten_minutes().replace(HERE, server.url)],
            cwd=server.folder,
            env={"PATH": f"{PROGRAM.parent}:/usr/local/bin:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        index = server.get("/packs/skyblock/latest/index.json").json()
        sides = {file["path"]: file["environment"]["server"] for file in index["files"]}
        assert index["version"] == "1.0"
        assert sides == {"mods/jei.jar": "required", "mods/minimap.jar": "unsupported"}
        addresses = set(re.findall(HERE + r"(/packs/[^`\s]+)", README))
        assert len(addresses) == 4
        assert {server.get(address).status for address in addresses} == {200}
    finally:
        server.stop()
