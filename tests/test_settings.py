"""How settings are read, and how mistakes in them stop the start."""


import pytest
from authors import make_mod
from running import PASSWORD, PROGRAM, Server, free_port, refused_start

# The start


def test_a_second_server_on_the_same_database_is_refused(server):
    """It says why and what to do, and the first one goes on, with its socket."""
    second = Server(server.folder)
    said = refused_start(second)
    assert "already works on" in said and "kleister.sqlite3" in said and "--database-name" in said
    assert server.get("/api/v1/packs").status == 200
    assert server.admin("user", "create", "second", "--password-stdin", password=PASSWORD).returncode == 0
    assert server.sign_in("second", PASSWORD)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[server]\nadress = '127.0.0.1:1'", ["adress", "addr", "host"]),
        ("[servers]\naddr = '127.0.0.1:1'", ["servers", "server", "upload"]),
        ("[upload]\nlimit = 'much'", ["upload.limit", "much"]),
        ("[upload]\nlimit = -1", ["upload.limit", "-1"]),
        ("[upload]\ndriver = 'ftp'", ["upload.driver", "file"]),
        ("[upload]\nperms = '0777'", ["upload.perms", "0777", "0750"]),
        ("[upload]\nperms = '0550'", ["upload.perms", "0550", "0750"]),
        ("[upload]\nperms = 'rwxr-x---'", ["upload.perms", "rwxr-x---", "0750"]),
        ("[database]\ndriver = 'oracle'", ["database.driver", "sqlite"]),
        ("[token]\nexpire = '1y'", ["token.expire", "1y", "5m", "30d"]),
        ("[token]\nsecret = 'short'", ["token.secret", "32"]),
        ("[signin]\nmemory = 1", ["signin.memory", "19456"]),
        ("[upstream]\nfabric = 'ftp://x/'", ["upstream.fabric", "ftp://x/", "https"]),
        ("[upstream]\ntimeout = 0", ["upstream.timeout", "600"]),
        ("[webhook]\ntimeout = 61", ["webhook.timeout", "60"]),
        ("[webhook]\nnetworks = 'mine'", ["webhook.networks", "mine", "10.0.0.0/8"]),
        ("[log]\nlevel = 'loud'", ["log.level", "loud", "error", "trace"]),
        ("[log]\nformat = 'xml'", ["log.format", "xml", "pretty", "json"]),
        ("[server", ["kleister.toml"]),
    ],
)
def test_a_mistake_in_the_file_stops_the_start_by_name(bare, text, parts):
    """The key is named, and what it takes; nothing is begun."""
    bare.folder.mkdir()
    (bare.folder / "kleister.toml").write_text(text + "\n")
    said = refused_start(bare)
    for part in parts:
        assert part in said, said
    assert not (bare.folder / "storage").exists()


@pytest.mark.parametrize(
    ("variable", "value", "parts"),
    [
        ("KLEISTER_LOG_LEVEL", "loud", ["log.level", "loud", "error", "trace"]),
        ("KLEISTER_UPLOAD_JSON_LIMIT", "much", ["upload.json_limit", "much"]),
        ("KLEISTER_TOKEN_EXPIRE", "1y", ["token.expire", "1y", "30d"]),
        ("KLEISTER_TOKEN_SECRET", "quite short", ["token.secret", "32"]),
        ("KLEISTER_API_SERVER_HOST", "mc.example.org", ["server.host", "https://"]),
    ],
)
def test_a_bad_variable_stops_the_start_by_name(bare, variable, value, parts):
    bare.environment[variable] = value
    said = refused_start(bare)
    for part in parts:
        assert part in said.lower(), said
    assert "quite short" not in said, "a secret is not repeated"


def test_a_file_that_is_named_must_be_there(bare):
    bare.flags = ["--config-file", "nowhere.toml"]
    assert "nowhere.toml" in refused_start(bare)


