"""schemathesis makes up requests from the served document for two minutes: nothing fails, nothing undocumented comes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from authors import make_build, make_mod, make_pack
from running import Server
from upstream import Upstream

HERE = Path(__file__).parent
SECONDS = os.environ.get("KLEISTER_SCHEMATHESIS_SECONDS", "120")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.fixture
def server(tmp_path):
    """A server that fetches its lists of releases from an upstream of the test."""
    upstream = Upstream()
    server = Server(tmp_path / "server")
    server.environment |= upstream.environment()
    server.start().become_admin()
    yield server
    server.stop()
    upstream.close()


def test_made_up_requests_get_documented_answers(server):
    make_pack(server, "Sky")
    make_mod(server, "Lamps", {"1.0": b"PK lamps"})
    make_build(server, "sky", "draft", [])
    for path, body in [("groups", {"slug": "crew", "name": "Crew"}), ("users", {"username": "ann"})]:
        assert server.post(f"/api/v1/{path}", body).status == 200
    # A personal token: it outlives whatever password the fuzzer thinks of, and cannot set one.
    token = server.token = server.get("/api/v1/profile/token").json()["token"]
    run = subprocess.run(
        [
            *(Path(sys.executable).parent / "schemathesis", "--config-file", HERE / "schemathesis.toml"),
            *("run", f"{server.api}/spec", "--url", server.url, "--header", f"Authorization: Bearer {token}"),
            *("--max-time", SECONDS, "--checks", CHECKS, "--phases", "coverage,fuzzing"),
            *("--continue-on-failure", "--no-color", "--suppress-health-check", "all"),
        ],
        cwd=server.folder,
        env=os.environ | {"SCHEMATHESIS_HOOKS": str(HERE / "media.py")},
        capture_output=True,
        text=True,
        timeout=600,
    )
    print(run.stdout[-4000:])
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
    # Nearly all operations were really done: few, such as those that a personal token may not do, were always refused.
    refused = re.search(r"Authentication failed: (\d+) operation", run.stdout)
    assert refused is None or int(refused[1]) < 10, run.stdout[-4000:]
    assert "panicked" not in server.errors()
    assert server.get("/api/v1/packs/sky").status == 200
