"""What players' launchers and the caches between see of a published build, byte by byte and header by header."""

import hashlib
import io
import json
import re
import socket
import zipfile
from urllib.parse import quote

import pytest
from authors import add_file, make_build, make_mod, make_pack, publish, release
from jars import jar
from running import Server

JEI = {version: jar("Just Enough Items", version) for version in ("15.2.0", "15.3.0")}
JAR = "files/mods/jei-15.2.0.jar"
EXPORTS = [
    "pack.mrpack",
    "prism.zip",
    "curseforge.zip",
    "technic.zip",
    "index.json",
    "packwiz/pack.toml",
    "packwiz/index.toml",
    "packwiz/mods/jei.pw.toml",
    "packwiz/config/isles.txt",
    JAR,
    "files/config/isles.txt",
]


def make_isles(server):
    """Sky Isles 1.0, published."""
    make_pack(server, "Sky Isles", summary="Islands in the sky.")
    make_mod(server, "Just Enough Items", JEI, slug="jei")
    make_build(server, "sky-isles", "1.0", [("jei", "15.2.0")])
    add_file(server, "sky-isles", "1.0", "config/isles.txt", b"isles = 7\n")
    publish(server, "sky-isles", "1.0")
    return server


@pytest.fixture(scope="module")
def isles(tmp_path_factory):
    """A server with Sky Isles 1.0 that the tests only look at."""
    server = Server(tmp_path_factory.mktemp("isles")).start().become_admin()
    yield make_isles(server)
    server.stop()


