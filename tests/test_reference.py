"""The reference of the API, read in a real browser that can reach nothing but the server."""

import re
import shutil
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

# Debian's own: what Playwright would download is not needed.
BROWSER = shutil.which("chromium")
ALONE = [
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
]
expect.set_options(timeout=30_000)


@pytest.fixture
def reference(server):
    """The page of the reference, with everything that it asked for and complained about."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, chromium_sandbox=False, args=ALONE)
        page = browser.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda said: page.complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(f"{server.api}/docs")
        yield page
        browser.close()


def operation(page, method, path):
    """One line of the page, by the method and path that it shows."""
    line = page.locator(".opblock", has=page.locator(f'[data-path="{path}"]'))
    return line.filter(has=page.locator(".opblock-summary-method", has_text=re.compile(f"^{method}$")))


def test_page_shows_each_operation_with_its_text(server, reference):
    operations = server.get("/api/v1/spec").json()["paths"]
    expect(reference.locator(".info h1, .info .title").first).to_contain_text("Kleister API")
    expect(reference.locator(".opblock")).to_have_count(sum(len(methods) for methods in operations.values()))
    create = operation(reference, "POST", "/api/v1/packs")
    create.locator(".opblock-summary").click()
    told = operations["/api/v1/packs"]["post"]
    expect(create.locator(".opblock-description")).to_contain_text(told["description"].split(".")[0])
    create.get_by_role("tab", name="Schema").first.click()
    for field in ("name", "summary", "public"):
        expect(create.locator(".opblock-section-request-body")).to_contain_text(field)
    expect(create.locator(".responses-table")).to_contain_text("422")


def test_page_can_try_an_operation_with_a_token(server, reference):
    reference.locator(".authorize").first.click()
    dialog = reference.locator(".auth-container", has_text="bearer")
    dialog.locator("input").fill(server.token)
    dialog.get_by_role("button", name="Apply").click()
    reference.locator(".btn-done").first.click()
    show = operation(reference, "GET", "/api/v1/profile/self")
    show.locator(".opblock-summary").click()
    show.get_by_role("button", name="Try it out").click()
    show.get_by_role("button", name="Execute").click()
    expect(show.locator(".live-responses-table")).to_contain_text('"username": "admin"')
    assert not reference.complaints


def test_page_loads_nothing_from_elsewhere(server, reference):
    expect(reference.locator(".opblock").first).to_be_visible()
    for line in reference.locator(".opblock-summary").all()[:8]:
        line.click()
    reference.wait_for_load_state("networkidle")
    asked = {urlsplit(url) for url in reference.asked}
    assert {url.netloc for url in asked if url.scheme != "data"} == {f"127.0.0.1:{server.port}"}
    assert {"/api/v1/docs", "/api/v1/docs/swagger-ui.css", "/api/v1/spec"} <= {url.path for url in asked}
    assert not reference.complaints


def test_browser_would_tell_of_what_is_elsewhere(server, reference):
    reference.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://example.org/x.png'}))")
    reference.wait_for_timeout(200)
    assert any("example.org" in complaint for complaint in reference.complaints)
