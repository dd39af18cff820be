"""The page on the API in a real browser: no violation, no console message, nothing sideways, in both widths."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from waitress.server import create_server

from web.app import create_app
from web.config import load_config

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the API on a port of its own."""
    home = tmp_path_factory.mktemp("api")
    config = load_config({"HUICE_HOME": str(home), "HUICE_RATE_LIMITS": "off", "HUICE_LOG_LEVEL": "error"})
    app = create_app(config, ("web.api",))
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    server.trigger.close()
    thread.join(timeout=10)
    app.extensions["huice_store"].close()


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("query", ["", "?lang=en"])
def test_the_page_has_no_violation_no_complaint_and_no_sideways_scroll(
    browser: Browser, address: str, width: int, query: str, javascript: bool
):
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=javascript)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type != "info" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if not request.url.startswith(address) else None)

    page.goto(f"{address}/api/v1/docs{query}")

    for part in page.locator("details").all():
        part.locator("summary").click()
    if javascript:
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, found.generate_report()
    assert page.locator("details[open]").count() == page.locator("details").count() > 10
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    context.close()