def test_a_taken_port_is_a_clear_error(bare, server):
    """It names the address and the option that changes it."""
    bare.port = server.port
    said = refused_start(bare)
    assert f"127.0.0.1:{server.port}" in said and "in use" in said and "--server-addr" in said
    bare.port, bare.metrics = free_port(), f"127.0.0.1:{server.port}"
    said = refused_start(bare)
    assert f"127.0.0.1:{server.port}" in said and "in use" in said and "--metrics-addr" in said


def test_a_port_that_is_no_port_is_a_clear_error(bare):
    bare.port = 99_999
    said = refused_start(bare)
    assert "127.0.0.1:99999" in said and "--server-addr" in said


class Plain(Server):
    """A server without flags: only its environment says where it listens."""

    def command(self):
        return [str(PROGRAM), "server"]


@pytest.mark.parametrize("prefix", ["KLEISTER_", "KLEISTER_API_"])
def test_the_environment_is_read_by_new_and_old_names(tmp_path, prefix):
    """`KLEISTER_SERVER_ADDR`, and `KLEISTER_API_SERVER_ADDR` as it was called before."""
    server = Plain(tmp_path / "server")
    server.environment = {
        f"{prefix}SERVER_ADDR": f"127.0.0.1:{server.port}",
        f"{prefix}SERVER_HOST": "https://mc.example.org",
        f"{prefix}METRICS_ADDR": "",
        f"{prefix}UPLOAD_PATH": "elsewhere/files",
    }
    server.start()
    assert (server.folder / "elsewhere" / "files" / "blobs").is_dir()
    make_mod(server.become_admin(), "Lamps")
    assert server.upload("lamps", "1.0", b"lamps").json()["file"]["url"].startswith("https://mc.example.org/api/v1/")
    assert server.stop() == 0


def test_a_new_name_wins_over_an_old_one_and_a_flag_over_both(tmp_path):
    server = Server(tmp_path / "server")
    server.environment = {
        "KLEISTER_API_SERVER_ADDR": "127.0.0.1:1",
        "KLEISTER_SERVER_ADDR": "127.0.0.1:2",
        "KLEISTER_API_SERVER_HOST": "https://old.example.org",
        "KLEISTER_SERVER_HOST": "https://new.example.org",
    }
    make_mod(server.start().become_admin(), "Lamps")
    assert server.upload("lamps", "1.0", b"lamps").json()["file"]["url"].startswith("https://new.example.org/")
    assert server.stop() == 0


def test_a_secret_of_digits_is_a_text_like_any_other(bare):
    """Variables of a number's form are still what they are for."""
    bare.environment["KLEISTER_TOKEN_SECRET"] = "31415926535897932384626433832795"
    bare.start().become_admin()
    assert bare.get("/api/v1/auth/verify").status == 200


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("kleister.toml", "[upload]\nlimit = 1000\n"),
        ("kleister.yaml", "upload:\n  limit: 1000\n"),
        ("kleister.yml", "upload:\n  limit: 1000\n"),
        ("kleister.json", '{"upload": {"limit": 1000}}'),
    ],
)
def test_the_configuration_file_has_the_format_that_its_name_says(bare, name, text):
    bare.folder.mkdir()
    (bare.folder / name).write_text(text)
    make_mod(bare.start().become_admin(), "Lamps")
    assert bare.upload("lamps", "1.0", b"x" * 1001).status == 413


def test_the_setup_token_is_for_the_owner_alone_and_goes_when_there_is_an_admin(bare):
    """Printed once, kept in a file that others cannot read, and worth nothing after the first administrator."""
    bare.start()
    file = bare.folder / "storage" / "setup-token"
    token = file.read_text().strip()
    assert file.stat().st_mode & 0o777 == 0o600
    assert token in bare.printed() and token not in bare.errors()
    wanted = {"token": token, "username": "first", "password": PASSWORD}
    assert bare.post("/api/v1/setup", {**wanted, "token": token[:-1]}).status == 401
    assert bare.post("/api/v1/setup", wanted).status == 200
    assert not file.exists()
    assert bare.post("/api/v1/setup", {**wanted, "username": "second"}).status == 404
