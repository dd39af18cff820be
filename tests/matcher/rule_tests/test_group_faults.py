"""A changed group is called the same only where it pays every applicant the same; then a search finds no difference either."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations, product

import pytest

from matcher.combine import combine_outcomes
from matcher.interpret import interpret
from matcher.profile import read_profile
from matcher.rule_tests.group_faults import groups_alike
from matcher.rule_tests.mutation import mutate_policy
from rules.check.prove.difference import is_same_everywhere
from rules.check.prove.precedence import comes_first
from rules.language.model import GroupRule
from tests.support.rule_texts import bundle_of, group_text, policy_text

ON = date(2026, 5, 20)
ONE, TWO, THREE = (
    f"- {{id: a, fixed: {amount}万元, CITE}}\n- {{id: r, round: {{to: 元, mode: half_up}}, CITE}}"
    for amount in (1, 2, 3)
)
SURE = "{id: x, if: staff, from: 5人, CITE}"
REVIEWED = "{all: [{id: x, if: staff, from: 5人, CITE}, {id: m, manual: 有计划, CITE}]}"
IN_GROUP = "    groups: [g]\n"
SET = (
    "schema: conditions/1\nid: s\ntitle: 通用\ndocuments: [{id: D, title: 办法}]\n"
    "condition: {id: q, manual: 有计划, cite: {doc: D, clause: 第一条, gist: 依据}}\n"
)


def rules(*eligibilities, rule="highest", more="", others=(), steps=(ONE, TWO, THREE), days=()):
    """Return programs a, b, … in one group; `days` are other spans of their versions."""
    names = "abcd"[: len(eligibilities)]
    texts = [
        policy_text(name, text, each, version=IN_GROUP)
        for name, text, each in zip(names, eligibilities, steps, strict=False)
    ]
    for place, span in enumerate(days):
        texts[place] = texts[place].replace("from: 2025-01-01\n    to: 2027-12-31", span)
    return bundle_of(*texts, group_text("g", rule, ", ".join(names), more), SET, *others)


def changed(bundle, **changes):
    return replace(bundle, groups={**bundle.groups, "g": replace(bundle.groups["g"], **changes)})


def are_alike(bundle, comes_first=lambda *_: False, **changes):
    return groups_alike(bundle, bundle.groups["g"], changed(bundle, **changes).groups["g"], comes_first)


TOP_UP = {"rule": GroupRule.TOP_UP}
WITHOUT_A = {"members": ("b",)}


@pytest.mark.parametrize("eligibility", [REVIEWED, "{use: s}", "{id: m, manual: 有计划, CITE}"])
def test_the_rule_of_programs_that_a_person_reviews_makes_no_difference(eligibility):
    bundle = rules(eligibility, REVIEWED)

    assert are_alike(bundle, **TOP_UP)
    assert not are_alike(bundle, **WITHOUT_A)


def test_where_one_may_be_sure_the_rule_shows():
    assert not are_alike(rules(SURE, REVIEWED), **TOP_UP)
    assert not are_alike(
        rules(REVIEWED, "{any: [{id: x, if: staff, from: 5人, CITE}, {id: m, manual: 有, CITE}]}"), **TOP_UP
    )


def test_programs_that_are_never_in_force_on_one_day_do_not_meet():
    apart = ("from: 2024-01-01\n    to: 2024-12-31", "from: 2025-01-01\n    to: 2025-12-31", "from: 2026-01-01")
    bundle = rules(SURE, SURE, SURE, days=apart)
    touching = rules(SURE, SURE, days=("from: 2024-01-01\n    to: 2025-01-01", "from: 2025-01-01"))

    assert are_alike(bundle, **TOP_UP)
    assert are_alike(bundle, members=("b", "c"))
    assert not are_alike(touching, **TOP_UP)
    assert not are_alike(touching, **WITHOUT_A)


@pytest.mark.parametrize(
    ("rule", "more"),
    [("highest", "external: {field: received, label: 市级补助}\n"), ("cap", "cap: 2万元\n")],
)
def test_of_money_from_elsewhere_and_caps_nothing_is_said(rule, more):
    assert not are_alike(rules(REVIEWED, REVIEWED, rule=rule, more=more), members=("a", "b"))


def test_another_group_of_a_member_has_a_say():
    members = [
        policy_text(name, REVIEWED, ONE, version=f"    groups: [g{more}]\n") for name, more in (("a", ""), ("b", ", h"))
    ]
    bundle = bundle_of(*members, group_text("g", "highest", "a, b"), group_text("h", "cap", "b", "cap: 1万元\n"))

    assert not are_alike(bundle, **TOP_UP)


@pytest.mark.parametrize("count", [2, 3])
def test_what_is_called_the_same_pays_the_same(count):
    for steps, staff in product(permutations((ONE, TWO, THREE), count), ("4", "5", None)):
        bundle = rules(*[REVIEWED] * count, steps=steps)
        profile = read_profile({} if staff is None else {"staff": staff}, bundle.vocabulary)
        outcomes = interpret(bundle, profile, ON)
        forms = [combine_outcomes(each, outcomes, profile, ON) for each in (bundle, changed(bundle, **TOP_UP))]

        assert [each.payable for each in forms[0][0]] == [each.payable for each in forms[1][0]]
        assert forms[0][1].total == forms[1][1].total


OPEN = "{id: q, expr: rd / revenue, from: 1%, CITE}"
NOTHING = ONE.replace("1万元", "0元")


def test_under_either_rule_two_are_paid_the_same_where_the_first_comes_first():
    """Ask the search about every pair: which of two is certain, to be reviewed or open, and which pays more."""
    facts = {"staff": "5", "rd": "1元", "revenue": "0元"}  # a share of no revenue is unknown to whoever knows all
    shown = proved = 0
    for eligibilities in product((SURE, REVIEWED, OPEN), repeat=2):
        for steps in product((NOTHING, ONE, TWO), repeat=2):
            bundle = rules(*eligibilities, steps=steps)
            profile = read_profile(facts, bundle.vocabulary)
            outcomes = interpret(bundle, profile, ON)
            forms = [combine_outcomes(each, outcomes, profile, ON) for each in (bundle, changed(bundle, **TOP_UP))]
            answers = [([each.payable for each in paid], together.total) for paid, together in forms]
            is_proved = are_alike(bundle, comes_first, **TOP_UP)
            assert not (is_proved and answers[0] != answers[1]), (eligibilities, steps)
            proved, shown = proved + is_proved, shown + (answers[0] != answers[1])

    assert (proved, shown) == (54, 5)


def test_that_one_comes_first_says_nothing_of_cost_items_of_three_or_of_lost_members():
    def always(*_):
        return True

    bundle = rules(SURE, SURE)
    by_item = changed(bundle, scope=("enterprise", "cost_item"))

    assert are_alike(bundle, always, **TOP_UP)
    assert not are_alike(by_item, always, **TOP_UP)
    assert not are_alike(rules(SURE, SURE, SURE), always, **TOP_UP)
    assert not are_alike(bundle, always, **WITHOUT_A)


def test_the_rule_of_a_group_that_one_always_leads_counts_as_equivalent():
    def texts_of(rule):
        kinds = [
            str(each)
            for each in mutate_policy(rules(SURE, SURE, steps=rule), "b", is_same_everywhere, comes_first).equivalent
        ]
        return [kind for kind in kinds if "换了处理方式" in kind]

    assert texts_of((TWO, ONE)) == ["group：互斥组 g 换了处理方式"]
    assert texts_of((ONE, TWO)) == []


def test_the_sum_with_the_others_of_the_group_shows_a_member_that_was_lost():
    row = (
        "{name: 都未知, as_of: 2026-05-20, expect: {status: needs_info, beside: [b], together: {min: 0元, max: 2万元}}}"
    )
    texts = [
        policy_text(name, REVIEWED, steps, version=IN_GROUP, tests=f"tests:\n  - {row}\n" if name == "a" else "")
        for name, steps in (("a", ONE), ("b", TWO))
    ]

    fate = mutate_policy(bundle_of(*texts, group_text("g", "highest", "a, b")), "b", is_same_everywhere)

    assert "group" not in {mutant.kind for mutant in fate.survivors}
    assert [str(mutant) for mutant in fate.equivalent if mutant.kind == "group"] == ["group：互斥组 g 换了处理方式"]
