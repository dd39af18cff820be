"""The impact of a change in a real browser: uploaded, read and exported without scripts, at both widths, without a violation."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser
from waitress.server import create_server

from rules.language.bundle import CORPUS
from web.app import create_app
from web.config import load_config
from web.security.guard import DevelopmentOnly, register_guard
from web.store import operations
from web.views.impact import GUARD

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
PAGE = "/maintain/impact"
POLICY = (CORPUS / "luohu" / "luohu-rd-2023.yaml").read_text(encoding="utf-8")
CHANGED = POLICY.replace("over: 200万元", "over: 50万元").replace(
    "range: {from: 0元, upto: 300万元, decided_by: 罗湖区科技创新局}", "fixed: 30万元"
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return the pages on a fresh database."""
    home = tmp_path_factory.mktemp("impact")
    app = create_app(load_config({"HUICE_HOME": str(home), "HUICE_RATE_LIMITS": "off", "HUICE_LOG_LEVEL": "error"}))
    operations.upgrade(app.extensions["huice_store"])
    register_guard(app, GUARD, DevelopmentOnly())
    yield app
    app.extensions["huice_store"].close()


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """Serve the application on a port of its own."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)


def test_a_maintainer_uploads_a_change_reads_it_and_exports_it(browser: Browser, address: str, tmp_path) -> None:
    changed = tmp_path / "changed.yaml"
    changed.write_text(CHANGED, encoding="utf-8")
    context = browser.new_context(viewport={"width": 375, "height": 800}, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    page.goto(address + PAGE)
    page.get_by_label("改好的规则文件").set_input_files(changed)
    page.get_by_label("按哪一天测算").fill("2026-05-20")
    page.get_by_label("改动项目的预算（可不填）").fill("100万")
    page.get_by_role("button", name="测算").click(timeout=60_000)
    page.get_by_role("heading", name="改动影响", level=1).wait_for(timeout=60_000)

    assert "由“研发费用超过200万元”改为“研发费用超过50万元”" in page.content()
    with page.expect_download() as download:
        page.get_by_role("link", name="导出明细 csv").click()
    assert download.value.suggested_filename == "huice-impact.csv"
    result = page.url
    context.close()
    for width in (375, 1280):
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        for place in (address + PAGE, result):
            page.goto(place)
            found = Axe().run(page, options=WCAG)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        context.close()
    assert complaints == []
