"""A player who follows a channel with packwiz-installer: what is his stays his, and nothing that moves in between harms him.

Everything is so for a public pack and for a private one that is asked for by a token.
"""

import json

import pytest
from authors import add_file, make_build, make_mod, make_optional, make_pack, make_token, publish
from jars import jar
from packwiz import Failed, Installer

JARS = {
    f"{slug}-{version}": jar(name, version)
    for slug, name, version in [
        ("jei", "Just Enough Items", "15.2.0"),
        ("jei", "Just Enough Items", "15.3.0"),
        ("mini-map", "Mini Map", "2.0"),
        ("lanterns", "Lanterns", "1.0"),
        ("backups", "Backups", "0.9"),
        ("boats", "Boats", "1.0"),
    ]
}
BUILDS = {
    "1.0": ["jei-15.2.0", "mini-map-2.0", "lanterns-1.0", "backups-0.9"],
    "2.0": ["jei-15.3.0", "mini-map-2.0", "lanterns-1.0", "boats-1.0"],
}
# Path, policy, and the text in each build.
FILES = [
    ("config/rules.txt", "force", {"1.0": "no griefing", "2.0": "no griefing, please"}),
    ("config/old.txt", "force", {"1.0": "for once"}),
    ("options.txt", "seed", {"1.0": "fov:70", "2.0": "fov:75"}),
    ("config/map.toml", "keep", {"1.0": "zoom = 1", "2.0": "zoom = 2"}),
]
CHOICES = {"Mini Map": True, "Lanterns": False}


def mods(*names):
    return {f"mods/{name}.jar": JARS[name] for name in names}


def texts(build):
    return {path: content[build].encode() for path, _, content in FILES if build in content}


# What a player has who takes the map and leaves the lanterns, and what the server has.
FIRST = mods("jei-15.2.0", "mini-map-2.0") | texts("1.0")
SECOND = mods("jei-15.3.0", "mini-map-2.0", "boats-1.0") | texts("2.0")
FIRST_SERVER = mods("jei-15.2.0", "lanterns-1.0", "backups-0.9") | texts("1.0")
EDITED = {"options.txt": b"fov:110", "config/map.toml": b"zoom = 9", "mods/my-own.jar": b"the player's own"}


def release(server, build):
    """Publishes one of the builds."""
    contents = [tuple(name.rsplit("-", 1)) for name in BUILDS[build]]
    make_build(server, "sky-isles", build, contents)
    make_optional(server, "sky-isles", build, "mini-map", "Shows where you are.")
    make_optional(server, "sky-isles", build, "lanterns", "Makes nights brighter.", default=True)
    for path, policy, content in FILES:
        if build in content:
            add_file(server, "sky-isles", build, path, content[build].encode(), policy=policy)
    publish(server, "sky-isles", build)


def recommend(server, build):
    assert server.put("/api/v1/packs/sky-isles/channels/recommended", {"build": build}).status == 200


@pytest.fixture(params=["public", "by token"])
def pack(request, server):
    """Sky Isles with both builds, of which 1.0 is recommended; gives its address for a player."""
    is_public = request.param == "public"
    make_pack(server, "Sky Isles", public=is_public)
    make_mod(server, "Just Enough Items", {v: JARS[f"jei-{v}"] for v in ("15.2.0", "15.3.0")}, slug="jei", public=False)
    make_mod(server, "Mini Map", {"2.0": JARS["mini-map-2.0"]}, side="client")
    make_mod(server, "Lanterns", {"1.0": JARS["lanterns-1.0"]})
    make_mod(server, "Backups", {"0.9": JARS["backups-0.9"]}, side="server")
    make_mod(server, "Boats", {"1.0": JARS["boats-1.0"]})
    for build in BUILDS:
        release(server, build)
    recommend(server, "1.0")
    root = f"{server.url}/packs/sky-isles" if is_public else make_token(server, "sky-isles")["url"]
    return f"{root}/recommended/packwiz/pack.toml"


def edit(instance):
    """What the player does to his files."""
    for path, data in EDITED.items():
        (instance.folder / path).write_bytes(data)


def test_what_is_the_players_stays_his_there_and_back_again(server, pack, tmp_path):
    instance = Installer(tmp_path / "instance", choices=CHOICES)
    instance.run(pack)
    assert instance.files() == FIRST
    edit(instance)
    before = (instance.state(), instance.files())

    # He is asked once: from now on nobody answers.
    instance.choices = {}
    recommend(server, "2.0")
    instance.run(pack)
    assert instance.files() == SECOND | EDITED
    recommend(server, "1.0")
    instance.run(pack)
    assert (instance.state(), instance.files()) == before


