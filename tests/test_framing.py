"""Requests whose end could be seen in two places: each is refused, and what it hides is never answered."""

import pytest
from hostile import answers, closed, configured, exchange, head, still_answers
from unclear import HIDDEN, UNCLEAR, UNCLEAR_CHUNKS, chunked, post
from wire import connect, read_answer


@pytest.fixture(scope="module")
def framed(tmp_path_factory):
    server = configured(tmp_path_factory.mktemp("framed") / "server").start()
    yield server
    assert "panicked" not in server.errors()
    assert server.stop() == 0


@pytest.mark.parametrize("unclear", UNCLEAR.values(), ids=UNCLEAR)
def test_an_unclear_head_is_answered_400_and_the_connection_closed(framed, unclear):
    received = exchange(framed, unclear + HIDDEN)
    assert answers(received) == [400], received
    assert b"hidden" not in received and b"Not found" not in received
    assert still_answers(framed)


@pytest.mark.parametrize("chunks", UNCLEAR_CHUNKS.values(), ids=UNCLEAR_CHUNKS)
def test_unclear_chunks_end_the_connection(framed, chunks):
    """Whatever is answered to the request itself, nothing after its chunks is one."""
    received = exchange(framed, chunked(chunks) + HIDDEN)
    assert answers(received) in ([], [400]), received
    assert still_answers(framed)


def test_clear_requests_in_one_packet_are_answered_in_order(framed):
    """Bodies of each form between them, an extension of a chunk and a trailer as the standard allows them."""
    received = exchange(
        framed,
        head("GET", "/")
        + post("Content-Length: 2", body=b"[]")
        + head("GET", "/api/v1/packs")
        + chunked(b"2;a=b\r\n[]\r\n0\r\nX: y\r\n\r\n")
        + b"\r\n"
        + HIDDEN
        + head("GET", "/", "Connection: close")
        + HIDDEN,
    )
    assert answers(received) == [200, 400, 200, 400, 404, 200], received


def test_what_came_before_an_unclear_request_is_answered(framed):
    before = closed(framed, "framing")
    received = exchange(framed, head("GET", "/") + HIDDEN + UNCLEAR["both lengths"] + head("GET", "/"))
    assert answers(received) == [200, 404, 400], received
    assert closed(framed, "framing") == before + 1


def test_an_unclear_request_may_come_in_pieces(framed):
    """However it is cut, it is seen."""
    for text in (UNCLEAR["both lengths"], UNCLEAR["two equal lengths"], UNCLEAR["a bare line feed after a field"]):
        for at in range(1, len(text) - 10, 7):
            with connect(framed) as connection:
                connection.sendall(text[:at])
                connection.sendall(text[at:])
                assert read_answer(connection).status == 400


def test_bodies_that_nobody_reads_are_not_taken_for_requests(framed):
    """The address does not exist and its body is not looked at, but it is a body all the same."""
    hidden = head("POST", "/api/v1/nowhere", f"Content-Length: {len(HIDDEN)}") + HIDDEN
    received = exchange(framed, hidden + head("GET", "/", "Connection: close"))
    assert answers(received)[0] == 404
    assert b"Not found" not in received, "the body was answered"
