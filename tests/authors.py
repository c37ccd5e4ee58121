"""What authors of packs do through the API, as every test of delivery needs it done first."""

from urllib.parse import quote, urlencode


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
    """Lets players choose whether they want a mod of a draft."""
    path = f"/api/v1/packs/{pack}/builds/{quote(name)}/versions"
    links = _made(server.get(f"{path}?limit=100"))["versions"]
    entries = [{"mod": link["version"]["mod"]["slug"], "version": link["version_id"]} for link in links]
    [asked] = [entry for entry in entries if entry["mod"] == mod]
    asked |= {"client": "optional", "text": text, "default": default}
    _made(server.put(path, {"versions": entries}))


def add_file(server, pack, name, path, data, /, **query):
    """Adds a file of its own to a draft: a script, a configuration. The query says which side needs it and what updates do
    to the player's copy."""
    query = f"?{urlencode(query)}" if query else ""
    _made(server.put(f"/api/v1/packs/{pack}/builds/{quote(name)}/files/{quote(path)}{query}", data))


def make_token(server, pack, **fields):
    """A token of a pack; gives the address of the pack for its holder and the rest of what is told once."""
    return _made(server.post(f"/api/v1/packs/{pack}/tokens", {"name": "somebody", **fields}))


def _made(answer):
    assert answer.status == 200, answer
    return answer.json()
