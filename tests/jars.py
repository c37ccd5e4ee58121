"""Jars as mod authors publish them: a loader's metadata, a manifest, classes. Same arguments, same bytes."""

import io
import json
import random
import zipfile

LOADERS = ("fabric", "forge", "neoforge", "legacy")


def jar(name, version="1.0", loader="fabric", size=20_000, licence="MIT"):
    """The jar of a mod, a little larger than `size` bytes.

    `loader` decides the metadata: `fabric.mod.json`, Forge's `META-INF/mods.toml`, NeoForge's
    `META-INF/neoforge.mods.toml`, or `mcmod.info`, which Forge read until Minecraft 1.12 (`legacy`), which
    names no licence.
    """
    identifier = name.lower().replace(" ", "_")
    path, text = _metadata(identifier, name, version, loader, licence)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as entries:
        _add(entries, "META-INF/MANIFEST.MF", _manifest(name, version), zipfile.ZIP_DEFLATED)
        _add(entries, path, text.encode(), zipfile.ZIP_DEFLATED)
        for number, content in enumerate(_classes(f"{identifier} {version} {loader}", size)):
            # Stored: what is random only grows by being compressed.
            _add(entries, f"org/example/{identifier}/Part{number}.class", content, zipfile.ZIP_STORED)
    return archive.getvalue()


def _add(entries, path, content, compression):
    entry = zipfile.ZipInfo(path, date_time=(2024, 6, 13, 12, 0, 0))
    entry.compress_type = compression
    entries.writestr(entry, content)


def _classes(seed, size, largest=16_384):
    """Bytes that begin like a class of Java 17 and go on at random."""
    dice = random.Random(seed)
    while size > 0:
        part = min(size, largest)
        yield b"\xca\xfe\xba\xbe\x00\x00\x00\x3d" + dice.randbytes(part)
        size -= part


def _manifest(name, version):
    """A manifest; as Java has it, lines are at most 72 bytes long and go on after a space."""
    lines = ["Manifest-Version: 1.0", f"Implementation-Title: {name}", f"Implementation-Version: {version}"]
    written = bytearray()
    for line in lines:
        rest = line.encode()
        written += rest[:72] + b"\r\n"
        rest = rest[72:]
        while rest:
            written += b" " + rest[:71] + b"\r\n"
            rest = rest[71:]
    return bytes(written) + b"\r\n"


def _metadata(identifier, name, version, loader, licence):
    """Where the loader looks for what a mod is, and what it finds there."""
    if loader == "fabric":
        depends = {"fabricloader": ">=0.15.0", "minecraft": "~1.21"}
        mod = {"schemaVersion": 1, "id": identifier, "version": version, "name": name, "environment": "*"}
        return "fabric.mod.json", json.dumps(mod | {"license": licence, "depends": depends}, indent=2)
    if loader in ("forge", "neoforge"):
        path = {"forge": "META-INF/mods.toml", "neoforge": "META-INF/neoforge.mods.toml"}[loader]
        needed = {"forge": "mandatory = true", "neoforge": 'type = "required"'}[loader]
        return path, (
            f'modLoader = "javafml"\nloaderVersion = "[4,)"\nlicense = {json.dumps(licence)}\n\n'
            f'[[mods]]\nmodId = "{identifier}"\nversion = "${{file.jarVersion}}"\ndisplayName = {json.dumps(name)}\n\n'
            f'[[dependencies.{identifier}]]\nmodId = "minecraft"\n{needed}\nversionRange = "[1.20,)"\n'
        )
    if loader == "legacy":
        mod = {"modid": identifier, "name": name, "version": version, "mcversion": "1.12.2", "authorList": ["Anna"]}
        return "mcmod.info", json.dumps([mod], indent=2)
    raise ValueError(f"no such loader: {loader}; there are {', '.join(LOADERS)}")
