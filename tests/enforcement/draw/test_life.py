"""The life of a draw: one commitment, one draw; voiding costs more once a number is known; nothing is entered after closing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from enforcement.complaints import Refused
from enforcement.draw import commands
from enforcement.draw.commitment import Secrecy
from enforcement.draw.life import (
    Approver,
    Attempt,
    State,
    Voided,
    archive,
    attempts_complaints,
    check_open_for_records,
    commit,
    draft,
    learn,
    publish,
    record_draw,
    reveal,
    start,
    void,
    wait,
)
from tests.enforcement.draw.cases import case, plan, written

OPENING, FIRST = "2026-12-02T15:00:00+08:00", "2026-12-02T21:25:00+08:00"


def attempt(number: int = 1, **changed: object) -> Attempt:
    return replace(Attempt("SSJ-1", number, Secrecy.SEALED, OPENING, FIRST), **changed)


def committed(number: int = 1) -> Attempt:
    return commit(attempt(number), "ab" * 32, "2026-12-01T09:00:00+08:00", [f"{number}" * 64], [])


def drawn(secrecy: Secrecy = Secrecy.SEALED) -> Attempt:
    waiting = wait(replace(committed(), secrecy=secrecy), OPENING)
    return record_draw(learn(waiting, FIRST), "cd" * 32)


def voided(at: str, **changed: object) -> Voided:
    return replace(Voided(at, "名册有误", "planner-1", "publisher-2"), **changed)


def refusal(call, *args) -> str:
    with pytest.raises(Refused) as refused:
        call(*args)
    assert "请" in str(refused.value) or "只能在" in str(refused.value)
    return refused.value.complaints[0].code


def test_the_straight_way_from_draft_to_archive():
    inspecting = start(drawn())
    check_open_for_records(inspecting)

    done = archive(publish(reveal(inspecting)))

    assert done.state is State.ARCHIVED
    assert (done.commit, done.result, done.first_known) == ("ab" * 32, "cd" * 32, FIRST)
    assert [state.label for state in State][:4] == ["草稿", "已承诺", "待随机源", "已抽取（封存）"]


def test_a_draft_knows_when_its_first_source_is_due():
    first = draft(commands.read_committed(commands.commit(written(case())).document))

    assert first == Attempt("SSJ-1", 1, Secrecy.SEALED, "2026-12-02T15:00:00+08:00", "2026-12-02T21:25:00+08:00")
    without = commands.commit(written(case(plan=plan(sources=[]))), practice=True).document
    assert draft(commands.read_committed(without)).known_from == OPENING
    untimed = commands.commit(written(case(plan=plan(sources=[{"name": "ssq.2026140"}]))), practice=True).document
    assert refusal(draft, commands.read_committed(untimed)) == "source-at"


def test_secrecy_decides_how_a_draw_is_called():
    assert drawn().state is State.DRAWN_SEALED
    assert drawn(Secrecy.OPEN).state is State.DRAWN_OPEN


def test_a_commitment_must_be_logged_before_any_number_is_known():
    assert refusal(commit, attempt(), "ab" * 32, OPENING, [], []) == "too-late"
    assert refusal(commit, committed(), "ab" * 32, "2026-12-01T09:00:00+08:00", [], []) == "state"


def test_waiting_begins_at_the_committed_time():
    assert refusal(wait, committed(), "2026-12-02T14:59:59+08:00") == "too-early"
    assert wait(committed(), "2026-12-02T07:00:00+00:00").state is State.WAITING


def test_a_number_known_too_early_makes_the_commitment_void():
    waiting = wait(committed(), OPENING)

    assert refusal(learn, waiting, "2026-12-02T14:00:00+08:00") == "known-early"
    assert learn(learn(waiting, FIRST), "2026-12-03T00:00:00+08:00").first_known == FIRST


def test_a_second_draw_on_a_commitment_is_refused_in_every_state():
    for state in (drawn(), start(drawn()), archive(publish(reveal(start(drawn()))))):
        assert refusal(record_draw, state, "ef" * 32) == "second-draw"


def test_a_draw_needs_its_sources():
    assert refusal(record_draw, committed(), "cd" * 32) == "state"
    assert refusal(record_draw, wait(committed(), OPENING), "cd" * 32) == "no-source"


def test_a_record_after_closing_is_refused():
    closed = reveal(start(drawn()))

    with pytest.raises(Refused, match="更正程序"):
        check_open_for_records(closed)
    with pytest.raises(Refused, match="请在检查期间录入"):
        check_open_for_records(drawn())


def test_before_a_number_is_known_two_persons_may_void():
    early = void(committed(), voided("2026-12-02T10:00:00+08:00", approver=Approver.JUSTICE))

    assert early.state is State.VOID
    assert early.voided.approver is None and not early.owes_list
    assert refusal(void, committed(), voided("2026-12-02T10:00:00+08:00", second="planner-1")) == "second-person"
    assert refusal(void, committed(), voided("2026-12-02T10:00:00+08:00", reason=" ")) == "void-reason"


def test_after_a_number_is_known_voiding_needs_a_body_outside_and_owes_the_list():
    late = voided("2026-12-02T22:00:00+08:00")

    assert refusal(void, drawn(), late) == "void-approver"
    gone = void(drawn(), replace(late, approver=Approver.SUPERVISION))
    assert gone.owes_list
    assert reveal(gone) is gone
    assert refusal(reveal, void(committed(), voided("2026-12-02T10:00:00+08:00"))) == "state"
    assert [approver.label for approver in Approver] == ["监委", "司法局"]


def test_nobody_gains_by_not_noticing_a_number():
    waiting = wait(committed(), OPENING)

    assert waiting.first_known is None
    assert refusal(void, waiting, voided("2026-12-02T22:00:00+08:00")) == "void-approver"


def test_a_number_that_came_before_its_time_counts_too():
    waiting = learn(wait(committed(), OPENING), "2026-12-02T16:00:00+08:00")

    assert refusal(void, waiting, voided("2026-12-02T17:00:00+08:00")) == "void-approver"


def test_what_is_public_cannot_be_voided():
    assert refusal(void, publish(reveal(start(drawn()))), voided("2027-01-01T00:00:00+08:00")) == "state"


def test_steps_out_of_order_are_refused():
    for step in (start, reveal, publish, archive):
        assert refusal(step, committed()) == "state"
    assert refusal(learn, committed(), FIRST) == "state"


def test_a_further_attempt_needs_the_earlier_one_voided():
    first, second = committed(), attempt(2)
    at = "2026-12-01T12:00:00+08:00"

    assert refusal(commit, second, "ef" * 32, at, [], [first]) == "attempt-open"
    late = void(first, voided("2026-12-01T13:00:00+08:00"))
    assert refusal(commit, second, "ef" * 32, at, [], [late]) == "attempt-open"
    gone = void(first, voided("2026-12-01T11:00:00+08:00"))
    assert commit(second, "ef" * 32, at, ["9" * 64], [gone]).state is State.COMMITTED
    assert not list(attempts_complaints([gone, second]))


def test_attempts_are_counted_without_gaps():
    assert refusal(commit, attempt(2), "ef" * 32, "2026-12-01T12:00:00+08:00", [], []) == "attempt-gap"


def test_a_salt_serves_one_attempt_only():
    gone = void(committed(), voided("2026-12-01T11:00:00+08:00"))

    assert refusal(commit, attempt(2), "ef" * 32, "2026-12-01T12:00:00+08:00", gone.seals, [gone]) == "salt-again"
