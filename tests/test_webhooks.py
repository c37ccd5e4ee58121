"""Webhooks: a receiver that verifies by the published library, and a server that is killed before it has told."""

import queue
import re
import threading
from http.server import ThreadingHTTPServer

import pytest
from authors import make_build, make_mod, make_pack, publish, release
from receiving import TELLING, Receiver
from running import ROOT, Server
from standardwebhooks import Webhook, WebhookVerificationError

WEBHOOKS = "/api/v1/packs/sky/webhooks"


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def telling(tmp_path):
    """A server that may tell receivers on the loopback, with a pack."""
    server = Server(tmp_path / "telling", "--log-format", "json", "--log-level", "trace")
    server.environment |= TELLING
    server.start().become_admin()
    make_pack(server, "Sky")
    make_mod(server, "Lamps", {"1.0": b"lamps"})
    yield server
    if server.process:
        assert server.stop() == 0


def make_webhook(server, url, **fields):
    """A webhook of the pack: its address in the API and its secret."""
    made = server.post(WEBHOOKS, {"name": "CI", "url": url, **fields})
    assert made.status == 200, made
    return f"{WEBHOOKS}/{made.json()['kept']['id']}", made.json()["secret"]


def deliveries(server, webhook):
    return server.get(f"{webhook}/deliveries").json()["deliveries"]


def test_the_published_library_verifies_what_is_told(telling, receiver):
    webhook, secret = make_webhook(telling, receiver.url)
    tested = telling.post(f"{webhook}/test")
    assert tested.json()["state"] == "delivered", tested
    headers, message = receiver.next(secret)
    assert (message["type"], headers["webhook-id"]) == ("test", tested.json()["id"])
    release(telling, "sky", "1.0", [("lamps", "1.0")], changelog="- Boats fly \u26f5", recommended=True)
    _, published = receiver.next(secret)
    _, recommended = receiver.next(secret)
    assert [published["type"], recommended["type"]] == ["build.published", "build.recommended"]
    assert published["data"]["build"]["changelog"] == "- Boats fly \u26f5"
    assert "url" not in published["data"], "the server does not know where it is"
    rotated = telling.put(webhook, {"rotate_secret": True}).json()["secret"]
    telling.post(f"{webhook}/test")
    headers, body = receiver.got.get(timeout=30)
    for known in (secret, rotated):
        assert Webhook(known).verify(body, headers)["type"] == "test"
    with pytest.raises(WebhookVerificationError):
        Webhook(rotated).verify(body + b" ", headers)


def test_what_fails_is_told_again(telling, receiver):
    webhook, secret = make_webhook(telling, receiver.url)
    receiver.answers += [500]
    release(telling, "sky", "1.0", [("lamps", "1.0")])
    (first, once), (second, twice) = receiver.next(secret), receiver.next(secret)
    assert once == twice and first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) >= 4


def test_a_killed_server_tells_at_the_next_start_what_it_had_acknowledged(telling, receiver):
    """Again and again between publishing and telling: nothing is lost, nothing comes out of order."""
    webhook, secret = make_webhook(telling, receiver.url)
    for number in range(5):
        make_build(telling, "sky", f"{number}.0", [("lamps", "1.0")])
        publish(telling, "sky", f"{number}.0")
        telling.kill()
        telling.start()
    told = []
    while len(set(told)) < 5:
        told.append(receiver.next(secret)[1]["data"]["build"]["name"])
    assert list(dict.fromkeys(told)) == [f"{number}.0" for number in range(5)]
    assert len(deliveries(telling, webhook)) == 5


def test_neither_the_address_nor_the_secret_stands_in_the_log(telling, receiver):
    """Whether it arrives, fails or is refused, and at the level that tells most."""
    webhook, secret = make_webhook(telling, receiver.url)
    receiver.answers += [500]
    telling.post(f"{webhook}/test")
    telling.post(WEBHOOKS, {"name": "CI", "url": "https://10.0.0.1/a-secret-of-ours"})
    make_webhook(telling, "http://nowhere.invalid/a-secret-of-ours")
    release(telling, "sky", "1.0", [("lamps", "1.0")])
    receiver.next(secret), receiver.next(secret)
    rotated = telling.put(webhook, {"rotate_secret": True}).json()["secret"]
    assert telling.stop() == 0
    assert "it answers 500" in telling.errors()
    for hidden in (secret[6:], rotated[6:], "a-secret-of-ours", "whsec_"):
        assert hidden not in telling.errors(), hidden


def test_the_receiver_of_the_handbook_verifies(telling):
    """The example as it stands, on a free port and with the secret put in."""
    page = (ROOT / "docs" / "webhooks.md").read_text()
    example = re.search(r"```python\n(.*?)```", page, re.DOTALL)[1]
    names = {}
    exec(example.rpartition("\nHTTPServer(")[0], names)  # noqa: S102
    seen = queue.Queue()
    names["print"] = lambda *words: seen.put(words)
    server = ThreadingHTTPServer(("127.0.0.1", 0), names["Receiver"])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    webhook, names["SECRET"] = make_webhook(telling, f"http://127.0.0.1:{server.server_port}/")
    assert telling.post(f"{webhook}/test").json()["status"] == 204
    assert seen.get(timeout=30) == ("test", "sky")
    names["SECRET"] = "whsec_bm90IG91cnM="
    assert telling.post(f"{webhook}/test").json()["status"] == 401
    server.shutdown()
    server.server_close()
