"""Behind nginx and haproxy: nobody is answered what somebody else has asked."""

import contextlib
import time

import pytest
from authors import make_mod
from fronts import Front
from hostile import HASTY, configured, exchange, head, number
from lamps import noise
from unclear import HIDDEN, UNCLEAR, UNCLEAR_CHUNKS, chunked, post
from wire import connect, read_answer

# What each of these addresses answers, and no other one does.
OWN = [("/", 200, b"This is Kleister"), ("/nobody", 404, b"Not found"), ("/api/v1/packs", 200, b'"packs"')]
# The begin of a request that would take the next client's first line for a field of its own.
OPEN_END = b"GET /hidden HTTP/1.1\r\nHost: a\r\nX: "


@pytest.fixture(scope="module")
def upstream(tmp_path_factory):
    server = configured(tmp_path_factory.mktemp("upstream") / "server", server={"proxies": '["127.0.0.1"]'})
    server.start().become_admin()
    make_mod(server, "Lamps")
    yield server
    assert "panicked" not in server.errors()
    assert server.stop() == 0


@pytest.fixture(scope="module", params=["nginx", "nginx-streaming", "haproxy"])
def front(request, upstream, tmp_path_factory):
    front = Front(request.param, upstream, tmp_path_factory.mktemp("front") / request.param)
    yield front
    front.stop()


def ask(front, path):
    with connect(front) as connection:
        connection.sendall(head("GET", path, "Connection: close"))
        return read_answer(connection)


def others_are_answered(front):
    """Whether each of those who come next gets the answer to what he has asked."""
    for path, status, part in OWN * 2:
        answer = ask(front, path)
        assert (answer.status, part in answer.body) == (status, True), (path, answer)


def test_the_front_sends_everybody_over_one_connection(front, upstream):
    """Else the other tests of this file would prove nothing."""
    others_are_answered(front)
    before = number(upstream, "kleister_connections_total")
    others_are_answered(front)
    # The numbers are asked over a connection of their own.
    assert number(upstream, "kleister_connections_total") - before <= 1


SMUGGLED = {
    "a length that covers what follows the chunks": lambda hidden: post(
        f"Content-Length: {5 + len(hidden)}", "Transfer-Encoding: chunked", body=b"0\r\n\r\n" + hidden
    ),
    "a length that covers only the first size": lambda hidden: post(
        "Content-Length: 4", "Transfer-Encoding: chunked", body=b"%x\r\n%b\r\n0\r\n\r\n" % (len(hidden), hidden)
    ),
    "two lengths, the longer one first": lambda hidden: post(
        f"Content-Length: {len(hidden)}", "Content-Length: 0", body=hidden
    ),
    "two lengths, the shorter one first": lambda hidden: post(
        "Content-Length: 0", f"Content-Length: {len(hidden)}", body=hidden
    ),
    "a request in an extension": lambda hidden: chunked(b"2;" + hidden.replace(b"\r\n", b"\n") + b"\r\n{}\r\n0\r\n\r\n"),
    "a request in the trailer": lambda hidden: chunked(b"2\r\n{}\r\n0\r\n" + hidden),
    "a request after the body": lambda hidden: post("Content-Length: 2", body=b"{}" + hidden),
    "a request as the body of one that has none": lambda hidden: head("GET", "/", f"Content-Length: {len(hidden)}")
    + hidden,
    "a request that waits for the word to go on": lambda hidden: post(
        f"Content-Length: {len(hidden)}", "Expect: 100-continue", body=hidden
    ),
    "another word for going on": lambda hidden: post(f"Content-Length: {len(hidden)}", "Expect: y", body=hidden),
    "an upgrade": lambda hidden: head("GET", "/", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings") + hidden,
    "a tunnel": lambda hidden: b"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n" + hidden,
    "a hop-by-hop length": lambda hidden: post(
        "Connection: Content-Length", f"Content-Length: {len(hidden)}", body=hidden
    ),
    "an underscore": lambda hidden: post("Transfer_Encoding: chunked", f"Content-Length: {len(hidden)}", body=hidden),
    **{
        f"chunks, spelt {spelling!r}": lambda hidden, spelling=spelling: post(
            spelling, f"Content-Length: {5 + len(hidden)}", body=b"0\r\n\r\n" + hidden
        )
        for spelling in (
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding:\tchunked",
            "Transfer-Encoding: \x0bchunked",
            "Transfer-Encoding: chunked\x0c",
            "Transfer-Encoding: Chunked",
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
            "Transfer-Encoding:\r\n chunked",
            " Transfer-Encoding: chunked",
            "X: y\nTransfer-Encoding: chunked",
            "X: y\rTransfer-Encoding: chunked",
            "X: \x00Transfer-Encoding: chunked",
        )
    },
    **{f"{name} and a request": lambda hidden, text=text: text + hidden for name, text in UNCLEAR.items()},
    **{
        f"{name} and a request after it": lambda hidden, text=text: chunked(text) + hidden
        for name, text in UNCLEAR_CHUNKS.items()
    },
}


@pytest.mark.parametrize("smuggled", SMUGGLED.values(), ids=SMUGGLED)
def test_what_one_client_smuggles_no_other_one_feels(front, smuggled):
    """Whether the hidden request is whole or waits for the next client's words."""
    for hidden in (HIDDEN, OPEN_END):
        with contextlib.suppress(TimeoutError):
            exchange(front, smuggled(hidden), seconds=0.3)
        others_are_answered(front)


def test_probes_in_between_disturb_no_pipeline(front):
    """A client that sends several requests at once gets several answers, also right after a probe."""
    for smuggled in list(SMUGGLED.values())[:8]:
        with contextlib.suppress(TimeoutError):
            exchange(front, smuggled(OPEN_END), seconds=0.3)
        received = exchange(front, b"".join(head("GET", path) for path, *_ in OWN) + head("GET", "/", "Connection: close"))
        places = [received.find(part) for *_, part in OWN]
        assert places == sorted(places) and -1 not in places, received


def test_files_pass_a_front_in_both_directions(front, upstream):
    data = noise(6 << 20)
    name = front.kind
    direct, upstream.url = upstream.url, front.url
    try:
        assert upstream.upload("lamps", name, data).status == 200
        url = upstream.get(f"/api/v1/mods/lamps/versions/{name}").json()["file"]["url"]
        assert url.startswith(front.url)
        assert upstream.get(url).body == data
    finally:
        upstream.url = direct


def test_a_body_that_trickles_through_a_front_is_given_up(tmp_path):
    """The front hears 408, or gives up itself, and goes on serving others."""
    server = configured(tmp_path / "server", listener=HASTY).start()
    front = Front("nginx-streaming", server, tmp_path / "front")
    with connect(front) as connection:
        connection.sendall(post("Content-Length: 1000", body=b"{"))
        begun = time.monotonic()
        assert read_answer(connection).status in (408, 502)
        assert time.monotonic() - begun < 8
    others_are_answered(front)
    front.stop()
    assert server.stop() == 0
