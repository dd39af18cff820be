"""D6: one inspection through the pages, from the lists to the correction, by two planners, an inspector, two publishers, a stranger."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from enforcement.log.policy import read_policy
from enforcement.log.receipt import check_receipt
from enforcement.verifier import FILE, page_hash
from tests.support import inspections as steps
from tests.support.browser import assert_accessible, assert_fits, picture
from tests.support.fieldwork import photo
from tests.support.people import make_account
from web.people.present import begin
from web.services.inspection_photos import without_position
from web.store import Store
from web.store.base import now
from web.store.inspections import DrawRow, Evidence, InspectorRow, VisitRecord, VisitRow
from web.store.log import ZONE, find_events, log_head, verify
from web.store.publications import PublishedVersion
from web.store.sessions import SignIn

PHONE, DESK = 375, 1280
OBJECTION = "积水当天已经清理，检查时没有记录"


@dataclass
class Person:
    """Somebody with a browser; `look` holds a page against the rules of every page."""

    page: Page
    address: str
    complaints: list[str]

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.address}{path}")
        return self.page

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def look(self, name: str, widths: tuple[int, ...] = (PHONE, DESK)) -> None:
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 800})
            picture(self.page, f"{name}-{width}")
            assert_accessible(self.page)
            assert_fits(self.page, width)


@pytest.fixture
def meet(app, store, address, browser: Browser) -> Iterator[Callable[..., Person]]:
    """Return a function that gives somebody a browser, signed in and confirmed where an account is named."""
    contexts: list[BrowserContext] = []
    people: list[Person] = []

    def somebody(account: str = "", width: int = DESK) -> Person:
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN", accept_downloads=True)
        context.set_default_timeout(30_000)
        contexts.append(context)
        if account:
            with app.test_request_context(), store.writing() as session:
                secret = begin(session, account, whole=True)
                session.flush()
                for row in session.scalars(select(SignIn).where(SignIn.account_id == account)):
                    row.confirmed_at = now()
            context.add_cookies([{"name": "huice-staff", "value": secret, "url": address}])
        page, complaints = context.new_page(), []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((address, "data:", "blob:", "file:")) else complaints.append(asked.url)
            ),
        )
        people.append(Person(page, address, complaints))
        return people[-1]

    yield somebody
    for context in contexts:
        context.close()
    # Without a network the browser itself says that a request failed; nothing else may be said.
    assert [text for person in people for text in person.complaints if "ERR_INTERNET_DISCONNECTED" not in text] == []


@dataclass
class Cast:
    """The accounts that play."""

    planners: list[str]
    inspectors: dict[str, str]
    publishers: list[str]


@pytest.fixture
def cast(store) -> Cast:
    return Cast(
        [make_account(store, f"PL-{number}", ["PL"]) for number in (1, 2)],
        {f"IN-{number}": make_account(store, f"IN-{number}", ["IN"]) for number in (1, 2, 3)},
        [make_account(store, f"PB-{number}", ["PB"]) for number in (1, 2)],
    )


def only(store, kind, **where):
    with store.reading() as session:
        return session.scalars(select(kind).filter_by(**where)).one()


def test_d6_a_whole_task_from_the_lists_to_the_correction(store, cast, meet, monkeypatch):
    clock = steps.Clock(monkeypatch)
    first, second = (meet(account) for account in cast.planners)
    draw = _lists_plan_and_draw(first, second, cast, clock)
    row = only(store, DrawRow)
    visit = _visit_of_an_inspector(store)
    account = _account_of(store, visit.inspectors[0])

    code = _visit_with_the_network_gone(meet(account, PHONE), store, visit)
    one, two = (meet(account) for account in cast.publishers)
    _review_and_publish(one, two, visit)
    stranger = meet()
    _verify_as_a_stranger(stranger, visit, draw, row, store)
    _object_and_correct(stranger, one, two, visit, code)

    with store.reading() as session:
        kinds = [event.kind for _, event in reversed(find_events(session, limit=200))]
        assert verify(session, [log_head(session)]).ok
    story = [
        "plan.propose", "plan.approve", "draw.prepare", "draw.commit", "draw.source", "draw.run", "visit.enter",
        "visit.record", "visit.review", "publicity.propose", "publicity.publish", "objection.raise", "objection.step",
        "publicity.correct",
    ]  # fmt: skip
    assert [kind for kind in dict.fromkeys(kinds) if kind in story] == story


def _visit_of_an_inspector(store: Store) -> VisitRow:
    with store.reading() as session:
        found = session.scalars(select(VisitRow).order_by(VisitRow.code)).all()
    assert len(found) == 3
    return found[0]


def _account_of(store: Store, inspector: str) -> str:
    account = only(store, InspectorRow, id=inspector).account_id
    assert account
    return account


# ── list → commit → seed → draw ──────────────────────────────────────────────────────────────────────────────────


def _lists_plan_and_draw(first: Person, second: Person, cast: Cast, clock: steps.Clock) -> str:
    tables = {
        "matters": steps.matters(),
        "subjects": steps.subjects(12),
        "inspectors": steps.inspectors(list(cast.inspectors)),
    }
    for name, table in tables.items():
        page = first.go(f"/staff/inspections/{name}")
        page.set_input_files("#f-file", {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": table.encode()})
        first.press("上传并检查")
        first.press("确认导入")
        page.get_by_role("heading", name="导入", exact=True).wait_for()
        first.look(f"d6-{name}", (PHONE,) if name != "subjects" else (PHONE, DESK))

    today = datetime.now(ZONE).date()
    first.go("/staff/inspections/plan/new")
    form = steps.task_form(draw_on=today.isoformat(), done_by=(today + timedelta(days=30)).isoformat())
    for name, value in form.items():
        if name != "matters":
            first.page.fill(f"[name={name}]", value)
    first.page.check("[name=matters][value=M01]")
    first.look("d6-task")
    first.press("提出")
    second.go(f"/staff/inspections/plan?year={form['year']}")
    second.press(f"批准 {form['id']}")
    second.look("d6-plan")

    first.go(f"/staff/inspections/tasks/{form['id']}/prepare")
    given = steps.draw_form(window_from=today.isoformat(), window_to=(today + timedelta(days=30)).isoformat())
    first.page.check(f"[name=strata][value={given['strata']}]")
    first.page.select_option("[name=source_1_kind]", given["source_1_kind"])
    for name in (
        "rate_ALL",
        "k_market",
        "lead_market",
        "window_from",
        "window_to",
        "not_before",
        "source_1_name",
        "source_1_at",
    ):
        first.page.fill(f"[name={name}]", given[name])
    first.look("d6-prepare")
    first.press("保存，交另一人核对")
    draw = first.page.url.removeprefix(first.address)
    second.go(draw)
    second.look("d6-freeze")
    second.press("名录无误，冻结并承诺")
    second.page.get_by_role("heading", name="随机源", exact=True).wait_for()

    clock.forward(3601)
    first.go(draw)
    first.page.fill("[name=value]", steps.DICE)
    first.press("登记 dice.hall-3")
    first.page.get_by_role("link", name="申请抽取").click()
    first.press("申请抽取")
    second.go(f"{draw}/run")
    second.look("d6-run")
    second.press("副署并抽取")
    second.page.get_by_role("heading", name="抽中的检查对象").wait_for()
    second.look("d6-drawn")
    return draw


# ── a visit on a phone, offline in between ───────────────────────────────────────────────────────────────────────


def _visit_with_the_network_gone(phone: Person, store: Store, visit: VisitRow) -> str:
    page = phone.go("/staff/visits")
    page.get_by_text("要做的检查已存在本机，没有网络也能打开。").wait_for()
    page.context.set_offline(True)
    page.get_by_role("link", name=visit.name).click()
    page.get_by_text("没有网络，可以照常填写").wait_for()
    door = page.get_by_role("link", name="打开企业看到的页面").get_attribute("href")
    phone.press("已亮证，进入企业")
    page.get_by_label("结果", exact=True).select_option("发现问题已责令改正")
    page.get_by_label("责令改正", exact=True).check()
    page.get_by_label("情况说明（可不填）").fill("后厨地面有积水")
    picture = photo()
    page.get_by_label("现场照片和文书").set_input_files(
        {"name": "后厨.jpg", "mimeType": "image/jpeg", "buffer": picture}
    )
    page.get_by_role("button", name="去掉 后厨.jpg").wait_for()
    phone.press("提交检查记录")
    page.locator("[data-device-items] li", has_text="检查记录：已存在本机，未提交").first.wait_for()
    with store.reading() as session:
        assert session.scalars(select(VisitRecord)).all() == []
    phone.look("d6-offline", (PHONE,))
    page.context.set_offline(False)
    page.locator("[data-device-items] li", has_text="检查记录：已提交（编号").first.wait_for()
    row, file = only(store, VisitRecord), only(store, Evidence)
    assert (row.visit_id, row.result, file.sha256) == (
        visit.id, "发现问题已责令改正", hashlib.sha256(without_position(picture)[1]).hexdigest()
    )  # fmt: skip
    phone.go(door.removeprefix(phone.address))
    assert visit.name in page.locator("main").inner_text()
    phone.look("d6-door", (PHONE,))
    return door.rpartition("/")[2]


# ── review → publish ─────────────────────────────────────────────────────────────────────────────────────────────


def _review_and_publish(one: Person, two: Person, visit: VisitRow) -> None:
    one.go("/staff/reviews")
    one.page.get_by_role("link", name=visit.name).click()
    one.page.get_by_label("通过", exact=True).check()
    one.look("d6-review")
    one.press("提交审核结论")
    one.go("/staff/publicity")
    one.look("d6-to-publish")
    one.page.get_by_role("link", name=visit.name).click()
    one.look("d6-proposal")
    one.press("提请公示")
    two.go("/staff/publicity")
    two.page.get_by_role("link", name=visit.name).first.click()
    two.look("d6-approval")
    two.page.get_by_role("button", name="同意：").click()
    two.page.get_by_role("heading", name="公示记录").wait_for()


# ── a stranger with the static file ──────────────────────────────────────────────────────────────────────────────


def _verify_as_a_stranger(stranger: Person, visit: VisitRow, draw: str, row: DrawRow, store: Store) -> None:
    page = stranger.go("/publicity")
    page.get_by_label("名称含").fill(visit.name)
    stranger.press("查找")
    stranger.look("d6-public-list")
    page.get_by_role("link", name=visit.name).click()
    assert "发现问题已责令改正" in page.locator("main").inner_text()
    stranger.look("d6-public-record")
    request = page.context.request
    base = f"{stranger.address}/publicity/{visit.id}"
    policy = read_policy(request.get(f"{stranger.address}/publicity/trust").text())
    receipt = check_receipt(request.get(f"{base}/versions/1/proof").body(), policy)
    assert receipt.event.body["sha256"] == hashlib.sha256(request.get(f"{base}/versions/1.json").body()).hexdigest()
    assert only(store, PublishedVersion, publication_id=visit.id).leaf == receipt.index

    page.get_by_role("link", name="看这次抽取的全过程").click()
    assert page.url.endswith(draw.removeprefix("/staff"))
    stranger.look("d6-public-draw")
    with page.expect_download() as downloads:
        page.get_by_role("link", name="核验文件").click()
    disclosure = downloads.value.path()
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == page_hash()
    page.context.set_offline(True)
    page.goto(FILE.as_uri())
    page.set_input_files("#disclosure", disclosure)
    stranger.press("核验")
    expect(page.locator("#verdict")).to_contain_text("✓ 没有发现错误")
    page.context.set_offline(False)


# ── objection → correction ───────────────────────────────────────────────────────────────────────────────────────


def _object_and_correct(stranger: Person, one: Person, two: Person, visit: VisitRow, code: str) -> None:
    page = stranger.go(f"/publicity/{visit.id}/objection")
    page.get_by_label("检查码").fill(code)
    page.get_by_label("哪里不对，为什么").fill(OBJECTION)
    page.get_by_label("电话或电子邮箱（不公开）").fill("0755-00000000")
    stranger.look("d6-objection")
    stranger.press("提交异议")
    page.get_by_text("请收藏本页").wait_for()
    followed = page.url.removeprefix(stranger.address)

    one.go("/staff/publicity/objections")
    one.page.get_by_role("link", name=visit.name).click()
    for state, words in (("核查中", "调阅检查记录和照片"), ("异议成立", "照片显示积水已清理")):
        one.page.check(f"[name=state][value={state}]")
        one.page.get_by_label("理由（公开）").fill(words)
        one.look(f"d6-objection-{'check' if state == '核查中' else 'uphold'}", (PHONE,))
        one.press("提交")
        one.page.get_by_text(words).first.wait_for()
    one.go(f"/staff/publicity/records/{visit.id}")
    one.page.get_by_label("检查结果", exact=True).select_option("未发现问题")
    one.page.select_option("[name='result.1']", "未发现问题")
    for box in one.page.locator("[name=follow_up]").all():
        box.set_checked(box.get_attribute("value") == "无需后续处理")
    one.page.get_by_label("更正的理由（公开）").fill("异议成立，更正结果")
    one.look("d6-correct")
    one.press("提请更正")
    two.go("/staff/publicity")
    two.page.get_by_role("link", name=visit.name).first.click()
    two.look("d6-correction")
    two.page.get_by_role("button", name="同意：").click()
    two.page.get_by_role("heading", name="公示记录").wait_for()

    text = stranger.go(f"/publicity/{visit.id}").locator("main").inner_text()
    assert "已更正1次" in text
    assert OBJECTION in text
    assert "0755-00000000" not in text
    assert text.index("未发现问题") < text.index(
        "发现问题已责令改正"
    )  # the new one first, the old one still to be read
    stranger.look("d6-corrected")
    assert "异议成立" in stranger.go(followed).locator("main").inner_text()
