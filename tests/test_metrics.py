"""What operators watch: numbers that are true, and a command that says whether a server is well."""

import subprocess

import pytest
from authors import make_mod, make_pack, release
from hostile import await_that, configured, exchange, head, number, numbers
from running import PASSWORD, PROGRAM, ROOT, free_port


@pytest.fixture
def watched(tmp_path):
    server = configured(tmp_path / "watched").start().become_admin()
    yield server
    if server.process:
        assert server.stop() == 0


def requests(server, method, route, status):
    labels = {"method": method, "route": route, "status": str(status)}
    counted = number(server, "kleister_http_requests_total", **labels)
    assert counted == number(server, "kleister_http_request_duration_seconds_count", **labels)
    return counted


def test_requests_are_counted_by_route_method_and_status(watched):
    make_pack(watched, "Sky")
    make_mod(watched, "Lamps", {"1.0": b"the bytes of lamps"})
    release(watched, "sky", "1.0", [("lamps", "1.0")])
    for pack in ("sky", "sky", "nowhere"):
        watched.get(f"/api/v1/packs/{pack}")
    watched.get("/packs/sky/1.0/pack.mrpack")
    assert requests(watched, "GET", "/api/v1/packs/{pack_id}", 200) == 2
    assert requests(watched, "GET", "/api/v1/packs/{pack_id}", 404) == 1
    assert requests(watched, "POST", "/api/v1/packs", 200) == 1
    assert requests(watched, "GET", "/packs/{pack}/{release}/pack.mrpack", 200) == 1


def test_what_clients_make_up_is_no_label(watched):
    """Else anybody could fill the memory of the server and of whoever reads its numbers."""
    for count in range(50):
        watched.get(f"/made-up-{count}")
        watched.get(f"/api/v1/made-up-{count}")
        watched.get(f"/api/v1/auth/verify/made-up-{count}")
        watched.request(f"MADEUP{count}", "/")
    routes = {dict(labels).get("route") for _, *labels in numbers(watched)}
    methods = {dict(labels).get("method") for _, *labels in numbers(watched)}
    assert not [name for name in routes | methods if name and "made" in name.lower()]
    assert "other" in methods
    assert requests(watched, "GET", "/api/v1/auth/verify/{*token}", 401) == 50


def test_classes_of_latency_are_cumulative(watched):
    watched.get("/")
    labels = {"method": "GET", "route": "/", "status": "200"}
    classes = {
        float(dict(labels)["le"]): value
        for (name, *labels), value in numbers(watched).items()
        if name == "kleister_http_request_duration_seconds_bucket" and ("route", "/") in labels
    }
    values = [value for _, value in sorted(classes.items())]
    assert len(values) == 13 and values == sorted(values)
    assert values[-1] == number(watched, "kleister_http_request_duration_seconds_count", **labels)


def test_sign_ins_are_counted_by_outcome(watched):
    signed_in = number(watched, "kleister_sign_ins_total", outcome="signed_in")
    for password in (PASSWORD, "wrong", "wrong"):
        watched.post("/api/v1/auth/login", {"username": "admin", "password": password}, token=None)
    assert number(watched, "kleister_sign_ins_total", outcome="signed_in") == signed_in + 1
    assert number(watched, "kleister_sign_ins_total", outcome="wrong_password") == 2


def test_uploads_are_counted_with_their_bytes(watched):
    make_mod(watched, "Lamps")
    assert watched.upload("lamps", "1.0", b"x" * 1000).status == 200
    assert watched.upload("lamps", "2.0", b"x" * 500).status == 200
    assert watched.upload("lamps", "3.0", b"x", file_name="../../x").status == 422
    assert number(watched, "kleister_uploads_total", outcome="kept") == 2
    assert number(watched, "kleister_uploads_total", outcome="refused") == 1
    assert number(watched, "kleister_upload_bytes_total") == 1500
    assert number(watched, "kleister_uploads_under_way") == 0


def test_the_process_and_its_database_are_told(watched):
    seen = numbers(watched)
    version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True).stdout.split()[1]
    assert seen["kleister_build_info", ("version", version)] == 1
    assert 0 < seen["kleister_uptime_seconds",] < 300
    for state in ("waiting", "running"):
        assert seen["kleister_password_hashes", ("state", state)] == 0
    for pool, limit in (("readers", 8), ("writer", 1)):
        connections = [seen["kleister_database_connections", ("pool", pool), ("state", s)] for s in ("idle", "in_use")]
        assert 1 <= sum(connections) <= limit == seen["kleister_database_connections_limit", ("pool", pool)]
    assert number(watched, "kleister_connections_open") >= 1
    exchange(watched, head("GET", "/", "Connection: close"))
    assert number(watched, "kleister_connections_total") > seen["kleister_connections_total",]


