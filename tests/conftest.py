"""What the tests of the whole system share."""

import os

import databases
import probing
import pytest
from authors import make_mod, make_pack
from running import Server


@pytest.fixture
def server(tmp_path):
    """A new server with an administrator."""
    server = Server(tmp_path / "server").start()
    server.become_admin()
    yield server
    server.stop()


@pytest.fixture(scope="session", params=["SQLite", *databases.installed()])
def database(request):
    """The URL of a server of each kind of database; nothing for SQLite."""
    if request.param == "SQLite":
        yield None
    elif started := os.environ.get(f"KLEISTER_TEST_{request.param.upper()}"):
        yield started
    else:
        with databases.SERVERS[request.param]() as url:
            yield url


@pytest.fixture
def bare(tmp_path):
    """A server that is not started yet."""
    server = Server(tmp_path / "bare")
    yield server
    if server.process:
        server.stop()


@pytest.fixture
def lamps(server):
    """A server with a mod that has no versions yet."""
    make_mod(server, "Lamps")
    return server


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A server like that for all tests that look only at what they upload themselves."""
    server = Server(tmp_path_factory.mktemp("uploads") / "server").start().become_admin()
    make_mod(server, "Lamps")
    make_pack(server, "Sky")
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def probed(tmp_path_factory):
    """One server for all tests of a file that ask strange things; it has survived them all in the end."""
    server = probing.started(tmp_path_factory.mktemp("probed") / "server")
    yield server
    assert server.get("/api/v1/packs/sky").status == 200
    assert "panicked" not in server.errors()
    assert server.stop() == 0
