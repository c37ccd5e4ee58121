"""What operators rely on: how the server stops, and how it says that it is well."""

import contextlib
import http.client
import os
import signal
import socket
import time
import urllib.parse
from pathlib import Path

import pytest
from authors import make_mod
from lamps import noise
from running import free_port
from wire import Upload

MIB = 1 << 20


# The end


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT], ids=lambda by: by.name)
def test_a_signal_ends_the_server_with_zero(bare, by):
    """At once, if nothing is under way: connections that wait for a next request, or never had one, do not count."""
    bare.start()
    silent = socket.create_connection(("127.0.0.1", bare.port))
    waiting = http.client.HTTPConnection("127.0.0.1", bare.port)
    waiting.request("GET", "/")
    waiting.getresponse().read()
    begun = time.monotonic()
    bare.process.send_signal(by)
    assert bare.process.wait(timeout=40) == 0
    assert time.monotonic() - begun < 5
    silent.close()
    waiting.close()


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT], ids=lambda by: by.name)
def test_a_download_under_way_is_finished(server, by):
    """Every byte arrives, while nobody new is let in."""
    make_mod(server, "Lamps")
    data = noise(32 * MIB)
    url = server.upload("lamps", "1.0", data).json()["file"]["url"]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", urllib.parse.urlsplit(url).path, headers={"X-API-Key": server.token})
    response = connection.getresponse()
    begun = response.read(MIB)
    server.process.send_signal(by)
    time.sleep(0.3)
    assert server.process.poll() is None
    with pytest.raises(OSError):
        server.get("/")
    assert begun + response.read() == data
    connection.close()
    assert server.process.wait(timeout=40) == 0


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT], ids=lambda by: by.name)
def test_an_upload_under_way_is_finished(server, by):
    """It is answered, and the version is there after the next start."""
    make_mod(server, "Lamps")
    data = noise(4 * MIB)
    upload = Upload(server, "lamps", "1.0", len(data))
    upload.send(data[:MIB])
    time.sleep(0.1)
    server.process.send_signal(by)
    time.sleep(0.3)
    upload.send(data[MIB:])
    answer = upload.finish()
    assert answer.status == 200, answer
    assert server.process.wait(timeout=40) == 0
    server.start()
    assert server.get(answer.json()["file"]["url"]).body == data


def test_sessions_and_their_tokens_outlive_a_restart(server):
    """The key that signs them is kept."""
    assert server.stop() == 0
    server.start()
    assert server.get("/api/v1/auth/verify").json()["username"] == "admin"


# Health


def test_health_is_told_at_an_address_of_its_own(bare):
    """`/healthz` and `/readyz` are not for players: the main address does not have them."""
    port = free_port()
    bare.metrics = f"127.0.0.1:{port}"
    bare.start()
    for path in ("/healthz", "/readyz"):
        answer = bare.get(f"http://127.0.0.1:{port}{path}")
        assert (answer.status, answer.body) == (200, b"OK\n")
        assert bare.get(path).status == 404
    assert bare.get(f"http://127.0.0.1:{port}/api/v1/packs").status == 404
    assert bare.stop() == 0
    with pytest.raises(OSError):
        bare.get(f"http://127.0.0.1:{port}/healthz")


def open_files(process):
    """What a running process holds open; it may close a file while we look."""
    for file in (process / "fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            yield os.readlink(file)


def test_an_empty_address_switches_health_off(bare):
    """Two servers on one machine then need one port each."""
    bare.start()
    process = Path("/proc") / str(bare.process.pid)
    lines = [line.split() for line in (process / "net" / "tcp").read_text().splitlines()]
    own = set(open_files(process))
    listening = [line[1] for line in lines if line[3] == "0A" and f"socket:[{line[9]}]" in own]
    assert [int(address.split(":")[1], 16) for address in listening] == [bare.port]
