"""The program on each kind of database: starts, restarts, a second server, migrations."""

import os
import sqlite3
import subprocess

import databases
import pytest
from authors import make_pack
from running import PASSWORD, PROGRAM, Server, refused_start


@pytest.fixture
def server(tmp_path, database):
    """A server that is not started yet, on a new database of each kind."""
    server = Server(tmp_path / "server", database=database)
    server.folder.mkdir()
    yield server
    if server.process:
        assert server.stop() == 0


def execute(server, sql):
    """Has a statement done behind the server's back."""
    url = server.environment.get("KLEISTER_DATABASE_URL")
    if url:
        databases.execute(url, sql)
    else:
        with sqlite3.connect(server.folder / "storage" / "kleister.sqlite3") as file:
            file.execute(sql)


def test_what_was_answered_is_there_after_a_kill(server):
    server.start().become_admin()
    make_pack(server, "Sky")
    server.kill()
    server.start()
    assert server.get("/api/v1/packs/sky").json()["name"] == "Sky"


def test_second_server_is_refused(server, tmp_path):
    server.start().become_admin()
    other = Server(tmp_path / "other")
    other.environment = server.environment
    flags = ["--database-name", str(server.folder / "storage" / "kleister.sqlite3")]
    other.flags = [] if server.environment else flags
    said = refused_start(other)
    assert "already works on" in said and "--database-url" in said
    assert server.get("/api/v1/profile/self").status == 200


def test_commands_work_with_a_server_and_without(server):
    made = server.admin("user", "create", "ada", "--admin", "--password-stdin", password=PASSWORD)
    assert made.returncode == 0, made.stderr
    server.start()
    server.sign_in("ada", PASSWORD)
    assert server.admin("user", "disable", "ada").returncode == 1, "the last admin"
    made = server.admin("user", "create", "bob", "--admin", "--password-stdin", password=PASSWORD)
    assert made.returncode == 0, made.stderr
    server.sign_in("bob", PASSWORD)


def test_migrate_tells_what_it_does(server):
    before = server.admin("migrate", "--status").stdout.splitlines()
    assert before[-1] == f"0 applied, {len(before) - 1} pending"
    assert all(line.split()[1] == "pending" for line in before[:-1])
    done = server.admin("migrate")
    assert done.returncode == 0 and f"{len(before) - 1} steps" in done.stdout, done
    after = server.admin("migrate", "--status").stdout.splitlines()
    assert after[-1] == f"{len(before) - 1} applied, 0 pending"
    assert [line.split()[0] for line in after[:-1]] == [line.split()[0] for line in before[:-1]]
    server.start()
    assert server.admin("migrate", "--status").stdout.splitlines() == after
    assert server.admin("migrate").stdout == done.stdout


def test_migration_that_is_killed_again_and_again_goes_on(server):
    """Killed at a later and later moment until it gets to its end: what was done stays or is undone, and nothing halfway."""
    kills, patience = 0, 0.005
    while True:
        migration = subprocess.Popen(
            [str(PROGRAM), "admin", "migrate"],
            cwd=server.folder,
            env=os.environ | server.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            _, said = migration.communicate(timeout=patience)
            break
        except subprocess.TimeoutExpired:
            migration.kill()
            migration.communicate()
            kills, patience = kills + 1, patience * 1.2
    assert migration.returncode == 0, said
    assert kills > 5
    assert server.admin("migrate", "--status").stdout.splitlines()[-1].endswith(" 0 pending")
    server.start().become_admin()
    make_pack(server, "Sky")


def test_start_migrates_by_itself_what_is_missing(server):
    assert server.admin("migrate").returncode == 0
    execute(server, "DELETE FROM seaql_migrations WHERE version LIKE 'm04%'")
    steps = server.admin("migrate", "--status").stdout.splitlines()[:-1]
    pending = [step for step in steps if step.endswith("pending")]
    assert pending and pending == [step for step in steps if step.startswith("m04")]
    server.start().become_admin()
    assert server.admin("migrate", "--status").stdout.splitlines()[-1] == f"{len(steps)} applied, 0 pending"


def test_database_of_a_newer_version_is_refused(server):
    assert server.admin("migrate").returncode == 0
    execute(server, "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9901_wonders', 0)")
    said = refused_start(server)
    assert "newer version of Kleister" in said and "m9901_wonders" in said
    for command in (["migrate"], ["migrate", "--status"]):
        refused = server.admin(*command)
        assert refused.returncode == 1 and "m9901_wonders" in refused.stderr


@pytest.mark.parametrize("url", ["postgres://ada:secret@127.0.0.1:{port}/x", "mariadb://ada:secret@127.0.0.1:{port}/x"])
def test_database_that_is_away_is_named_without_its_password(tmp_path, url):
    server = Server(tmp_path / "server", database=None)
    server.environment = {"KLEISTER_DATABASE_URL": url.format(port=databases.free_port())}
    said = refused_start(server)
    assert "cannot connect to the database" in said and "ada@127.0.0.1" in said
    assert "secret" not in said
