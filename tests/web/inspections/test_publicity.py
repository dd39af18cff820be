"""A reviewed visit becomes public through two people, is corrected and withdrawn, and every version can be checked."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date

import pytest

from enforcement.log.policy import read_policy
from enforcement.log.receipt import check_receipt
from tests.support.people import make_account, with_session
from tests.support.visits import CODE, MADE_BY, make_task, make_visit
from tests.web.page_check import check_page
from web.services.publicity_steps import day_of
from web.store.inspections import VisitRecord, VisitRow
from web.store.publications import Proposal, Publication, PublishedVersion
from web.views import publicity as public_pages
from web.views import staff_publicity

HOME = "/staff/publicity"
TODAY = date(2026, 11, 24)


@pytest.fixture
def store(app):
    make_task(app.extensions["huice_store"])
    return app.extensions["huice_store"]


@pytest.fixture(autouse=True)
def _on_a_day(monkeypatch):
    for module in (public_pages, staff_publicity):
        monkeypatch.setattr(module, "today", lambda: TODAY)


@pytest.fixture
def people(app, store):
    """Return the browsers of two publishers."""
    return [with_session(app, make_account(store, f"T-PB{n}", ["PB"])) for n in (1, 2)]


def send(client, path, page, **form):
    """Send the form of a page with the hidden fields it brings."""
    tree = check_page(client.get(page).text)
    hidden = {
        box.attributes["name"]: box.attributes["value"]
        for each in tree.all("form")
        if each.attributes["action"] == path
        for box in each.all("input")
        if box.attributes["type"] == "hidden"
    }
    assert hidden, f"no form for {path} on {page}"
    return client.post(path, data={**hidden, **form})


def publish(people, visit_id):
    """Propose as one, approve as the other; return the record's id."""
    first, second = people
    path = f"{HOME}/visits/{visit_id}"
    proposal = send(first, path, path).headers["Location"]
    answer = send(second, f"{proposal}/approve", proposal)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rpartition("/")[2]


def test_from_a_reviewed_visit_to_a_public_record_with_its_receipt(app, store, people, client, browse):
    visit_id, _ = make_visit(store)
    first, second = people
    preview = check_page(first.get(f"{HOME}/visits/{visit_id}").text).text()
    assert "检查员的话" not in preview and "张小明" not in preview
    assert "没有符合的公示" in browse("/publicity").text()
    assert client.get(f"/publicity/{visit_id}").status_code == 404

    proposal = send(first, f"{HOME}/visits/{visit_id}", f"{HOME}/visits/{visit_id}").headers["Location"]
    own = check_page(first.get(proposal).text).text()
    assert "须由另一位发布人员复核" in own
    stranger = {"csrf_token": token_of(first, proposal), "body_hash": hash_on(first, proposal)}
    assert first.post(f"{proposal}/approve", data=stranger).status_code == 403
    shown = check_page(second.get(proposal).text).text()
    assert send(second, f"{proposal}/approve", proposal).status_code == 303

    page = browse(f"/publicity/{visit_id}")
    for words in (
        "虚构甲有限公司",
        CODE,
        "虚构区市场监管局",
        "登记事项检查（虚构）",
        "发现问题已责令改正",
        "责令改正",
        "lh-2026-01",
    ):
        assert words in page.text()
        assert words in shown
        assert words in preview
    assert "/inspections/draws/draw-of-the-test" in {a.attributes.get("href") for a in page.all("a")}
    assert "虚构甲有限公司" in browse("/publicity?name=甲有限").text()
    with store.reading() as session:
        assert session.get(VisitRow, visit_id).state == "published"
        row = session.get(PublishedVersion, (visit_id, 1))
        assert (row.published_on, row.proposed_by != row.approved_by) == (date_of(row), True)

    body = client.get(f"/publicity/{visit_id}/versions/1.json").data
    policy = read_policy(client.get("/publicity/trust").text)
    receipt = check_receipt(client.get(f"/publicity/{visit_id}/versions/1/proof").data, policy)
    assert receipt.event.kind == "publicity.publish"
    assert receipt.event.ref == visit_id
    assert receipt.event.body == {"version": 1, "sha256": hashlib.sha256(body).hexdigest()}
    assert receipt.index == row.leaf
    assert json.loads(body)["fields"]["result"] == "发现问题已责令改正"
    assert browse(f"/publicity/{visit_id}?lang=en", lang="en")
    assert browse("/publicity?lang=en", lang="en")


