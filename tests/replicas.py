"""Several servers on one PostgreSQL and one S3 service, all behind one address."""

import contextlib
import subprocess

from running import PROGRAM, Server

SERVICE = PROGRAM.parent / "examples" / "s3_service"


@contextlib.contextmanager
def s3_service(folder):
    """Starts an S3 service whose buckets lie in a folder, and gives its address."""
    process = subprocess.Popen([SERVICE, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def in_bucket(endpoint):
    """The variables of a server whose bytes lie in the bucket of a service."""
    return {
        "KLEISTER_UPLOAD_DRIVER": "s3",
        "KLEISTER_UPLOAD_ENDPOINT": endpoint,
        "KLEISTER_UPLOAD_BUCKET": "packs",
        "KLEISTER_UPLOAD_ACCESS": "access",
        "KLEISTER_UPLOAD_SECRET": "secret",
        "KLEISTER_UPLOAD_RESERVE": "0",
    }


def replica(folder, first, endpoint):
    """One more server on the database of the first, with a folder of its own; all have one address for players."""
    server = Server(folder, database=None)
    server.environment = {**first, **in_bucket(endpoint), "KLEISTER_SERVER_HOST": "https://packs.example.org"}
    return server
