"""How a running server slows down who guesses, and takes over the passwords of other servers."""

import base64

import pytest
from running import PASSWORD, Server

# "allmine", as Go's bcrypt hashed it for its own tests.
BCRYPT = "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga"


@pytest.fixture
def limited(tmp_path):
    """A server with an administrator and the limits that it has by itself."""
    server = Server(tmp_path / "server")
    server.limits = {}
    server.start().become_admin()
    yield server
    server.stop()


def login(server, username, password, address=None):
    headers = {"X-Forwarded-For": address} if address else {}
    body = {"username": username, "password": password}
    return server.post("/api/v1/auth/login", body, headers=headers, token=None)


def test_the_eleventh_wrong_password_is_not_looked_at(limited):
    for number in range(10):
        assert login(limited, f"name {number}", "wrong", f"192.0.2.{number}").status == 401
    refused = login(limited, "admin", PASSWORD)
    assert refused.status == 429 and refused.json()["status"] == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 6
    basic = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
    assert limited.get("/api/v1/packs", headers={"Authorization": f"Basic {basic}"}).status == 429
    # Those who are signed in already notice nothing, and nor do those who need not be.
    assert limited.get("/api/v1/profile/self").status == 200
    assert limited.get("/api/v1/packs", token=None).status == 200


def test_thirty_bad_tokens_are_told_so(limited):
    statuses = [limited.get(f"/api/v1/auth/verify/{number}", token=None).status for number in range(35)]
    assert statuses[:30] == [401] * 30 and 429 in statuses[30:]
    assert limited.get("/api/v1/auth/verify").status == 200


def test_a_proxy_tells_where_a_request_comes_from(bare):
    bare.limits = {}
    bare.environment["KLEISTER_SERVER_PROXIES"] = "10.0.0.0/8,127.0.0.1"
    bare.start().become_admin()
    for number in range(10):
        assert login(bare, f"name {number}", "wrong", f"192.0.2.{number}, 203.0.113.7").status == 401
    assert login(bare, "admin", PASSWORD, "192.0.2.99, 203.0.113.7").status == 429
    assert login(bare, "admin", PASSWORD, "203.0.113.8").status == 200
    assert login(bare, "admin", PASSWORD).status == 200


def test_a_restart_gives_a_guesser_nothing_back(bare):
    bare.environment |= {"KLEISTER_SERVER_PROXIES": "127.0.0.1", "KLEISTER_SIGNIN_ACCOUNT_FAILURES": "6"}
    bare.start()
    made = bare.admin("user", "create", "anna", "--password-stdin", password=PASSWORD)
    assert made.returncode == 0, made.stderr
    assert login(bare, "anna", PASSWORD, "203.0.113.7").status == 200
    for number in range(6):
        assert login(bare, "anna", "wrong", f"192.0.2.{number}").status == 401
    bare.stop()
    bare.start()
    assert login(bare, "anna", PASSWORD, "198.51.100.1").status == 429
    assert login(bare, "anna", PASSWORD, "203.0.113.7").status == 200


def test_a_hash_of_another_server_is_taken(server):
    for command in [["create", "anna"], ["password", "admin"]]:
        done = server.admin("user", *command, "--hash-stdin", password=f"{BCRYPT}\n")
        assert done.returncode == 0, done.stderr
    assert server.get("/api/v1/profile/self").status == 401
    for name in ["anna", "admin"]:
        assert login(server, name, "wrong").status == 401
        for _ in range(2):
            assert login(server, name, "allmine").status == 200


@pytest.mark.parametrize(
    ("flags", "text", "reason"),
    [
        (["--hash-stdin"], "allmine", "bcrypt"),
        (["--hash-stdin"], BCRYPT.replace("$10$", "$15$"), "cost 4 to 14"),
        (["--hash-stdin", "--password-stdin"], BCRYPT, "cannot be used with"),
        ([], BCRYPT, "--hash-stdin"),
    ],
)
def test_a_hash_that_cannot_be_checked_is_refused(server, flags, text, reason):
    done = server.admin("user", "create", "anna", *flags, password=text)
    assert done.returncode != 0 and reason in done.stderr, done
    assert text not in done.stderr
