"""Clients that are silent, slow, many or in a flood: none of them keeps others from being served."""

import contextlib
import resource
import socket
import subprocess
import threading
import time

import pytest
from authors import make_mod
from hostile import (
    HASTY,
    answers,
    await_that,
    closed,
    configured,
    exchange,
    from_address,
    head,
    number,
    still_answers,
    time_to_end,
)
from lamps import noise
from running import PROGRAM
from wire import Upload, connect, read_answer, refused

MIB = 1 << 20


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    """A server that waits for nobody longer than two seconds."""
    server = configured(tmp_path_factory.mktemp("hasty") / "server", listener=HASTY).start().become_admin()
    make_mod(server, "Lamps")
    yield server
    assert "panicked" not in server.errors()
    assert server.stop() == 0


# Silence and slowness


@pytest.mark.parametrize("begun", [b"", b"PRI * HTTP/2.0\r\n\r\nSM"], ids=["nothing", "half a preface"])
def test_a_client_that_says_nothing_is_left(hasty, begun):
    before = closed(hasty, "first_byte")
    with connect(hasty) as connection:
        connection.sendall(begun)
        assert 0.5 < time_to_end(connection) < 3
    assert closed(hasty, "first_byte") == before + 1


@pytest.mark.parametrize("first", [b"", head("GET", "/")], ids=["first", "second"])
def test_a_head_that_comes_byte_by_byte_is_not_waited_for(hasty, first):
    """Each byte comes soon enough; all of them together do not."""
    before = closed(hasty, "head")
    with connect(hasty) as connection:
        if first:
            connection.sendall(first)
            assert read_answer(connection).status == 200
        begun = time.monotonic()
        with pytest.raises(OSError):
            for byte in head("GET", "/", *("X: y" for _ in range(50))):
                connection.sendall(bytes([byte]))
                time.sleep(0.1)
        assert 0.9 < time.monotonic() - begun < 3
    assert closed(hasty, "head") == before + 1


def test_an_idle_connection_is_kept_for_a_while(hasty):
    before = closed(hasty, "idle")
    with connect(hasty) as connection:
        for _ in range(2):
            connection.sendall(head("GET", "/"))
            assert read_answer(connection).status == 200
            time.sleep(1.2)
        assert time_to_end(connection) < 2
    assert closed(hasty, "idle") == before + 1


LOGIN = ("/api/v1/auth/login", "Content-Type: application/json")


def test_a_body_that_does_not_begin_is_answered_408(hasty):
    with connect(hasty) as connection:
        begun = time.monotonic()
        connection.sendall(head("POST", *LOGIN, "Content-Length: 100"))
        assert "too slowly" in refused(read_answer(connection), 408)["message"]
        assert 0.9 < time.monotonic() - begun < 3
        assert time_to_end(connection) < 3


@pytest.mark.parametrize("framing", ["Content-Length: 10000", "Transfer-Encoding: chunked"])
def test_a_body_that_trickles_is_answered_408(hasty, framing):
    """One byte after the other keeps no connection open."""
    with connect(hasty) as connection:
        begun = time.monotonic()
        connection.sendall(head("POST", *LOGIN, framing))
        piece = b"1\r\n \r\n" if "chunked" in framing else b" "
        answered = threading.Event()

        def trickle():
            with contextlib.suppress(OSError):
                while not answered.wait(0.1):
                    connection.sendall(piece)

        sending = threading.Thread(target=trickle)
        sending.start()
        answer = read_answer(connection)
        answered.set()
        sending.join()
        refused(answer, 408)
        assert answer.headers["Connection"] == "close"
        assert time.monotonic() - begun < 6


def test_an_upload_that_trickles_is_answered_408_and_leaves_nothing(hasty):
    upload = Upload(hasty, "lamps", "slow", 1000)
    upload.send(b"x")
    refused(upload.answer(), 408)
    assert hasty.get("/api/v1/mods/lamps/versions/slow").status == 404


