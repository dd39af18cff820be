"""A person's whole way in a real browser: home, interview, result, what-if, PDF, share link; with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import assert_sound, hear

NAME = "深圳市罗湖示例珠宝有限公司"
ANSWERS = {  # what this enterprise answers; everything else it skips
    "registered_in": "罗湖区",
    "hitech_until": "2021-12-31",
    "rd_expense@2019": "2000万",
}


class Journey:
    """A browser that checks each page it comes to, and notes everything the browser complains about."""

    def __init__(self, page: Page, address: str, width: int, *, has_scripts: bool) -> None:
        self.page, self.address, self.width, self.has_scripts = page, address, width, has_scripts
        self.complaints = hear(page, address)

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def press(self, name: str, role: str = "button") -> None:
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name, exact=False).first.click()

    def look(self, part: str = "html") -> None:
        """Check the page one is on, or what is new on a page that was checked."""
        if self.has_scripts:
            self.page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        assert_sound(self.page, part, has_scripts=self.has_scripts)
        assert self.complaints == [], self.page.url

    def answer_one(self) -> bool:
        """Answer or skip the question at hand; tell whether it was one of those that matter."""
        key = self.page.url.rpartition("/")[2].partition("?")[0].replace("%40", "@")
        value = ANSWERS.get(key)
        if value is None:
            self.press("不清楚，先跳过")
            return False
        fill(self.page, value)
        self.press("继续")
        return True


def fill(page: Page, value: str) -> None:
    """Put an answer into the one box or list of a question."""
    select = page.locator("select.input")
    if select.count():
        select.first.select_option(value)
    else:
        page.locator("form.interview input.input").first.fill(value)


@pytest.fixture(params=[(375, True), (1280, False)], ids=str)
def journey(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Journey]:
    """Start a browser of a width, with or without JavaScript."""
    width, has_scripts = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, locale="zh-CN", java_script_enabled=has_scripts, accept_downloads=True
    )
    yield Journey(context.new_page(), address, width, has_scripts=has_scripts)
    context.close()


def test_from_the_first_page_to_the_sheet_and_the_share_link(journey, browser, address):
    _from_home_to_the_first_question(journey)
    _answer_some_questions(journey)
    _fill_in_the_rest_on_one_page(journey)
    where = _see_the_result(journey)
    _try_another_figure(journey)
    verify = _take_it_on_paper(journey, where)
    _hand_it_on(journey, browser, where, verify)


def _from_home_to_the_first_question(journey: Journey) -> None:
    journey.open("/")
    journey.look()
    journey.open(f"/self-check?who={NAME}")
    journey.look()
    journey.page.get_by_label("研发创新").check()
    journey.page.locator("#f-day").fill("2020-05-01")
    journey.press("开始答题")
    assert journey.page.locator("h1").inner_text() == "第 1 题"
    journey.look()


def _answer_some_questions(journey: Journey) -> None:
    """Slip once, then answer what is known and skip what is not."""
    journey.press("继续")
    summary = journey.page.locator("[data-error-summary]")
    expect(summary).to_contain_text("请选择一项")
    if journey.has_scripts:
        expect(summary).to_be_focused()
    journey.look()
    assert sum(journey.answer_one() for _ in range(6)) >= 1
    journey.look()


def _fill_in_the_rest_on_one_page(journey: Journey) -> None:
    page = journey.page
    journey.press("一页填完所有项目", "link")
    journey.look()
    if journey.has_scripts:
        page.locator("input[type=search]").fill("研发")
        assert not page.locator("[id='f-registered_in-value']").is_visible()
        page.locator("input[type=search]").fill("")
    page.locator("[id='f-registered_in-value']").select_option("罗湖区")
    page.locator("[id='f-hitech_until-value']").fill("2021-12-31")
    page.locator("[id='f-rd_expense-2019-value']").fill("2000万")
    if journey.has_scripts:
        echo = page.locator("[id='f-rd_expense-2019-value-echo']")
        assert echo.inner_text() == "读作：20,000,000 元（贰仟万元整）"
    journey.press("保存并核对")
    journey.look()
    assert "2,000万元" in page.locator("table.answers").inner_text()


def _see_the_result(journey: Journey) -> str:
    journey.press("看结果")
    assert "/results/" in journey.page.url
    hero = journey.page.locator(".hero-amount")
    expect(hero).to_contain_text("1,000,000 元")
    expect(hero).to_contain_text("壹佰万元整")
    journey.look()
    return journey.page.url


def _try_another_figure(journey: Journey) -> None:
    page, answer = journey.page, journey.page.locator("#what-if-answer")
    if page.locator("#what-if select").input_value() != "rd_expense@2019":
        page.locator("#what-if select").select_option("rd_expense@2019")
        journey.press("换这个数")
    box = page.locator("#f-figure")
    box.fill("3000")
    if journey.has_scripts:
        page.evaluate("window.stayed = true")
        expect(answer).to_contain_text("1,500,000 元")
        assert page.evaluate("window.stayed") is True
        slider = page.locator("#what-if input[type=range]")
        assert slider.input_value() == "3000"
        slider.focus()
        page.keyboard.press("ArrowRight")
        assert int(box.input_value()) > 3000
    else:
        journey.press("算一算")
        expect(answer).to_contain_text("1,500,000 元")
    journey.look("#what-if")


def _take_it_on_paper(journey: Journey, where: str) -> str:
    """Look at the lines, the sheet and the PDF; return the address that verifies the sheet."""
    page = journey.page
    page.goto(f"{where}/programs/luohu-rd-2020")
    journey.look()
    page.goto(f"{where}/sheet")
    journey.look()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF 测算单").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    found = re.search(r"http\S+/verify/\S+", page.locator(".sheet__address").inner_text())
    assert found
    return found[0]


def _hand_it_on(journey: Journey, browser: Browser, where: str, verify: str) -> None:
    """Share it: a stranger sees the conclusions and nothing of the applicant, and can verify the sheet."""
    journey.page.goto(where)
    journey.press("生成分享链接")
    journey.look(":has(> #share)")
    link = journey.page.locator("#share-address").inner_text()
    context = browser.new_context(
        viewport={"width": journey.width, "height": 800}, locale="zh-CN", java_script_enabled=journey.has_scripts
    )
    stranger = Journey(context.new_page(), journey.address, journey.width, has_scripts=journey.has_scripts)
    stranger.page.goto(link)
    stranger.look()
    seen = stranger.page.locator("body").inner_text()
    assert "1,000,000 元" in seen
    assert NAME not in seen
    assert "2,000万元" not in seen
    stranger.page.goto(verify)
    stranger.look()
    assert "与存档一致" in stranger.page.locator("body").inner_text()
    context.close()


def test_the_result_is_offered_first_and_what_one_came_for_can_be_changed(journey):
    page = journey.page
    journey.open("/self-check")
    if journey.has_scripts:
        page.get_by_label("个人", exact=True).check()
        expect(page.get_by_label("研发创新")).to_be_hidden()
        page.get_by_label("企业", exact=True).check()
    page.get_by_label("研发创新").check()
    page.locator("#f-day").fill("2026-05-20")
    journey.press("开始答题")
    journey.press("改关注的方面", "link")
    journey.look()
    page.get_by_label("上市融资").check()
    journey.press("保存")
    expect(page.locator(".interview-head")).to_contain_text("只问：研发创新、上市融资")
    fill(page, "罗湖区")
    journey.press("继续")
    for _ in range(11):
        journey.press("不清楚，先跳过")
    journey.look()
    journey.press("再答 12 题更准")
    assert page.locator("h1").inner_text() == "第 13 题"
    journey.open("/self-check/rest")
    journey.press("先看结果")
    expect(page.locator(".tag", has_text="您关心的").first).to_be_visible()


def test_the_interview_can_be_walked_by_keyboard_alone(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{address}/self-check")
    page.locator("#f-who").focus()
    page.keyboard.type("某公司")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SELECT":
            break
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.locator("h1").inner_text() == "第 2 题"
    context.close()


def test_rows_of_a_list_and_the_other_languages_are_fit_for_everybody(browser, address):
    context = browser.new_context(viewport={"width": 375, "height": 800}, locale="zh-CN")
    journey = Journey(context.new_page(), address, 375, has_scripts=True)
    journey.open("/self-check")
    journey.press("开始答题")
    for path in (
        "/self-check/questions/leases",
        "/self-check/questions/industry",
        "/self-check/questions/specialised_level",
        "/self-check/questions/hitech_until",
        "/self-check/continue",
        "/verify",
        "/self-check/questions/revenue@2025?lang=en",
        "/self-check/answers?lang=zh-Hant",
        "/size/large?next=/self-check/questions/leases",
    ):
        journey.open(path)
        journey.look()
    context.close()


def test_an_arrow_key_leaves_a_mark_of_the_slider(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    journey = Journey(context.new_page(), address, 1280, has_scripts=True)
    journey.open("/self-check")
    journey.page.locator("#f-day").fill("2023-06-01")
    journey.press("开始答题")
    for key, value in (
        ("registered_in", "罗湖区"),
        ("hitech_until", "2024-12-31"),
        ("revenue@2022", "1亿"),
        ("rd_expense@2022", "299万"),
    ):
        journey.open(f"/self-check/questions/{key}")
        fill(journey.page, value)
        journey.press("继续")
    journey.open("/self-check/answers")
    journey.press("看结果")
    journey.press("换个数试算")
    box, slider = journey.page.locator("#f-figure"), journey.page.locator("#what-if input[type=range]")
    box.fill("300")
    slider.focus()
    for _ in range(3):
        journey.page.keyboard.press("ArrowRight")

    assert int(box.input_value()) > 310
    context.close()
