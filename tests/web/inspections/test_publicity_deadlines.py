"""Whoever must act is warned before and after the last day; the public sees which bodies are late, and no enterprise."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from enforcement.publicity.deadlines import alarm_day, last_day
from tests.support.people import make_account, with_session
from tests.support.visits import make_task, make_visit
from tests.web.page_check import check_page
from web.services import publicity_clocks as clocks
from web.services.publicity_alarms import digest
from web.store.inspections import InspectorRow
from web.views import publicity_deadlines as pages
from web.views import staff as desk

ON = date(2026, 9, 15)  # the twenty working days run across National Day
STAFF = "/staff/publicity/deadlines"


@pytest.fixture
def store(app):
    make_task(app.extensions["huice_store"])
    return app.extensions["huice_store"]


def test_alarms_before_and_after_for_each_who_must_act(app, store, monkeypatch):
    inspector = make_account(store, "T-IN", ["IN"])
    other = make_account(store, "T-IN2", ["IN"])
    with store.writing() as session:
        session.get(InspectorRow, "I-1").account_id = inspector
    for state in ("recorded", "returned", "reviewed"):
        make_visit(store, name=f"虚构{state}有限公司", state=state, on=ON, drawn=False)
    browsers = {
        "inspector": with_session(app, inspector, confirmed=False),
        "other": with_session(app, other, confirmed=False),
        "planner": with_session(app, make_account(store, "T-PL", ["PL"]), confirmed=False),
        "publisher": with_session(app, make_account(store, "T-PB", ["PB"]), confirmed=False),
    }
    mine = {"inspector": {"returned"}, "other": set(), "planner": {"recorded"}, "publisher": {"recorded", "reviewed"}}
    alarm, due = alarm_day("check_result", ON).date, last_day("check_result", ON).date

    for day, word in (
        (alarm - timedelta(days=1), "期限内"),
        (alarm, "临近期限"),
        (due, "临近期限"),
        (due + timedelta(days=4), "已逾期"),
    ):
        monkeypatch.setattr(pages, "today", lambda day=day: day)
        for name, browser in browsers.items():
            text = check_page(browser.get(STAFF).text).text()
            assert {state for state in ("recorded", "returned", "reviewed") if state in text} == mine[name], name
            assert (word in text) == bool(mine[name]), (name, day)
            rings = bool(mine[name]) and word != "期限内"
            assert ("等您办理" in text) == rings, (name, day)
            monkeypatch.setattr(desk, "today", lambda day=day: day)
            assert ("等您办理" in check_page(browser.get("/staff").text).text()) == rings, (name, day)
        with store.reading() as session:
            count, text = digest(session, day)
        assert count == (0 if word == "期限内" else 3)
        assert ("虚构returned有限公司" in text) == bool(count) and ("没有临近期限" in text) != bool(count)
    everything = check_page(browsers["other"].get(f"{STAFF}?all=1&lang=en").text, "en").text()
    assert all(state in everything for state in ("recorded", "returned", "reviewed"))


def test_the_public_sees_late_bodies_and_no_enterprise(store, browse, monkeypatch):
    for number, state in enumerate(("recorded", "reviewed", "returned")):
        make_visit(store, name=f"虚构{number}有限公司", state=state, on=ON, drawn=False)
    make_visit(store, name="虚构新有限公司", state="reviewed", on=date(2026, 10, 12), drawn=False)
    due = last_day("check_result", ON).date

    monkeypatch.setattr(pages, "today", lambda: due)
    assert "没有逾期未公示的检查结果" in browse("/publicity/overdue").text()
    monkeypatch.setattr(pages, "today", lambda: due + timedelta(days=1))
    text = browse("/publicity/overdue").text()
    assert "虚构区市场监管局" in text
    assert "有限公司" not in text
    browse("/publicity/overdue?lang=en", lang="en")
    with store.reading() as session:
        [late] = clocks.overdue(session, due + timedelta(days=1))
    assert (late.count, late.first_due, late.provisional) == (3, due, False)


def test_a_day_in_a_year_without_a_notice_is_provisional(store, browse, monkeypatch):
    make_visit(store, on=date(2026, 12, 18), drawn=False)

    monkeypatch.setattr(pages, "today", lambda: date(2027, 3, 1))

    assert "暂定" in browse("/publicity/overdue").text()


def test_food_has_a_clock_of_its_own(store):
    make_visit(store, on=ON, matters=("M-3",), drawn=False)

    with store.reading() as session:
        [duty] = clocks.duties(session, ON)

    assert duty.clock.rule.id == "food_check_result"
