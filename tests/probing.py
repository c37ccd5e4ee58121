"""A server that many tests ask at once, and how they ask."""

from authors import make_mod, make_pack, release
from running import Server
from wire import refused

SECRET = "a signing key that these tests know, too"
UNKNOWN_ID = "01arz3ndektsv4rrffq69g5fav"


def started(folder):
    """A server with a published build; no test changes what others look at."""
    server = Server(folder)
    server.environment["KLEISTER_TOKEN_SECRET"] = SECRET
    server.start().become_admin()
    make_pack(server, "Sky")
    make_mod(server, "Lamps", {"1.0": b"the bytes of lamps"})
    release(server, "sky", "1.0", [("lamps", "1.0")])
    return server


def refused_message(answer, status):
    """The message of a problem with this status."""
    return refused(answer, status)["message"]


def post_text(server, path, text, media_type="application/json"):
    """Posts a body exactly as it is written here."""
    body = text if isinstance(text, bytes) else text.encode()
    return server.post(f"/api/v1{path}", body, headers={"Content-Type": media_type} if media_type else {})


def count(server, path):
    return server.get(f"/api/v1{path}?limit=1").json()["total"]
