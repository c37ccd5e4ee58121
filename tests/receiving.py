"""A receiver of webhooks, which verifies what comes by the published library of the Standard Webhooks specification."""

import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook

# The variables of a server that may tell receivers on the loopback.
TELLING = {
    "KLEISTER_WEBHOOK_ENABLED": "true",
    "KLEISTER_WEBHOOK_NETWORKS": "127.0.0.0/8",
    "KLEISTER_WEBHOOK_PLAIN_HTTP": "true",
}


class Receiver:
    """A server on the loopback that keeps what comes; it answers with `answers`, one after the other, then with 204."""

    def __init__(self):
        self.got, self.answers = queue.Queue(), []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(outer.answers.pop(0) if outer.answers else 204)
                self.end_headers()
                outer.got.put((dict(self.headers), body))

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook/a-secret-of-ours"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self, secret):
        """What comes next, once it was verified."""
        headers, body = self.got.get(timeout=30)
        return headers, Webhook(secret).verify(body, headers)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