def test_what_left_the_pack_leaves_the_instance(server, pack, tmp_path):
    instance = Installer(tmp_path / "instance", choices=CHOICES)
    instance.run(pack)
    (instance.folder / "config/old.txt").write_bytes(b"edited")
    recommend(server, "2.0")
    instance.run(pack)
    assert not {"config/old.txt", "mods/jei-15.2.0.jar"} & instance.files().keys()
    assert "mods/backups.pw.toml" not in instance.state()["cachedFiles"]


def test_preview_tells_what_the_installer_does(server, pack, tmp_path):
    instance = Installer(tmp_path / "instance", choices={"Mini Map": True, "Lanterns": True})
    instance.run(pack)
    edit(instance)
    before = instance.files()
    recommend(server, "2.0")
    instance.run(pack)
    after = instance.files()

    told = server.get(pack.replace("packwiz/pack.toml", "update-preview?from=1.0&client=packwiz"), token=None).json()
    steps = {word: {step["path"] for step in told[word]} for word in ("writes", "keeps", "deletes")}
    kept = {path for path in before if after.get(path) == before[path]} - {"mods/my-own.jar"}
    assert steps["deletes"] == before.keys() - after.keys()
    assert steps["writes"] == {path for path in after if after[path] != before.get(path)}
    assert steps["keeps"] == kept


def test_change_of_sides_changes_what_is_there_and_back(server, pack, tmp_path):
    folder = tmp_path / "instance"
    Installer(folder, choices=CHOICES).run(pack)
    server_side = Installer(folder, side="server")
    server_side.run(pack)
    # What the player chose is remembered for the other side too.
    assert server_side.files() == {path: data for path, data in FIRST_SERVER.items() if "lanterns" not in path}
    again = Installer(folder)
    again.run(pack)
    assert again.files() == FIRST

    fresh = Installer(tmp_path / "game", side="server")
    fresh.run(pack)
    assert fresh.files() == FIRST_SERVER


def test_channel_that_moves_between_two_requests_harms_nobody(server, pack, tmp_path):
    """Before which request of an update to 2.0 the channel goes back to 1.0 does not matter: the update ends with one build,
    or stops at a text of the channel whose hash is not what it must be, and the next start ends with one build."""
    counting = Installer(tmp_path / "counting", choices=CHOICES)
    counting.run(pack)
    recommend(server, "2.0")
    counting.run(pack)
    recommend(server, "1.0")

    whole, stopped = 0, 0
    for at in range(1, len(counting.requests) + 1):
        instance = Installer(tmp_path / str(at), choices=CHOICES)
        instance.run(pack)
        edit(instance)
        recommend(server, "2.0")
        instance.before = lambda number, at=at: recommend(server, "1.0") if number == at else None
        try:
            instance.run(pack)
            assert instance.files() == (FIRST if at == 1 else SECOND) | EDITED, at
            whole += 1
        except Failed as failure:
            assert at > 1 and "/recommended/packwiz/" in str(failure), (at, failure)
            for path, data in instance.files().items():
                assert data in (FIRST.get(path), SECOND.get(path), EDITED.get(path)), (at, path)
            assert EDITED.items() <= instance.files().items()
            stopped += 1
        instance.before = lambda number: None
        instance.run(pack)
        assert instance.files() == FIRST | EDITED, at
    # Requests run beside each other, so how many of the last ones no longer matter is not always the same.
    assert whole >= 1 and stopped > 1


def test_every_request_is_made_where_the_player_was_sent(server, pack, tmp_path):
    instance = Installer(tmp_path / "instance")
    instance.run(pack)
    root = pack.removesuffix("recommended/packwiz/pack.toml")
    assert all(address.startswith(root) for address in instance.requests)
    assert json.dumps(instance.state()).count("http") == 0, "the instance itself remembers no address"


def test_revoked_token_stops_updates_and_takes_nothing_away(server, tmp_path):
    make_pack(server, "Sky Isles", public=False)
    make_mod(server, "Boats", {"1.0": JARS["boats-1.0"]})
    make_build(server, "sky-isles", "1.0", [("boats", "1.0")])
    publish(server, "sky-isles", "1.0")
    made = make_token(server, "sky-isles")
    instance = Installer(tmp_path / "instance")
    instance.run(f"{made['url']}/latest/packwiz/pack.toml")
    before = instance.files()
    assert server.delete(f"/api/v1/packs/sky-isles/tokens/{made['kept']['id']}").status == 200
    with pytest.raises(Failed, match="answers 404"):
        instance.run(f"{made['url']}/latest/packwiz/pack.toml")
    assert instance.files() == before == mods("boats-1.0")
