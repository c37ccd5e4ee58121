"""Lists take any query: what cannot be is told, what can be is echoed as applied."""

import urllib.parse

import pytest
from authors import make_pack
from probing import refused_message

LISTS = {
    "/packs": "name, slug, website, public, created, updated",
    "/mods": "name, slug, side, description, author, website, public, created, updated",
    "/users": "username, fullname, email, admin, active, created, updated",
    "/packs/sky/builds": "name",
    "/mods/lamps/versions": "name, public, created, updated",
    "/packs/sky/builds/1.0/versions": "name, public, created, updated",
    "/mods/lamps/versions/1.0/builds": "name, public, created, updated",
}


@pytest.fixture(scope="module")
def server(probed):
    return probed


# Lists


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_order_is_400_with_those_that_are_allowed(server, path):
    message = refused_message(server.get(f"/api/v1{path}?sort=colour"), 400)
    assert "colour" in message and LISTS[path] in message
    message = refused_message(server.get(f"/api/v1{path}?order=sideways"), 400)
    assert "sideways" in message and "asc" in message and "desc" in message
    assert server.get(f"/api/v1{path}?sort=&order=").status == 200


@pytest.mark.parametrize("value", ["many", "1.5", "1e3", "0x10", "9" * 30, "1&{key}=2"])
@pytest.mark.parametrize("key", ["limit", "offset"])
def test_a_page_that_is_no_number_is_400_with_the_key(server, key, value):
    assert key in refused_message(server.get(f"/api/v1/packs?{key}={value.format(key=key)}"), 400)


@pytest.mark.parametrize("path", LISTS)
def test_pages_are_echoed_as_applied(server, path):
    """Nothing asked for is 100 rows; 0, less, or too many are the cap; past the end is an empty page."""
    for asked, limit in [(None, 100), (1, 1), (0, 10_000), (-1, 10_000), (10**9, 10_000), (-(2**63), 10_000)]:
        page = server.get(f"/api/v1{path}" + ("" if asked is None else f"?limit={asked}")).json()
        assert (page["limit"], page["offset"]) == (limit, 0)
    rows = path.rsplit("/", 1)[1]
    total = page["total"]
    for offset in (total, 10**9, 2**63 - 1):
        page = server.get(f"/api/v1{path}?offset={offset}").json()
        assert (page[rows], page["total"], page["offset"]) == ([], total, offset)
    assert server.get(f"/api/v1{path}?offset=-5").json()["offset"] == 0


def test_wildcards_of_the_database_are_plain_characters_of_a_search(server):
    """What is searched for is a text and nothing but a text."""
    for name in ("100% Wool", "Under_score", r"Back\slash", "Star*light", "It'; DROP TABLE packs--", "Brack[et]"):
        make_pack(server, name)

    def found(text):
        page = server.get(f"/api/v1/packs?search={urllib.parse.quote(text)}").json()
        assert page["total"] == len(page["packs"])
        return [pack["name"] for pack in page["packs"]]

    assert found("%") == found("100%") == found("0% W") == ["100% Wool"]
    assert found("_") == found("R_S") == ["Under_score"]
    assert found("\\") == found("k\\s") == [r"Back\slash"]
    assert found("*") == ["Star*light"]
    assert found("'; drop table packs--") == ["It'; DROP TABLE packs--"]
    assert found("[e") == ["Brack[et]"]
    assert found("S%y") == found("S_y") == found("%%") == found("__") == found("[a-z]") == []


@pytest.mark.parametrize("text", ["%00", "sky%00", "s%00y", "%00sky"])
def test_a_search_with_a_nul_is_refused(server, text):
    """Some databases would take the NUL for the end of the text, others refuse it: here it is 400 on all."""
    assert "NUL" in refused_message(server.get(f"/api/v1/packs?search={text}"), 400)
