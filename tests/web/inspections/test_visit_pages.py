"""Visits off the draw, the ledger of all visits, and statistics that never are the raw ratio."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from enforcement.publicity.national import Result
from tests.support import inspections as steps
from tests.support.people import post
from tests.web.page_check import check_page
from web.services.inspection_records import RECORD, hash_of
from web.services.inspection_statistics import figures
from web.services.self_check_forms import today
from web.store.base import new_token, now
from web.store.inspections import REVIEWED, DrawRow, VisitRecord, VisitRow
from web.store.log import find_events, record


@pytest.fixture
def store(app):
    return app.extensions["huice_store"]


def off_draw(**changed):
    day = today().isoformat()
    whole = {
        "code": steps.code(1),
        "matters": ["M01"],
        "trigger": "投诉举报",
        "clue": "JB-2026-0001",
        "inspectors": ["ZF-001", "ZF-003"],
        "lead": "ZF-001",
        "first_day": day,
        "last_day": day,
    }
    return {**whole, **changed}


def test_a_visit_off_the_draw_needs_a_lawful_trigger_and_two_lawful_persons(store, pair):
    first, second = pair
    steps.fill(first, second)
    page, conflicts = f"{steps.STAFF}/visits/new", f"{steps.STAFF}/conflicts"
    post(first, conflicts, conflicts, code=steps.code(2), inspector="ZF-003", basis="kinship")
    for changed, message in (
        ({"trigger": "例行走访"}, "应写明法定事由"),
        ({"clue": " "}, "应写明线索编号"),
        ({"trigger": "重点检查事项"}, "不是重点检查事项"),
        ({"matters": []}, "缺少「检查事项」"),
        ({"inspectors": ["ZF-001"]}, "不得少于两人"),
        ({"inspectors": ["ZF-001", "ZF-004"]}, "应属同一部门"),
        ({"inspectors": ["ZF-004", "ZF-005"], "lead": "ZF-004"}, "不能查 M01"),
        ({"lead": "ZF-003"}, "组长应是所选人员里可任组长的一名"),
        ({"code": steps.code(2)}, "须回避"),
        ({"code": "x"}, "名录库里没有这个检查对象"),
        ({"last_day": "2020-01-01"}, "早于第一天"),
    ):
        answer = post(first, page, page, **off_draw(**changed))
        assert answer.status_code == 422, changed
        assert message in check_page(answer.text).text(), changed
    assert post(first, page, page, **off_draw()).status_code == 303
    with store.reading() as session:
        [visit] = session.scalars(select(VisitRow))
        [(_, event)] = find_events(session, kind="visit.create")
    assert (visit.state, visit.dept, visit.draw_id, visit.trigger) == ("waiting", "market", None, "投诉举报")
    assert (event.ref, event.body) == (visit.id, {"trigger": "投诉举报", "unit": steps.code(1)})
    check_page(first.get(f"{page}?lang=en").text, "en")


def test_the_ledger_tells_drawn_visits_from_others(store, pair, monkeypatch):
    first, second = pair
    _draw(pair, monkeypatch)
    post(first, f"{steps.STAFF}/visits/new", f"{steps.STAFF}/visits/new", **off_draw(clue="=1+1"))
    page = check_page(second.get(f"{steps.STAFF}/ledger").text)
    assert "共 4 次检查" in page.text()
    assert "共 1 次检查" in check_page(second.get(f"{steps.STAFF}/ledger?origin=off").text).text()
    rows = list(csv.reader(io.StringIO(second.get(f"{steps.STAFF}/ledger.csv").data.decode("utf-8-sig"))))
    assert len(rows) == 5 and sorted(row[2] for row in rows[1:]) == ["", "", "", "'=1+1"]
    assert second.get(f"{steps.STAFF}/ledger.xlsx").data[:2] == b"PK"
    assert second.get(f"{steps.STAFF}/ledger.exe").status_code == 404
    check_page(second.get(f"{steps.STAFF}/ledger?lang=en&year=1999").text, "en")


def _draw(pair, monkeypatch, **form):
    first, second = pair
    clock = steps.Clock(monkeypatch)
    task = steps.fill(first, second)
    address = steps.freeze(first, second, task, steps.draw_form(**form))
    clock.forward(3601)
    steps.run(first, second, address)


def _review(store, results):
    """Give the visits, in the order of their codes, a reviewed record each."""
    with store.writing() as session:
        visits = list(session.scalars(select(VisitRow).order_by(VisitRow.code)))
        for visit, result in zip(visits, results, strict=False):
            visit.state = REVIEWED
            row = VisitRecord(
                id=new_token(),
                visit_id=visit.id,
                number=1,
                visited_on=visit.first_day,
                items=[{"matter": "M01", "result": result.value, "note": ""}],
                follow_ups=[],
                words="",
                evidence=[],
                result=result.value,
                made_by="x",
                made_at=now(),
                review="passed",
            )
            row.body_hash = hash_of(row)
            session.add(row)
            record(session, RECORD, "x", visit.id, {"record": row.id, "body": row.body_hash})


def test_the_share_in_breach_is_weighted_with_an_interval(store, pair, client, monkeypatch):
    _draw(pair, monkeypatch)
    with store.reading() as session:
        [before] = figures(session).draws
    assert before.estimate.share is None and before.waiting == 3
    _review(store, [Result.NOTHING, Result.CORRECTED])
    with store.reading() as session:
        found = figures(session)
    [each] = found.draws
    assert (each.strata[0].size, each.strata[0].drawn, each.strata[0].found, each.waiting) == (12, 2, 1, 1)
    assert each.estimate.share == 0.5 and each.estimate.low < 0.5 < each.estimate.high
    assert each.load is not None and (each.load.least, each.load.most) == (2, 2)
    assert (found.voided.part, found.voided.whole, found.coverage.part, found.coverage.whole) == (0, 1, 3, 12)
    page = check_page(pair[0].get(f"{steps.STAFF}/statistics").text)
    assert "还有 1 户没有结果" in page.text() and "超几何精确双侧界" in page.text()
    check_page(pair[0].get(f"{steps.STAFF}/statistics?lang=en").text, "en")
    # Nothing is published yet, so that the public has no rate; what was changed behind the log is left out and said.
    public = check_page(client.get("/inspections/statistics").text).text()
    assert "还有 3 户没有结果" in public and "检查人员的发现率" not in public
    with store.writing() as session:
        row = session.scalars(select(VisitRecord).where(VisitRecord.result == Result.CORRECTED.value)).one()
        row.items = [{**row.items[0], "result": Result.NOTHING.value}]
    with store.reading() as session:
        changed = figures(session)
    assert (changed.unproven, changed.draws[0].waiting) == (1, 2)
    with store.writing() as session:
        session.scalars(select(DrawRow)).one().transcript += b" "
    assert len(client.get("/inspections/statistics.json").json["draws"]) == 1, "kept for ten minutes"
    monkeypatch.setattr("web.views.inspection_statistics.KEPT", timedelta(-1))
    told = client.get("/inspections/statistics.json").json
    assert (told["draws"], told["unproven"]) == ([], 1)
    check_page(client.get("/inspections/statistics?lang=en").text, "en")
