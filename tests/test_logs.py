"""What the log says of each request, and what it never says; and how times are written."""

import datetime
import json
import os
import re

import pytest
from authors import make_mod, make_pack, release
from running import PASSWORD, Server
from wire import send_raw


# The log


def log_of(server):
    """The lines of the log, each parsed."""
    return [json.loads(line) for line in server.errors().splitlines()]


@pytest.fixture
def chatty(tmp_path):
    """A server that logs for machines, all that it can."""
    server = Server(tmp_path / "chatty", "--log-format", "json", "--log-level", "trace").start().become_admin()
    yield server
    if server.process:
        server.stop()


def test_every_request_is_a_line_with_its_id_and_route(chatty):
    """The id is the one in the answer's header; the route is the template, so the path stays out of the log."""
    make_pack(chatty, "Sky")
    make_mod(chatty, "Lamps", {"1.0": b"lamps"})
    release(chatty, "sky", "1.0", [("lamps", "1.0")])
    asked = [
        ("GET", "/api/v1/packs", "/api/v1/packs", 200),
        ("GET", "/api/v1/packs/sky", "/api/v1/packs/{pack_id}", 200),
        ("GET", "/api/v1/packs/nowhere", "/api/v1/packs/{pack_id}", 404),
        ("POST", "/api/v1/packs", "/api/v1/packs", 400),
        ("DELETE", "/api/v1/packs", "/api/v1/packs", 405),
        ("HEAD", "/api/v1/packs/sky/builds/1.0/", "/api/v1/packs/{pack_id}/builds/{build_id}", 200),
        ("GET", "/api/v1/auth/verify/a/b", "/api/v1/auth/verify/{*token}", 401),
        ("GET", "/packs/sky/1.0/index.json", "/packs/{pack}/{release}/index.json", 200),
        ("GET", "/packs/sky/latest/files/mods/lamps-1.0.jar", "/packs/{pack}/{release}/files/{*path}", 200),
        ("GET", "/t/klp_secret/packs/sky/1.0/index.json", "/t/{token}/packs/{pack}/{release}/index.json", 404),
    ]
    ids = [chatty.request(method, path).headers["request-id"] for method, path, _, _ in asked]
    assert len(set(ids)) == len(ids)
    lines = {line["span"]["id"]: line for line in log_of(chatty) if "span" in line and "status" in line}
    for identifier, (method, _, route, status) in zip(ids, asked):
        line = lines[identifier]
        assert (line["span"]["method"], line["span"]["route"], line["status"]) == (method, route, status)
        assert line["milliseconds"] >= 0


def test_a_client_cannot_choose_the_request_id(chatty):
    """So nobody writes into the log what looks like somebody else's request."""
    answer = chatty.get("/", headers={"request-id": "chosen", "X-Request-Id": "chosen"})
    assert re.fullmatch("[0-9a-z]{26}", answer.headers["request-id"])
    assert "chosen" not in chatty.errors()


def test_the_log_holds_no_secret_and_no_path(chatty):
    """Tokens, passwords, slugs and queries: wherever they are sent, and whatever is answered."""
    secrets = []

    def secret():
        secrets.append(f"secret{len(secrets):02}" + os.urandom(6).hex())
        return secrets[-1]

    user, password = secret(), f"{secret()} is my password"
    make_pack(chatty, "Sky", slug=secret())
    assert chatty.post("/api/v1/users", {"username": user, "password": password}).status == 200
    login = {"username": secret(), "password": secret()}
    assert chatty.post("/api/v1/auth/login", login, token=None).status == 401
    assert chatty.post("/api/v1/auth/redirect", {"token": secret()}, token=None).status == 401
    token = chatty.sign_in(user, password)
    for path in (
        f"/api/v1/auth/verify/{token}",
        f"/api/v1/auth/verify/{secret()}",
        f"/api/v1/auth/verify/{secret()}/{secret()}/",
        f"/api/v1/packs/{secret()}",
        f"/api/v1/packs?search={secret()}&sort={secret()}",
        f"/api/v1/{secret()}",
        f"/packs/{secret()}/{secret()}/index.json",
        f"/packs/sky/{secret()}/files/{secret()}",
        f"/packs/{secret()}",
        f"/{secret()}",
        f"/api/v1/storage/versions/{secret()}/{secret()}",
    ):
        for method in ("GET", "POST"):
            send_raw(chatty, method, path, f"X-API-Key: {token}", f"Cookie: session={secret()}", "Content-Length: 0")
    for scheme in ("Bearer", "Basic", ""):
        headers = {"Authorization": f"{scheme} {secret()}", "X-API-Key": secret(), "User-Agent": secret()}
        assert chatty.get("/api/v1/packs", headers=headers, token=None).status == 401
    broken = f'{{"username": 1, "password": "{secret()}"}}'.encode()
    assert chatty.post("/api/v1/auth/login", broken, headers={"Content-Type": "application/json"}).status == 400
    changed = chatty.admin("user", "password", user, "--password-stdin", password=f"{secret()} is a new one")
    assert changed.returncode == 0
    assert chatty.stop() == 0
    log = chatty.errors()
    assert len(log_of(chatty)) > 25
    setup_token = re.search(r'"token\\":\\"([0-9a-f]{64})', chatty.printed())[1]
    hidden = [*secrets, token, token.split(".")[2], chatty.token, PASSWORD, setup_token]
    assert [text for text in hidden if text in log] == []


def test_lines_are_in_utc(chatty):
    """RFC 3339 with at least milliseconds and `Z`, in order."""
    times = [line["timestamp"] for line in log_of(chatty)]
    assert times == sorted(times)
    for text in times:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}Z", text)
    for line in log_of(chatty):
        assert line["level"] in ("ERROR", "WARN", "INFO", "DEBUG", "TRACE") and line["message"]


def test_the_level_says_what_is_logged(bare):
    bare.flags = ["--log-level", "error"]
    bare.start()
    bare.get("/")
    assert bare.errors() == ""


# Times


def times_in(value, key=""):
    """Every time in an answer, by its field."""
    if isinstance(value, dict):
        for field, inner in value.items():
            yield from times_in(inner, field)
    elif isinstance(value, list):
        for inner in value:
            yield from times_in(inner, key)
    elif key.endswith("_at"):
        yield value


def test_times_are_in_utc_with_milliseconds(server):
    """RFC 3339 with `Z` in every answer, and the clock is right."""
    make_pack(server, "Sky")
    make_mod(server, "Lamps", {"1.0": b"lamps"})
    release(server, "sky", "1.0", [("lamps", "1.0")])
    build, version = "packs/sky/builds/1.0", "mods/lamps/versions/1.0"
    lists = ["packs", "packs/sky/builds", f"{build}/versions", "mods", "mods/lamps/versions", f"{version}/builds", "users"]
    found = []
    for path in [*lists, "packs/sky", build, version, "profile/self", "minecraft", "auth/verify", "auth/refresh"]:
        times = list(times_in(server.get(f"/api/v1/{path}").json()))
        assert times, path
        found += times
    now = datetime.datetime.now(datetime.UTC)
    for text in found:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
        assert abs(datetime.datetime.fromisoformat(text) - now) < datetime.timedelta(hours=2)


def test_expiry_follows_the_configuration(bare):
    bare.flags = ["--token-expire", "30m"]
    bare.start().become_admin()
    answer = bare.post("/api/v1/auth/login", {"username": "admin", "password": PASSWORD}, token=None).json()
    left = datetime.datetime.fromisoformat(answer["expires_at"]) - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(minutes=29) < left <= datetime.timedelta(minutes=30)
