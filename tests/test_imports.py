"""Packs of other tools, imported by the real program: from disk, from an address, and across a restart."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from importing import ended, mrpack, send, zipped
from running import Server


def fabric(name, number):
    described = {"schemaVersion": 1, "id": name, "version": number, "name": name.title()}
    return zipped({"fabric.mod.json": json.dumps(described)})


class Elsewhere:
    """A server that hands a file out, a piece at a time if it is to last."""

    def __init__(self, data, pause=0.0):
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                for start in range(0, len(data), 64):
                    self.wfile.write(data[start : start + 64])
                    time.sleep(elsewhere.pause)

            def log_message(self, *_):
                pass

        elsewhere = self
        self.data = data
        self.pause = pause
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.host = f"127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def environment(self):
        return {
            "KLEISTER_UPSTREAM_HOSTS": self.host,
            "KLEISTER_UPSTREAM_NETWORKS": "127.0.0.0/8",
            "KLEISTER_UPSTREAM_PLAIN_HTTP": "true",
        }

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def elsewhere():
    server = Elsewhere(fabric("far", "2.1"))
    yield server
    server.close()


@pytest.fixture
def server(tmp_path, elsewhere):
    server = Server(tmp_path / "server")
    server.environment |= elsewhere.environment()
    server.start().become_admin()
    yield server
    server.stop()


def test_imported_pack_is_published_and_fetched(server, elsewhere):
    far = elsewhere.data
    pack = mrpack({"mods/far.jar": (far, f"http://{elsewhere.host}/far.jar")}, {"mods/jei.jar": fabric("jei", "1.0"), "config/a.toml": b"a"})
    report = ended(server, send(server, pack, mirror="true", slug="sky", recognise="false"))["report"]
    assert (report["created"], report["own"], report["left_out"], report["notes"]) == (2, 1, [], [])
    assert server.put("/api/v1/packs/sky", {"public": True}).status == 200
    published = server.put("/api/v1/packs/sky/builds/1.0", {"published": True})
    assert published.status == 200, published
    assert server.get("/packs/sky/1.0/files/mods/far.jar", token=None).body == far
    again = server.get("/packs/sky/latest/pack.mrpack", token=None).body
    report = ended(server, send(server, again, pack="sky"))["report"]
    assert (report["build"], report["matched"], report["own"], report["left_out"]) == ("1.0-2", 2, 1, [])


def test_killed_import_is_done_after_the_restart(server, elsewhere):
    far = elsewhere.data
    elsewhere.pause = 0.5
    pack = mrpack({"mods/far.jar": (far, f"http://{elsewhere.host}/far.jar")}, {"config/a.toml": b"a"})
    identifier = send(server, pack, mirror="true", slug="sky")
    for _ in range(200):
        if server.get(f"/api/v1/imports/{identifier}").json()["progress"]["step"] == "reading the pack":
            break
        time.sleep(0.01)
    server.kill()
    elsewhere.pause = 0.0
    server.start()
    shown = ended(server, identifier)
    assert (shown["state"], shown["report"]["created"]) == ("done", 1), shown
    assert server.get("/api/v1/packs").json()["total"] == 1
