"""An enterprise objects to its result, proven by its visit's code; the objection is checked, upheld, and corrected."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from enforcement.publicity.corrections import ObjectionState
from tests.support.people import make_account, with_session
from tests.support.visits import make_task, make_visit
from tests.web.inspections.test_publicity import publish, send
from tests.web.page_check import check_page
from web.services import publicity_objections
from web.services import publicity_steps as steps
from web.store.base import now
from web.store.inspections import VisitRow
from web.store.log import find_events
from web.store.publications import ObjectionRow, Proposal

STAFF = "/staff/publicity/objections"


@pytest.fixture
def store(app):
    make_task(app.extensions["huice_store"])
    return app.extensions["huice_store"]


@pytest.fixture
def people(app, store):
    return [with_session(app, make_account(store, f"T-PB{n}", ["PB"])) for n in (1, 2)]


@pytest.fixture
def published(store, people):
    """Return the id of a published record and the code of its visit."""
    visit_id, code = make_visit(store)
    publish(people, visit_id)
    return visit_id, code


def object_to(client, published, **form):
    visit_id, code = published
    path = f"/publicity/{visit_id}/objection"
    typed = {"code": code, "words": "当日已改正，电话13800138000", "contact": "李四 0755-25000000", **form}
    return send(client, path, path, **typed)


def test_from_the_objection_to_the_correction(store, people, client, browse, published):
    visit_id, _ = published
    answer = object_to(client, published)
    private = answer.headers["Location"]
    page = check_page(client.get(private).text).text()
    assert f"{visit_id}-1" in page
    assert "已提出" in page
    assert client.get(private).headers["Cache-Control"] == "no-store"
    public = browse(f"/publicity/{visit_id}").text()
    assert "异议处理中" in public
    assert "当日已改正" in public
    assert "13800138000" not in public
    assert "25000000" not in public
    assert "异议处理中" in browse("/publicity").text()
    assert object_to(client, published).status_code == 409

    first, second = people
    address = f"{STAFF}/{visit_id}/1"
    assert "0755-25000000" in check_page(first.get(address).text).text()
    assert "虚构甲有限公司" in check_page(first.get(STAFF).text).text()
    early = send(first, address, address, state="异议成立", words="先说结论")
    assert early.status_code == 422
    assert "可改为" in early.text
    assert send(first, address, address, state="核查中", words="").status_code == 422
    assert send(first, address, address, state="核查中", words="调阅记录").status_code == 303
    assert send(first, address, address, state="异议成立", words="记录有误").status_code == 303
    assert "撤回处罚信息" in check_page(first.get(address).text).text()
    assert "异议成立" in browse(f"/publicity/{visit_id}").text()
    assert "异议处理中" not in browse("/publicity").text()

    record = f"/staff/publicity/records/{visit_id}"
    form = {
        "result": "未发现问题", "result.1": "未发现问题", "result.2": "未发现问题", "follow_up": "无需后续处理",
        "checked_on": "2026-11-20", "reason": "异议成立，更正结果",
    }  # fmt: skip
    proposal = send(first, f"{record}/correct", record, **form).headers["Location"]
    assert send(second, f"{proposal}/approve", proposal).status_code == 303
    assert "没有在办的异议" in check_page(first.get(STAFF).text).text()
    assert "异议成立，更正结果" in browse(f"/publicity/{visit_id}").text()
    with store.reading() as session:
        kinds = [event.kind for _, event in find_events(session, ref=visit_id)]
    assert kinds[::-1] == [
        "visit.record", "publicity.propose", "publicity.publish", "objection.raise", "objection.step", "objection.step",
        "publicity.propose", "publicity.correct",
    ]  # fmt: skip
    for path in (private, f"/publicity/{visit_id}/objection", f"/publicity/{visit_id}/reply"):
        browse(f"{path}?lang=en", lang="en")
    for path in (STAFF, address):
        check_page(first.get(f"{path}?lang=en").text, "en")


def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(store, client, published):
    _, other = make_visit(store, drawn=False)
    for form, words in (
        ({"code": ""}, "检查码不对"),
        ({"code": "x" * 22}, "检查码不对"),
        ({"code": "码"}, "检查码不对"),
        ({"code": other}, "检查码不对"),
        ({"words": "  "}, "请写明内容"),
        ({"words": "长" * 2001}, "最多 2000 个字"),
        ({"contact": ""}, "请留电话"),
    ):
        answer = object_to(client, published, **form)
        assert answer.status_code == 422
        assert words in check_page(answer.text).text()
        assert form.get("contact", "李四 0755-25000000") in answer.text
    with store.reading() as session:
        assert session.get(ObjectionRow, (published[0], 1)) is None


def test_the_address_behind_the_code_will_do_and_the_objection_is_taken_back(client, published, browse):
    visit_id, code = published
    private = object_to(client, published, code=f" https://huice.example/v/{code}/ ").headers["Location"]

    assert send(client, f"{private}/withdraw", private, words="").status_code == 422
    assert send(client, f"{private}/withdraw", private, words="已沟通清楚").status_code == 303
    assert "已撤回异议" in browse(f"/publicity/{visit_id}").text()
    assert client.post(f"{private}/withdraw", data={}).status_code == 400
    assert object_to(client, published).status_code == 303
    assert browse("/publicity/objections/none-such", 404)


def test_what_the_enterprise_says_stands_beside_the_result(client, published, browse):
    visit_id, code = published
    path = f"/publicity/{visit_id}/reply"

    assert send(client, path, path, code="x", words="我们已改正").status_code == 422
    for _ in range(publicity_objections.MOST_REPLIES):
        assert send(client, path, path, code=code, words="我们已改正，身份证440303199001011234").status_code == 303
    assert send(client, path, path, code=code, words="再说一次").status_code == 409
    text = browse(f"/publicity/{visit_id}").text()
    assert "我们已改正" in text
    assert "440303199001011234" not in text


def test_clocks_of_an_objection(store, published):
    visit_id, _ = published
    with store.reading() as session:
        visit = session.get(VisitRow, visit_id)
    assert visit.state == "published"
    with store.writing() as session:
        publication = session.get_one(publicity_objections.Publication, visit_id)
        at = publication.created_at
        row = publicity_objections.raise_objection(session, publication, "不对", "电话", at)
        one = publicity_objections.followed(session, row, date(2030, 1, 2))
    assert (one.clock.rule.id, one.clock.state.value) == ("objection_agency", "已逾期")
    assert one.clock.due == row.due_on


def test_an_objection_on_paper_is_written_down(people, browse, published):
    visit_id, _ = published
    first, _ = people
    page = f"/staff/publicity/records/{visit_id}"

    assert send(first, f"{page}/objection", page, words="书面异议", contact="").status_code == 422
    answer = send(first, f"{page}/objection", page, words="书面异议", contact="地址某路1号")
    assert answer.headers["Location"] == f"{STAFF}/{visit_id}/1"
    assert "书面异议" in browse(f"/publicity/{visit_id}").text()


def test_a_correction_before_the_decision_does_not_answer_an_objection(store, published):
    visit_id, _ = published

    def move(state):
        publicity_objections.move(session, visit_id, 1, state, "理由", "first", now())

    with store.writing() as session:
        of = session.get_one(publicity_objections.Publication, visit_id)
        publicity_objections.raise_objection(session, of, "不对", "电话", now())
        move(ObjectionState.CHECKING)
    with store.writing() as session:
        of = session.get_one(publicity_objections.Publication, visit_id)
        fields = {**steps.versions_of(session, visit_id)[-1].fields, "checked_on": "2026-11-19"}
        proposal_id = steps.propose(session, of, "correct", fields, "日期有误", "first", now())
        session.flush()
        steps.approve(session, proposal_id, session.get_one(Proposal, proposal_id).body_hash, "second", now())
    with store.writing() as session:
        move(ObjectionState.UPHELD)
    with store.reading() as session:
        [one], _ = publicity_objections.all_objections(session, date(2026, 11, 24))
    assert one.clock.rule.id == "withdrawal"


def test_an_old_objection_is_not_forgotten_behind_many_newer_ones(store, published, monkeypatch):
    monkeypatch.setattr(publicity_objections, "SHOWN", 1)
    for number in range(3):
        visit_id, _ = make_visit(store, drawn=False)
        with store.writing() as session:
            steps.propose_visit(session, visit_id, "first", now())
            [proposal] = session.scalars(select(Proposal).where(Proposal.publication_id == visit_id))
            of = steps.approve(session, proposal.id, proposal.body_hash, "second", now())
            session.flush()
            publicity_objections.raise_objection(session, of, f"异议{number}", "电话", now())
    with store.reading() as session:
        due, done = publicity_objections.all_objections(session, date(2026, 11, 24))
    assert (len(due), done) == (3, [])
