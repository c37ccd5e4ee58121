"""What the tests of the whole system share."""

import pytest
from running import Server


@pytest.fixture
def server(tmp_path):
    """A new server with an administrator."""
    server = Server(tmp_path / "server").start()
    server.become_admin()
    yield server
    server.stop()
