"""An enterprise that says what it came for is asked few questions, and is offered the result before it tires."""

from __future__ import annotations

import statistics
from dataclasses import replace
from datetime import date

import pytest

from matcher.outcome import NextQuestion, Status
from seed_data import enterprises
from tests.support.interviews import walk
from web.services import self_check_rests as rests
from web.services.catalogue_needs import meets_any, need_of, needs_for
from web.services.self_check_drafts import Answer, Interview
from web.services.self_check_rules import asked_by, bundle_in_force, standing_of

ON = date(2026, 5, 20)
BUNDLE = bundle_in_force(("罗湖区",))
FRESH = Interview("x", 1, "enterprise", ON, {}, frozenset(), ())
MOST = 45  # of the widest need; a shop that came for one thing is asked far less


@pytest.fixture
def standing():
    """Return where a fresh enterprise stands that came for support of research."""
    return standing_of(replace(FRESH, needs=("rd",)), BUNDLE)


def test_only_programs_that_meet_a_need_ask_and_count(standing):
    asking = {
        key for key, policies in asked_by(BUNDLE, "enterprise", ON).items() for policy in policies if _is_rd(policy)
    }
    everything = standing_of(FRESH, BUNDLE)

    assert {outcome.policy for outcome in standing.result.outcomes} == {
        policy.id for policy in BUNDLE.policies.values() if "enterprise" in policy.applicant and _is_rd(policy.id)
    }
    assert {question.field for question in standing.questions} <= asking
    assert 0 < len(standing.questions) < len(everything.questions)
    assert 0 < standing.open < everything.open


def _is_rd(policy):
    return meets_any(BUNDLE.policies[policy], ["rd"])


def test_several_needs_ask_for_what_either_asks(standing):
    both = standing_of(replace(FRESH, needs=("rd", "finance")), BUNDLE)

    assert {one.field for one in both.questions} > {one.field for one in standing.questions}


@pytest.mark.parametrize("kind", ["enterprise", "person", "organisation"])
def test_every_need_offered_has_a_program(kind):
    for need in needs_for(kind, BUNDLE):
        standing = standing_of(replace(FRESH, applicant=kind, needs=(need.key,)), BUNDLE)
        assert standing.result.outcomes, need.key


def test_a_person_is_not_offered_what_only_enterprises_need():
    assert need_of("rd") in needs_for("enterprise", BUNDLE)
    assert need_of("rd") not in needs_for("person", BUNDLE)
    assert need_of("talent") in needs_for("person", BUNDLE)


def test_one_need_takes_a_sitting_and_no_more_for_most():
    lengths = [
        len(walk(seed, (need.key,), BUNDLE, ON).asked)
        for seed in enterprises()[::14]
        for need in needs_for(seed.kind, BUNDLE)
    ]

    assert statistics.median(lengths) <= rests.LONGEST
    assert max(lengths) <= MOST


# ── the resting place ────────────────────────────────────────────────────────────────────────────────────────────


def dealt(number):
    """Return an interview in which so many questions were dealt with."""
    return replace(FRESH, trail=tuple(f"fact_{n}" for n in range(number)))


def left(standing, number):
    return replace(standing, questions=tuple(NextQuestion(f"left_{n}", "", 1, 1) for n in range(number)))


def decided(standing):
    """Return the same standing with only amounts open."""
    outcomes = tuple(replace(outcome, status=Status.ELIGIBLE) for outcome in standing.result.outcomes)
    return replace(standing, result=replace(standing.result, outcomes=outcomes))


@pytest.mark.parametrize(
    ("number", "since", "due"), [(0, 0, False), (11, 0, False), (12, 0, True), (12, 12, False), (24, 12, True)]
)
def test_a_rest_is_due_after_a_sitting(standing, number, since, due):
    assert rests.is_due(dealt(number), left(standing, 20), since) is due


@pytest.mark.parametrize(("number", "due"), [(5, False), (6, True)])
def test_a_rest_is_due_sooner_when_only_amounts_are_open(standing, number, due):
    assert rests.is_due(dealt(number), left(decided(standing), 3), 0) is due


def test_the_last_questions_are_asked_without_a_rest(standing):
    assert not rests.is_due(dealt(12), left(standing, rests.FEW_LEFT), 0)
    assert rests.is_due(dealt(12), left(standing, rests.FEW_LEFT + 1), 0)


@pytest.mark.parametrize(("number", "go"), [(3, 3), (14, 14), (15, 12), (60, 12)])
def test_the_next_sitting_says_how_long_it_is(standing, number, go):
    assert rests.questions_to_go(left(standing, number)) == go


@pytest.mark.parametrize(
    ("number", "place", "since", "before"),
    [(60, 0, 0, 12), (50, 10, 0, 2), (60, 12, 12, 12), (14, 0, 0, 0), (9, 30, 0, 1)],
)
def test_a_question_says_how_far_the_rest_is(standing, number, place, since, before):
    assert rests.questions_before(left(standing, number), place, since) == before


def test_the_rest_comes_when_it_was_announced(standing):
    for number in (13, 14, 15, 16, 40):
        announced = rests.questions_before(left(standing, number), 0, 0)
        rested = [n for n in range(1, number) if rests.is_due(dealt(n), left(standing, number - n), 0)]
        assert announced == (rested[0] if rested else 0)


def test_an_answer_narrows_what_is_asked(standing):
    elsewhere = replace(FRESH, needs=("rd",), answers={"registered_in": Answer("福田区", "declared")})

    assert len(standing_of(elsewhere, BUNDLE).questions) < len(standing.questions)
