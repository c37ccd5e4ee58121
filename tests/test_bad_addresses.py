"""Whatever is asked for, every address answers in the form that it promises."""

import base64
import hashlib
import hmac
import json
import time
import urllib.parse

import pytest
from probing import SECRET, UNKNOWN_ID, refused_message
from wire import send_raw


@pytest.fixture(scope="module")
def server(probed):
    return probed


# Addresses


@pytest.mark.parametrize(
    "path",
    [
        f"/packs/{UNKNOWN_ID}",
        "/packs/nowhere",
        "/packs/%00",
        "/packs/%FF",
        "/packs/..%2Fmods",
        "/packs/sky%2Fbuilds",
        f"/packs/sky/builds/{UNKNOWN_ID}",
        "/packs/sky/builds/2.0",
        "/packs/sky/builds/%FF",
        "/packs/nowhere/builds",
        f"/packs/sky/builds/{UNKNOWN_ID}/versions",
        f"/mods/{UNKNOWN_ID}",
        "/mods/nowhere/versions",
        f"/mods/lamps/versions/{UNKNOWN_ID}",
        "/mods/lamps/versions/2.0",
        f"/mods/lamps/versions/{UNKNOWN_ID}/builds",
        f"/users/{UNKNOWN_ID}",
        "/users/nobody",
        "/users/%00",
        "/users/%FF",
        f"/storage/versions/{UNKNOWN_ID}/lamps.jar",
        "/storage/versions/%FF/lamps.jar",
        f"/storage/versions/{UNKNOWN_ID}/%FF",
    ],
)
def test_what_does_not_exist_is_404(server, path):
    refused_message(server.get(f"/api/v1{path}"), 404)


@pytest.mark.parametrize("body", [{"mod": "nowhere", "version": "1.0"}, {"mod": "lamps", "version": UNKNOWN_ID}])
def test_what_does_not_exist_cannot_be_attached(server, body):
    refused_message(server.post("/api/v1/packs/sky/builds/1.0/versions", body), 404)


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/packs/sky/x", "/api/v9"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_unknown_addresses_of_the_api_are_json(server, method, path):
    refused_message(server.request(method, path), 404)


@pytest.mark.parametrize(
    "path", ["/packs", "/packs/", "/packs/nothing", "/packs/sky/1.0/x", "/packs/sky/9/index.json", "/packs/%FF/1.0/index.json"]
)
def test_unknown_addresses_of_packs_are_plain_text(server, path):
    """Launchers show the text, or save it: a web page there would be taken for a pack."""
    answer = server.get(path, token=None, headers={"Accept": "text/html"})
    assert answer.status == 404, answer
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"<" not in answer.body


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/packs", {"GET", "HEAD", "POST"}),
        ("DELETE", "/packs", {"GET", "HEAD", "POST"}),
        ("POST", "/packs/sky", {"GET", "HEAD", "PUT", "DELETE"}),
        ("GET", "/auth/login", {"POST"}),
        ("POST", "/auth/verify/token", {"GET", "HEAD"}),
        ("PUT", f"/storage/versions/{UNKNOWN_ID}/x", {"GET", "HEAD"}),
        ("BREW", "/packs", {"GET", "HEAD", "POST"}),
    ],
)
def test_a_wrong_method_is_405_and_the_right_ones_are_named(server, method, path, allowed):
    answer = send_raw(server, method, f"/api/v1{path}", f"Authorization: Bearer {server.token}", "Content-Length: 0")
    refused_message(answer, 405)
    assert set(answer.headers["Allow"].replace(" ", "").split(",")) == allowed


def test_options_tells_the_methods(server):
    answer = server.request("OPTIONS", "/api/v1/packs", token=None)
    assert (answer.status, answer.body) == (204, b"")
    assert set(answer.headers["Allow"].split(",")) == {"GET", "HEAD", "POST"}