def test_all_numbers_are_in_the_handbook(watched):
    """And the handbook tells of none that is not there."""
    watched.get("/")
    make_mod(watched, "Lamps", {"1.0": b"lamps"})
    make_pack(watched, "Sky")
    webhook = {"name": "CI", "url": "https://ci.example.org/"}
    made = watched.post("/api/v1/packs/sky/webhooks", webhook).json()["kept"]["id"]
    assert watched.post(f"/api/v1/packs/sky/webhooks/{made}/test").json()["failure"] == "off"
    exchange(watched, b"GET / HTTP/1.1\n\n")
    text = watched.get(f"http://{watched.metrics}/metrics", token=None).body.decode()
    described = {line.split()[2] for line in text.splitlines() if line.startswith("# HELP ")}
    handbook = (ROOT / "docs" / "running.md").read_text()
    told = {line.split("`")[1].split("{")[0] for line in handbook.splitlines() if line.startswith("| `kleister_")}
    assert described <= told, described - told
    assert told - described <= {"kleister_connections_refused_total"}


def test_numbers_may_need_a_token(tmp_path):
    """`metrics.token`; whether the server lives is told to everybody all the same."""
    server = configured(tmp_path / "server", metrics={"token": '"a token for prometheus"'}).start()
    address = f"http://{server.metrics}"
    for headers in ({}, {"Authorization": "Bearer a token"}, {"Authorization": "a token for prometheus"}):
        answer = server.get(f"{address}/metrics", headers=headers)
        assert answer.status == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
        assert b"kleister_" not in answer.body
    answer = server.get(f"{address}/metrics", headers={"Authorization": "Bearer a token for prometheus"})
    assert answer.status == 200 and b"kleister_build_info" in answer.body
    assert server.get(f"{address}/healthz").status == 200
    assert "a token for prometheus" not in server.errors()
    assert server.stop() == 0


def health(server, *flags, **environment):
    command = [str(PROGRAM), "health", *flags]
    return subprocess.run(command, cwd=server.folder, env=environment, capture_output=True, text=True, timeout=30)


def test_a_server_that_is_well_says_so(watched):
    """By a flag, by the environment, or by the file that the server reads itself."""
    for done in (
        health(watched, "--metrics-addr", watched.metrics),
        health(watched, KLEISTER_METRICS_ADDR=watched.metrics),
        health(watched, "--metrics-addr", watched.metrics.replace("127.0.0.1", "0.0.0.0")),
    ):
        assert (done.returncode, done.stdout, done.stderr) == (0, "OK\n", "")
    (watched.folder / "other.toml").write_text(f'[metrics]\naddr = "{watched.metrics}"\n')
    assert health(watched, "--config-file", "other.toml").returncode == 0


def test_what_is_wrong_is_said(watched):
    nobody = f"127.0.0.1:{free_port()}"
    done = health(watched, "--metrics-addr", nobody)
    assert done.returncode == 1 and nobody in done.stderr and "no server answers" in done.stderr
    done = health(watched, "--metrics-addr", "")
    assert done.returncode == 1 and "metrics.addr" in done.stderr
    done = health(watched, "--metrics-addr", f"127.0.0.1:{watched.port}")
    assert done.returncode == 1 and "404" in done.stderr, "the players' address is not the operators'"
    address = watched.metrics
    assert watched.stop() == 0
    assert health(watched, "--metrics-addr", address).returncode == 1


def test_a_loaded_server_tells_who_waits_for_a_hash(watched):
    """More sign-ins than threads: some of them wait."""
    body = b'{"username": "admin", "password": "wrong"}'
    command = ["sh", "-c", "for i in $(seq 30); do curl -s -o /dev/null -d \"$0\" -H 'content-type: application/json' $1 & done; wait"]
    with subprocess.Popen([*command, body.decode(), f"{watched.api}/auth/login"]):
        await_that(lambda: number(watched, "kleister_password_hashes", state="waiting") > 0)
        assert number(watched, "kleister_password_hashes", state="running") <= 2
    await_that(lambda: number(watched, "kleister_password_hashes", state="waiting") == 0)
