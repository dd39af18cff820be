"""Who comes in for an inspector is decided by the lots of the draw, takes two signatures, and is public."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from enforcement.draw.teams import lot
from tests.support import inspections as steps
from tests.support.people import post
from tests.web.page_check import check_page
from web.store.inspections import DrawRow, InspectorRow, VisitRow
from web.store.log import find_events


@pytest.fixture
def store(app):
    return app.extensions["huice_store"]


def more_inspectors():
    """Return a table of five inspectors of one department, of whom two may lead."""
    lines = [
        f"ZF-{n:03},示例人员{n},market,{steps.MARKET},证{n:04},2029-12-31,M01,2020-01-01至2029-12-31,{'是' if n < 3 else '否'},否,有效,"
        for n in range(1, 6)
    ]
    return "\n".join([steps.INSPECTOR_HEADINGS, *lines]) + "\n"


def visit_of(store, visit_id=""):
    with store.reading() as session:
        query = select(VisitRow).order_by(VisitRow.code)
        return session.get(VisitRow, visit_id) if visit_id else session.scalars(query).first()


def test_the_next_in_order_comes_in_once_two_have_signed(app, store, client, monkeypatch):
    first, second = steps.planners(app)
    clock = steps.Clock(monkeypatch)
    task = steps.fill(first, second)
    steps.load_table(first, "inspectors", more_inspectors())
    address = steps.freeze(first, second, task, steps.draw_form())
    clock.forward(3601)
    steps.run(first, second, address)
    visit = visit_of(store)
    page = f"{steps.STAFF}/visits/{visit.id}/substitute"
    leaves = next(insp for insp in visit.inspectors if insp != visit.lead)
    form = {"leaves": leaves, "cause": "illness", "evidence": "ab" * 32}
    for changed, message in (
        ({"leaves": "ZF-999"}, "不在部门 market"),
        ({"cause": "holiday"}, "请选择替换的原因"),
        ({"evidence": "x"}, "64 位十六进制数"),
    ):
        answer = post(first, page, page, **{**form, **changed})
        assert answer.status_code == 422 and message in check_page(answer.text).text(), changed
    assert post(first, page, page, **form).status_code == 303
    assert post(first, page, page).status_code == 403
    assert post(second, page, page).status_code == 303

    after = visit_of(store, visit.id)
    [comes] = set(after.inspectors) - set(visit.inspectors)
    with store.reading() as session:
        [row] = session.scalars(select(DrawRow))
        loads = {person.id: person.load for person in session.scalars(select(InspectorRow))}
        events = [event.body for _, event in find_events(session, kind="visit.substitute", ref=visit.id)]
    written = json.loads(row.transcript)
    before = [insp for team in written["teams"] for insp in team["insp"]]
    free = {person for person in loads if person.startswith("ZF-00") and person not in visit.inspectors} - {"ZF-006"}
    due = min(
        free, key=lambda insp: (max(before.count(insp) + 1, written["L"] + 1), lot(written["seed"], visit.code, insp))
    )
    assert comes == due and leaves not in after.inspectors and after.lead in after.inspectors
    assert loads[leaves] == before.count(leaves) - 1 and loads[comes] == before.count(comes) + 1
    assert [body["step"] for body in events] == ["sign", "ask"] and events[0]["comes"] == comes
    shown = check_page(client.get(address.removeprefix("/staff")).text).text()
    assert "抽取后替换的检查人员" in shown and "伤病" in shown
    check_page(first.get(f"{page}?lang=en").text, "en")
    check_page(second.get(f"{address}?lang=en").text, "en")


def test_nobody_is_replaced_at_a_visit_that_is_made(app, store, monkeypatch):
    first, second = steps.planners(app)
    clock = steps.Clock(monkeypatch)
    address = steps.freeze(first, second, steps.fill(first, second), steps.draw_form())
    clock.forward(3601)
    steps.run(first, second, address)
    visit = visit_of(store)
    with store.writing() as session:
        session.get(VisitRow, visit.id).state = "recorded"
    assert first.get(f"{steps.STAFF}/visits/{visit.id}/substitute").status_code == 409
    assert first.get(f"{steps.STAFF}/visits/nothing/substitute").status_code == 404
