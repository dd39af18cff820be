"""Staff sign in by keyboard with two factors, and every page of theirs is sound on a phone and on a desk."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.browser import served
from web.app import create_app
from web.config import load_config
from web.people import accounts, demo
from web.people.factor import current_code
from web.store import operations

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


@pytest.fixture
def app(tmp_path):
    app = create_app(load_config({"HUICE_HOME": str(tmp_path), "HUICE_RATE_LIMITS": "off", "HUICE_LOG_LEVEL": "error"}))
    store = app.extensions["huice_store"]
    operations.upgrade(store)
    demo.load(store, app.extensions["huice_config"].secret_key)
    yield app
    store.close()


@pytest.fixture
def address(app):
    with served(app) as address:
        yield address


def check(page):
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


@pytest.mark.parametrize(
    ("number", "paths"),
    [
        ("DEMO-SE", ["", "/sessions", "/accounts", "/accounts/{clerk}", "/confirm"]),
        ("DEMO-AU", ["/log", "/log/verify"]),
    ],
)
def test_staff_work_without_javascript_trouble_on_both_widths(app, address, browser, number, paths):
    store = app.extensions["huice_store"]
    ids = {each.staff_number: each.id for each in accounts.everybody(store)}
    accounts.propose(store, ids["DEMO-SE2"], ids["DEMO-CL"], "RV")
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type != "info" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(f"{address}/staff/sign-in?next=/staff")
    check(page)
    page.fill("#f-number", number.lower())
    page.fill("#f-password", demo.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#f-code")
    check(page)
    page.fill("#f-code", current_code(demo.SECRET))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="工作台").wait_for()
    for path in paths:
        page.goto(f"{address}/staff{path.format(clerk=ids['DEMO-CL'])}")
        check(page)
    if number == "DEMO-AU":
        page.get_by_role("button", name="核验").click()
        page.get_by_text("没有给出保留的检查点").wait_for()
        check(page)
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("heading", name="工作人员登录").wait_for()

    assert complaints == []
    context.close()
