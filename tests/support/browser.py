"""Tell pytest-playwright to drive Debian's Chromium, as a visitor in Shenzhen would have it, and serve it what is tested."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from flask import Flask
from playwright.sync_api import Page
from waitress.server import create_server
from waitress.wasyncore import close_all

_ADVICE = "测试需要真正的 Chromium 浏览器。请运行 make test（它会自己安装），或执行：apt-get install chromium"
# Chromium must not call home: tests run without the Internet, and a refused connection is noise in the console.
_QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PHONE, DESK = 375, 1280  # pixels
_PICTURES = os.environ.get("HUICE_PICTURES")
# What every page is held to. Only violations are described: to describe what passes takes longer than to find it.
_WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Name the installed browser and its flags; playwright brings none of its own."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail(_ADVICE, pytrace=False)
    # The sandbox refuses root; everybody else keeps it.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium, "args": [*_QUIET, *sandbox]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Speak Chinese and live in China's time zone."""
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port of this machine while the block runs; give its address."""
    connections: dict[int, Any] = {}
    server = create_server(app, map=connections, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # What waits on the connections closes them: from here, it might be waiting on what has just been closed.
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: close_all(connections))
        thread.join(timeout=10)
        assert not thread.is_alive(), "the server still runs"


def picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page where HUICE_PICTURES names a folder for it."""
    if _PICTURES:
        page.screenshot(path=f"{_PICTURES}/{name}.png", full_page=True)


def assert_accessible(page: Page, part: str = "html") -> None:
    """Find no violation of WCAG 2.2 AA on the page, or in one part of it, once it has come."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = AxeResults(page.evaluate("([part, options]) => axe.run(part, options)", [part, _WCAG]))
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def assert_fits(page: Page, width: int) -> None:
    """Find nothing that has to be scrolled to sideways, once the page has come. Right after a click it may have no root yet."""
    page.wait_for_load_state()
    wide = page.locator("html").evaluate("html => html.scrollWidth")
    assert wide <= width, f"{page.url} is {wide} wide"


def assert_sound(page: Page, part: str = "html", *, has_scripts: bool = True) -> None:
    """Find nothing wrong with the page, or one part of it, on a phone nor on a desk; without scripts, only whether it fits."""
    width = (page.viewport_size or {"width": DESK})["width"]
    for each in (DESK, PHONE) if width == PHONE else (PHONE, DESK):  # ends as it was
        page.set_viewport_size({"width": each, "height": 800})
        assert_fits(page, each)
        if has_scripts:  # axe is a script
            assert_accessible(page, part)


def hear(page: Page, address: str) -> list[str]:
    """Return a list that fills with whatever the page complains about, and with every request to anywhere else."""
    complaints: list[str] = []

    def note(text: str) -> None:
        # That a page answers 404 or 422 is told in the console too; it is the page's business.
        if "404 (" not in text and "422 (" not in text:
            complaints.append(text)

    page.on("console", lambda message: note(message.text) if message.type != "info" else None)
    page.on("pageerror", lambda error: note(str(error)))
    page.on("request", lambda request: None if request.url.startswith(address) else note(request.url))
    return complaints
