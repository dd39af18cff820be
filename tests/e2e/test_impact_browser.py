"""The impact of a change in a real browser: uploaded, read and exported without scripts, at both widths, without a violation."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from rules.language.bundle import CORPUS
from tests.support.browser import assert_sound, hear
from web.security.guard import DevelopmentOnly, register_guard
from web.views.impact import GUARD

PAGE = "/maintain/impact"
POLICY = (CORPUS / "luohu" / "luohu-rd-2023.yaml").read_text(encoding="utf-8")
CHANGED = POLICY.replace("over: 200万元", "over: 50万元").replace(
    "range: {from: 0元, upto: 300万元, decided_by: 罗湖区科技创新局}", "fixed: 30万元"
)


@pytest.fixture
def app(app: Flask) -> Flask:
    """Let anybody in: who may is tested with the roles."""
    register_guard(app, GUARD, DevelopmentOnly())
    return app


def test_a_maintainer_uploads_a_change_reads_it_and_exports_it(browser: Browser, address: str, tmp_path) -> None:
    changed = tmp_path / "changed.yaml"
    changed.write_text(CHANGED, encoding="utf-8")
    context = browser.new_context(viewport={"width": 375, "height": 800}, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    complaints = hear(page, address)

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
    assert complaints == []
    context.close()
    page = browser.new_context(locale="zh-CN").new_page()
    complaints = hear(page, address)
    for place in (address + PAGE, result):
        page.goto(place)
        assert_sound(page)
    assert complaints == []
    page.context.close()
