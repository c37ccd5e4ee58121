"""Archives with a pack's files inside, read by readers that have nothing in common: Info-ZIP, Python, Java."""

import hashlib
import io
import subprocess
import zipfile

import pytest
from authors import add_file, make_build, make_mod, make_optional, make_pack, publish
from jars import jar
from running import Server

FOLDERS = {"prism": ".minecraft/", "curseforge": "overrides/", "technic": ""}
JEI = jar("Just Enough Items", "15.2.0")
# Beside a small file one that is streamed in several pieces.
LARGE = hashlib.shake_256(b"terrain").digest(1_500_000)
FILES = {"mods/jei-15.2.0.jar": JEI, "config/größe.bin": LARGE, "config/empty.txt": b""}

# Reads an archive from its directory at the end and as it comes, entry by entry; prints what each way finds.
READER = """
import java.io.*; import java.nio.file.*; import java.security.*; import java.util.*; import java.util.zip.*;
class Reader {
    static void tell(String way, ZipEntry entry, InputStream in) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
        System.out.println(way + " " + HexFormat.of().formatHex(digest) + " " + entry.getName());
    }
    public static void main(String[] names) throws Exception {
        System.setOut(new PrintStream(System.out, true, "UTF-8"));
        try (ZipFile zip = new ZipFile(names[0])) {
            for (ZipEntry entry : Collections.list(zip.entries())) tell("whole", entry, zip.getInputStream(entry));
        }
        try (ZipInputStream zip = new ZipInputStream(new FileInputStream(names[0]))) {
            for (ZipEntry entry; (entry = zip.getNextEntry()) != null;) tell("stream", entry, zip);
        }
    }
}
"""


@pytest.fixture(scope="module")
def isles(tmp_path_factory):
    """A server with Sky Isles 1.0 that the tests only look at."""
    server = Server(tmp_path_factory.mktemp("isles")).start().become_admin()
    make_pack(server, "Sky Isles")
    make_mod(server, "Just Enough Items", {"15.2.0": JEI}, slug="jei")
    make_mod(server, "Zoom", {"1": b"PK zoom"}, slug="zoom")
    make_build(server, "sky-isles", "1.0", [("jei", "15.2.0"), ("zoom", "1")])
    make_optional(server, "sky-isles", "1.0", "zoom", "Looks closer.")
    for path in ("config/größe.bin", "config/empty.txt"):
        add_file(server, "sky-isles", "1.0", path, FILES[path])
    publish(server, "sky-isles", "1.0")
    yield server
    server.stop()


def archive(server, name):
    answer = server.get(f"/packs/sky-isles/1.0/{name}.zip", token=None)
    assert answer.status == 200, answer
    return answer.body


MADE = ("prism.zip", "curseforge.zip", "technic.zip", "pack.mrpack", "pack.mrpack?source=own", "pack.mrpack?for=modrinth")


@pytest.fixture(scope="module")
def archives(isles):
    """Every archive that this server lays out or makes of the build, by its address: those of Solder too."""
    zips = isles.get("/solder/api/modpack/sky-isles/1.0", token=None).json()["mods"]
    kinds = {zipped["url"].rsplit("/", 2)[1] for zipped in zips}
    assert kinds == {"jei", "sky-isles-files"}, "a mod, and what the pack itself has"
    addresses = [f"{isles.url}/packs/sky-isles/1.0/{name}" for name in MADE] + [zipped["url"] for zipped in zips]
    answers = {address: isles.get(address, token=None) for address in addresses}
    assert {answer.status for answer in answers.values()} == {200}, answers
    md5s = {zipped["url"]: zipped["md5"] for zipped in zips}
    assert {url: hashlib.md5(answers[url].body).hexdigest() for url in md5s} == md5s
    return {address: answer.body for address, answer in answers.items()}


def read_by_python(data):
    """The SHA-256 of each entry; every checksum is compared."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        return {entry: hashlib.sha256(opened.read(entry)).hexdigest() for entry in opened.namelist()}


@pytest.mark.parametrize("name", FOLDERS)
def test_archive_holds_every_file_of_a_player(isles, name):
    found = read_by_python(archive(isles, name))
    for path, data in FILES.items():
        assert found[FOLDERS[name] + path] == hashlib.sha256(data).hexdigest(), path
    off = f"{FOLDERS[name]}mods/zoom-1.jar.disabled"
    assert (off in found) == (name != "technic")


def test_unzip_finds_nothing_wrong(archives, tmp_path):
    for address, data in archives.items():
        (tmp_path / "a.zip").write_bytes(data)
        tested = subprocess.run(["unzip", "-t", tmp_path / "a.zip"], capture_output=True, text=True, errors="replace")
        assert tested.returncode == 0, (address, tested.stdout + tested.stderr)
        assert "No errors detected" in tested.stdout, address


def test_java_reads_what_python_reads(archives, tmp_path):
    (tmp_path / "Reader.java").write_text(READER)
    for address, data in archives.items():
        (tmp_path / "a.zip").write_bytes(data)
        told = subprocess.run(["java", "Reader.java", "a.zip"], cwd=tmp_path, capture_output=True, check=True).stdout
        found = {"whole": {}, "stream": {}}
        for line in told.decode().splitlines():
            way, digest, entry = line.split(" ", 2)
            found[way][entry] = digest
        assert found == {"whole": read_by_python(data), "stream": read_by_python(data)}, address


@pytest.mark.parametrize("name", FOLDERS)
def test_download_that_broke_off_goes_on(isles, name):
    data = archive(isles, name)
    tag = isles.get(f"/packs/sky-isles/1.0/{name}.zip", token=None).headers["ETag"]
    headers = {"Range": "bytes=700000-", "If-Range": tag}
    rest = isles.get(f"/packs/sky-isles/1.0/{name}.zip", headers=headers, token=None)
    assert (rest.status, rest.body) == (206, data[700_000:])


def test_restart_changes_no_byte(isles):
    before = {name: archive(isles, name) for name in FOLDERS}
    isles.stop()
    isles.start()
    assert {name: archive(isles, name) for name in FOLDERS} == before
