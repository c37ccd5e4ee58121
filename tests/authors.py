"""What authors of packs do through the API, as every test of delivery needs it done first."""

import sqlite3
import time
from contextlib import closing
from urllib.parse import quote


def make_pack(server, name, **fields):
    """A public pack, unless `public` says otherwise."""
    return _made(server.post("/api/v1/packs", {"name": name, "public": True, **fields}))


def make_mod(server, name, versions=None, **fields):
    """A mod with versions, given as names and bytes; each file is called after its mod and version."""
    mod = _made(server.post("/api/v1/mods", {"name": name, **fields}))
    for version, data in (versions or {}).items():
        _made(server.upload(mod["slug"], version, data, file_name=f"{mod['slug']}-{version}.jar"))
    return mod


def make_build(server, pack, name, contents, **fields):
    """A draft of the pack, with versions attached that are given as pairs of a mod's slug and a version's name."""
    build = _made(server.post(f"/api/v1/packs/{pack}/builds", {"name": name, "minecraft_id": "1.21.1", **fields}))
    for mod, version in contents:
        _made(server.post(f"/api/v1/packs/{pack}/builds/{quote(name)}/versions", {"mod": mod, "version": version}))
    return build


def publish(server, pack, name):
    """Publishes a draft."""
    return _made(server.put(f"/api/v1/packs/{pack}/builds/{quote(name)}", {"published": True}))


def release(server, pack, name, contents, **fields):
    """A build that is made and published at once."""
    make_build(server, pack, name, contents, **fields)
    return publish(server, pack, name)


def make_optional(server, pack, name, mod, text, default=False):
    """Lets players choose whether they want a mod of a draft.

    Written beside the server into its database, as long as the API has no operation for it.
    """
    _write(
        server,
        """UPDATE build_versions SET client = 'optional', choice_text = ?, chosen = ?
           WHERE build_id = (SELECT builds.id FROM builds JOIN packs ON packs.id = pack_id
                             WHERE packs.slug = ? AND builds.name = ?)
             AND version_id IN (SELECT versions.id FROM versions JOIN mods ON mods.id = mod_id WHERE mods.slug = ?)""",
        (text, default, pack, name, mod),
    )


def add_file(server, pack, name, path, data, policy="force"):
    """Adds a file of its own to a draft: a script, a configuration. `policy` is what updates do to the player's copy.

    Its bytes come as a version of a mod for spare parts; the rest is written beside the server into its database,
    as long as the API has no operation for it.
    """
    if server.get("/api/v1/mods/spare-parts").status == 404:
        make_mod(server, "Spare Parts")
    version = f"{pack} {name} {path.replace('/', ' ')}"
    sha256 = _made(server.upload("spare-parts", version, data, file_name="part.txt"))["file"]["sha256"]
    identifier = _made(server.get(f"/api/v1/packs/{pack}/builds/{quote(name)}"))["id"]
    now = int(time.time() * 1000)
    row = {"id": f"{time.time_ns():026}", "build_id": identifier, "blob": sha256}
    row |= {"path": path, "path_key": path.lower(), "client": "required", "server": "required"}
    row |= {"policy": policy, "created_at": now, "updated_at": now}
    columns, places = ", ".join(row), ", ".join("?" * len(row))
    _write(server, f"INSERT INTO build_files ({columns}) VALUES ({places})", tuple(row.values()))


def _write(server, statement, values):
    database = server.folder / "storage" / "kleister.sqlite3"
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        assert connection.execute(statement, values).rowcount == 1


def _made(answer):
    assert answer.status == 200, answer
    return answer.json()
