"""A maintainer drops a folder of jars on the real program; so does an enemy."""

import json

import pytest
import samples
from running import Server
from test_imports import ended, send

MIB = 1 << 20


@pytest.fixture(scope="module")
def dropped(tmp_path_factory):
    """A server, the folder of samples, and what enemies made."""
    folder = tmp_path_factory.mktemp("samples")
    hostile = samples.write(folder)
    server = Server(tmp_path_factory.mktemp("intake") / "server").start().become_admin()
    yield server, folder, hostile
    assert "panicked" not in server.errors()
    assert server.stop() == 0


def form(files):
    parts = [
        b'--XX\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n\r\n%b\r\n' % (file.name.encode(), file.read_bytes())
        for file in files
    ]
    return b"".join(parts) + b"--XX--\r\n", {"Content-Type": "multipart/form-data; boundary=XX"}


def memory(server, what="VmRSS"):
    """How much memory the server has, or has had at most (VmHWM), in bytes."""
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith(what))


def kept(server):
    """Every file below the server's storage that is no blob, with its size."""
    storage = server.folder / "storage" / "files"
    return {file: file.stat().st_size for file in storage.rglob("*") if file.is_file() and "blobs" not in file.parts}


def test_a_folder_of_jars_becomes_mods_and_versions(dropped):
    """All of them in one go, accepted as they were read, and attached to a draft that can be fetched again."""
    server, folder, _ = dropped
    files = sorted((folder / "zoo").iterdir())
    assert len(files) >= 60
    server.post("/api/v1/packs", {"slug": "zoo", "name": "Zoo"})
    server.post("/api/v1/packs/zoo/builds", {"name": "1.0"})
    body, headers = form(files)
    answer = server.post("/api/v1/intake?accept=true&pack=zoo&build=1.0", body, headers=headers)
    assert answer.status == 200, answer
    taken = answer.json()["intakes"]
    assert len(taken) == len(files)
    refused = {it["name"]: it.get("refusal") or it.get("fault") for it in taken if not it["accepted"]}
    assert refused == {}
    links = server.get("/api/v1/packs/zoo/builds/1.0/versions?limit=1000").json()
    assert links["total"] == len({it["becomes"]["version_id"] for it in taken})
    again = server.post("/api/v1/intake", body, headers=headers).json()["intakes"]
    assert {it["becomes"]["outcome"] for it in again} == {"duplicate"}


def test_what_enemies_drop_is_told_and_costs_nothing(dropped):
    """Each archive is refused by itself or read as far as a jar may go; neither memory nor disk notices."""
    server, folder, hostile = dropped
    before, files = memory(server), kept(server)
    wrong = []
    for name, as_jar, _, what in hostile:
        body, headers = form([folder / "hostile" / name])
        answer = server.post("/api/v1/intake", body, headers=headers)
        shown = answer.json()["intakes"][0] if answer.status == 200 else {}
        if answer.status != 200 or bool(shown.get("refusal")) != bool(as_jar):
            wrong.append((what, as_jar, answer))
    assert wrong == []
    assert len(hostile) > 90
    assert memory(server, "VmHWM") - before < 64 * MIB
    assert kept(server) == files


def test_packs_that_enemies_made_leave_nothing_behind(dropped):
    server, folder, hostile = dropped
    before, files = memory(server), kept(server)
    packs = server.get("/api/v1/packs").json()["total"]
    wrong = []
    for name, _, as_pack, what in hostile:
        if not as_pack:
            continue
        told = refusal(server, (folder / "hostile" / name).read_bytes())
        if not told:
            wrong.append((what, as_pack))
    assert wrong == []
    assert server.get("/api/v1/packs").json()["total"] == packs
    assert memory(server, "VmHWM") - before < 64 * MIB
    assert kept(server) == files


def refusal(server, archive):
    """Why this is not imported, at once or by the job; nothing if it is."""
    head = b'--XX\r\nContent-Disposition: form-data; name="file"; filename="pack.zip"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=XX"}
    answer = server.post("/api/v1/imports", head + archive + b"\r\n--XX--\r\n", headers=headers)
    if answer.status != 200:
        assert answer.status in (400, 413, 422), answer
        return answer.json()["message"]
    over = ended(server, answer.json()["id"])
    assert over["state"] in ("failed", "done"), over
    return over["failure"] if over["state"] == "failed" else None
