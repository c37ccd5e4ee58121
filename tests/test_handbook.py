"""The handbook holds together: every link within it leads to a file, and to a heading where it names one."""

import re

import pytest
from running import ROOT

PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)")


def anchors(page):
    """The names by which headings of a page are linked to."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    for path, heading in LINK.findall(page.read_text()):
        target = (page.parent / path) if path else page
        assert target.exists(), path
        assert not heading or heading in anchors(target), f"{path}#{heading}"


def test_every_launcher_with_a_format_has_a_page_that_is_linked():
    pages = {page.name for page in (ROOT / "docs" / "players").glob("*.md")} - {"README.md"}
    overview = (ROOT / "docs" / "players" / "README.md").read_text()
    assert {path for path, _ in LINK.findall(overview) if "/" not in path} == pages
    assert pages >= {"prism.md", "modrinth-app.md", "curseforge-app.md", "technic.md", "atlauncher.md", "mcupdater.md"}
