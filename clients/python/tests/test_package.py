"""The installed package against a small real server that answers as the API does."""

import copy
import json
import pickle
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pprint import pformat, pprint
from threading import Barrier, Event, Thread
from typing import Any

import pytest

import kleister
from kleister.api import auth_api
from kleister.model.auth_login import AuthLogin
from kleister.model.auth_token import AuthToken
from kleister.model.auth_verify import AuthVerify
from kleister.model.general_error import GeneralError

ENDS = datetime(2026, 11, 24, 9, 30, 0, 250_000, tzinfo=timezone.utc)
TOKEN = {"token": "good", "expires_at": "2026-11-24T09:30:00.250Z"}
OWNER = {"username": "anna", "created_at": "2020-01-02T03:04:05.678Z"}
ANNA = AuthLogin(username="anna", password="correct horse")


class Server(ThreadingHTTPServer):
    """Knows one user, Anna, and one token, `good`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server_port}/api/v1"
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.before_answer: Callable[[], object] = lambda: None
        self.closed = Event()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.closed.set()


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        login = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(TOKEN if login == ANNA.to_dict() else None, "Wrong username or password")

    def do_GET(self) -> None:
        path = self.path.removeprefix("/api/v1")
        if path == "/auth/refresh":
            good = self.headers["Authorization"] == "Bearer good" or self.headers["X-API-Key"] == "good"
            self.answer(TOKEN if good else None, "Failed to refresh token")
        elif path == "/auth/verify/page":
            self.send(200, "<h1>Welcome</h1>")
        elif path == "/auth/verify/gone":
            self.close_connection = True
        else:
            self.answer(OWNER if path == "/auth/verify/good" else None, "Token is invalid")

    def answer(self, success: dict[str, str] | None, refusal: str) -> None:
        self.server.before_answer()
        status = 200 if success else 401
        self.send(status, json.dumps(success or {"status": status, "message": refusal}))

    def send(self, status: int, body: str) -> None:
        self.server.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())
        # Without a word of it in the headers, as after a long silence.
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        Thread(target=server.serve_forever, args=(0.01,)).start()
        yield server
        server.shutdown()


@pytest.fixture
def client(server: Server) -> Iterator[kleister.ApiClient]:
    with kleister.ApiClient(kleister.Configuration(host=server.base)) as client:
        yield client


@pytest.fixture
def auth(client: kleister.ApiClient) -> auth_api.AuthApi:
    return auth_api.AuthApi(client)


# The three calls.


def test_login_gives_a_token(auth: auth_api.AuthApi, server: Server) -> None:
    assert auth.login_user(ANNA) == AuthToken(token="good", expires_at=ENDS)
    [(method, path, headers)] = server.asked
    assert (method, path) == ("POST", "/api/v1/auth/login")
    assert headers["content-type"] == "application/json"
    assert headers["accept"] == "application/json"
    assert "authorization" not in headers


def test_refresh_takes_its_credentials_from_the_default_headers(auth: auth_api.AuthApi) -> None:
    with pytest.raises(kleister.ApiException, match="Failed to refresh token"):
        auth.refresh_auth()
    auth.api_client.set_default_header("Authorization", "Bearer bad")
    auth.api_client.set_default_header("authorization", "Bearer good")
    assert auth.refresh_auth().expires_at == ENDS


def test_verify_tells_whose_token_it_is(auth: auth_api.AuthApi) -> None:
    owner = auth.verify_auth(token="good")
    assert owner.username == "anna"
    assert owner.created_at == datetime(2020, 1, 2, 3, 4, 5, 678_000, tzinfo=timezone.utc)
    assert owner.created_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("token", "segment"),
    [("a/b", "a%2Fb"), ("../login", "..%2Flogin"), ("ä", "%C3%A4"), ("..", "%252E%252E"), ("", "")],
)
def test_any_text_can_be_asked_for(auth: auth_api.AuthApi, server: Server, token: str, segment: str) -> None:
    with pytest.raises(kleister.ApiException):
        auth.verify_auth(token)
    assert server.asked[0][1] == f"/api/v1/auth/verify/{segment}"


# Configuration and client.


def test_client_takes_the_newest_configuration(server: Server) -> None:
    kleister.Configuration(host="http://127.0.0.1:1/")
    kleister.Configuration(host=server.base + "/")
    with kleister.ApiClient() as client:
        assert auth_api.AuthApi(client).verify_auth("good").username == "anna"
    assert auth_api.AuthApi().login_user(ANNA).token == "good"


def test_without_any_configuration_the_host_is_the_public_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kleister.Configuration, "_newest", None)
    assert kleister.ApiClient().configuration == kleister.Configuration(host="http://try.kleister.tech/api/v1")


@pytest.mark.parametrize(
    ("credentials", "sent"),
    [
        ({"access_token": "good"}, {"authorization": "Bearer good"}),
        ({"api_key": "good"}, {"x-api-key": "good"}),
        ({"username": "anna", "password": "correct horse"}, {"authorization": "Basic YW5uYTpjb3JyZWN0IGhvcnNl"}),
        ({"username": "anna", "password": "x", "access_token": "good"}, {"authorization": "Bearer good"}),
        ({"username": "anna"}, {}),
    ],
)
def test_credentials_of_a_configuration_are_sent(
    server: Server, credentials: dict[str, str], sent: dict[str, str]
) -> None:
    with kleister.ApiClient(kleister.Configuration(server.base, **credentials)) as client:
        auth_api.AuthApi(client).verify_auth("good")
    headers = server.asked[0][2]
    assert {name: headers[name] for name in ("authorization", "x-api-key") if name in headers} == sent


def test_client_can_be_made_with_a_header(server: Server) -> None:
    with kleister.ApiClient(kleister.Configuration(host=server.base), "X-API-Key", "good") as client:
        assert auth_api.AuthApi(client).refresh_auth().token == "good"


def test_configuration_does_not_print_secrets() -> None:
    configuration = kleister.Configuration(username="anna", password="s3cret", api_key="s3cret", access_token="s3cret")
    assert "anna" in repr(configuration)
    assert "s3cret" not in repr(configuration)


def test_closed_client_says_so(auth: auth_api.AuthApi) -> None:
    auth.api_client.close()
    auth.api_client.close()
    with pytest.raises(RuntimeError, match="this ApiClient is closed"):
        auth.refresh_auth()


# Models.


def test_models_print_their_fields() -> None:
    token = AuthToken(token="good", expires_at=ENDS)
    assert repr(token) == f"AuthToken(token='good', expires_at={ENDS!r})"
    error = GeneralError(status=401, message="no")
    assert pformat(error, width=30) == "GeneralError(status=401,\n             message='no')"


def test_login_does_not_print_its_password() -> None:
    assert repr(ANNA) == "AuthLogin(username='anna')"
    assert pformat(ANNA) == "AuthLogin(username='anna')"


def test_models_are_values() -> None:
    token = AuthToken(token="good", expires_at=ENDS)
    assert token == AuthToken(expires_at=ENDS.astimezone(timezone(timedelta(hours=2))), token="good")
    assert token != AuthToken(token="bad", expires_at=ENDS)
    assert token == copy.deepcopy(token) == pickle.loads(pickle.dumps(token))
    assert token.to_dict() == {"token": "good", "expires_at": ENDS}
    assert ANNA.to_dict() == {"username": "anna", "password": "correct horse"}
    with pytest.raises(AttributeError):
        setattr(token, "token", "bad")


@pytest.mark.parametrize("model", [AuthLogin, AuthToken, AuthVerify, GeneralError])
def test_every_field_of_a_model_is_required(model: type) -> None:
    with pytest.raises(TypeError, match="missing 2 required keyword-only arguments"):
        model()


# What goes wrong.


def test_refusal_tells_everything_about_the_answer(auth: auth_api.AuthApi) -> None:
    with pytest.raises(kleister.ApiException) as caught:
        auth.login_user(AuthLogin(username="anna", password="wrong"))
    refusal = caught.value
    body = '{"status": 401, "message": "Wrong username or password"}'
    assert (refusal.status, refusal.reason, refusal.body) == (401, "Unauthorized", body)
    assert refusal.headers is not None and refusal.headers["content-length"] == str(len(body))
    assert refusal.error == GeneralError(status=401, message="Wrong username or password")
    assert str(refusal) == (
        f"(401)\nReason: Unauthorized\nHTTP response headers: {refusal.headers}\nHTTP response body: {body}\n"
    )
    assert str(pickle.loads(pickle.dumps(refusal))) == str(refusal)


def test_exception_has_two_names() -> None:
    assert kleister.ApiException is kleister.exceptions.ApiException


def test_success_without_json_is_an_exception(auth: auth_api.AuthApi) -> None:
    with pytest.raises(kleister.ApiException, match="200 OK, but the answer is not the expected JSON") as caught:
        auth.verify_auth("page")
    assert (caught.value.status, caught.value.body, caught.value.error) == (200, "<h1>Welcome</h1>", None)


def test_no_answer_is_an_exception_with_status_0(auth: auth_api.AuthApi) -> None:
    with pytest.raises(kleister.ApiException, match="no answer from http://127.0.0.1") as caught:
        auth.verify_auth("gone")
    refusal = caught.value
    assert (refusal.status, refusal.body, refusal.headers, refusal.error) == (0, None, None, None)
    assert str(refusal) == f"(0)\nReason: {refusal.reason}\n"


def test_no_connection_is_an_exception_with_status_0() -> None:
    with kleister.ApiClient(kleister.Configuration(host="http://127.0.0.1:1/api/v1")) as client:
        with pytest.raises(kleister.ApiException, match="cannot connect to http://127.0.0.1:1/api/v1") as caught:
            auth_api.AuthApi(client).refresh_auth()
    assert caught.value.status == 0


@pytest.mark.parametrize(
    ("mistake", "text"),
    [
        (lambda auth: auth.login_user({"username": "anna"}), "auth_login must be an AuthLogin, not dict"),
        (lambda auth: auth.verify_auth(5), "while processing 'token'"),
        (lambda auth: auth.verify_auth(), "token"),
        (lambda auth: auth.api_client.set_default_header("X-API-Key", None), "while processing 'value'"),
        (lambda auth: auth_api.AuthApi("http://localhost"), "api_client must be an ApiClient, not str"),
        (lambda auth: kleister.ApiClient("http://localhost"), "configuration must be a Configuration, not str"),
        (lambda auth: kleister.ApiClient(kleister.Configuration(host=5)), "while processing 'host'"),
        (lambda auth: AuthLogin(username="anna", password=b"x"), "password of AuthLogin must be str, not bytes"),
        (lambda auth: AuthToken(token="good", expires_at="now"), "expires_at of AuthToken must be datetime, not str"),
    ],
)
def test_wrong_type_is_a_type_error(auth: auth_api.AuthApi, mistake: Callable[[Any], Any], text: str) -> None:
    with pytest.raises(TypeError, match=text):
        mistake(auth)


def test_what_cannot_be_sent_is_a_value_error(client: kleister.ApiClient) -> None:
    with pytest.raises(ValueError, match="not an address"):
        kleister.ApiClient(kleister.Configuration(host="try.kleister.tech"))
    with pytest.raises(ValueError, match="authorization"):
        client.set_default_header("Authorization", "two\r\nlines")


# Waiting.


def test_threads_wait_side_by_side(auth: auth_api.AuthApi, server: Server) -> None:
    # Nobody is answered before all four have asked.
    server.before_answer = Barrier(4, timeout=30).wait
    with ThreadPoolExecutor(4) as threads:
        owners = threads.map(auth.verify_auth, ["good"] * 4)
        assert [owner.username for owner in owners] == ["anna"] * 4


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no timer signals")
def test_waiting_can_be_interrupted(auth: auth_api.AuthApi, server: Server) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    release = Event()
    server.before_answer = release.wait
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(KeyboardInterrupt):
            auth.verify_auth("good")
    finally:
        release.set()
        signal.signal(signal.SIGALRM, before)


def test_connection_that_the_server_closed_is_not_used_again(auth: auth_api.AuthApi, server: Server) -> None:
    for _ in range(20):
        assert auth.verify_auth("good").username == "anna"
        assert server.closed.wait(30)
        server.closed.clear()


# As documented.


def test_documented_calls_print_what_they_get(server: Server) -> None:
    kleister.Configuration(host=server.base)
    printed = StringIO()
    with redirect_stdout(printed), kleister.ApiClient() as api_client:
        api_instance = auth_api.AuthApi(api_client)
        pprint(api_instance.login_user(ANNA))
        try:
            pprint(api_instance.refresh_auth())
        except kleister.ApiException as e:
            print("Exception when calling AuthApi->refresh_auth: %s\n" % e)
    token, refusal = printed.getvalue().split("Exception when calling AuthApi->refresh_auth: ")
    assert token.startswith("AuthToken(token='good',\n")
    assert refusal.startswith("(401)\nReason: Unauthorized\n")
