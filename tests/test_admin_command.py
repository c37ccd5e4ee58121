"""What operators command from the machine of the server, whether it runs or not."""

import socket
import subprocess

import pytest
from running import PASSWORD, PROGRAM


# Commands of the operator


def test_a_command_holds_at_the_very_next_request(server):
    """The running server does it: a token of a disabled user, or of one with a new password, is worth nothing at once."""
    for name, command, password in [
        ("anna", ["disable", "anna"], None),
        ("bert", ["password", "bert", "--password-stdin"], "another password for tests"),
    ]:
        assert server.admin("user", "create", name, "--password-stdin", password=PASSWORD).returncode == 0
        tokens = [server.sign_in(name, PASSWORD) for _ in range(3)]
        for token in tokens:
            assert server.get("/api/v1/profile/self", token=token).json()["username"] == name
        done = server.admin("user", *command, password=password)
        assert done.returncode == 0 and name in done.stdout, done
        for token in tokens:
            assert server.get("/api/v1/profile/self", token=token).status == 401
            assert server.get(f"/api/v1/auth/verify/{token}", token=None).status == 401
            assert server.get("/api/v1/packs", token=token).status == 401
        assert server.post("/api/v1/auth/login", {"username": name, "password": PASSWORD}, token=None).status == 401
    assert server.sign_in("bert", "another password for tests")


def test_commands_work_where_no_server_runs(server):
    """They open the database themselves; the next start sees what they did."""
    anna = server.admin("user", "create", "anna", "--password-stdin", password=PASSWORD)
    assert anna.returncode == 0
    token = server.sign_in("anna", PASSWORD)
    server.stop()
    assert server.admin("user", "create", "bert", "--admin", "--password-stdin", password=PASSWORD).returncode == 0
    assert server.admin("user", "disable", "anna").returncode == 0
    assert server.admin("user", "password", "admin", "--password-stdin", password=f"{PASSWORD} 2\n").returncode == 0
    server.start()
    assert server.get("/api/v1/profile/self", token=token).status == 401
    assert server.get("/api/v1/profile/self").status == 401
    assert server.get("/api/v1/profile/self", token=server.sign_in("bert", PASSWORD)).json()["admin"] is True
    assert server.sign_in("admin", f"{PASSWORD} 2")


def test_commands_work_after_a_server_was_killed(server):
    """Its socket lies about, but nobody listens there."""
    server.kill()
    assert server.admin("user", "create", "anna", "--password-stdin", password=PASSWORD).returncode == 0
    server.start()
    assert server.sign_in("anna", PASSWORD)
    assert server.admin("user", "create", "bert", "--password-stdin", password=PASSWORD).returncode == 0
    assert server.sign_in("bert", PASSWORD)


@pytest.mark.parametrize("running", [True, False])
def test_a_command_that_fails_says_why(server, running):
    """On standard error, with an exit code that scripts see, whether the server runs or not."""
    if not running:
        server.stop()
    for command, password, reason in [
        (["disable", "nobody"], None, "find user"),
        (["disable", "admin"], None, "last admin"),
        (["create", "admin", "--password-stdin"], PASSWORD, "taken"),
        (["create", "anna", "--password-stdin"], "short", "password"),
        (["create", "anna", "--password-stdin"], "", "password"),
        (["create", "a", "--password-stdin"], PASSWORD, "username"),
        (["password", "admin", "--password-stdin"], "password", "password"),
        (["create", "anna"], None, "--password-stdin"),
    ]:
        done = server.admin("user", *command, password=password)
        assert done.returncode != 0 and done.stdout == "", done
        assert reason in done.stderr and "panicked" not in done.stderr, done
    if running:
        assert server.sign_in("admin", PASSWORD)


def test_the_socket_is_for_the_owner_alone(server):
    """Who can write to it may everything."""
    assert (server.folder / "storage" / "admin.sock").stat().st_mode & 0o777 == 0o600
    server.stop()
    assert not (server.folder / "storage" / "admin.sock").exists()


def test_a_silent_visitor_of_the_socket_holds_up_nobody(server):
    """Neither the next command nor the end of the server."""
    with socket.socket(socket.AF_UNIX) as visitor:
        visitor.connect(str(server.folder / "storage" / "admin.sock"))
        command = [str(PROGRAM), "admin", "user", "create", "anna", "--password-stdin"]
        try:
            done = subprocess.run(command, cwd=server.folder, input=PASSWORD, text=True, capture_output=True, timeout=5)
        except subprocess.TimeoutExpired:
            done = None
        server.process.terminate()
        try:
            code = server.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            code = "still running"
            server.kill()
        assert done and done.returncode == 0, "the command was held up"
        assert code == 0
