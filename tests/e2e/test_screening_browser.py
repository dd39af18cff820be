"""Screen a register in a real browser: without JavaScript and with it, on a phone and a desk, no violation, nothing sideways."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.support.browser import assert_sound, hear, picture
from web.security.guard import DevelopmentOnly, register_guard
from web.views.screening import SCREEN, SEE

REGISTER = (
    "企业名称,注册地,纳税地,统计地,营业收入@2025（万元）,研发费用@2025（万元）,研发费用@2024（万元）,备注\n"
    + "".join(
        f"演示企业{number:02},{'罗湖区' if number % 3 else '南山区'},罗湖区,罗湖区,{9000 * number},{500 * number},{300 * number},虚构\n"
        for number in range(1, 9)
    )
)


@pytest.fixture
def app(app: Flask) -> Flask:
    """Let anybody in: who may is tested with the roles."""
    for name in (SCREEN, SEE):
        register_guard(app, name, DevelopmentOnly())
    return app


@pytest.mark.parametrize(("width", "javascript"), [(375, False), (1280, True)])
def test_from_upload_to_the_list(browser: Browser, address: str, tmp_path: Path, width: int, javascript: bool):
    register = tmp_path / "演示名册.csv"
    register.write_text(REGISTER, encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=javascript)
    page = context.new_page()
    page.set_default_timeout(120_000)
    complaints = hear(page, address)

    def look(name: str) -> None:
        picture(page, f"{name}-{width}")
        assert_sound(page, has_scripts=javascript)

    page.goto(f"{address}/staff/screening")
    look("upload")
    page.get_by_label("名册文件").set_input_files(register)
    page.get_by_label("按哪一天测算").fill("2026-05-20")
    page.get_by_role("button", name="上传并读取列名").click()
    page.get_by_role("heading", name="确认每一列是什么").wait_for()
    look("columns")
    page.get_by_role("button", name="开始测算").click()
    page.get_by_role("heading", name="该联系谁，能领多少").wait_for()
    look("result")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 csv").click()
    assert "演示企业" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="删除名册和结果").click()
    page.get_by_role("heading", name="筛查名册").wait_for()

    assert page.get_by_role("link", name="演示名册.csv").count() == 0
    assert complaints == []
    context.close()
