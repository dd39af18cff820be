"""The shell in a real browser: no violation, no console message, nothing sideways, and the scripts do what they say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string, request

from tests.e2e.conftest import make_app
from tests.support.browser import assert_accessible, assert_fits, assert_sound, served
from web.security.guard import guard
from web.ui import amounts

PAGES = ("/_ui", "/accessibility", "/nowhere", "/accessibility?lang=en", "/accessibility?lang=zh-Hant")


# A what-if form as a page writes it, and the answer it is given.
WHAT_IF = """{% extends "layout/page.html" %}{% block title %}试算{% endblock %}{% block content %}
{% call ui.form('/try', attrs={'data-whatif': 'total'}) %}
{{ ui.range_box('revenue', '如果营业收入是', revenue, 0, 10000, 100, unit='万元', marks=[(5000, '5000 万元')]) }}
{{ ui.button('重新计算') }}{% endcall %}
<p id="total" role="status">合计 {{ revenue * 2 }} 万元</p>{% endblock %}"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return the shell without the packages of pages, and one page to try a what-if form on."""
    app = make_app(tmp_path_factory.mktemp("shell"), features=())

    @app.route("/try", methods=["GET", "POST"])
    @guard(read="public", write="public")
    def what_if() -> str:
        return render_template_string(WHAT_IF, revenue=int(request.form.get("revenue", "100")))

    yield app
    app.extensions["huice_store"].close()


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture
def visit(visitor, address):
    def open_page(path: str, *args: int, **options: object):
        page, complaints = visitor(address, path, *args, **options)
        if options.get("java_script_enabled", True):
            page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        return page, complaints

    return open_page


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_violation_no_complaint_and_no_sideways_scroll(visit, path):
    page, complaints = visit(path)

    assert_sound(page)
    assert complaints == []


def test_the_large_version_has_no_violation_and_no_sideways_scroll(visit):
    page, complaints = visit("/size/large?next=/_ui", 375)

    assert_accessible(page)
    assert_fits(page, 375)
    assert complaints == []


def test_everything_to_press_is_large_enough_for_a_finger(visit):
    page, _ = visit("/_ui", 375)
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, input, select, summary')]
            .filter((part) => part.offsetParent && !part.closest('p, li, td, dd, h3, .error-summary')
                && !part.matches('.skip-link, [type=hidden]') && part.getBoundingClientRect().height < 24
                && !part.closest('label, .choice'))
            .map((part) => part.outerHTML.slice(0, 80))"""
    )

    assert small == []


def test_without_javascript_nothing_is_offered_that_needs_it(visit):
    page, complaints = visit("/_ui", java_script_enabled=False)
    parts = page.locator("[data-copy], [data-print], .range-box__slider").all()

    assert len(parts) == 3
    assert [part for part in parts if part.is_visible()] == []
    assert complaints == []


def test_a_typed_amount_is_echoed_as_the_server_writes_it(app, visit):
    page, _ = visit("/_ui")
    for typed, echo in (
        ("6.2亿", 62_000_000_000),
        ("6200万", 6_200_000_000),
        ("６２００万", 6_200_000_000),
        ("1,234.5万元", 1_234_500_000),
        ("1234.56", 123_456),
        ("¥10,50", 105_000),
        ("100 000 000 000", 10_000_000_000_000),
        ("0", 0),
        ("10500.05", 1_050_005),
        ("100000001", 10_000_000_100),
        ("20 万", 20_000_000),
        ("6.2亿多", None),
        ("-5", None),
        ("1.2.3", None),
        ("0.001", None),
    ):
        page.locator("#f-revenue").fill(typed)

        with app.test_request_context():
            expected = "" if echo is None else f"读作：{amounts.yuan(echo)} 元（{amounts.capitals(echo)}）"
        assert page.locator("#f-revenue-echo").text_content() == expected, typed


def test_letters_of_pinyin_are_not_echoed_while_they_are_composed(visit):
    page, _ = visit("/_ui")
    echo = page.locator("#f-revenue-echo")
    page.evaluate(
        """() => {
            const box = document.getElementById('f-revenue');
            box.dispatchEvent(new CompositionEvent('compositionstart'));
            box.value = '5yi';
            box.dispatchEvent(new InputEvent('input', { isComposing: true }));
        }"""
    )
    assert "620,000,000" in echo.text_content()

    page.evaluate(
        """() => {
            const box = document.getElementById('f-revenue');
            box.value = '5亿';
            box.dispatchEvent(new CompositionEvent('compositionend'));
        }"""
    )
    assert "500,000,000" in echo.text_content()


def test_the_slider_and_its_box_move_together_and_snap_to_a_mark(visit):
    page, _ = visit("/_ui")
    slider, box = page.locator("input[type=range]"), page.locator("#f-whatif")

    assert slider.is_visible()
    box.fill("3000")
    assert slider.input_value() == "3000"
    slider.evaluate("(part) => { part.value = '5100'; part.dispatchEvent(new Event('input')); }")
    assert box.input_value() == "5000"
    slider.evaluate("(part) => { part.value = '5400'; part.dispatchEvent(new Event('input')); }")
    assert box.input_value() == "5400"


def test_a_what_if_form_shows_its_new_result_without_leaving_the_page(visit):
    page, complaints = visit("/try")
    page.evaluate("window.stayed = true")
    page.locator("#f-revenue").fill("300")

    page.get_by_text("合计 600 万元").wait_for()
    page.locator("input[type=range]").evaluate(
        "(part) => { part.value = '4950'; part.dispatchEvent(new Event('input')); }"
    )
    page.get_by_text("合计 10000 万元").wait_for()
    assert page.evaluate("window.stayed")
    assert complaints == []


def test_a_what_if_form_works_without_javascript(visit):
    page, _ = visit("/try", java_script_enabled=False)
    page.locator("#f-revenue").fill("300")
    page.get_by_role("button", name="重新计算").click()

    page.get_by_text("合计 600 万元").wait_for()


def test_the_focus_goes_to_the_errors_and_from_there_to_the_box(visit):
    page, _ = visit("/_ui")
    assert page.evaluate("document.activeElement.className") == "error-summary"

    page.get_by_role("link", name="营业收入请填数字").click()
    assert page.evaluate("document.activeElement.id") == "f-revenue"


def test_a_keyboard_reaches_the_content_past_the_menu(visit):
    page, _ = visit("/accessibility")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0

    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_button_copies_the_address(visit):
    page, _ = visit("/_ui", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制链接").click()

    page.get_by_role("button", name="已复制").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "https://huice.example.gov.cn/s/7K3M9Q2X"
