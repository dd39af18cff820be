"""Staff sign in by keyboard with two factors, and every page of theirs is sound on a phone and on a desk."""

from __future__ import annotations

import pytest

from tests.support.browser import assert_sound, hear
from web.people import accounts, demo
from web.people.factor import current_code


@pytest.fixture
def app(app):
    demo.load(app.extensions["huice_store"], app.extensions["huice_config"].secret_key)
    return app


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
    complaints = hear(page, address)

    page.goto(f"{address}/staff/sign-in?next=/staff")
    assert_sound(page)
    page.fill("#f-number", number.lower())
    page.fill("#f-password", demo.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#f-code")
    assert_sound(page)
    page.fill("#f-code", current_code(demo.SECRET))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="工作台").wait_for()
    for path in paths:
        page.goto(f"{address}/staff{path.format(clerk=ids['DEMO-CL'])}")
        assert_sound(page)
    if number == "DEMO-AU":
        page.get_by_role("button", name="核验").click()
        page.get_by_text("没有给出保留的检查点").wait_for()
        assert_sound(page)
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("heading", name="工作人员登录").wait_for()

    assert complaints == []
    context.close()
