"""A published build stays what it is, whatever becomes of the names around it: every address of every format, byte by byte."""

import re
import struct
import zlib

import pytest
from authors import add_file, make_mod, make_optional, make_token, publish, release
from importing import ended, mrpack, send
from jars import jar

FORMATS = [
    "index.json",
    "pack.mrpack",
    "pack.mrpack?source=own",
    "pack.mrpack?for=modrinth",
    "packwiz/pack.toml",
    "prism.zip",
    "curseforge.zip",
    "technic.zip",
    "mcupdater.xml",
    "sbom.cdx.json",
]
SOLDER = ["api/modpack/sky-islands/1.0", "api/modpack/sky-islands/1.0?include=mods"]
LINKED = "https://cdn.modrinth.com/data/AANobbMI/versions/b2JhY2tz/boats.jar"
MODS = {
    "Just Enough Items": {"slug": "jei", "public": False, "author": "Ada"},
    "Mini Map": {"side": "client"},
    "Backups": {"side": "server"},
    "Lanterns": {},
}


@pytest.fixture(params=["public", "private"])
def root(request, server):
    """The address below which everything of Sky Islands 1.0 is: one mod is linked, one optional, one private, with files."""
    boats = {"mods/boats.jar": (jar("Boats", loader="forge"), LINKED)}
    overrides = {"config/boats.toml": b"speed = 3", "options.txt": b"fov:90"}
    archive = mrpack(boats, overrides, minecraft="1.20.1", forge="47.2.0")
    report = ended(server, send(server, archive, slug="sky-islands"))
    assert report["state"] == "done", report
    for name, fields in MODS.items():
        slug = make_mod(server, name, {"1.0": jar(name, loader="forge")}, **fields)["slug"]
        added = server.post("/api/v1/packs/sky-islands/builds/1.0/versions", {"mod": slug, "version": "1.0"})
        assert added.status == 200, added
    make_optional(server, "sky-islands", "1.0", "lanterns", "Makes nights brighter.", default=True)
    add_file(server, "sky-islands", "1.0", "config/map.toml", b"zoom = 1", policy="keep", server="unsupported")
    add_file(server, "sky-islands", "1.0", "bin/modpack.jar", jar("Forge"), server="unsupported")
    assert paint(server, "packs/sky-islands", 200).status == 200
    is_public = request.param == "public"
    assert server.put("/api/v1/packs/sky-islands", {"public": is_public, "summary": "Islands"}).status == 200
    publish(server, "sky-islands", "1.0")
    token = "" if is_public else f"/t/{make_token(server, 'sky-islands')['token']}"
    return f"{server.url}{token}"


def paint(server, what, grey):
    """Gives a pack or mod a picture of one grey point."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(bytes([0, grey]))), (b"IEND", b"")]
    parts = [struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks]
    head = b'--XX\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    body = head + b"\x89PNG\r\n\x1a\n" + b"".join(parts) + b"\r\n--XX--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=XX"}
    return server.post(f"/api/v1/{what}/avatar", body, headers=headers)


def everything(server, root):
    """What the build's formats answer, and what every address in these answers does: bytes, tag and type by address."""
    waiting = [f"{root}/packs/sky-islands/1.0/{path}" for path in FORMATS] + [f"{root}/solder/{path}" for path in SOLDER]
    answers = {}
    while waiting:
        address = waiting.pop()
        if address in answers:
            continue
        answer = server.get(address, token=None)
        assert answer.status == 200, (address, answer)
        answers[address] = (answer.body, answer.headers["ETag"], answer.headers["Content-Type"])
        assert answers[address][1], address
        # Archives are not compressed: addresses in them are seen too.
        inside = re.findall(re.escape(server.url) + r"[^\"'<>\s\\]+", answer.body.decode(errors="replace"))
        assert all(found.startswith(root) for found in inside), address
        waiting += [found for found in inside if "/1.0/" in found]
        if address.endswith(".toml") and "/packwiz/" in address:
            folder = f"{root}/packs/sky-islands/1.0/packwiz/"
            waiting += [folder + path for path in re.findall(r'^file = "(.*)"$', answer.body.decode(), re.MULTILINE)]
    return answers


def rename_everything(server):
    """Changes whatever can be changed around a published build, and goes on publishing."""
    done = [
        server.put(f"/api/v1/mods/{slug}", {"name": f"{slug} anew", "slug": f"{slug}-anew", "author": "Eve", "side": "both"})
        for slug in ("jei", "mini-map", "backups", "lanterns", "boats")
    ]
    done += [server.put("/api/v1/mods/jei-anew", {"public": True, "description": "more", "website": "https://example.org"})]
    done += [paint(server, "mods/jei-anew", 50), paint(server, "packs/sky-islands", 100)]
    pack = {"name": "Cloud Islands", "slug": "cloud-islands", "summary": "Clouds", "website": "https://example.org/clouds"}
    done += [server.put("/api/v1/packs/sky-islands", pack | {"source_policy": "source_first"})]
    done += [server.put("/api/v1/packs/cloud-islands/builds/1.0", {"changelog": "- Boats **fly**"})]
    done += [server.put("/api/v1/profile/self", {"username": "eve", "fullname": "Eve"})]
    assert server.upload("jei-anew", "2.0", jar("Just Enough Items", "2.0", loader="forge")).status == 200
    assert {answer.status for answer in done} == {200}, done
    release(server, "cloud-islands", "2.0", [("jei-anew", "2.0")], minecraft_id="1.20.1", recommended=True)


def test_renaming_everything_changes_no_byte(server, root):
    before = everything(server, root)
    for kind in ("files/mods/", "/packwiz/mods/", "/packwiz/config/", "index-", "solder/packs/sky-islands/1.0/jei/"):
        assert any(kind in address for address in before), kind
    assert LINKED.encode() in before[f"{root}/packs/sky-islands/1.0/index.json"][0]

    rename_everything(server)
    assert different(everything(server, root), before) == []
    server.stop()
    server.start()
    assert different(everything(server, root), before) == []


def test_withdrawing_changes_no_byte_for_those_who_have_it(server, root):
    before = everything(server, root)
    release(server, "sky-islands", "2.0", [("jei", "1.0")], minecraft_id="1.20.1")
    withdrawn = {"yanked": True, "reason": "eats worlds", "replacement": "2.0"}
    assert server.put("/api/v1/packs/sky-islands/builds/1.0", withdrawn).status == 200
    assert different(everything(server, root), before) == []


def different(after, before):
    """The addresses that are new, gone, or answer otherwise."""
    return sorted(address for address in after.keys() | before.keys() if after.get(address) != before.get(address))
