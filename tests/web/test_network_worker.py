"""The rule network's queue on both databases: taken in once, leased to one, told once, also when rules or days change."""

from __future__ import annotations

import os
import signal
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from matcher.network import Fired, Supervisor
from tests.matcher.interpret.building import ON, bundle_of, policy_text
from web.services.network_worker import NO_ANSWER, UNREADABLE, NetworkWorker
from web.store.base import now as moment
from web.store.network_effects import Effects, Hit, finish
from web.store.network_queue import BUNDLE, DEADLINE, OPENS, PROFILE, fan_out, lease, put, release, save_profile
from web.store.network_tables import NetworkAlarm, NetworkEvent, NetworkNotice, NetworkStanding

RULES = bundle_of(policy_text("{id: a, if: people, from: 50}"))
GOOD = {"people": 60}
BAD = {"people": 10}


def reading(store, what):
    with store.reading() as session:
        return session.execute(what).all()


def told(store):
    return reading(
        store, select(NetworkNotice.subject, NetworkNotice.policy, NetworkNotice.kind).order_by(NetworkNotice.id)
    )


def alarms(store):
    return reading(store, select(NetworkAlarm.policy, NetworkAlarm.network, NetworkAlarm.interpreter))


def saves(store, subject, facts):
    with store.writing() as session:
        save_profile(session, subject, "enterprise", facts)


class Days:
    """The rules and the day as the worker under test finds them; a test changes both."""

    def __init__(self):
        self.rules, self.day = RULES, ON


@pytest.fixture
def now():
    return Days()


@pytest.fixture
def work(store, now):
    worker = NetworkWorker(store, lambda: now.rules, lambda: now.day)

    def drain():
        while worker.step():
            pass
        return worker

    yield drain
    worker.close()


def test_an_applicant_is_told_once_and_again_after_it_no_longer_held(store, work):
    for facts in (GOOD, GOOD, BAD, GOOD):
        saves(store, "甲", facts)
        work()

    assert told(store) == [("甲", "p", PROFILE)] * 2
    assert alarms(store) == []
    with store.reading() as session:
        notice = session.scalars(select(NetworkNotice)).first()
    assert (notice.status, notice.amount_min, notice.amount_max) == ("eligible", 100, 100)
    assert (notice.as_of, notice.bundle, notice.reasons[0]["clause"]) == (ON, RULES.hash, "第一条")


def test_a_killed_process_costs_no_event(store, work):
    worker = work()
    for place in range(4):
        saves(store, f"企业{place}", GOOD)
    os.kill(worker.supervisor.process_id, signal.SIGKILL)

    work()

    assert sorted(told(store)) == [(f"企业{place}", "p", PROFILE) for place in range(4)]


def test_a_worker_that_dies_in_the_middle_leaves_its_events_to_the_next(store, work):
    work()
    saves(store, "甲", GOOD)
    with store.writing() as session:
        lost = lease(session, length=timedelta(0))

    work()

    effects = Effects([Hit("p", "eligible", (100, 100), [])], [], [])
    with store.writing() as session:
        assert not finish(session, lost[0], effects, RULES.hash, ON)
    assert told(store) == [("甲", "p", PROFILE)]


def test_an_event_is_leased_to_one_worker_and_can_be_given_back(store):
    saves(store, "甲", GOOD)
    with store.writing() as session:
        first = lease(session)
    with store.writing() as session:
        assert lease(session) == []
        release(session, first)
    with store.writing() as session:
        assert [event.id for event in lease(session)] == [first[0].id]


def test_facts_that_changed_meanwhile_are_asked_again(store):
    saves(store, "甲", GOOD)
    with store.writing() as session:
        (old,) = lease(session)
    saves(store, "甲", BAD)

    with store.writing() as session:
        assert not finish(session, old, Effects([Hit("p", "eligible", None, [])], [], []), RULES.hash, ON)

    with store.writing() as session:
        assert {event.version for event in lease(session)} == {2}
    assert told(store) == []


def test_an_event_is_taken_in_once_and_fans_out_once(store):
    saves(store, "甲", GOOD)
    saves(store, "乙", GOOD)
    with store.writing() as session:
        assert put(session, "bundle:1", BUNDLE)
        assert not put(session, "bundle:1", BUNDLE)
    with store.writing() as session:
        events = [event for event in lease(session) if event.kind == BUNDLE]
    with store.writing() as session:
        assert fan_out(session, events[0]) == 2
        assert fan_out(session, events[0]) == 0
    keys = {key for (key,) in reading(store, select(NetworkEvent.key).where(NetworkEvent.kind == BUNDLE))}
    assert keys == {"bundle:1", "bundle:1:甲", "bundle:1:乙"}