def get(server, path, release="1.0", pack="sky-isles", **headers):
    """An anonymous request for something of a release; `if_range` is the header `If-Range`."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.get(f"/packs/{pack}/{quote(release)}/{path}", headers=headers, token=None)


def lasting(answer):
    """The headers of an answer but for those that differ from one to the next."""
    return sorted((name, value) for name, value in answer.headers.items() if name not in ("date", "request-id"))


def everything(server, release="1.0", pack="sky-isles"):
    """All exports of a release with their tags."""
    answers = {path: get(server, path, release, pack) for path in EXPORTS}
    assert {answer.status for answer in answers.values()} == {200}
    return {path: (answer.body, answer.headers["ETag"]) for path, answer in answers.items()}


# Known bytes, and parts of them.


@pytest.mark.parametrize("path", EXPORTS)
def test_known_bytes_are_not_sent_again(isles, path):
    first = get(isles, path)
    tag = first.headers["ETag"]
    assert re.fullmatch(r'"[\x21\x23-\x7e]+"', tag), "a strong tag"
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = get(isles, path, if_none_match=known)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == tag
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    other = get(isles, path, if_none_match='"other"')
    assert (other.status, other.body) == (200, first.body)


@pytest.mark.parametrize("path", [*EXPORTS, "files/mods/unknown.jar"])
def test_head_is_get_without_the_body(isles, path):
    full = get(isles, path)
    head = isles.request("HEAD", f"/packs/sky-isles/1.0/{path}", token=None)
    assert head.status == full.status
    assert lasting(head) == lasting(full)
    assert int(head.headers["Content-Length"]) == len(full.body)

    with socket.create_connection(("127.0.0.1", isles.port)) as connection:
        request = f"HEAD /packs/sky-isles/1.0/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        assert connection.makefile("rb").read().endswith(b"\r\n\r\n"), "nothing after the headers"


@pytest.mark.parametrize("path", ["pack.mrpack", JAR])
def test_part_of_a_file_is_sent(isles, path):
    full = get(isles, path)
    size, tag = len(full.body), full.headers["ETag"]
    assert full.headers["Accept-Ranges"] == "bytes"
    for asked, first, end in [
        ("0-99", 0, 100),
        ("100-100", 100, 101),
        (f"{size - 1}-", size - 1, size),
        ("50-99999999", 50, size),
        ("-50", size - 50, size),
    ]:
        part = get(isles, path, range=f"bytes={asked}")
        assert (part.status, part.body) == (206, full.body[first:end]), asked
        assert part.headers["Content-Range"] == f"bytes {first}-{end - 1}/{size}"
        assert part.headers["Content-Length"] == str(end - first)
        assert (part.headers["ETag"], part.headers["Content-Type"]) == (tag, full.headers["Content-Type"])


@pytest.mark.parametrize("path", ["pack.mrpack", JAR])
def test_end_that_is_longer_than_the_file_is_the_whole_file(isles, path):
    full = get(isles, path)
    part = get(isles, path, range="bytes=-99999999")
    assert (part.status, part.body) == (206, full.body)


@pytest.mark.parametrize("path", ["pack.mrpack", JAR])
def test_part_that_is_not_there_is_refused(isles, path):
    size = len(get(isles, path).body)
    for asked in (f"{size}-", "99999999-99999999"):
        refused = get(isles, path, range=f"bytes={asked}")
        assert (refused.status, refused.headers["Content-Range"]) == (416, f"bytes */{size}"), asked


@pytest.mark.parametrize("path", ["pack.mrpack", JAR])
def test_range_that_means_nothing_gives_the_whole_file(isles, path):
    full = get(isles, path)
    for asked in ("bytes=0-1,5-6", "bytes=a-b", "lines=0-1", "bytes="):
        answer = get(isles, path, range=asked)
        assert (answer.status, answer.body) == (200, full.body), asked


@pytest.mark.parametrize("path", ["pack.mrpack", JAR])
def test_part_of_other_bytes_is_never_sent(isles, path):
    full = get(isles, path)
    tag = full.headers["ETag"]
    assert get(isles, path, range="bytes=0-9", if_range=tag).status == 206
    for other in ('"other"', f"W/{tag}", "Tue, 24 Nov 2026 09:30:00 GMT"):
        answer = get(isles, path, range="bytes=0-9", if_range=other)
        assert (answer.status, answer.body) == (200, full.body), other


# Names and caches.


@pytest.mark.parametrize("path", EXPORTS)
def test_named_build_is_kept_for_ever_and_a_channel_is_asked_again(isles, path):
    assert get(isles, path).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for channel in ("latest", "recommended"):
        answer = get(isles, path, channel)
        assert answer.headers["Cache-Control"] == "public, no-cache"
        assert answer.body == get(isles, path).body


def test_files_are_saved_under_their_names(isles):
    assert get(isles, "pack.mrpack").headers["Content-Type"] == "application/x-modrinth-modpack+zip"
    assert get(isles, JAR).headers["Content-Type"] == "application/java-archive"
    for path, name in (("pack.mrpack", "sky-isles-1.0.mrpack"), (JAR, "jei-15.2.0.jar")):
        assert get(isles, path).headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"
    by_channel = get(isles, "pack.mrpack", "latest").headers["Content-Disposition"]
    assert by_channel == "attachment; filename*=UTF-8''sky-isles-1.0.mrpack"


def test_web_pages_may_read_it_but_never_run_it(isles):
    for path in EXPORTS:
        headers = get(isles, path).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Access-Control-Allow-Credentials"] is None
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]


def test_channels_lead_to_the_files_of_the_named_build(isles):
    address = f"{isles.url}/packs/sky-isles/1.0/{JAR}"
    assert address in get(isles, "packwiz/mods/jei.pw.toml", "latest").body.decode()
    assert [file["url"] for file in json.loads(get(isles, "index.json", "latest").body)["files"]][1] == address


def test_recommended_means_latest_until_it_is_set(server):
    make_isles(server)
    release(server, "sky-isles", "2.0", [("jei", "15.3.0")])
    first, second = get(server, "pack.mrpack", "1.0"), get(server, "pack.mrpack", "2.0")
    assert first.body != second.body
    for channel in ("latest", "recommended"):
        assert get(server, "pack.mrpack", channel).body == second.body

    assert server.put("/api/v1/packs/sky-isles/builds/1.0", {"recommended": True}).status == 200
    assert get(server, "pack.mrpack", "recommended").body == first.body
    assert get(server, "pack.mrpack", "latest").body == second.body
    assert server.put("/api/v1/packs/sky-isles/builds/1.0", {"recommended": False}).status == 200
    assert get(server, "pack.mrpack", "recommended").body == second.body


def test_channel_that_moved_has_another_tag(server):
    make_isles(server)
    before = get(server, "pack.mrpack", "latest").headers["ETag"]
    release(server, "sky-isles", "2.0", [("jei", "15.3.0")])
    after = get(server, "pack.mrpack", "latest", if_none_match=before)
    assert after.status == 200
    assert after.headers["ETag"] == get(server, "pack.mrpack", "2.0").headers["ETag"] != before


# The same bytes, always.


def test_mrpack_is_a_plain_zip_without_a_date(isles):
    with zipfile.ZipFile(io.BytesIO(get(isles, "pack.mrpack").body)) as archive:
        entries = archive.infolist()
        index = json.loads(archive.read("modrinth.index.json"))
        config = archive.read("overrides/config/isles.txt")
    assert config == get(isles, "files/config/isles.txt").body
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    for entry in entries:
        assert entry.compress_type == zipfile.ZIP_STORED
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
    assert [file["path"] for file in index["files"]] == ["mods/jei-15.2.0.jar"], "own files lie in the archive"
    for file in index["files"]:
        [address] = file["downloads"]
        data = isles.get(address, token=None).body
        assert file["fileSize"] == len(data)
        assert file["hashes"] == {name: hashlib.new(name, data).hexdigest() for name in ("sha1", "sha512")}
        assert file["env"] == {"client": "required", "server": "required"}


def test_restart_changes_no_byte(server):
    before = everything(make_isles(server))
    server.stop()
    server.start()
    assert everything(server) == before


def test_renaming_changes_no_byte(server):
    before = everything(make_isles(server))
    new_mod = {"name": "Barely Enough Items", "side": "client", "author": "Anna"}
    assert server.put("/api/v1/mods/jei", new_mod).status == 200
    new_pack = {"name": "Cloud Isles", "summary": "Now with clouds.", "website": "https://sky.example.org"}
    assert server.put("/api/v1/packs/sky-isles", new_pack).status == 200
    assert everything(server) == before
    server.stop()
    server.start()
    assert everything(server) == before


def test_old_slug_of_a_pack_keeps_working(server):
    make_isles(server)
    assert server.put("/api/v1/packs/sky-isles", {"slug": "cloud-isles"}).status == 200
    release(server, "cloud-isles", "2.0", [("jei", "15.3.0")])
    for pack in ("sky-isles", "Sky-Isles", "cloud-isles"):
        assert get(server, JAR, "1.0", pack).body == JEI["15.2.0"]
        assert get(server, "files/mods/jei-15.3.0.jar", "latest", pack).body == JEI["15.3.0"]
        assert get(server, "pack.mrpack", "2.0", pack).body == get(server, "pack.mrpack", "2.0", "cloud-isles").body
    # Nobody else can take it over.
    assert server.post("/api/v1/packs", {"name": "Other", "slug": "sky-isles"}).status == 422


def test_new_slug_changes_no_byte(server):
    before = everything(make_isles(server))
    assert server.put("/api/v1/packs/sky-isles", {"slug": "cloud-isles"}).status == 200
    assert everything(server) == before
    assert everything(server, pack="cloud-isles") == before


def test_configured_address_is_the_one_in_answers(tmp_path):
    server = Server(tmp_path, "--server-host", "https://mc.example.org/").start().become_admin()
    try:
        make_isles(server)
        [_, file] = json.loads(get(server, "index.json").body)["files"]
        assert file["url"] == f"https://mc.example.org/packs/sky-isles/1.0/{JAR}"
    finally:
        server.stop()


# What is not there, and what nobody may see.


@pytest.mark.parametrize(
    "path",
    [
        "sky-isles/1.0",
        "sky-isles/1.0/nothing",
        "sky-isles/1.0/files",
        "sky-isles/1.0/files/mods",
        "sky-isles/1.0/files/mods/unknown.jar",
        "sky-isles/1.0/files/mods/../mods/jei-15.2.0.jar",
        "sky-isles/1.0/files/..%2F..%2Fkleister.sqlite3",
        "sky-isles/1.0/files/%2Fetc%2Fpasswd",
        "sky-isles/1.0/packwiz",
        "sky-isles/1.0/packwiz/mods/unknown.pw.toml",
        "sky-isles/9.9/pack.mrpack",
        "sky-isles/beta/pack.mrpack",
        "sky-isles/%FF/pack.mrpack",
        "sky-isles/%00/pack.mrpack",
        "unknown/1.0/pack.mrpack",
        "unknown/latest/pack.mrpack",
    ],
)
def test_unknown_address_is_a_plain_404(isles, path):
    answer = isles.request("GET", f"/packs/{path}", headers={"Accept": "text/html,application/json"}, token=None)
    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert answer.body.startswith(b"Not found.")


def test_what_nobody_may_see_answers_like_what_is_not_there(server):
    make_isles(server)
    make_pack(server, "Secret Lab", public=False)
    release(server, "secret-lab", "1.0", [("jei", "15.2.0")])
    make_build(server, "sky-isles", "draft", [("jei", "15.2.0")])
    release(server, "sky-isles", "internal", [("jei", "15.2.0")], public=False)
    make_pack(server, "Empty Shell")
    unseen = [("secret-lab", "1.0"), ("secret-lab", "latest"), ("secret-lab", "recommended")]
    unseen += [("sky-isles", "draft"), ("sky-isles", "internal"), ("empty-shell", "latest"), ("sky-isles", "unknown")]
    for path in EXPORTS:
        unknown = get(server, path, pack="unknown")
        assert unknown.status == 404
        for pack, name in unseen:
            # No credential counts here, not even an administrator's.
            for headers in ({}, {"if_none_match": "*"}, {"range": "bytes=0-9"}, {"x_api_key": server.token}):
                answer = get(server, path, name, pack, **headers)
                assert (answer.status, answer.body) == (404, unknown.body), (pack, name, path)
                assert lasting(answer) == lasting(unknown)


def test_pack_that_turns_private_is_gone_at_once(server):
    before = everything(make_isles(server))
    assert server.put("/api/v1/packs/sky-isles", {"public": False}).status == 200
    for path in EXPORTS:
        assert get(server, path, if_none_match=before[path][1]).status == 404
    assert server.put("/api/v1/packs/sky-isles", {"public": True}).status == 200
    assert everything(server) == before


def test_private_mod_shows_only_what_the_pack_needs(server):
    make_pack(server, "Sky Isles")
    make_mod(server, "House Rules", {"1.0": jar("House Rules")}, author="Anna", description="secret", public=False)
    release(server, "sky-isles", "1.0", [("house-rules", "1.0")])
    assert server.get("/api/v1/mods/house-rules", token=None).status == 404
    assert get(server, "files/mods/house-rules-1.0.jar").body == jar("House Rules")
    for path in ("index.json", "packwiz/mods/house-rules.pw.toml"):
        text = get(server, path).body.decode()
        assert "House Rules" in text
        assert "Anna" not in text and "secret" not in text
