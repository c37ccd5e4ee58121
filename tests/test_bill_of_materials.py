"""The bill of materials of a release, judged by CycloneDX's own validator, which brings its schemas along."""

import json

import pytest
from authors import add_file, make_build, make_mod, make_optional, make_pack, publish
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from importing import ended, mrpack, send
from jars import jar

LINKED = "https://cdn.modrinth.com/data/AANobbMI/versions/b2JhY2tz/boats.jar"
# An identifier of SPDX, expressions of them, one with an exception, a name, and what is none of these.
LICENCES = (
    "MIT", "MIT OR Apache-2.0", "(LGPL-3.0-only AND MIT) OR Apache-2.0", "GPL-3.0-only WITH Classpath-exception-2.0",
    "LicenseRef-Isles", "All Rights Reserved",
)
VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)


@pytest.fixture
def bill(server):
    """The bill of Sky Isles 1.0, as text."""
    make_pack(server, "Sky Isles", summary="Islands in the sky.", website="https://example.org/isles")
    make_mod(server, "Just Enough Items", {"15.2.0": jar("Just Enough Items", "15.2.0")}, slug="jei")
    make_mod(server, "Backups", {"0.9+beta [x]": jar("Backups")}, side="server")
    make_build(server, "sky-isles", "1.0", [("jei", "15.2.0"), ("backups", "0.9+beta [x]")])
    add_file(server, "sky-isles", "1.0", "config/isles.txt", b"isles = 7\n")
    publish(server, "sky-isles", "1.0")
    answer = server.get("/packs/sky-isles/1.0/sbom.cdx.json", token=None)
    assert answer.status == 200
    return answer.body.decode()


def test_validator_finds_nothing(bill):
    assert VALIDATOR.validate_str(bill) is None


@pytest.fixture
def rich_bill(server):
    """The bill of a pack of files of every kind: linked, optional, of servers only, under licences of every form."""
    boats = {"mods/boats.jar": (jar("Boats", loader="forge"), LINKED)}
    archive = mrpack(boats, {"config/boats.toml": b"speed = 3"}, minecraft="1.20.1", forge="47.2.0")
    report = ended(server, send(server, archive, slug="sky-isles"))
    assert report["state"] == "done", report
    for number, licence in enumerate(LICENCES):
        data = jar(f"Mod {number}", loader="forge", licence=licence)
        slug = make_mod(server, f"Mod {number}", {"1.0": data}, slug=f"mod-{number}")["slug"]
        added = server.post("/api/v1/packs/sky-isles/builds/1.0/versions", {"mod": slug, "version": "1.0"})
        assert added.status == 200, added
    make_optional(server, "sky-isles", "1.0", "mod-0", "Looks closer.")
    add_file(server, "sky-isles", "1.0", "server.properties", b"motd=Isles", client="unsupported")
    assert server.put("/api/v1/packs/sky-isles", {"public": True}).status == 200
    publish(server, "sky-isles", "1.0")
    answer = server.get("/packs/sky-isles/1.0/sbom.cdx.json", token=None)
    assert answer.status == 200
    return answer.body.decode()


def test_validator_finds_nothing_in_files_of_every_kind(rich_bill):
    assert VALIDATOR.validate_str(rich_bill) is None
    assert LINKED in rich_bill
    told = [licence for component in json.loads(rich_bill)["components"] for licence in component.get("licenses", [])]
    kinds = {kind for licence in told for kind in licence.get("license", licence)}
    assert {"id", "name", "expression"} <= kinds, told


def test_validator_would_find_something(bill):
    for right, wrong in (('"SHA-256"', '"SHA-0"'), ('"library"', '"jar"'), ("urn:uuid:", "uuid:")):
        assert right in bill
        assert VALIDATOR.validate_str(bill.replace(right, wrong)) is not None, wrong


def test_bill_lists_the_game_and_every_file(bill):
    components = json.loads(bill)["components"]
    names = sorted(component["name"] for component in components)
    assert names == ["Backups", "Just Enough Items", "Minecraft", "isles.txt"]
