"""A small server that publishes lists of releases, as Mojang and the makers of loaders do."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAMILIES = ["minecraft", "forge", "neoforge", "quilt", "fabric"]


def maven(*versions):
    """A `maven-metadata.xml`."""
    versions = "".join(f"<version>{version}</version>" for version in versions)
    return f'<?xml version="1.0"?><metadata><versioning><versions>{versions}</versions></versioning></metadata>'


def meta(*versions):
    """The whole meta of Fabric or Quilt."""
    games = [{"version": "1.21.1", "stable": True}, {"version": "24w33a", "stable": False}]
    loaders = [{"separator": ".", "build": 1, "maven": "x", "version": version} for version in versions]
    return json.dumps({"game": games, "mappings": [], "loader": loaders, "installer": []})


def manifest(*versions):
    """Mojang's manifest of versions."""
    times = {"time": "2024-08-08T12:42:20+00:00", "releaseTime": "2024-08-08T12:24:45+00:00"}
    entries = [{"id": version, "type": "release", **times} for version in versions]
    return json.dumps({"latest": {}, "versions": [*entries, {"id": "24w33a", "type": "snapshot", **times}]})


class Upstream:
    """The server; `documents` holds what it answers, and a family without a document is an error."""

    def __init__(self):
        self.documents = {
            "minecraft": manifest("1.21.1", "1.20.1"),
            "forge": json.dumps({"1.20.1": ["1.20.1-47.1.0", "1.20.1-47.2.0"]}),
            "neoforge": maven("21.1.76", "21.1.77"),
            "quilt": meta("0.26.4", "0.26.3"),
            "fabric": meta("0.16.5", "0.16.4"),
        }
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def handler(self):
        documents = self.documents

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                document = documents.get(self.path.lstrip("/"))
                self.send_response(200 if document else 503)
                self.end_headers()
                self.wfile.write((document or "").encode())

            def log_message(self, *_):
                pass

        return Handler

    def environment(self):
        """The settings with which a Kleister server fetches its lists here."""
        return {f"KLEISTER_UPSTREAM_{family.upper()}": f"{self.url}/{family}" for family in FAMILIES}

    def close(self):
        self.http.shutdown()
        self.http.server_close()