READABLE = ["/api/v1/packs", "/api/v1/packs/sky", "/api/v1/packs/nowhere", "/packs/sky/1.0/index.json", "/packs/x"]


@pytest.mark.parametrize("path", READABLE)
def test_head_is_get_without_the_body(server, path):
    got, head = server.get(path), server.request("HEAD", path)
    assert (head.status, head.body) == (got.status, b"")
    assert lasting(head) == lasting(got)


@pytest.mark.parametrize("path", READABLE)
def test_a_slash_at_the_end_changes_nothing(server, path):
    """No redirect either: clients drop their credential or the body when they follow one."""
    plain = server.get(path)
    for slashes in ("/", "//"):
        answer = server.get(path + slashes)
        assert (answer.status, answer.body) == (plain.status, plain.body)


def test_writing_works_with_a_slash_at_the_end(server):
    assert server.post("/api/v1/packs/", {"name": "Slashed"}).status == 200
    assert server.put("/api/v1/packs/slashed/", {"summary": "with a slash"}).status == 200
    assert server.delete("/api/v1/packs/slashed/").status == 200


def test_names_in_addresses_may_be_percent_encoded(server):
    """Slugs, names and identifiers mean the same in every spelling, and names come back as they were given."""
    name = "1.0 beta+x [ü] 100%"
    made = server.post("/api/v1/packs/sky/builds", {"name": name})
    assert made.status == 200
    identifier = made.json()["id"]
    every_character = "".join(f"%{byte:02x}" for byte in name.encode())
    for spelling in (urllib.parse.quote(name, safe=""), every_character, every_character.upper(), identifier):
        for pack in ("sky", "%73%6B%79", "SKY"):
            answer = server.get(f"/api/v1/packs/{pack}/builds/{spelling}")
            assert answer.status == 200 and answer.json()["name"] == name, spelling
    assert server.delete(f"/api/v1/packs/sky/builds/{identifier}").status == 200


def test_an_encoded_slash_is_part_of_a_name(server):
    """It never begins another part of the address."""
    for path in ("packs%2Fsky", "packs/sky%2Fbuilds", "packs/sky%2Fbuilds%2F1.0", "packs/sky/builds%2F1.0"):
        refused_message(server.get(f"/api/v1/{path}"), 404)
    assert server.get("/packs/sky%2F1.0/index.json").status == 404
    assert server.get("/packs/sky/1.0/files%2Fmods/lamps-1.0.jar").status == 404


# Addresses as no client writes them

TRICKS = [
    "../../../../etc/passwd",
    "../../../kleister.sqlite3",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "%252e%252e%252fetc%252fpasswd",
    "..%5c..%5cetc%5cpasswd",
    "..\\..\\etc\\passwd",
    "....//....//etc/passwd",
    "..;/..;/etc/passwd",
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "file:///etc/passwd",
    "C:/Windows/win.ini",
    "%c0%ae%c0%ae/etc/passwd",
    "mods/lamps-1.0.jar%00",
    "mods/lamps-1.0.jar%00.png",
    "mods/./lamps-1.0.jar",
    "mods/../mods/lamps-1.0.jar",
    "mods//lamps-1.0.jar",
    "mods%2f..%2fmods%2flamps-1.0.jar",
    "mods",
    "mods/",
    "",
    ".",
    "%FF",
    "%",
    "%zz",
    "a/" * 2000,
]


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick[:40])
def test_no_spelling_leaves_the_files_of_a_release(server, trick):
    """Only the paths of the release itself name files; everything else is nothing."""
    answer = send_raw(server, "GET", f"/packs/sky/1.0/files/{trick}")
    assert answer.status == 404, answer
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"root:" not in answer.body and b"SQLite" not in answer.body


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick[:40])
@pytest.mark.parametrize("below", ["", "versions/"])
def test_no_spelling_leaves_the_storage(server, below, trick):
    """A file is found by its identifier alone, and folders are not listed."""
    answer = send_raw(server, "GET", f"/api/v1/storage/{below}{trick}", f"Authorization: Bearer {server.token}")
    refused_message(answer, 404)


