"""The document that this project began with, taken at its word: its examples run, with only the host replaced."""

import os
import re
import subprocess

import pytest
from running import ROOT, Server

DOCUMENT = ROOT / "clients/python/docs/AuthApi.md"
HOST = "http://try.kleister.tech/api/v1"


@pytest.fixture(scope="module")
def auth(tmp_path_factory):
    """A server that knows the user of the examples."""
    server = Server(tmp_path_factory.mktemp("auth")).start()
    created = server.admin("user", "create", "username_example", "--password-stdin", password="password_example")
    assert created.returncode == 0, created.stderr
    yield server
    server.stop()


def examples(server):
    """The document's three examples: to sign in, to refresh, to verify."""
    found = re.findall(r"^```python\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    assert len(found) == 3
    assert all(HOST in example for example in found)
    return [example.replace(HOST, server.api) for example in found]


def run(script, folder):
    """What a script prints, run with our own Python package."""
    python = os.environ.get("KLEISTER_OWN_PYTHON")
    assert python, "set KLEISTER_OWN_PYTHON to the python of a virtual environment with ./clients/python installed"
    done = subprocess.run([python, "-c", script], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def call(server, expression):
    """A script that makes one call, as whoever leaves the examples behind writes it."""
    return f"""
import kleister
from kleister.api import auth_api
from kleister.model.auth_login import AuthLogin
with kleister.ApiClient(kleister.Configuration(host={server.api!r})) as api_client:
    api = auth_api.AuthApi(api_client)
    try:
        {expression}
    except kleister.ApiException as error:
        print(error.status)
"""


def test_signing_in_prints_a_token(auth, tmp_path):
    login, _, _ = examples(auth)
    printed = run(login, tmp_path)
    assert re.match(r"AuthToken\(token='[^']+',\s+expires_at=datetime\.datetime\(", printed)
    token = re.search(r"token='([^']+)'", printed)[1]
    assert auth.get("/api/v1/auth/verify", token=token).json()["username"] == "username_example"


def test_refreshing_without_a_token_prints_the_exception(auth, tmp_path):
    _, refresh, _ = examples(auth)
    assert run(refresh, tmp_path).startswith("Exception when calling AuthApi->refresh_auth: (401)\n")


def test_refreshing_with_a_default_header_prints_a_token(auth, tmp_path):
    _, refresh, _ = examples(auth)
    token = auth.sign_in("username_example", "password_example")
    opening = "with kleister.ApiClient() as api_client:\n"
    assert opening in refresh
    header = f'    api_client.set_default_header("Authorization", "Bearer {token}")\n'
    assert re.match(r"AuthToken\(token='[^']+',\s", run(refresh.replace(opening, opening + header), tmp_path))


def test_verifying_the_token_of_the_example_prints_the_exception(auth, tmp_path):
    _, _, verify = examples(auth)
    assert run(verify, tmp_path).startswith("Exception when calling AuthApi->verify_auth: (401)\n")


def test_verifying_a_real_token_prints_its_owner(auth, tmp_path):
    _, _, verify = examples(auth)
    token = auth.sign_in("username_example", "password_example")
    assert "token_example" in verify
    printed = run(verify.replace("token_example", token), tmp_path)
    assert re.match(r"AuthVerify\(username='username_example',\s+created_at=datetime\.datetime\(", printed)


@pytest.mark.parametrize(
    "expression",
    [
        'api.login_user(AuthLogin(username="username_example", password="wrong"))',
        'api.login_user(AuthLogin(username="nobody", password="password_example"))',
        "api.refresh_auth()",
        'api.verify_auth("token_example")',
        'api.verify_auth("../login")',
        'api.verify_auth("")',
    ],
)
def test_called_directly_a_failure_is_raised(auth, tmp_path, expression):
    assert run(call(auth, expression), tmp_path) == "401\n"
