"""HTTP/2: one connection has many requests, and one client many ways to waste what a server has."""

import contextlib
import threading
import time

import hpack
import pytest
from authors import make_mod
from hostile import HASTY, await_that, closed, configured, still_answers
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)
from lamps import noise
from wire import connect

CANCEL, ENHANCE_YOUR_CALM = 8, 11


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    server = configured(tmp_path_factory.mktemp("http2") / "server", listener=HASTY).start().become_admin()
    make_mod(server, "Lamps")
    yield server
    assert "panicked" not in server.errors()
    assert server.stop() == 0


class Client:
    """An HTTP/2 client that does only what it is told, but says that it is there when it is asked."""

    def __init__(self, server, window=1 << 30):
        self.socket = connect(server)
        self.socket.settimeout(10)
        self.encoder, self.decoder = hpack.Encoder(), hpack.Decoder()
        self.next_stream = 1
        self.settings = {}
        settings = SettingsFrame(0, settings={SettingsFrame.INITIAL_WINDOW_SIZE: window})
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        self.send(settings, WindowUpdateFrame(0, window_increment=1 << 30))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *frames):
        self.socket.sendall(b"".join(frame.serialize() for frame in frames))

    def request(self, path, *fields, method="GET", end=True):
        """The frames of a request, under a number of its own."""
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        fields = [(":method", method), (":path", path), (":scheme", "http"), (":authority", "a"), *fields]
        data = self.encoder.encode(fields)
        parts = [data[at : at + 16384] for at in range(0, len(data), 16384)]
        frames = [HeadersFrame(stream, parts[0]), *(ContinuationFrame(stream, part) for part in parts[1:])]
        frames[-1].flags.add("END_HEADERS")
        if end:
            frames[0].flags.add("END_STREAM")
        return frames

    def ask(self, path, *fields, **options):
        """Sends a request and gives its number."""
        frames = self.request(path, *fields, **options)
        self.send(*frames)
        return frames[0].stream_id

    def take(self, length):
        """The next bytes; none once the server has hung up."""
        data = b""
        while len(data) < length:
            try:
                part = self.socket.recv(length - len(data))
            except ConnectionResetError:
                return b""
            if not part:
                return b""
            data += part
        return data

    def frames(self):
        """What comes, until the server hangs up."""
        while start := self.take(9):
            frame, length = Frame.parse_frame_header(memoryview(start))
            frame.parse_body(memoryview(self.take(length) if length else b""))
            if isinstance(frame, SettingsFrame) and "ACK" not in frame.flags:
                self.settings |= frame.settings
            if isinstance(frame, (PingFrame, SettingsFrame)) and "ACK" not in frame.flags:
                frame.flags.add("ACK")
                if isinstance(frame, SettingsFrame):
                    frame.settings = {}
                with contextlib.suppress(OSError):
                    self.send(frame)
            yield frame

    def answer(self, stream):
        """Status and body of an answer; the body is None where the server took the stream back."""
        status, body = None, b""
        for frame in self.frames():
            if isinstance(frame, HeadersFrame):
                fields = dict(self.decoder.decode(frame.data))
                status = int(fields[":status"]) if frame.stream_id == stream else status
            if frame.stream_id != stream:
                continue
            if isinstance(frame, DataFrame):
                body += frame.data
            if isinstance(frame, RstStreamFrame):
                return status, None
            if "END_STREAM" in frame.flags:
                return status, body
        raise AssertionError("the connection ended without an answer")


def test_requests_share_a_connection(hasty):
    data = noise(3 << 20)
    path = hasty.upload("lamps", "shared", data).json()["file"]["url"].removeprefix(hasty.url)
    with Client(hasty) as client:
        first = client.ask("/")
        assert client.answer(first)[0] == 200
        assert client.answer(client.ask(path, ("x-api-key", hasty.token))) == (200, data)
        assert client.answer(client.ask("/nowhere"))[0] == 404
        assert client.settings[SettingsFrame.MAX_CONCURRENT_STREAMS] == 100
        assert client.settings[SettingsFrame.MAX_HEADER_LIST_SIZE] == 32 << 10


def test_addresses_in_answers_follow_the_authority(hasty):
    """HTTP/2 has no Host."""
    with Client(hasty) as client:
        status, body = client.answer(client.ask("/api/v1/mods/lamps/versions", ("x-api-key", hasty.token)))
        assert status == 200
        assert b"http://a/api/v1/storage" in body


