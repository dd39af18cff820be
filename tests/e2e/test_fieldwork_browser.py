"""An inspector works on a phone without a network, and the record arrives once, with its evidence."""

from __future__ import annotations

import base64
import hashlib

import pytest
from sqlalchemy import select

from tests.support.browser import assert_accessible, assert_fits, assert_sound, picture
from tests.support.fieldwork import lay_visit, photo, strange_photos
from tests.support.people import make_account
from web.people.present import begin
from web.services.inspection_photos import without_position
from web.services.self_check_forms import today
from web.store.inspections import Evidence, VisitRecord, VisitRow
from web.store.log import find_events
from web.store.sessions import SignIn


@pytest.fixture
def phone(app, store, address, browser):
    """Return a page of 375 pixels on which an inspector is signed in, and the complaints of its console."""
    context = browser.new_context(viewport={"width": 375, "height": 800}, locale="zh-CN")
    context.set_default_timeout(20_000)
    yield context
    context.close()


def sign_in(app, store, context, address, account):
    with app.test_request_context(), store.writing() as session:
        secret = begin(session, account, whole=True)
    context.add_cookies([{"name": "huice-staff", "value": secret, "url": address}])


def look(page, name):
    picture(page, name)
    assert_accessible(page)
    assert_fits(page, 375)


def fill_in(page, picture):
    page.get_by_label("结果").nth(0).select_option("未发现问题")
    page.get_by_label("结果").nth(1).select_option("发现问题已责令改正")
    page.get_by_label("责令改正", exact=True).check()
    page.get_by_label("情况说明（可不填）").fill("后厨地面有积水")
    page.get_by_label("现场照片和文书").set_input_files(
        {"name": "后厨.jpg", "mimeType": "image/jpeg", "buffer": picture}
    )
    page.get_by_role("button", name="去掉 后厨.jpg").wait_for()


def rows(store, kind):
    with store.reading() as session:
        return list(session.scalars(select(kind)))


def status(page, text):
    page.locator("[data-device-items] li", has_text=text).first.wait_for()


# One story, told in the order in which it happens.
def test_offline_in_between_and_the_first_answer_lost(app, store, address, phone):  # noqa: PLR0915
    account, colleague = make_account(store, "IN-1", ["IN"]), make_account(store, "IN-2", ["IN"])
    visit = lay_visit(store, [account, colleague])
    sign_in(app, store, phone, address, account)
    page, complaints = phone.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if "ERR_" not in said.text and said.type == "error" else None,
    )

    page.goto(f"{address}/staff/visits")
    page.get_by_text("要做的检查已存在本机，没有网络也能打开。").wait_for()
    look(page, "fieldwork-list")
    phone.set_offline(True)
    page.goto(f"{address}/staff/visits/{visit}")  # never opened before
    page.get_by_text("没有网络，可以照常填写").wait_for()
    page.get_by_role("button", name="已亮证，进入企业").click()
    status(page, "进入企业：已存在本机，未提交")
    picture = photo()
    fill_in(page, picture)
    page.get_by_text("草稿已存在本机，未提交").first.wait_for()
    page.reload()
    assert page.get_by_label("情况说明（可不填）").input_value() == "后厨地面有积水"
    kept = hashlib.sha256(without_position(picture)[1]).hexdigest()
    assert kept in page.locator("[data-files]").inner_text()
    look(page, "fieldwork-offline")
    page.get_by_role("button", name="提交检查记录").click()
    status(page, "检查记录：已存在本机，未提交")
    page.reload()
    status(page, "检查记录：已存在本机，未提交")
    assert rows(store, VisitRecord) == []
    look(page, "fieldwork-queued")

    lost = []

    def lose_the_answer(route):
        """Let the server have the record, and the phone no answer."""
        if not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    phone.route("**/record", lose_the_answer)
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/record")):
        phone.set_offline(False)
    assert lost == [200]
    assert len(rows(store, VisitRecord)) == 1
    status(page, "检查记录：已存在本机，未提交")
    page.get_by_role("button", name="现在提交").click()
    page.get_by_text("已提交，待审核").wait_for()  # the page shows itself anew
    status(page, "检查记录：已提交（编号")
    look(page, "fieldwork-kept")

    [row], [file] = rows(store, VisitRecord), rows(store, Evidence)
    assert (file.sha256, file.file_name, row.evidence) == (kept, "后厨.jpg", [kept])
    assert hashlib.sha256(file.body).hexdigest() == kept
    assert (row.words, row.result) == ("后厨地面有积水", "发现问题已责令改正")
    with store.reading() as session:
        events = [event.kind for _, event in find_events(session, ref=visit)]
    assert events == ["visit.record", "visit.enter"]
    assert row.id[:8] in page.locator("[data-device-items]").inner_text()
    assert private_on_device(page) == []
    assert complaints == []