def test_old_events_of_which_nothing_was_told_are_forgotten_when_a_day_begins(store, work, now):
    work()
    for facts in (GOOD, BAD):
        saves(store, "甲", facts)
        work()
    with store.writing() as session:
        session.execute(update(NetworkEvent).values(done_at=moment() - timedelta(days=91)))
    saves(store, "乙", BAD)
    now.day += timedelta(days=1)

    work()

    left = [key for (key,) in reading(store, select(NetworkEvent.key).order_by(NetworkEvent.id))]
    assert left == [f"{BUNDLE}:{RULES.hash}", f"{PROFILE}:甲:1", f"{PROFILE}:乙:1"]
    assert told(store) == [("甲", "p", PROFILE)]


def test_published_rules_are_gone_over_to_and_everybody_is_asked(store, work, now):
    saves(store, "甲", BAD)
    old = work().supervisor.process_id
    assert told(store) == []

    now.rules = bundle_of(policy_text("{id: a, if: people, from: 5}"))
    with store.writing() as session:
        put(session, f"bundle:{now.rules.hash}", BUNDLE)
    saves(store, "乙", BAD)
    worker = work()

    assert sorted(told(store)) == sorted([("乙", "p", PROFILE), ("甲", "p", BUNDLE)])
    assert worker.supervisor.process_id != old


def test_an_opening_window_and_a_near_deadline_are_told(store, work, now):
    window = "apply_window: {from: 2026-06-01, to: 2026-06-30}"
    now.rules = bundle_of(
        policy_text("{id: a, if: people, from: 50}", version=f"from: 2020-01-01, to: 2030-12-31, {window}")
    )
    with store.writing() as session:
        put(session, f"bundle:{now.rules.hash}", BUNDLE)
    saves(store, "甲", GOOD)
    work()
    assert told(store) == []

    for day in (date(2026, 6, 2), date(2026, 6, 3), date(2026, 6, 25), date(2026, 6, 26), date(2026, 7, 1)):
        now.day = day
        work()

    assert told(store) == [("甲", "p", OPENS), ("甲", "p", DEADLINE)]


def test_the_interpreters_word_stands_and_the_difference_is_an_alarm(store, work, monkeypatch):
    worker = work()
    monkeypatch.setattr(Supervisor, "ask", lambda _, messages: [Fired(("p",), ())] * len(messages))
    saves(store, "甲", BAD)

    work()

    assert told(store) == []
    assert alarms(store) == [("p", "holds", "fails")]
    assert worker is not None


def test_without_an_answer_the_interpreter_answers_alone(store, work, monkeypatch):
    work()
    monkeypatch.setattr(Supervisor, "ask", lambda _, messages: [None] * len(messages))
    saves(store, "甲", GOOD)

    work()

    assert told(store) == [("甲", "p", PROFILE)]
    assert alarms(store) == [NO_ANSWER]


def test_what_the_network_passes_over_is_found_by_the_audit(store, work, monkeypatch):
    work()
    monkeypatch.setattr("web.services.network_worker.AUDITED", 1)
    monkeypatch.setattr(Supervisor, "ask", lambda _, messages: [Fired((), ("p",))] * len(messages))
    saves(store, "甲", GOOD)

    work()

    assert told(store) == [("甲", "p", PROFILE)]
    assert alarms(store) == [("p", "fails", "holds")]


def test_facts_that_the_rules_no_longer_read_raise_an_alarm_and_hold_up_nobody(store, work):
    work()
    saves(store, "甲", {"nothing": 1})
    saves(store, "乙", GOOD)

    work()

    assert told(store) == [("乙", "p", PROFILE)]
    assert alarms(store) == [UNREADABLE]


def test_a_number_beyond_the_library_is_asked_of_the_interpreter_alone(store, now, work):
    now.rules = bundle_of(policy_text("{id: a, if: profit, from: 50元}"))
    with store.writing() as session:
        put(session, f"bundle:{now.rules.hash}", BUNDLE)
    work()
    saves(store, "甲", {"profit": "900万亿元"})

    work()

    assert told(store) == [("甲", "p", PROFILE)]


def test_standings_go_when_a_policy_no_longer_holds(store, work):
    for facts in (GOOD, BAD):
        saves(store, "甲", facts)
        work()

    assert reading(store, select(NetworkStanding.policy)) == []