def test_too_many_fields_are_refused(hasty):
    with Client(hasty) as client:
        fields = [(f"x-{number}", "y") for number in range(101)]
        assert client.answer(client.ask("/", *fields[:100]))[0] == 200
        assert client.answer(client.ask("/", *fields))[0] == 431
        status, body = client.answer(client.ask("/", ("x", "y" * (33 << 10))))
        assert status == 431 or body is None


def test_requests_that_are_taken_back_at_once_end_the_connection(hasty):
    """Rapid reset (CVE-2023-44487): begun, cancelled, and begun again without end."""
    with Client(hasty) as client:
        sent, goodbye = 0, []
        reading = threading.Thread(target=lambda: goodbye.extend(client.frames()))
        reading.start()
        with contextlib.suppress(OSError):
            while sent < 100_000:
                for _ in range(50):
                    frames = client.request("/")
                    client.send(*frames, RstStreamFrame(frames[0].stream_id, error_code=CANCEL))
                    sent += 1
        assert sent < 100_000, "the flood was taken for ever"
        reading.join()
    goodbye = [frame.error_code for frame in goodbye if isinstance(frame, GoAwayFrame)]
    assert goodbye in ([], [ENHANCE_YOUR_CALM]), "a reset connection may lose its last word, but says no other"
    assert still_answers(hasty)


def test_fields_without_end_end_the_connection(hasty):
    """CONTINUATION flood: a head that is never over."""
    with Client(hasty) as client:
        first, *_ = client.request("/", *((f"x-{number}", "y" * 100) for number in range(50)))
        first.flags.discard("END_HEADERS")
        sent = 0
        with contextlib.suppress(OSError):
            client.send(first)
            while sent < 64 << 20:
                client.send(ContinuationFrame(first.stream_id, client.encoder.encode([("x", "y" * 4000)])))
                sent += 4000
        assert sent < 16 << 20
    assert still_answers(hasty)


def test_a_flow_that_stands_still_is_left(hasty):
    """The client answers every ping and takes not a byte of its answer."""
    path = hasty.upload("lamps", "still", noise(3 << 20)).json()["file"]["url"].removeprefix(hasty.url)
    before = closed(hasty, "write")
    with Client(hasty, window=0) as client:
        begun = time.monotonic()
        client.ask(path, ("x-api-key", hasty.token))
        for _ in client.frames():
            pass
        assert 1.5 < time.monotonic() - begun < 8
    await_that(lambda: closed(hasty, "write") == before + 1)


def test_a_small_answer_that_nobody_takes_is_left_too(hasty):
    """It is out of the server's hands, but not yet in the client's."""
    with Client(hasty, window=0) as client:
        begun = time.monotonic()
        client.ask("/")
        for _ in client.frames():
            pass
        assert 1.5 < time.monotonic() - begun < 8


def test_an_idle_connection_is_said_goodbye_to(hasty):
    with Client(hasty) as client:
        assert client.answer(client.ask("/"))[0] == 200
        begun = time.monotonic()
        assert any(isinstance(frame, GoAwayFrame) for frame in client.frames())
        assert 1 < time.monotonic() - begun < 4


def test_a_body_that_does_not_come_is_answered_408(hasty):
    with Client(hasty) as client:
        stream = client.ask("/api/v1/auth/login", ("content-type", "application/json"), method="POST", end=False)
        assert client.answer(stream)[0] == 408


def test_an_answer_under_way_is_finished_when_the_server_stops(tmp_path):
    """The client is told that nothing new is taken, and gets every byte."""
    server = configured(tmp_path / "server").start().become_admin()
    make_mod(server, "Lamps")
    data = noise(8 << 20)
    path = server.upload("lamps", "1.0", data).json()["file"]["url"].removeprefix(server.url)
    with Client(server, window=65536) as client:
        stream = client.ask(path, ("x-api-key", server.token))
        received, goodbye, ended = b"", False, False
        for frame in client.frames():
            if isinstance(frame, DataFrame):
                if not received:
                    server.process.terminate()
                    time.sleep(0.3)
                received += frame.data
                ended = ended or "END_STREAM" in frame.flags
                with contextlib.suppress(OSError):
                    client.send(WindowUpdateFrame(stream, window_increment=len(frame.data) or 1))
            goodbye = goodbye or isinstance(frame, GoAwayFrame)
        assert ended and received == data
        assert goodbye
    assert server.process.wait(timeout=40) == 0
    server.process = None
