"""What files are called and what they are: hostile names are refused, unusual ones kept, types told from the content."""

import urllib.parse

import pytest
from lamps import NUMBERS, data_url, deliver, noise, stored, unfinished, upload_json, versions
from wire import refused


# Names of files

HOSTILE = {
    "climbing": "../x.jar",
    "absolute": "/x.jar",
    "in a folder": "a/b.jar",
    "of Windows": "C:\\\\x.jar",
    "a drive": "C:x.jar",
    "a backslash": "a\\\\b.jar",
    "a stream": "a.jar:x",
    "dots": "..",
    "a device": "CON.jar",
    "a device in lower case": "com1.jar",
    "too long": "x" * 300 + ".jar",
    "a dot at the end": "a.jar.",
    "a space at the end": "a.jar ",
    "turned around": "a\u202eraj.exe",
    "invisible": "a\u200b.jar",
    "a quote": 'a\\"b.jar',
    "an angle": "<b>.jar",
    "a bell": "a\u0085.jar",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_file_name_that_hurts_somebody_is_422(shared, name):
    """The field is named, and there is no version."""
    before = versions(shared)
    answer = shared.upload("lamps", "hostile", b"lamps", file_name=name)
    assert [error["field"] for error in refused(answer, 422)["errors"]] == ["upload"]
    assert (versions(shared), unfinished(shared)) == (before, [])


@pytest.mark.parametrize("name", ["a\0b.jar", "a\r\nb.jar", "a\nb.jar", "a\rb.jar"])
def test_a_file_name_that_breaks_the_form_is_400(shared, name):
    """A line break or NUL ends the header that it stands in, so there is no name to speak of."""
    before = stored(shared)
    refused(shared.upload("lamps", "broken", noise(1000, name), file_name=name), 400)
    assert stored(shared) == before


SMUGGLED = ["../x.jar", "CON.jar", "..%2Fx.jar", "a%00b.jar", "a%0D%0Ab.jar", "a%22b.jar", "C%3A%5Cx.jar", "%E2%80%AEx.jar"]


@pytest.mark.parametrize("name", SMUGGLED)
def test_a_data_url_cannot_smuggle_a_hostile_name(shared, name):
    """Its parameters are percent-encoded (RFC 2397), and it is the decoded name that counts."""
    answer = upload_json(shared, str(next(NUMBERS)), data_url(b"lamps", f";name={name}"))
    assert [error["field"] for error in refused(answer, 422)["errors"]] == ["upload"]
    assert unfinished(shared) == []


def test_the_bytes_behind_a_hostile_name_are_not_kept(lamps):
    """The name comes before the bytes, so there is no reason to store them first."""
    refused(lamps.upload("lamps", "1.0", noise(1000), file_name="../x.jar"), 422)
    refused(upload_json(lamps, "1.0", data_url(noise(2000), ";name=../x.jar")), 422)
    assert stored(lamps) == ([], [], [])


UNUSUAL = [
    "[1.20] Better Lamps+Fix (v2).jar",
    "Ünïcödé 設定.jar",
    "100% & more;=,'!#$@^`~.jar",
    " leading space.jar",
    ".hidden",
    "x" * 251 + ".jar",
]


@pytest.mark.parametrize("name", UNUSUAL)
def test_an_unusual_name_is_delivered_as_it_is(shared, name):
    """In the version, in its address, in the release, and to whoever saves the file."""
    file = shared.upload("lamps", str(next(NUMBERS)), b"lamps", file_name=name).json()["file"]
    assert (file["slug"], file["path"]) == (name, f"mods/{name}")
    delivered = deliver(shared)
    assert delivered["path"] == f"mods/{name}"
    for answer in (shared.get(file["url"]), shared.get(delivered["url"], token=None)):
        assert (answer.status, answer.body) == (200, b"lamps")
        saved = answer.headers["Content-Disposition"].removeprefix("attachment; filename*=UTF-8''")
        assert urllib.parse.unquote(saved) == name


@pytest.mark.parametrize("name", ["lamps.jar", "[1.20] Lamps+Fix.jar", "Ünïcödé 設定.jar"])
def test_a_data_url_can_name_its_file(shared, name):
    """As forms of browsers send it: percent-encoded."""
    answer = upload_json(shared, str(next(NUMBERS)), data_url(b"lamps", f";name={urllib.parse.quote(name)}"))
    assert answer.status == 200 and answer.json()["file"]["slug"] == name