def private_on_device(page):
    """Return what the device keeps beside receipts, and the pages of visits in its cache."""
    return page.evaluate(
        """async () => {
          const database = await new Promise((done) => {
            const asked = indexedDB.open("huice-fieldwork");
            asked.onsuccess = () => done(asked.result);
          });
          const isEmpty = !database.objectStoreNames.contains("items");
          const items = isEmpty ? [] : await new Promise((done) => {
            const asked = database.transaction("items").objectStore("items").getAll();
            asked.onsuccess = () => done(asked.result);
          });
          database.close();
          const pages = await (await caches.open("fieldwork-pages")).keys();
          return [...items.filter((item) => item.state !== "kept" || item.fields || item.files).map((item) => item.key),
                  ...pages.map((each) => new URL(each.url).pathname).filter((path) => path !== "/staff/visits")];
        }"""
    )


def test_a_session_that_ended_and_a_visit_that_was_cancelled(app, store, address, phone):
    account, colleague = make_account(store, "IN-1", ["IN"]), make_account(store, "IN-2", ["IN"])
    visit = lay_visit(store, [account, colleague])
    gone = lay_visit(store, [account, colleague], name="演示百货有限公司")
    sign_in(app, store, phone, address, account)
    page = phone.new_page()
    page.goto(f"{address}/staff/visits")
    page.get_by_text("要做的检查已存在本机").wait_for()
    phone.set_offline(True)
    for each, colour in ((visit, "blue"), (gone, "green")):
        page.goto(f"{address}/staff/visits/{each}")
        page.get_by_text("没有网络，可以照常填写").wait_for()
        fill_in(page, photo(colour))
        page.get_by_role("button", name="提交检查记录").click()
        status(page, "检查记录：已存在本机，未提交")
    with store.writing() as session:
        for row in session.scalars(select(SignIn)):
            row.ended_at = row.expires_at
        session.get_one(VisitRow, gone).state = "cancelled"

    phone.set_offline(False)
    page.get_by_text("登录已过期，内容仍在本机").wait_for()
    look(page, "fieldwork-sign-in")
    assert rows(store, VisitRecord) == []
    sign_in(app, store, phone, address, account)
    page.goto(f"{address}/staff/visits")

    status(page, "检查记录：已提交（编号")
    status(page, "没有提交：这次检查已取消，记录没有保存。")
    page.locator(".visits__row", has_text="已提交，待审核").wait_for()  # the list shows itself anew
    [row] = rows(store, VisitRecord)
    assert row.visit_id == visit
    page.get_by_text("查看内容").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="后厨.jpg").click()
    assert download.value.path().read_bytes() == without_position(photo("green"))[1]
    look(page, "fieldwork-conflict")
    page.get_by_role("button", name="退出登录").click()
    page.get_by_text("本机还有未提交的检查记录").wait_for()
    assert private_on_device(page) != []
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("heading", name="工作人员登录").wait_for()
    assert page.evaluate("caches.keys()") == []
    assert private_on_device(page) == []


