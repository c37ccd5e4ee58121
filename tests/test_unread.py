"""Requests that are answered before their body has come: the answer arrives, and the connection goes on."""

import socket

import pytest


def answer(connection):
    """Reads one answer from a connection: its status and the names of its headers."""
    reader = connection.makefile("rb")
    status = int(reader.readline().split()[1])
    headers = {}
    while line := reader.readline().strip():
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip()
    reader.read(int(headers.get(b"content-length", 0)))
    return status, headers


@pytest.fixture
def connection(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        yield connection


def head(server, path, length, *more):
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {server.token}",
        "Content-Type: application/json",
        f"Content-Length: {length}",
        *more,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def test_connection_goes_on_after_an_answer_before_the_body(server, connection):
    # The mod does not exist, which is known before the body has come; it comes in pieces, after the answer was ready.
    for _ in range(20):
        body = b'{"name": "1.0"}' + b" " * 50_000
        connection.sendall(head(server, "/api/v1/mods/none/versions", len(body)))
        for start in range(0, len(body), 10_000):
            connection.sendall(body[start : start + 10_000])
        status, headers = answer(connection)
        assert status == 404 and b"connection" not in headers


def test_body_that_does_not_end_ends_the_connection(server, connection):
    connection.sendall(head(server, "/api/v1/mods/none/versions", 100_000_000) + b" " * 10_000)
    status, headers = answer(connection)
    assert status == 404 and headers[b"connection"] == b"close"
    assert connection.recv(1) == b""


def test_who_asks_before_sending_need_not_send(server, connection):
    connection.sendall(head(server, "/api/v1/mods/none/versions", 100_000_000, "Expect: 100-continue"))
    status, headers = answer(connection)
    assert status == 404 and headers[b"connection"] == b"close"