def test_an_upload_that_pauses_is_taken(hasty):
    """It is slower than one may be for ever, and takes longer than one may be slow."""
    upload = Upload(hasty, "lamps", "pausing", 5 * 4096)
    for _ in range(5):
        upload.send(b"x" * 4096)
        time.sleep(0.8)
    assert upload.finish().status == 200


@pytest.fixture(scope="module")
def large(hasty):
    """The path and the bytes of a file that no buffer holds."""
    data = noise(24 * MIB)
    return hasty.upload("lamps", "large", data).json()["file"]["url"].removeprefix(hasty.url), data


def download(server, path):
    """Asks for a file over a connection that takes little at once."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(head("GET", path, f"X-API-Key: {server.token}"))
    return connection


def test_a_client_that_never_reads_is_left(hasty, large):
    before = closed(hasty, "write")
    with download(hasty, large[0]):
        begun = time.monotonic()
        await_that(lambda: closed(hasty, "write") == before + 1)
        assert 1.5 < time.monotonic() - begun < 5


def test_a_client_that_reads_slowly_gets_it_all(hasty, large):
    """It takes longer than any pause may be: what counts is that it goes on."""
    path, data = large
    begun = time.monotonic()
    with download(hasty, path) as connection:
        connection.settimeout(20)
        received = b""
        while len(received) < len(data):
            part = connection.recv(256 << 10)
            assert part, "the answer was cut"
            received += part
            if time.monotonic() - begun < 5:
                time.sleep(0.3)
    assert received.endswith(data)
    assert time.monotonic() - begun > 4


# Many


def test_one_address_has_so_many_connections(tmp_path):
    """512 unless configured; whoever comes from elsewhere does not suffer."""
    server = configured(tmp_path / "server").start()
    held = [connect(server) for _ in range(512)]
    await_that(lambda: number(server, "kleister_connections_open") >= 512)
    with connect(server) as refused_one:
        assert time_to_end(refused_one) < 3
    with from_address(server, "127.0.0.2") as other:
        other.sendall(head("GET", "/"))
        assert read_answer(other).status == 200
    assert number(server, "kleister_connections_refused_total", reason="per_address") == 1
    held.pop().close()
    await_that(lambda: still_answers_or_not(server))
    for connection in held:
        connection.close()
    assert server.stop() == 0


def still_answers_or_not(server):
    try:
        return still_answers(server)
    except OSError:
        return False


def is_refused(server, address):
    """Whether a connection from there is ended at once; one that is let in may be silent for longer."""
    with from_address(server, address) as connection:
        connection.settimeout(2)
        try:
            return connection.recv(1) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False


def test_all_addresses_together_have_so_many_connections(tmp_path):
    server = configured(tmp_path / "server", listener={"connections": 10, "per_address": 6}).start()
    held = [from_address(server, address) for address in ("127.0.0.2", "127.0.0.3") for _ in range(5)]
    # The connections by which the server was waited for may take a moment to go.
    await_that(lambda: is_refused(server, "127.0.0.4"))
    assert number(server, "kleister_connections_refused_total", reason="connections") >= 1
    for connection in held:
        connection.close()
    await_that(lambda: still_answers_or_not(server))
    assert server.stop() == 0


def test_a_proxy_has_the_connections_of_many(tmp_path):
    server = configured(tmp_path / "server", listener={"per_address": 2}, server={"proxies": '["127.0.0.0/29"]'}).start()
    held = [connect(server) for _ in range(20)]
    for connection in held:
        connection.sendall(head("GET", "/"))
        assert read_answer(connection).status == 200
        connection.close()
    assert server.stop() == 0


class Cramped:
    """Starts a server that may open few files."""

    def __init__(self, server, files):
        self.server, self.files = server, files

    def start(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (self.files, self.files))
        errors = open(self.server.folder / "err.txt", "ab")
        command = [str(PROGRAM), "server", *self.server.command()[2:]]
        self.server.process = subprocess.Popen(
            command, cwd=self.server.folder, preexec_fn=limit, stdout=errors, stderr=errors
        )
        self.server.wait()


def test_a_server_without_files_left_goes_on_once_there_are_some(tmp_path):
    """It neither ends nor spins: it waits until connections give theirs back."""
    server = configured(tmp_path / "server")
    Cramped(server, 64).start()
    assert "fewer files may be open" in server.errors()
    held = [connect(server) for _ in range(80)]
    await_that(lambda: "cannot accept a connection" in server.errors())
    time.sleep(1)
    assert server.errors().count("cannot accept a connection") < 30
    for connection in held:
        connection.close()
    await_that(lambda: still_answers_or_not(server))
    assert server.stop() == 0


# Floods


def test_so_many_fields_and_bytes_of_a_head_are_taken(hasty):
    fields = [f"X-{number}: y" for number in range(99)]
    request = lambda *more: head("GET", "/", *more)
    assert answers(exchange(hasty, request(*fields[:98], "Connection: close"))) == [200]
    assert answers(exchange(hasty, request(*fields, "Connection: close"))) == [431]
    long = 32 * 1024 - len(request("X: ", "Connection: close"))
    assert answers(exchange(hasty, request("X: " + "y" * long, "Connection: close"))) == [200]
    assert answers(exchange(hasty, request("X: " + "y" * (long + 1), "Connection: close"))) == [431]


@pytest.mark.parametrize("piece", [b"X: y\r\n", b"X" * 1000, b"\r\n"], ids=["fields", "one name", "line ends"])
def test_a_head_without_end_is_not_read_for_ever(hasty, piece):
    """It is refused after a few kilobytes; of what follows nothing is kept."""
    with connect(hasty) as connection:
        connection.settimeout(10)
        sent = 0
        start = b"" if piece == b"\r\n" else b"GET / HTTP/1.1\r\nHost: a\r\n"
        with pytest.raises(OSError):
            connection.sendall(start)
            while sent < 64 * MIB:
                connection.sendall(piece * 100)
                sent += len(piece) * 100
        assert sent < 16 * MIB
    assert still_answers(hasty)


# Uploads at the same time


def test_a_user_sends_so_many_files_at_the_same_time(tmp_path):
    """Four; the next one is told to wait, and may as soon as one has arrived."""
    lamps = configured(tmp_path / "server").start().become_admin()
    make_mod(lamps, "Lamps")
    uploads = [Upload(lamps, "lamps", f"1.{number}", 10) for number in range(4)]
    for upload in uploads:
        upload.send(b"x")
    await_that(lambda: number(lamps, "kleister_uploads_under_way") == 4)
    answer = lamps.upload("lamps", "2.0", b"x")
    assert "wait until one has arrived" in refused(answer, 429)["message"]
    assert int(answer.headers["Retry-After"]) >= 1
    assert lamps.put("/api/v1/mods/lamps", {"name": "Lamps"}).status == 200
    uploads[0].send(b"x" * 9)
    assert uploads[0].finish().status == 200
    assert lamps.upload("lamps", "2.0", b"x").status == 200
    for upload in uploads[1:]:
        upload.vanish()
    await_that(lambda: number(lamps, "kleister_uploads_under_way") == 0)
    assert lamps.stop() == 0


def test_all_users_send_so_many_files_at_the_same_time(tmp_path):
    server = configured(tmp_path / "server", upload={"at_once": 2, "per_user": 2}).start().become_admin()
    make_mod(server, "Lamps")
    uploads = [Upload(server, "lamps", f"1.{number}", 10) for number in range(2)]
    for upload in uploads:
        upload.send(b"x")
    await_that(lambda: number(server, "kleister_uploads_under_way") == 2)
    first = server.token
    server.become_admin("other")
    assert "`upload.at_once`" in refused(server.upload("lamps", "2.0", b"x"), 503)["message"]
    server.token = first
    for upload in uploads:
        upload.vanish()
    await_that(lambda: server.upload("lamps", "2.0", b"x").status == 200)
    assert number(server, "kleister_uploads_total", outcome="broken_off") == 2
    assert number(server, "kleister_uploads_total", outcome="no_place") >= 1
    assert server.stop() == 0
