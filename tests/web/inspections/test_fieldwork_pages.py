"""Inspectors' pages without JavaScript: own visits alone, the code at the door, entering, the record, review, transfer."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from enforcement.log.policy import read_policy
from enforcement.log.receipt import check_receipt
from tests.support.fieldwork import lay_visit, photo
from tests.support.people import make_account, post, with_session
from tests.web.page_check import check_page
from web.services.inspection_evidence import erase
from web.services.inspection_photos import without_position
from web.services.self_check_forms import today
from web.store.inspections import CaseTransfer, Evidence, InspectorRow, VisitRecord, VisitRow
from web.store.log import find_events

GOOD = {
    "after": "0",
    "result-1": "未发现问题",
    "result-2": "未发现问题",
    "follow_ups": ["无需后续处理"],
    "words": "现场正常",
}
CORRECTED = {**GOOD, "result-2": "发现问题已责令改正", "follow_ups": ["责令改正"]}
AS_JSON = {"Accept": "application/json"}


@pytest.fixture
def store(app):
    return app.extensions["huice_store"]


@pytest.fixture
def team(store):
    return make_account(store, "IN-1", ["IN"]), make_account(store, "IN-2", ["IN"])


@pytest.fixture
def inspector(app, team):
    return with_session(app, team[0])


@pytest.fixture
def reviewer(app, store):
    return with_session(app, make_account(store, "PB-1", ["PB"]))


@pytest.fixture
def visit(store, team):
    return lay_visit(store, list(team))


def form(**values):
    return {"record": str(uuid4()), "visited_on": today().isoformat(), **GOOD, **values}


def files(*contents):
    return [(io.BytesIO(content), f"现场{number}.jpg") for number, content in enumerate(contents)]


def send(client, visit, values, headers=None):
    page = client.get(f"/staff/visits/{visit}").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    return client.post(f"/staff/visits/{visit}/record", data={"csrf_token": token, **values}, headers=headers)


def rows(store, kind, **where):
    with store.reading() as session:
        return list(session.scalars(select(kind).filter_by(**where)))


def kinds(store, visit):
    with store.reading() as session:
        return [event.kind for _, event in find_events(session, ref=visit)][::-1]


def test_from_the_list_to_a_reviewed_record(store, inspector, reviewer, visit):
    listed = check_page(inspector.get("/staff/visits").text)
    page = check_page(inspector.get(f"/staff/visits/{visit}").text)
    assert "演示餐饮有限公司" in listed.text()
    assert all(words in page.text() for words in ("食品安全法", "粤B", "投诉举报", "TS-2026-001"))
    assert post(inspector, f"/staff/visits/{visit}/enter", f"/staff/visits/{visit}").status_code == 303

    picture = photo()
    values = form(evidence=files(picture))
    assert send(inspector, visit, values).status_code == 303

    kept = hashlib.sha256(without_position(picture)[1]).hexdigest()
    page = check_page(inspector.get(f"/staff/visits/{visit}").text)
    assert kept in page.text()
    assert "已提交，待审核" in page.text()
    assert "演示餐饮有限公司" in check_page(reviewer.get("/staff/reviews").text).text()
    address = f"/staff/reviews/{values['record']}"
    assert kept in check_page(reviewer.get(address).text).text()
    file = reviewer.get(f"{address}/evidence/{kept}")
    assert hashlib.sha256(file.data).hexdigest() == kept
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert post(reviewer, address, address, decision="passed").status_code == 303
    [row] = rows(store, VisitRow, id=visit)
    assert (row.state, row.entered_at is not None) == ("reviewed", True)
    assert kinds(store, visit) == ["visit.enter", "visit.record", "visit.review"]
    assert "审核通过，待公示" in check_page(inspector.get("/staff/visits").text).text()


def test_a_visit_of_others_is_as_if_it_did_not_exist(app, store, inspector, visit):
    outsider = with_session(app, make_account(store, "IN-3", ["IN"]))
    other = lay_visit(store, [None, None], name="别人的检查")
    nothing = outsider.get("/staff/visits/no-such-visit")

    assert outsider.get(f"/staff/visits/{visit}").status_code == nothing.status_code == 404
    assert inspector.get(f"/staff/visits/{other}").status_code == 404
    assert "别人的检查" not in inspector.get("/staff/visits").text
    token = outsider.get("/staff/visits/token").json["token"]
    for path in ("enter", "record", "case"):
        answer = outsider.post(
            f"/staff/visits/{visit}/{path}", data=form(csrf_token=token, to_department="a", reason="b")
        )
        assert answer.status_code == 404, path
    assert outsider.get(f"/staff/visits/{visit}/evidence/{'0' * 64}").status_code == 404
    assert "还没有对应的检查人员" in check_page(outsider.get("/staff/visits").text).text()


def test_a_record_sent_twice_is_kept_once_with_the_same_answer(store, inspector, visit):
    values = form()
    first, second = (send(inspector, visit, {**values, "evidence": files(photo())}, AS_JSON) for _ in range(2))
    other = send(inspector, visit, {**values, "words": "改了"}, AS_JSON)

    assert first.status_code == second.status_code == 200
    assert first.json == second.json
    assert (other.status_code, other.json["state"]) == (409, "conflict")
    assert send(inspector, visit, form(record="1")).status_code == 400
    [row] = rows(store, VisitRecord, visit_id=visit)
    assert (row.id, row.words, len(row.evidence)) == (values["record"], "现场正常", 1)
    assert len(rows(store, Evidence, visit_id=visit)) == 1
    assert kinds(store, visit).count("visit.record") == 1


def test_the_second_of_two_inspectors_is_told_who_came_first(app, store, team, inspector, visit):
    colleague = with_session(app, team[1])
    values = form()
    token = colleague.get("/staff/visits/token").json["token"]
    assert send(inspector, visit, form()).status_code == 303
    late = colleague.post(f"/staff/visits/{visit}/record", data={"csrf_token": token, **values}, headers=AS_JSON)

    assert late.status_code == 409
    assert "测试IN-1 已先提交" in late.json["message"]
    assert len(rows(store, VisitRecord, visit_id=visit)) == 1


def test_a_cancelled_visit_takes_no_record(store, inspector, visit):
    token = inspector.get("/staff/visits/token").json["token"]
    with store.writing() as session:
        session.get_one(VisitRow, visit).state = "cancelled"

    answer = inspector.post(f"/staff/visits/{visit}/record", data={"csrf_token": token, **form()}, headers=AS_JSON)
    entering = inspector.post(f"/staff/visits/{visit}/enter", data={"csrf_token": token}, headers=AS_JSON)

    assert (answer.status_code, entering.status_code) == (409, 409)
    assert "已取消" in answer.json["message"]
    assert rows(store, VisitRecord, visit_id=visit) == []
    assert kinds(store, visit).count("visit.refused") == 1


WRONG = [
    ({"result-2": ""}, "result-2", "请选择第 2 个事项的结果"),
    ({"result-1": "很好"}, "result-1", "请选择第 1 个事项的结果"),
    ({"follow_ups": []}, "follow_ups", "请写明后续处理"),
    ({"follow_ups": ["责令改正"]}, "follow_ups", "应写「无需后续处理」"),
    ({"result-1": "不配合检查情节严重", "follow_ups": ["责令改正"]}, "follow_ups", "应有「公示不配合情形」"),
    ({"visited_on": "昨天"}, "visited_on", "请按 2026-05-20 的样子"),
    ({"visited_on": (today() + timedelta(days=1)).isoformat()}, "visited_on", "晚于今天"),
    ({"visited_on": (today() - timedelta(days=1)).isoformat()}, "visited_on", "第一天"),
    ({"words": "字" * 5001}, "words", "最多 5000 字"),
    ({"note-1": "字" * 501}, "note-1", "最多 500 字"),
]


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(store, inspector, visit):
    for wrong, field, words in WRONG:
        values = form(**{"words": "写了很多字", **wrong})
        answer = send(inspector, visit, values)
        told = send(inspector, visit, values, AS_JSON)

        page = check_page(answer.text)
        assert answer.status_code == told.status_code == 422
        assert words in page.text()
        assert words in told.json["errors"][field]
        assert values["words"] in page.text()
    again = send(inspector, visit, form(**{"result-1": ""}, evidence=files(photo())))
    assert "浏览器不保留选过的文件，请重新选择" in check_page(again.text).text()
    assert rows(store, VisitRecord, visit_id=visit) == []


UNFIT = [
    (b"GIF89a" + bytes(40), "只收 JPEG、PNG 照片和 PDF 文件"),
    (b"<svg onload=alert(1)>", "只收 JPEG"),
    (photo()[:300], "照片不完整"),
    (photo(kind="PNG")[:60], "照片不完整"),
    (b"%PDF-1.7 broken off", "文件不完整"),
    (b"\xff\xd8" + bytes(300_000), "超过 8 MiB"),
]


def test_a_file_is_known_by_its_bytes_not_by_its_name(store, inspector, visit, monkeypatch):
    monkeypatch.setattr("web.services.inspection_evidence.LARGEST", 200_000)
    for content, words in UNFIT:
        answer = send(inspector, visit, form(evidence=files(content)))

        assert answer.status_code == 422
        assert words in check_page(answer.text).text()
    pictures = files(*(photo(f"rgb({number}, 9, 9)") for number in range(0, 130, 10)))
    assert "最多附 12 个文件" in check_page(send(inspector, visit, form(evidence=pictures)).text).text()
    assert rows(store, Evidence, visit_id=visit) == []


def test_a_record_sent_back_is_followed_by_another_with_what_changed(store, inspector, reviewer, visit):
    first, second = form(evidence=files(photo())), {}
    send(inspector, visit, first)
    address = f"/staff/reviews/{first['record']}"
    assert post(reviewer, address, address, decision="returned").status_code == 422
    assert post(reviewer, address, address, decision="returned", opinion="请补拍后厨").status_code == 303

    page = inspector.get(f"/staff/visits/{visit}")
    assert "请补拍后厨" in check_page(page.text).text()
    [kept] = rows(store, VisitRecord, id=first["record"])[0].evidence
    assert f'value="{kept}" checked' in page.text
    stale = send(inspector, visit, form(), AS_JSON)
    second = form(**{**CORRECTED, "after": "1"}, kept=[kept], evidence=files(photo("blue")))
    assert stale.status_code == 409
    assert send(inspector, visit, second).status_code == 303

    review = check_page(reviewer.get(f"/staff/reviews/{second['record']}").text).text()
    assert "与退回的那份相比" in review
    assert "公示信息检查：结果 未发现问题发现问题已责令改正" in review.replace("结果 结果", "结果")
    records = rows(store, VisitRecord, visit_id=visit)
    assert sorted((row.number, row.review, len(row.evidence)) for row in records) == [(1, "returned", 1), (2, "", 2)]
    assert len(rows(store, Evidence, visit_id=visit)) == 2


def test_evidence_of_another_visit_cannot_be_kept(inspector, store, team, visit):
    other = lay_visit(store, list(team))
    values = form(evidence=files(photo()))
    send(inspector, other, values)
    [kept] = rows(store, VisitRecord, id=values["record"])[0].evidence

    assert send(inspector, visit, form(kept=[kept]), AS_JSON).status_code == 409


def test_nobody_reviews_a_visit_he_took_part_in(app, store, team):
    both = make_account(store, "BOTH", ["IN", "PB"])
    visit = lay_visit(store, [team[0], both])
    values = form()
    send(with_session(app, team[0]), visit, values)
    address, browser = f"/staff/reviews/{values['record']}", with_session(app, both)

    assert "由别人审核" in check_page(browser.get(address).text).text()
    answer = post(browser, address, "/staff/visits", decision="passed")

    assert answer.status_code == 403
    assert rows(store, VisitRow, id=visit)[0].state == "recorded"


def test_a_record_is_reviewed_once(inspector, reviewer, visit):
    values = form()
    send(inspector, visit, values)
    address = f"/staff/reviews/{values['record']}"
    assert post(reviewer, address, address, decision="passed").status_code == 303

    again = post(reviewer, address, address, decision="returned", opinion="反悔")

    assert again.status_code == 409
    assert "已有审核意见" in check_page(again.text).text()


def test_a_record_that_was_altered_in_the_database_cannot_be_reviewed(store, inspector, reviewer, visit):
    values = form()
    send(inspector, visit, values)
    with store.writing() as session:
        session.get_one(VisitRecord, values["record"]).words = "改过了"
    address = f"/staff/reviews/{values['record']}"

    answer = post(reviewer, address, address, decision="passed")

    assert answer.status_code == 409
    assert "可能被改动过" in check_page(answer.text).text()
    assert rows(store, VisitRow, id=visit)[0].state == "recorded"


def test_a_case_is_transferred_before_its_record_passes(store, inspector, reviewer, visit):
    early = post(inspector, f"/staff/visits/{visit}/case", f"/staff/visits/{visit}/case", to_department="x", reason="y")
    assert early.status_code == 422
    values = form(**{**GOOD, "result-1": "发现问题待后续处理", "follow_ups": ["移送立案"]})
    send(inspector, visit, values)
    address = f"/staff/reviews/{values['record']}"
    refused = post(reviewer, address, address, decision="passed")
    assert refused.status_code == 409
    assert "还没有移送登记" in check_page(refused.text).text()

    page = f"/staff/visits/{visit}/case"
    assert post(inspector, page, page, to_department="", reason="").status_code == 422
    assert post(inspector, page, page, to_department="执法二大队", reason="涉嫌无证经营").status_code == 303
    assert post(inspector, page, page, to_department="执法二大队", reason="再来").status_code == 422

    assert post(reviewer, address, address, decision="passed").status_code == 303
    assert [row.to_department for row in rows(store, CaseTransfer, visit_id=visit)] == ["执法二大队"]
    assert "涉嫌无证经营" in check_page(inspector.get(f"/staff/visits/{visit}").text).text()


def test_erased_bytes_leave_their_hash(store, inspector, reviewer, visit):
    values = form(evidence=files(photo()))
    send(inspector, visit, values)
    [kept] = rows(store, VisitRecord, id=values["record"])[0].evidence
    with store.writing() as session:
        erase(session, visit, kept, "system", "保存期满")

    address = f"/staff/reviews/{values['record']}"
    page = check_page(reviewer.get(address).text).text()
    assert kept in page
    assert "只留校验值" in page
    assert reviewer.get(f"{address}/evidence/{kept}").status_code == 410
    assert reviewer.get(f"{address}/evidence/{'0' * 64}").status_code == 404


def test_the_enterprise_sees_who_comes_and_says_that_they_came_once(
    client, browse, csrf_token, store, inspector, visit
):
    [row] = rows(store, VisitRow, id=visit)
    address = f"/inspections/visit/{row.pass_code}"
    answer = client.get(address)
    page = browse(address).text()
    assert all(words in page for words in ("检查员1", "粤B", "食品安全法", "投诉举报", "不出示的，您有权拒绝"))
    assert "TS-2026-001" not in page  # a clue may name who complained
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert address in inspector.get(f"/staff/visits/{visit}").text

    token = csrf_token(address)
    for _ in range(2):
        assert client.post(f"{address}/arrived", data={"csrf_token": token}).status_code == 303

    assert "您已确认检查人员到达" in browse(address).text()
    assert "Your rights" in browse(f"{address}?lang=en", lang="en").text()
    assert kinds(store, visit) == ["visit.enter"]
    assert client.get(f"{address}/receipt").status_code == 404
    values = form()
    assert send(inspector, visit, values).status_code == 303
    shown = browse(f"{address}?lang=zh-Hans")
    assert "记录回执" in shown.text()
    assert "记录回执二维码" in [each.attributes.get("aria-label") for each in shown.all("svg")]
    proven = check_receipt(client.get(f"{address}/receipt").data, read_policy(client.get("/publicity/trust").text))
    assert (proven.event.kind, proven.event.body["record"]) == ("visit.record", values["record"])
    browse(f"{address}?lang=en", lang="en")
    assert client.get("/inspections/visit/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_a_visit_that_has_not_come_or_was_cancelled_cannot_begin(client, browse, csrf_token, store, team, inspector):
    soon = lay_visit(store, list(team), first_day=today() + timedelta(days=3), last_day=today() + timedelta(days=9))
    gone = lay_visit(store, list(team), state="cancelled")
    answers = [post(inspector, f"/staff/visits/{each}/enter", "/staff/visits") for each in (soon, gone)]
    codes = {row.id: row.pass_code for row in rows(store, VisitRow)}

    assert [answer.status_code for answer in answers] == [409, 409]
    assert "还没到检查期限的第一天" in check_page(answers[0].text).text()
    assert "这次检查已取消" in browse(f"/inspections/visit/{codes[gone]}").text()


def test_nobody_enters_with_a_certificate_that_is_no_longer_valid(store, inspector, visit):
    with store.writing() as session:
        row = session.get_one(VisitRow, visit)
        session.get_one(InspectorRow, row.inspectors[1]).valid_until = today() - timedelta(days=1)

    answer = post(inspector, f"/staff/visits/{visit}/enter", f"/staff/visits/{visit}")

    assert answer.status_code == 409
    assert "检查员2 的执法证已过有效期" in check_page(answer.text).text()


def test_entering_said_without_a_network_keeps_the_time_of_the_device(store, inspector, visit):
    token = inspector.get("/staff/visits/token").json["token"]
    earlier = f"{today().isoformat()}T00:00:01+08:00"
    data = {"csrf_token": token, "made_at": earlier}
    answers = [inspector.post(f"/staff/visits/{visit}/enter", data=data, headers=AS_JSON) for _ in range(2)]

    assert [answer.json["state"] for answer in answers] == ["kept", "kept"]
    with store.reading() as session:
        [(_, event)] = find_events(session, kind="visit.enter", ref=visit)
    assert event.body["at"] == earlier


def test_the_worker_may_look_after_visits_alone(client):
    answer = client.get("/staff/visits/worker.js", buffered=True)

    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/staff/visits"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_every_page_has_its_english(inspector, reviewer, visit):
    values = form(evidence=files(photo()))
    inspectors = ["/staff/visits", f"/staff/visits/{visit}", f"/staff/visits/{visit}/case"]
    for path in inspectors:
        check_page(inspector.get(f"{path}?lang=en").text, "en")
    inspector.get("/staff/visits?lang=zh-Hans")
    send(inspector, visit, values)

    for path in inspectors:
        check_page(inspector.get(f"{path}?lang=en").text, "en")
    for path in ("/staff/reviews", f"/staff/reviews/{values['record']}"):
        check_page(reviewer.get(f"{path}?lang=en").text, "en")
