"""Clients that keep a server waiting or speak no clear HTTP, and what the server counts of them."""

import contextlib
import re
import socket
import time

from prometheus_client.parser import text_string_to_metric_families
from running import Server, free_port
from wire import connect, read_answer

# All of a listener's patience, in seconds, short enough for tests.
HASTY = {
    "first_byte": 1,
    "head": 1,
    "idle": 2,
    "body_start": 1,
    "body_pause": 2,
    "write_pause": 2,
}


def configured(folder, **sections):
    """A server that is not started yet, with these sections in its file and its numbers at an address."""
    server = Server(folder)
    server.metrics = f"127.0.0.1:{free_port()}"
    server.folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for section, settings in sections.items():
        lines += [f"[{section}]", *(f"{key} = {value}" for key, value in settings.items())]
    (server.folder / "kleister.toml").write_text("\n".join([*lines, ""]))
    return server


def numbers(server):
    """What `/metrics` tells: values by name and labels."""
    answer = server.get(f"http://{server.metrics}/metrics", token=None)
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(answer.body.decode())
    samples = [sample for family in families for sample in family.samples]
    return {(sample.name, *sorted(sample.labels.items())): sample.value for sample in samples}


def number(server, name, **labels):
    return numbers(server).get((name, *sorted(labels.items())), 0)


def closed(server, reason):
    """How many connections were ended for this reason."""
    return number(server, "kleister_connections_closed_total", reason=reason)


def await_that(is_so, seconds=10):
    """Looks again and again until something is so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it does not come to that"
        time.sleep(0.05)


def time_to_end(connection, seconds=10):
    """How long the server takes to end a connection on which it sends nothing."""
    begun = time.monotonic()
    connection.settimeout(seconds)
    with contextlib.suppress(ConnectionResetError):
        assert connection.recv(1) == b""
    return time.monotonic() - begun


def head(method, path, *fields, host="a"):
    """The bytes of a request's head."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {host}", *fields, "", ""]).encode("latin-1")


def exchange(server, data, seconds=10):
    """Sends bytes as they are, and gives all that is answered until the server closes."""
    with connect(server) as connection:
        connection.settimeout(seconds)
        received = b""
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(data)
            while part := connection.recv(65536):
                received += part
        return received


def answers(received):
    """The statuses of the answers in what was received."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) [A-Z]", received)]


def still_answers(server):
    """Whether a well-behaved client is answered on a connection of its own."""
    with connect(server) as connection:
        connection.sendall(head("GET", "/"))
        return read_answer(connection).status == 200


def from_address(server, address):
    """A connection that comes from another address of the loopback."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=10, source_address=(address, 0))
