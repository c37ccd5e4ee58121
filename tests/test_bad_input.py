"""Whatever arrives as a body, the answer says what is wrong, and nothing breaks."""

import json

import pytest
from probing import count, post_text, refused_message
from running import PASSWORD


@pytest.fixture(scope="module")
def server(probed):
    return probed


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no json",
        "{",
        '{"name": "Tail"} x',
        "{'name': 'Quotes'}",
        "null",
        "true",
        "17",
        '"name"',
        "[]",
        '["array", "An Array", null, null, null, null]',
        '{"name": 17}',
        '{"name": ["Nested"]}',
        '{"name": {"text": "Nested"}}',
        '{"name": true}',
        '{"name": "Words", "public": "true"}',
        '{"name": "Numbers", "public": 1}',
        '{"name": 1e999}',
        '{"name": "Huge", "public": ' + "9" * 400 + "}",
        '{"name": "One", "name": "Two"}',
        '{"name": "\\ud800 lone"}',
        '{"name": "\\udc00 lone"}',
        '{"name": "a\nb"}',
        b'{"name": "\xff\xfe"}',
        '{"name": "Wide"}'.encode("utf-16"),
        "[" * 100_000,
        '{"name":' * 100_000,
        '{"name": ' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
    ids=lambda body: repr(body[:40]),
)
def test_what_is_no_json_or_of_a_wrong_type_is_400(server, body):
    """The message says where it went wrong, and nothing is made."""
    before = count(server, "/packs")
    refused_message(post_text(server, "/packs", body), 400)
    assert count(server, "/packs") == before


def test_login_takes_no_array(server):
    """Credentials are an object; another value with the right texts in it signs nobody in."""
    refused_message(post_text(server, "/auth/login", json.dumps(["admin", PASSWORD])), 400)


@pytest.mark.parametrize("media_type", [None, "text/plain", "text/html", "application/x-www-form-urlencoded", "image/png"])
def test_other_media_types_are_400(server, media_type):
    """A page of another site can send these without asking the browser first, so they are never read as JSON."""
    before = count(server, "/packs")
    assert "application/json" in refused_message(post_text(server, "/packs", '{"name": "Typed"}', media_type), 400)
    assert "multipart/form-data" in refused_message(post_text(server, "/mods/lamps/versions", '{"name": "2"}', media_type), 400)
    assert count(server, "/packs") == before


def test_parameters_of_the_media_type_do_not_matter(server):
    answer = post_text(server, "/packs", '{"name": "Parameters"}', "Application/JSON; charset=UTF-8")
    assert answer.status == 200


def test_unknown_fields_are_ignored_however_they_look(server):
    """Clients of tomorrow send more than today's server knows."""
    deep = "[" * 100_000 + "]" * 100_000
    for number, value in enumerate(["1e999", '"text"', "{}", "[null]", deep]):
        answer = post_text(server, "/packs", f'{{"name": "Unknown {number}", "tomorrow": {value}}}')
        assert answer.status == 200, answer


def test_null_is_as_if_not_given(server):
    """Null neither clears a field nor counts as a value; an empty text clears."""
    made = post_text(server, "/packs", '{"name": "Nulls", "slug": null, "website": "https://a.example", "public": null}')
    assert made.status == 200 and made.json()["slug"] == "nulls" and made.json()["public"] is False
    changed = server.put("/api/v1/packs/nulls", {"name": None, "website": None, "summary": None})
    assert changed.status == 200 and changed.json()["name"] == "Nulls"
    assert changed.json()["website"] == "https://a.example"
    assert "website" not in server.put("/api/v1/packs/nulls", {"website": ""}).json()


@pytest.mark.parametrize(
    ("path", "fields", "field"),
    [
        ("/packs", {"name": "a\x01b"}, "name"),
        ("/packs", {"name": "Zero", "slug": "a\x01b"}, "slug"),
        ("/packs", {"name": "Zero", "website": "https://a.example/\x01"}, "website"),
        ("/packs", {"name": "Zero", "summary": "a\x01b"}, "summary"),
        ("/mods", {"name": "Zero", "author": "a\x01b"}, "author"),
        ("/users", {"username": "zero\x01"}, "username"),
        ("/users", {"username": "zero", "fullname": "a\x01b"}, "fullname"),
        ("/packs/sky/builds", {"name": "a\x01b"}, "name"),
        ("/packs/sky/builds", {"name": "memory", "memory": "9" * 60}, "memory"),
        ("/packs/sky/builds", {"name": "memory", "memory": "-1"}, "memory"),
        ("/packs/sky/builds", {"name": "java", "java": "9" * 60}, "java"),
    ],
)
def test_texts_and_numbers_that_break_a_rule_are_422_with_the_field(server, path, fields, field):
    answer = server.post(f"/api/v1{path}", fields)
    refused_message(answer, 422)
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_password_may_be_any_text(server):
    """It is taken as it is, and not trimmed."""
    password = " twelve\tstones \x01 and a half \U0001f511 "
    assert server.post("/api/v1/users", {"username": "stones", "password": password}).status == 200
    assert server.sign_in("stones", password)
    trimmed = server.post("/api/v1/auth/login", {"username": "stones", "password": password.strip()}, token=None)
    refused_message(trimmed, 401)


def test_a_nul_is_no_text_anywhere(server):
    """One database cannot keep it, another would end there: the same refusal on all, before anything is looked up."""
    for path, body in [("/packs", {"name": "a\0b"}), ("/users", {"username": "zero", "password": "twelve\0stones"})]:
        assert "NUL" in refused_message(server.post(f"/api/v1{path}", body), 400)


@pytest.mark.parametrize("size", [(1 << 20) + 1, 3 << 20])
def test_a_body_over_one_mebibyte_is_413(server, size):
    body = '{"name": "Large", "x": "' + "x" * size + '"}'
    assert "1048576" in refused_message(post_text(server, "/packs", body), 413)


def test_a_body_of_one_mebibyte_is_read(server):
    begin, end = '{"name": "Brimful", "x": "', '"}'
    body = begin + "x" * ((1 << 20) - len(begin) - len(end)) + end
    assert post_text(server, "/packs", body).status == 200


def test_bodies_of_those_who_are_not_signed_in_are_short(server):
    """16 KiB are enough to sign in: nobody fills the memory without a credential."""
    body = json.dumps({"username": "admin", "password": "x" * 20_000}).encode()
    answer = server.post("/api/v1/auth/login", body, headers={"Content-Type": "application/json"}, token=None)
    refused_message(answer, 413)