@pytest.mark.parametrize("trick", ["..%2f..%2fkleister.sqlite3", "%2e%2e", "a%2fb"])
def test_the_name_in_a_storage_address_finds_nothing(server, trick):
    """It is for people only: whatever it says, the identifier decides."""
    file = server.get("/api/v1/mods/lamps/versions/1.0").json()["file"]
    identifier = file["url"].split("/")[-2]
    answer = send_raw(server, "GET", f"/api/v1/storage/versions/{identifier}/{trick}", f"X-API-Key: {server.token}")
    assert (answer.status, answer.body) == (200, b"the bytes of lamps")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    refused_message(send_raw(server, "GET", f"/api/v1/storage/versions/{identifier}", f"X-API-Key: {server.token}"), 404)


# Tokens in the path


def signed(token, secret, **claims):
    """The token with other claims, signed with a secret."""

    def written(part):
        return base64.urlsafe_b64encode(part).rstrip(b"=").decode()

    header, payload, _ = token.split(".")
    known = json.loads(base64.urlsafe_b64decode(payload + "=="))
    text = f"{header}.{written(json.dumps({**known, **claims}).encode())}"
    return f"{text}.{written(hmac.digest(secret.encode(), text.encode(), hashlib.sha256))}"


def lasting(answer):
    """The headers that are the same each time."""
    changing = {"request-id", "date", "connection"}
    return sorted((key.lower(), value) for key, value in answer.headers.items() if key.lower() not in changing)


def test_whatever_is_no_token_is_refused_with_the_same_bytes(server):
    """Malformed, forged, expired, or no text at all: nobody learns which it was."""
    good = server.token
    header, payload, signature = good.split(".")
    unsigned = base64.urlsafe_b64encode(b'{"typ":"kleister+jwt","alg":"none"}').rstrip(b"=").decode()
    now = int(time.time())
    assert server.get(f"/api/v1/auth/verify/{good}", token=None).json()["username"] == "admin"
    assert server.get(f"/api/v1/auth/verify/{signed(good, SECRET)}", token=None).status == 200
    tokens = {
        "empty": "",
        "a word": "token",
        "dots": "..",
        "three words": "a.b.c",
        "a piece": good[:-10],
        "flipped": f"{header}.{payload}.{signature[::-1]}",
        "without a signature": f"{header}.{payload}.",
        "unsigned": f"{unsigned}.{payload}.",
        "signed by somebody else": signed(good, "another key of thirty-two bytes and more"),
        "expired": signed(good, SECRET, exp=now - 1),
        "not yet": signed(good, SECRET, nbf=now + 3600),
        "of nobody": signed(good, SECRET, sub=UNKNOWN_ID),
        "of no session": signed(good, SECRET, sid=UNKNOWN_ID),
        "of another server": signed(good, SECRET, iss="somebody"),
        "of a former password": signed(good, SECRET, ver=-1),
        "of wrong types": signed(good, SECRET, exp="soon"),
        "with more behind": f"{good}/x",
        "with more before": f"x/{good}",
        "slashes": "a/b/c/d",
        "empty parts": "a//b",
        "climbing": "../packs",
        "an encoded slash": "a%2Fb",
        "no text": "%FF",
        "NUL": "%00",
        "half an escape": "%",
        "no escape": "%zz",
        "line break": "%0D%0Aa:b",
        "8 KiB": "x" * 8192,
        "8 KiB behind": good + "x" * 8192,
    }
    answers = {kind: send_raw(server, "GET", f"/api/v1/auth/verify/{token}") for kind, token in tokens.items()}
    first = answers["empty"]
    assert refused_message(first, 401) == "Failed to validate token"
    assert first.headers["WWW-Authenticate"] == "Bearer"
    for kind, answer in answers.items():
        assert (answer.status, answer.body, lasting(answer)) == (401, first.body, lasting(first)), kind
