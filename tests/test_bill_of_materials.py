"""The bill of materials of a release, judged by CycloneDX's own validator, which brings its schemas along."""

import json

import pytest
from authors import add_file, make_build, make_mod, make_pack, publish
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from jars import jar

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


def test_validator_would_find_something(bill):
    for right, wrong in (('"SHA-256"', '"SHA-0"'), ('"library"', '"jar"'), ("urn:uuid:", "uuid:")):
        assert right in bill
        assert VALIDATOR.validate_str(bill.replace(right, wrong)) is not None, wrong


def test_bill_lists_the_game_and_every_file(bill):
    components = json.loads(bill)["components"]
    names = sorted(component["name"] for component in components)
    assert names == ["Backups", "Just Enough Items", "Minecraft", "isles.txt"]
