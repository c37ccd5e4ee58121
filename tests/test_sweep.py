"""The published client can do all of its 115 operations, and understands each error that we answer."""

import kleister
import pytest
from kleister.exceptions import ApiException
from running import Server
from sweeping import World, operations
from upstream import Upstream

# What the client takes for pages of a browser, not for JSON.
PAGES = ["request_provider", "callback_provider"]


@pytest.fixture
def world(tmp_path, database):
    """A server on each kind of database, which fetches its lists of releases from an upstream of the test."""
    upstream = Upstream()
    server = Server(tmp_path / "server", database=database)
    server.environment |= upstream.environment()
    server.start().become_admin()
    yield World(server, upstream)
    server.stop()
    upstream.close()


def test_sweep(world, database, capsys):
    faults, silent, called, answered = [], [], 0, 0
    for operation in operations():
        called += 1
        if not operation.never(200):
            answer = world.call(world.admin, operation, world.arguments(operation))
            if isinstance(answer, ApiException) or answer is None:
                faults.append(f"{operation.name}: {answer!r}")
            answered += 1
        for status in operation.statuses:
            if status == 200:
                continue
            if reason := operation.never(status):
                silent.append(f"{operation.name} {status}: {reason}")
                continue
            error = world.error(operation, status)
            answered += 1
            if not isinstance(error, ApiException) or error.status != status:
                faults.append(f"{operation.name} should answer {status}: {error!r}")
            elif operation.name in PAGES:
                continue
            elif not isinstance(error.data, kleister.Notification) or error.data.status != status:
                faults.append(f"{operation.name} {status} came without its notification: {error.data!r}")
    print("never answered, for a reason:", *sorted(silent), sep="\n")
    assert not faults, "\n".join(faults)
    assert called == 115
    kind = database.split(":")[0] if database else "sqlite"
    with capsys.disabled():
        print(f"\nthe published client on {kind}: {called} of 115 operations, {answered} answers understood")