def token_of(client, page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)[1]


def hash_on(client, page):
    return re.search(r"<code[^>]*>([0-9a-f]{64})</code>", client.get(page).text)[1]


def date_of(row):
    return day_of(row.published_at)


def test_what_is_approved_is_what_was_seen(app, store, people):
    visit_id, _ = make_visit(store)
    first, second = people
    proposal = send(first, f"{HOME}/visits/{visit_id}", f"{HOME}/visits/{visit_id}").headers["Location"]
    token = token_of(second, proposal)

    for seen in ("", "0" * 64):
        assert second.post(f"{proposal}/approve", data={"csrf_token": token, "body_hash": seen}).status_code == 409
    with store.writing() as session:  # somebody changes the proposal in the database
        row = session.get(Proposal, proposal.rpartition("/")[2])
        row.fields = {**row.fields, "result": "未发现问题"}
    assert send(second, f"{proposal}/approve", proposal).status_code == 409

    with store.reading() as session:
        assert session.get(Publication, visit_id).published_on is None
        assert session.get(PublishedVersion, (visit_id, 1)) is None
        assert session.get(Proposal, proposal.rpartition("/")[2]).state == "open"
        assert session.get(VisitRow, visit_id).state == "reviewed"


def test_a_record_that_is_not_what_the_log_says_is_not_published(store, people):
    visit_id, _ = make_visit(store)
    first, second = people
    path = f"{HOME}/visits/{visit_id}"
    proposal = send(first, path, path).headers["Location"]
    with store.writing() as session:
        row = session.get(VisitRecord, f"record-{visit_id}")
        row.items = [{**item, "note": "改过"} for item in row.items]

    assert send(second, f"{proposal}/approve", proposal).status_code == 409
    answer = second.get(path)
    assert answer.status_code == 409
    assert "与日志里记下的不一致" in check_page(answer.text).text()


def test_who_made_the_record_does_not_publish_it(app, store, people):
    maker = make_account(store, "T-BOTH", ["PB", "IN"])
    visit_id, _ = make_visit(store, made_by=maker)
    proposal = send(people[0], f"{HOME}/visits/{visit_id}", f"{HOME}/visits/{visit_id}").headers["Location"]

    assert send(with_session(app, maker), f"{proposal}/approve", proposal).status_code == 403
    assert maker != MADE_BY


def test_a_proposal_is_refused_with_words_and_made_again(store, people):
    visit_id, _ = make_visit(store)
    first, second = people
    proposal = send(first, f"{HOME}/visits/{visit_id}", f"{HOME}/visits/{visit_id}").headers["Location"]
    again = send(first, f"{HOME}/visits/{visit_id}", f"{HOME}/visits/{visit_id}")
    assert again.status_code == 409

    assert send(second, f"{proposal}/refuse", proposal, opinion=" ").status_code == 422
    assert send(second, f"{proposal}/refuse", proposal, opinion="日期不对").status_code == 303
    assert "日期不对" in check_page(first.get(proposal).text).text()
    token = token_of(second, HOME + f"/visits/{visit_id}")
    late = {"csrf_token": token, "body_hash": hash_on(second, proposal)}
    assert second.post(f"{proposal}/approve", data=late).status_code == 409
    assert publish(people, visit_id) == visit_id


def test_a_natural_person_is_masked_everywhere(store, people, client, browse):
    visit_id, _ = make_visit(store, name="欧阳小明", code="440303199001011234")
    publish(people, visit_id)

    for text in (
        browse(f"/publicity/{visit_id}").text(),
        browse("/publicity").text(),
        client.get(f"/publicity/{visit_id}/versions/1.json").text,
    ):
        assert "欧阳某" in text
        assert "小明" not in text
        assert "19900101" not in text
    assert "没有符合的公示" in browse("/publicity?name=小明").text()


