"""What packwiz-installer does on each run, replayed request by request, with every request remembered.

The installer keeps a state file, asks for `pack.toml`, and stops there if it knows its hash and misses no file.
Otherwise it reads the index, deletes what it once installed and the index no longer lists, fetches the metafiles that
changed and the files that differ from what lies on disk. It believes nothing that it cannot check: the pack vouches
for the index, the index for metafiles, metafiles for files. It speaks plain HTTP: no parts of files, no tags.
"""

import copy
import gzip
import hashlib
import http.client
import json
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from urllib.parse import quote, urlsplit

HEADERS = {"User-Agent": "packwiz-installer", "Accept": "application/octet-stream", "Accept-Encoding": "gzip"}
NOTHING = {"packFileHash": None, "indexFileHash": None, "cachedFiles": {}, "cachedSide": "client"}
UNTOLD = {
    "hash": None, "linkedFileHash": None, "cachedLocation": None,
    "isOptional": False, "optionValue": True, "onlyOtherSide": False,
}


class Failed(Exception):
    """The installer showed an error and ended with exit code 1."""


class Installer:
    """packwiz-installer in one instance. `choices` are what the player answers, by the names of optional mods."""

    def __init__(self, folder, side="client", choices=None):
        self.folder = Path(folder)
        self.side = side
        self.choices = choices or {}
        self.requests = []
        # Called before each request with its number in the run.
        self.before = lambda number: None
        self._turn = threading.Lock()

    def run(self, address):
        """Installs or updates the pack whose `pack.toml` has this address; `requests` then are those of this run."""
        self.requests = []
        state = self.state()
        pack, pack_hash = self._fetch(address)
        everything = state["cachedSide"] != self.side
        missing = {path for path, file in state["cachedFiles"].items() if self._is_missing(file)}
        if pack_hash == _value(state["packFileHash"]) and not missing and not everything:
            return
        index = tomllib.loads(pack.decode())["index"]
        try:
            if index["hash"] != _value(state["indexFileHash"]) or missing or everything:
                self._process(_beside(address, index["file"]), index, state["cachedFiles"], missing, everything)
            state["packFileHash"], state["indexFileHash"] = _hash("sha256", pack_hash), _hash("sha256", index["hash"])
        except Failed:
            # So that the next run tries again.
            state["packFileHash"] = state["indexFileHash"] = None
            raise
        finally:
            state["cachedSide"] = self.side
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / "packwiz.json").write_text(json.dumps(state, indent=2, sort_keys=True))

    def state(self):
        """What the installer remembers between runs: what is not told is nothing, no and, for a choice, yes."""
        file = self.folder / "packwiz.json"
        state = copy.deepcopy(NOTHING) | (json.loads(file.read_text()) if file.exists() else {})
        state["cachedFiles"] = {path: UNTOLD | cached for path, cached in state["cachedFiles"].items()}
        return state

    def files(self):
        """Every file of the instance with its bytes, but for the state."""
        paths = (path for path in self.folder.rglob("*") if path.is_file() and path.name != "packwiz.json")
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in paths}

    def _is_missing(self, file):
        if file["onlyOtherSide"] or (file["isOptional"] and not file["optionValue"]):
            return False
        return file["cachedLocation"] is None or not (self.folder / file["cachedLocation"]).exists()

    def _process(self, address, expected, cached, missing, everything):
        """Brings the instance to what the index says; `cached` is updated file by file."""
        data, _ = self._fetch(address, expected["hash-format"], expected["hash"])
        index = tomllib.loads(data.decode())
        listed = {entry["file"]: {"hash-format": index["hash-format"], **entry} for entry in index.get("files", [])}
        for path in cached.keys() - listed.keys():
            self._delete(cached.pop(path)["cachedLocation"])
        changed = [
            entry
            for path, entry in listed.items()
            if everything or path in missing or path not in cached or _value(cached[path]["hash"]) != entry["hash"]
        ]
        fetched, failures = _all(lambda entry: (entry, self._metafile(address, entry)), changed)
        placed, more = _all(lambda pair: self._place(address, *pair, cached.get(pair[0]["file"])), fetched)
        cached.update(placed)
        for failure in failures + more:
            raise failure

    def _metafile(self, address, entry):
        """The metafile of an entry; none where the index lists the file itself."""
        if not entry.get("metafile"):
            return None
        data, _ = self._fetch(_beside(address, entry["file"]), entry["hash-format"], entry["hash"])
        return tomllib.loads(data.decode())

    def _place(self, address, entry, metafile, before):
        """Puts one file where it belongs, or takes it away; gives its entry's name and what is remembered of it."""
        path = PurePosixPath(entry["file"])
        if metafile is None:
            metafile = {"name": path.name, "filename": path.name, "download": {"url": _beside(address, entry["file"])}}
            metafile["download"] |= entry
        download, option, side = metafile["download"], metafile.get("option", {}), metafile.get("side", "both")
        location, former = str(path.with_name(metafile["filename"])), before and before["cachedLocation"]
        optional = option.get("optional", False)
        chosen = self.choices.get(metafile["name"], option.get("default", False)) if optional else True
        if before is not None and before["isOptional"]:
            chosen = before["optionValue"]
        wanted = side in ("both", self.side) and chosen
        if wanted and not (entry.get("preserve") and (self.folder / location).exists()):
            self._replace(location, download["url"], download["hash-format"], download["hash"])
        if former is not None and (not wanted or former != location):
            self._delete(former)
        return entry["file"], {
            "hash": _hash(entry["hash-format"], entry["hash"]),
            "linkedFileHash": _hash(download["hash-format"], download["hash"]) if entry.get("metafile") else None,
            "cachedLocation": location if wanted else None,
            "isOptional": optional,
            "optionValue": chosen,
            "onlyOtherSide": side not in ("both", self.side),
        }

    def _replace(self, location, source, hash_format, expected):
        """Fetches a file, unless the one on disk is right already."""
        path = self.folder / location
        if path.exists() and hashlib.new(hash_format, path.read_bytes()).hexdigest() == expected:
            return
        data, _ = self._fetch(source, hash_format, expected)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def _delete(self, location):
        if location is not None:
            (self.folder / location).unlink(missing_ok=True)

    def _fetch(self, address, hash_format="sha256", expected=None):
        """The bytes at an address and their hash, checked where it is known what it must be."""
        with self._turn:
            self.requests.append(address)
            self.before(len(self.requests))
        url = urlsplit(address)
        connection = http.client.HTTPConnection(url.netloc, timeout=30)
        try:
            connection.request("GET", url.path, headers=HEADERS)
            answer = connection.getresponse()
            data = answer.read()
            if answer.headers["Content-Encoding"] == "gzip":
                data = gzip.decompress(data)
        finally:
            connection.close()
        if answer.status != 200:
            raise Failed(f"{address} answers {answer.status}")
        found = hashlib.new(hash_format, data).hexdigest()
        if expected is not None and found != expected.lower():
            raise Failed(f"{address}: hash invalid")
        return data, found


def _hash(kind, value):
    """A hash as the installer writes it down."""
    return {"type": kind, "value": value}


def _value(written):
    return written and written["value"]


def _beside(address, path):
    """The address of a path that is relative to a document; the query, if there was one, is lost.

    Escaped as OkHttp does: square brackets and the signs that parts of paths may hold stay as they are.
    """
    folder = address.split("?")[0].rsplit("/", 1)[0]
    escaped = quote(path, safe="/!$&'()*+,;=:@[]~")
    return f"{folder}/{escaped}"


def _all(function, items):
    """Does the same with every item, ten at a time; gives what came of it, and the failures."""
    with ThreadPoolExecutor(10) as threads:
        futures = [threads.submit(function, item) for item in items]
    failures = [future.exception() for future in futures if future.exception() is not None]
    return [future.result() for future in futures if future.exception() is None], failures
