from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from matcher.interpret import evaluate_policy
from matcher.match import match
from matcher.outcome import Money, Status
from matcher.profile import Profile
from matcher.wanted import Blocked, Capped, Eligible, FailsOnly, InRow, profile_for
from tests.support.rule_texts import bundle_of, group_text, policy_text

DAY = date(2026, 5, 20)
CONDITIONS = """
all:
  - {id: sales, if: revenue, from: 500万元, CITE}
  - {id: people, if: staff, from: 10人, CITE}
  - {id: cert, if: hitech_until, from: $as_of, CITE}
"""
TIERS = """
- id: tiered
  tiers: {of: rd, mode: MODE}
  table: [{upto: 100万元, rate: 5%}, {over: 100万元, upto: 500万元, rate: 8%}, {over: 500万元, rate: 10%}]
  CITE
- {id: cap, cap_amount: 40万元, CITE}
- {id: round, round: {to: 分, mode: half_up}, CITE}
""".replace("  CITE\n", "  cite: {doc: D, clause: 第一条, gist: 依据}\n")
OTHER = "- {id: all, fixed: 50万元, CITE}\n- {id: round, round: {to: 分, mode: half_up}, CITE}"


def bundle(mode="marginal", rule="highest"):
    return bundle_of(
        policy_text("p", CONDITIONS, TIERS.replace("MODE", mode)),
        policy_text("q", "{id: listed, if: is_listed, is: true, CITE}", OTHER),
        policy_text("bare", "{id: listed, if: is_listed, is: true, CITE}"),
        group_text("g", rule, "p, q, bare"),
    )


def made(goal, rules=None, policy="p"):
    rules = rules or bundle()
    found = profile_for(rules, policy, goal, DAY)
    assert found is not None
    assert goal.is_met(rules, policy, found.profile, found.on)
    return found, evaluate_policy(rules, policy, found.profile, found.on)


def test_an_eligible_applicant_is_made_up():
    found, outcome = made(Eligible())

    assert (found.source, found.on, outcome.status) == ("solver", DAY, Status.ELIGIBLE)


@pytest.mark.parametrize("condition", ["sales", "people", "cert"])
def test_an_applicant_who_fails_one_condition_alone(condition):
    _, outcome = made(FailsOnly(condition))

    assert outcome.failed == (condition,)


@pytest.mark.parametrize("mode", ["marginal", "whole"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_applicant_in_each_row(mode, number):
    found, _ = made(InRow("tiered", number), bundle(mode))

    low, high = ((0, 10**8), (10**8, 5 * 10**8), (5 * 10**8, None))[number - 1]
    spent = found.profile.facts["rd@2025"].value
    assert low <= spent
    assert high is None or spent <= high


def test_an_applicant_whose_amount_is_cut():
    _, outcome = made(Capped("cap"))

    assert outcome.amount == Money(40_000_000, 40_000_000)


def test_an_applicant_whom_a_group_gives_another_program():
    found, outcome = made(Blocked("g"))

    assert outcome.status is Status.ELIGIBLE
    assert [one.policy for one in match(bundle(), found.profile, DAY, ["p", "q"]).combination.dropped] == ["p"]


@pytest.mark.parametrize(
    ("goal", "policy"),
    [
        (FailsOnly("nothing"), "p"),
        (InRow("tiered", 4), "p"),
        (InRow("cap", 1), "p"),
        (InRow("all", 1), "bare"),
        (Capped("tiered"), "p"),
        (Capped("cap"), "bare"),
        (Blocked("g"), "bare"),
    ],
)
def test_what_cannot_be_is_not_made_up(goal, policy):
    assert profile_for(bundle(), policy, goal, DAY) is None


def test_a_group_that_shares_a_sum_blocks_nobody():
    assert profile_for(bundle(rule="top_up"), "p", Blocked("g"), DAY) is None


def test_goals_are_not_met_by_somebody_of_whom_nothing_is_known():
    for goal in (Eligible(), FailsOnly("sales"), InRow("tiered", 1), Capped("cap"), Blocked("g")):
        assert not goal.is_met(bundle(), "p", Profile(), DAY)


def test_a_program_that_computes_nothing_can_be_had_too():
    _, outcome = made(Eligible(), policy="bare")

    assert outcome.amount is None


def test_what_the_solver_leaves_open_is_found_beside_the_tests():
    conditions = """
all:
  - {id: people, if: staff, from: 0人, CITE}
  - {id: deals, count_of: {list: contracts, where: {if: paid, from: 1万元}}, from: 1, CITE}
"""
    tests = (
        "tests:\n"
        "  - {name: 一份, as_of: 2026-05-20, given: {staff: 3人, contracts: [{paid: 1万元}]}, expect: {status: eligible}}\n"
        "  - {name: 没有, as_of: 2026-05-21, given: {staff: 3人, contracts: []}, expect: {status: ineligible}}\n"
    )
    rules = bundle_of(policy_text("p", conditions, OTHER, tests=tests))

    found, _ = made(Eligible(), rules)
    refused, _ = made(FailsOnly("deals"), rules)

    assert (found.source, found.on) == ("tests", DAY)
    assert (refused.source, refused.on) == ("tests", date(2026, 5, 21))
    assert profile_for(rules, "p", FailsOnly("people"), DAY) is None
    policy = rules.policies["p"]
    unread = replace(policy, tests=(replace(policy.tests[0], facts={"nothing": "1"}), *policy.tests))
    assert profile_for(replace(rules, policies={"p": unread}), "p", Eligible(), DAY) == found
