"""On both databases: of two approvals one wins, and every promise of publication holds in one transaction."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest

from enforcement.publicity.corrections import ObjectionState
from tests.support.visits import make_task, make_visit
from web.errors import Problem
from web.services import publicity_clocks, publicity_double, publicity_exports, publicity_objections, publicity_search
from web.services import publicity_steps as steps
from web.store.base import now
from web.store.inspections import VisitRow
from web.store.log import find_events, verify
from web.store.publications import Proposal, Publication, PublishedVersion


def propose(store, visit_id):
    with store.writing() as session:
        proposal_id = steps.propose_visit(session, visit_id, "first", now())
    with store.reading() as session:
        return proposal_id, session.get(Proposal, proposal_id).body_hash


def approve(store, proposal_id, seen, by="second"):
    with store.writing() as session:
        steps.approve(session, proposal_id, seen, by, now())


@pytest.fixture
def visit(store):
    make_task(store)
    return make_visit(store)


def test_of_two_approvals_at_once_one_publishes(store, visit):
    visit_id, _ = visit
    proposal_id, seen = propose(store, visit_id)
    told, start = [], threading.Barrier(2)

    def act(by):
        start.wait()
        try:
            approve(store, proposal_id, seen, by)
            told.append("published")
        except Problem as problem:
            told.append(problem.code)

    threads = [threading.Thread(target=act, args=(by,)) for by in ("second", "third")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == ["published", "stale"]
    with store.reading() as session:
        assert session.query(PublishedVersion).count() == 1
        assert len(find_events(session, kind="publicity.publish")) == 1
        assert session.get(VisitRow, visit_id).state == "published"
        assert verify(session, []).size == 3


def test_a_failure_leaves_neither_a_version_nor_a_leaf(store, visit, monkeypatch):
    visit_id, _ = visit
    proposal_id, seen = propose(store, visit_id)
    monkeypatch.setattr(steps, "record", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        approve(store, proposal_id, seen)

    with store.reading() as session:
        assert session.get(VisitRow, visit_id).state == "reviewed"
        assert session.get(Publication, visit_id).published_on is None
        assert session.get(Proposal, proposal_id).state == "open"
        assert [event.kind for _, event in find_events(session)] == ["publicity.propose", "visit.record"]


def test_the_rest_of_the_way_on_both_databases(store, visit):
    visit_id, code = visit
    approve(store, *propose(store, visit_id))
    today = steps.day_of(now())
    asked = {"name": "甲有限", "code": "9144", "task": "T-2026-01", "result": "发现问题已责令改正"}
    with store.reading() as session:
        assert publicity_search.find(session, publicity_search.read_asked(asked), today).count == 1
        assert publicity_search.find(session, publicity_search.read_asked({"name": "%"}), today).count == 0
        assert publicity_search.tasks_on_offer(session, today) == [("T-2026-01", "2026年登记事项抽查（虚构）")]
    with store.writing() as session:
        of = session.get_one(Publication, visit_id)
        assert publicity_objections.is_code_of(session, of, code)
        publicity_objections.raise_objection(session, of, "不对", "电话", now())
    with store.writing() as session:
        publicity_objections.move(session, visit_id, 1, ObjectionState.CHECKING, "调阅", "second", now())
    with store.reading() as session:
        [duty] = publicity_clocks.duties(session, today)
        assert (duty.clock.rule.id, duty.objection) == ("objection_provider", (visit_id, 1))
        assert publicity_clocks.overdue(session, today + timedelta(days=900)) == []
        [first, second] = publicity_exports.open_rows(session, today)
        assert (first["mark"], second["overall"]) == ("异议处理中", "发现问题已责令改正")
        entries = publicity_exports.feed_entries(session, today, lambda *place: str(place), str)
        assert [entry.title for entry in entries] == ["虚构甲有限公司"]
        assert publicity_double.expired(session, date(2099, 1, 1)) == []
    with store.writing() as session:
        number = publicity_exports.national_batch(session, "second", now()).number
    assert number.endswith("-001")