def test_what_is_wrong_is_told_at_once_or_when_the_server_says_so(app, store, address, phone):
    account = make_account(store, "IN-1", ["IN"])
    visit = lay_visit(store, [account, None])
    sign_in(app, store, phone, address, account)
    page = phone.new_page()
    page.goto(f"{address}/staff/visits/{visit}")
    page.get_by_text("要做的检查已存在本机").wait_for()

    page.get_by_role("button", name="提交检查记录").click()
    page.get_by_text("请给每个事项选择结果，并选择后续处理。").wait_for()
    fill_in(page, photo("green"))
    page.get_by_label("责令改正", exact=True).uncheck()
    page.get_by_label("其他", exact=True).check()
    page.get_by_role("button", name="提交检查记录").click()
    page.get_by_text("结果为「发现问题已责令改正」的，后续处理应有「责令改正」。").wait_for()
    page.get_by_label("责令改正", exact=True).check()
    page.get_by_label("检查日期").fill("2099-01-01")
    page.get_by_role("button", name="提交检查记录").click()
    told = page.locator("#told-visited_on")
    told.wait_for()
    assert told.inner_text() == "检查日期晚于今天。"
    assert page.evaluate("document.activeElement.name") == "visited_on"
    look(page, "fieldwork-wrong")
    page.set_input_files("#f-evidence", {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"GIF89a"})
    page.get_by_text("不是完整的 JPEG、PNG 或 PDF，没有加入：x.jpg").wait_for()
    page.get_by_label("检查日期").fill(today().isoformat())
    page.get_by_role("button", name="提交检查记录").click()
    page.get_by_text("已提交，待审核").wait_for()

    [row] = rows(store, VisitRecord)
    assert (len(row.evidence), row.follow_ups) == (1, ["责令改正", "其他"])


@pytest.mark.parametrize(("width", "javascript"), [(375, False), (1280, True)])
def test_review_and_the_notice_are_sound_without_javascript_too(app, store, address, browser, width, javascript):
    inspector, reviewer = make_account(store, "IN-1", ["IN"]), make_account(store, "PB-1", ["PB"])
    visit = lay_visit(store, [inspector, None])
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=javascript, locale="zh-CN"
    )
    context.set_default_timeout(20_000)
    page = context.new_page()

    def see(name):
        picture(page, f"{name}-{width}")
        assert_sound(page, has_scripts=javascript)

    sign_in(app, store, context, address, inspector)
    page.goto(f"{address}/staff/visits/{visit}")
    see("visit")
    page.get_by_label("结果").nth(0).select_option("未发现问题")
    page.get_by_label("结果").nth(1).select_option("发现问题待后续处理")
    page.get_by_label("移送立案", exact=True).check()
    page.get_by_label("现场照片和文书").set_input_files(
        {"name": "后厨.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.get_by_role("button", name="提交检查记录").click()
    page.get_by_role("link", name="登记移送").click()
    see("case")
    page.get_by_label("移送给哪个部门").fill("区执法大队")
    page.get_by_label("移送的事实和理由").fill("涉嫌无证经营")
    page.get_by_role("button", name="登记移送").click()
    page.get_by_text("涉嫌无证经营").wait_for()
    see("visit-recorded")
    page.get_by_role("link", name="打开企业看到的页面").click()
    see("door")
    sign_in(app, store, context, address, reviewer)
    page.goto(f"{address}/staff/reviews")
    see("reviews")
    page.get_by_role("link", name="演示餐饮有限公司").click()
    see("review")
    page.get_by_label("退回", exact=True).check()
    page.get_by_role("button", name="提交审核结论").click()
    page.get_by_role("heading", name="有 1 处需要修改").wait_for()
    see("review-wrong")
    page.get_by_label("审核意见").fill("请补充")
    page.get_by_role("button", name="提交审核结论").click()
    page.get_by_text("审核意见：请补充").wait_for()
    context.close()


def test_the_device_takes_positions_out_byte_for_byte_as_the_server_does(address, phone):
    page = phone.new_page()
    page.goto(f"{address}/staff/sign-in")
    module = page.locator("script[type=module]").first.get_attribute("src").replace("main.mjs", "photos.mjs")
    sent = {name: base64.b64encode(data).decode() for name, data in strange_photos().items()}
    sent |= {"broken": base64.b64encode(photo()[:300]).decode(), "gif": base64.b64encode(b"GIF89a").decode()}

    found = page.evaluate(
        """async ([module, sent]) => {
          const { hash, withoutPosition } = await import(module);
          const found = {};
          for (const [name, text] of Object.entries(sent)) {
            try {
              const { type, body } = withoutPosition(Uint8Array.from(atob(text), (each) => each.charCodeAt(0)));
              found[name] = [type, await hash(body)];
            } catch { found[name] = ["refused", ""]; }
          }
          return found;
        }""",
        [module, sent],
    )

    expected = {"broken": ["refused", ""], "gif": ["refused", ""]}
    for name, data in strange_photos().items():
        kind, body = without_position(data)
        expected[name] = [kind, hashlib.sha256(body).hexdigest()]
    assert found == expected