def test_a_correction_keeps_both_versions_and_a_withdrawal_leaves_its_reason(store, people, client, browse):
    visit_id, _ = make_visit(store)
    publish(people, visit_id)
    first, second = people
    page = f"{HOME}/records/{visit_id}"
    wrong = send(first, f"{page}/correct", page, **{"result": "未发现问题", "result.1": "未发现问题", "reason": ""})
    assert wrong.status_code == 422
    same = {
        "result": "发现问题已责令改正", "result.1": "发现问题已责令改正", "result.2": "未发现问题",
        "follow_up": "责令改正", "checked_on": "2026-11-20",
    }  # fmt: skip
    answer = send(first, f"{page}/correct", page, **same, reason="没有改动")
    assert answer.status_code == 422
    assert "没有变化的不要更正" in check_page(answer.text).text()
    unfit = {**same, "result": "未发现问题", "result.1": "未发现问题"}
    assert "应写「无需后续处理」" in send(first, f"{page}/correct", page, **unfit, reason="复核").text

    better = {**unfit, "follow_up": "无需后续处理"}
    proposal = send(first, f"{page}/correct", page, **better, reason="经复核，当日已改正").headers["Location"]
    assert "发现问题已责令改正" in check_page(second.get(proposal).text).text()
    assert send(second, f"{proposal}/approve", proposal).status_code == 303
    text = browse(f"/publicity/{visit_id}").text()
    for words in ("已更正1次", "经复核，当日已改正", "改了什么", "第 1 版", "第 2 版"):
        assert words in text
    assert "已更正" in browse("/publicity?result=未发现问题").text()
    assert "没有符合的公示" in browse("/publicity?result=发现问题已责令改正").text()

    assert send(first, f"{page}/withdraw", page, why="").status_code == 422
    proposal = send(first, f"{page}/withdraw", page, why="决定已被撤销").headers["Location"]
    assert send(second, f"{proposal}/approve", proposal).status_code == 303
    page = browse(f"/publicity/{visit_id}").text()
    assert "决定已被撤销" in page
    assert "虚构甲有限公司" not in page
    assert CODE not in page
    assert client.get(f"/publicity/{visit_id}/versions/1.json").status_code == 404
    assert "fields" not in json.loads(client.get(f"/publicity/{visit_id}/versions/3.json").data)
    assert "没有符合的公示" in browse("/publicity").text()
    assert "决定已被撤销" in check_page(first.get(f"{HOME}/records/{visit_id}").text).text()


def test_the_list_of_work_is_in_order_of_urgency(store, people):
    make_visit(store, name="虚构新有限公司", on=date(2026, 11, 20))
    make_visit(store, name="虚构旧有限公司", on=date(2026, 10, 13), drawn=False)
    make_visit(store, name="虚构未审有限公司", state="recorded", drawn=False)

    text = check_page(people[0].get(HOME).text).text()

    assert text.index("虚构旧有限公司") < text.index("虚构新有限公司")
    assert "已逾期" in text
    assert "虚构未审有限公司" not in text


def test_searches_that_cannot_be_read_say_what_to_write_and_all_others_give_a_page(store, people, client, browse):
    visit_id, _ = make_visit(store)
    publish(people, visit_id)

    for asked in ("from=昨天", "code=。"):
        answer = client.get(f"/publicity?{asked}")
        assert answer.status_code == 422
        check_page(answer.text)
    for asked in ("name=%25", "name=_", "page=99999", "page=x", "kind=x", "code=9144", "task=T-2026-01"):
        found = "虚构甲有限公司" in browse(f"/publicity?{asked}").text()
        assert found == (not asked.startswith("name=")), asked


def test_pages_of_staff_and_their_english(store, people, browse):
    visit_id, _ = make_visit(store)
    first, _ = people
    check_page(first.get(f"{HOME}?lang=en").text, "en")
    check_page(first.get(f"{HOME}/visits/{visit_id}?lang=en").text, "en")
    publish(people, visit_id)
    check_page(first.get(f"{HOME}/records/{visit_id}?lang=en").text, "en")


def test_whose_confirmation_is_old_is_sent_to_confirm_first(app, store):
    visit_id, _ = make_visit(store)
    late = with_session(app, make_account(store, "T-PB9", ["PB"]), confirmed=False)
    page = f"{HOME}/visits/{visit_id}"

    assert "请先确认身份" in check_page(late.get(page).text).text()
    assert send(late, page, page).status_code == 403
