"""On both databases: the same record from two requests at once is kept once, and of two inspectors one is first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from flask import Flask
from flask_babel import Babel
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from tests.support.fieldwork import lay_visit
from tests.support.people import make_account
from web.errors import Problem
from web.services.inspection_fieldwork import receipt
from web.services.inspection_records import keep, read_written
from web.services.inspection_reviews import decide
from web.services.self_check_forms import today
from web.store.base import now
from web.store.inspections import VisitRecord, VisitRow
from web.store.log import find_events


def written_by(store, visit):
    with store.reading() as session:
        row = session.get_one(VisitRow, visit)
    form = MultiDict(
        {
            "record": str(uuid4()),
            "after": "0",
            "visited_on": today().isoformat(),
            "result-1": "未发现问题",
            "result-2": "未发现问题",
            "follow_ups": "无需后续处理",
        }
    )
    written, errors = read_written(row, form, (), now())
    assert errors == {}
    return written


def at_once(*acts):
    """Run all at once and return what each returned, or the code of its problem."""
    app = Flask(__name__)
    Babel(app)

    def run(act):
        with app.test_request_context():
            try:
                return act()
            except Problem as problem:
                return problem.code

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_everything_at_once_one_is_first(store):
    one, two = (make_account(store, f"IN-{number}", ["IN"]) for number in (1, 2))
    visit = lay_visit(store, [one, two])
    first, second = written_by(store, visit), written_by(store, visit)

    answers = at_once(
        *[lambda: receipt(keep(store, visit, one, first, now()))] * 3,
        *[lambda: receipt(keep(store, visit, two, second, now()))] * 3,
    )

    with store.reading() as session:
        [kept] = session.scalars(select(VisitRecord).where(VisitRecord.visit_id == visit))
        assert [event.kind for _, event in find_events(session, ref=visit)] == ["visit.record"]
    same, others = (answers[:3], answers[3:]) if kept.made_by == one else (answers[3:], answers[:3])
    assert same == [receipt(kept)] * 3
    assert others == ["recorded_before"] * 3

    reviewers = [make_account(store, f"PB-{number}", ["PB"]) for number in (1, 2)]
    decided = at_once(*_decisions(store, kept.id, reviewers))
    assert sorted(map(str, decided)) == ["None", "decided"]


def _decisions(store, record_id, reviewers):
    def act(decision, by):
        with store.writing() as session:
            return decide(session, record_id, decision, "意见", by, now())

    return [
        lambda: act("passed", reviewers[0]),
        lambda: act("returned", reviewers[1]),
    ]
