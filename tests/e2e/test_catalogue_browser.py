"""The catalogue in a real browser: axe, no complaint, nothing sideways, by keyboard, with scripts and without, on paper."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.browser import assert_accessible, assert_fits, assert_sound

TAXED = "/policies/luohu-hitech-landing-tax"
PAGES = (
    "/",
    "/?lang=en",
    "/policies",
    "/policies?deadline=soon&level=区级",
    "/search?q=gxjs",
    "/search?q=研发补贴",
    f"{TAXED}?go=1&statistics_in.value=罗湖区&hitech_until.value=2027-01-01",
    f"{TAXED}?tax_in_district%402025.value=很多",
    "/policies/luohu-talent-hunting-2024",
    "/policies/luohu-landing-2023?lang=zh-Hant",
    "/policies/sz-job-retention?lang=en",
    "/policies/nowhere",
    "/calendar",
    "/open-data",
)


@pytest.fixture
def visit(visitor, public_address):
    return partial(visitor, public_address)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_violation_no_complaint_and_no_sideways_scroll(visit, path):
    page, complaints = visit(path)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")

    assert_sound(page)
    assert complaints == []


@pytest.mark.parametrize("path", ["/", "/policies", TAXED])
def test_the_large_version_has_no_violation_and_no_sideways_scroll(visit, path):
    page, complaints = visit(f"/size/large?next={path}", 375)

    assert_accessible(page)
    assert_fits(page, 375)
    assert complaints == []


@pytest.mark.parametrize("path", ["/", "/policies", TAXED, "/calendar"])
def test_everything_to_press_is_large_enough_for_a_finger(visit, path):
    page, _ = visit(path, 375)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, input, select, summary')]
            .filter((part) => part.offsetParent && !part.closest('p, li > p, td, dd, h1, h2, h3, .breadcrumb')
                && !part.matches('.skip-link, [type=hidden]') && part.getBoundingClientRect().height < 24
                && !part.closest('label, .choice, .check'))
            .map((part) => part.outerHTML.slice(0, 80))"""
    )

    assert small == []


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_person_narrows_the_list_opens_a_program_and_computes_it(visit, has_scripts):
    page, complaints = visit("/", 375, java_script_enabled=has_scripts)

    page.get_by_role("link", name="搬来罗湖").click()
    page.locator(".filters > summary").click()
    page.get_by_label("区级").check()
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url(lambda url: "need=move" in url and "level=" in url)
    page.get_by_role("link", name="引进国高企业奖励（按纳税分档版）").click()
    page.get_by_label("统计归属地").select_option("罗湖区")
    page.get_by_label("高新技术企业证书有效期至").fill("2099-01-01")
    page.locator("[name^='tax_in_district'][name$='.value']").fill("50万")
    page.get_by_role("button", name="算一算").click()

    expect(page.locator("#outcome")).to_contain_text("200,000 元")
    assert page.url.endswith("#calculator")
    assert complaints == []


def test_on_a_wide_screen_the_filters_stand_open_and_can_be_reached_by_keyboard(visit):
    page, _ = visit("/policies")
    box = page.get_by_label("区级")

    expect(box).to_be_visible()
    box.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    page.wait_for_url(lambda url: "level=" in url)


def test_on_a_phone_the_filters_wait_behind_their_button(visit):
    page, _ = visit("/policies", 375)

    expect(page.get_by_label("区级")).to_be_hidden()


def test_a_search_from_the_home_page_marks_what_was_meant(visit):
    page, complaints = visit("/")
    page.get_by_role("searchbox").fill("gxjs")
    page.get_by_role("search").get_by_role("button").click()

    expect(page.locator("mark").first).to_have_text("高新技术")
    assert complaints == []


def test_the_keyboard_goes_from_the_menu_to_the_field_of_the_home_page(visit):
    page, _ = visit("/")
    reached = []
    for _ in range(20):  # the places of header and menu, and some more
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))

    assert reached[0] == "跳到正文"
    assert "f-who" in reached
    assert reached[reached.index("f-who") + 1] == "开始自测"


def test_a_program_on_paper_leaves_out_what_paper_cannot_do_and_shows_what_is_folded(visit, tmp_path: Path):
    page, _ = visit(TAXED)
    page.emulate_media(media="print")

    expect(page.locator(".calculator")).to_be_hidden()
    expect(page.locator(".clause-table")).to_be_visible()
    expect(page.locator(".print-only")).to_be_visible()
    page.pdf(path=tmp_path / "program.pdf", format="A4")
    assert (tmp_path / "program.pdf").read_bytes().startswith(b"%PDF")
