"""What is paid after the groups equals the combination of a single match, on the demonstration's applicants and on tied rules."""

from __future__ import annotations

from datetime import date

import pytest

import seed_data
from matcher.combine import combine_outcomes
from matcher.interpret import interpret
from matcher.outcome import Money
from matcher.profile import read_profile
from matcher.vector import compile_bundle, of_profiles, payable
from matcher.vector.payable import Payer, money_of, policies_tied_to
from rules.language.bundle import load_corpus
from tests.matcher.interpret.building import CITE, ON, bundle_of, policy_text, profile_of

GROUP = f"""
schema: group/1
id: {{name}}
title: 组
rule: {{rule}}
scope: [{{scope}}]
documents: [{{{{id: D, title: 办法}}}}]
{{more}}
{CITE.replace("{", "{{").replace("}", "}}")}
"""
NEEDED = "{{id: a, if: {fact}, is: true}}"


def agree(bundle, profiles, on):
    """Hold every payment and every total against the match of each applicant alone; return the payments that groups changed."""
    compiled = compile_bundle(bundle, on)
    population = of_profiles(profiles)
    answers = [answered for _, answered in compiled.answer(population)]
    payments = Payer(compiled).pay(answers, population)
    changed = 0
    for row, profile in enumerate(profiles):
        said = interpret(bundle, profile, on)  # as in `matcher.match.match`, whose advice takes most of its time
        outcomes, combination = combine_outcomes(bundle, said, profile, on)
        for place, outcome in enumerate(outcomes):
            found = money_of(payments, place, row)
            assert found == outcome.payable, f"applicant {row}: {outcome.policy}"
            changed += found is not None and found.max != outcome.amount.max
        high = int(payments.most[row])
        assert Money(int(payments.least[row]), None if high == -1 else high) == combination.total, row
    return changed


def group(rule="highest", *, scope="enterprise", name="g", **more):
    more.setdefault("order", "after_caps")
    lines = "\n".join(f"{key}: {value}" for key, value in more.items())
    return GROUP.format(name=name, rule=rule, scope=scope, more=lines)


def test_half_of_the_demonstration_is_paid_as_in_a_match_of_each():
    bundle = load_corpus()
    on = date(2026, 5, 20)
    changed = 0
    for kind in (seed_data.enterprises()[::2], seed_data.persons()):
        changed += agree(bundle, [read_profile(each.facts, bundle.vocabulary) for each in kind], on)

    assert changed > 0


APPLICANTS = [
    {"flag": flag, "other": other, "sales": sales, "grant": grant, "shops": shops}
    for flag in (True, False)
    for other in (True, False)
    for sales in ("30元", "3元", {"from": "1元", "upto": "50元"})
    for grant in (None, "2元", "100元")
    for shops in ([{"name": "甲", "rent": "8元"}, {"name": "乙", "rent": "2元"}], [])
]
LESS_KNOWN = [
    {key: value for key, value in each.items() if key != gone} for each in APPLICANTS for gone in ("other", "grant")
]
PARTS = (
    policy_text(
        NEEDED.format(fact="flag"), ["{id: r, rate: {of: sales, at: 50%}}", "{id: c, cap_amount: 10元}"], name="p"
    ),
    policy_text(NEEDED.format(fact="flag"), ["{id: f, fixed: 10元}"], name="q"),
    policy_text(NEEDED.format(fact="other"), ["{id: f, fixed: 4元}"], name="r"),
    policy_text(settlement="match_only", name="s"),
    policy_text(name="t", version="from: 2030-01-01"),
)
ALL = "members: [p, q, r, s, t]"


@pytest.mark.parametrize(
    "groups",
    [
        [group(members="[p, q, r, s, t]")],
        [group("once", members="[p, q, r]", external="{field: grant, label: 已获}")],
        [group("top_up", members="[q, p]", external="{field: grant, label: 已获}", order="before_caps")],
        [group("cap", members="[p, q, r]", cap="12元")],
        [group("cap", members="[p, q]", cap="{fact: grant}"), group("choose_one", name="h", members="[q, r]")],
        [
            group("highest", members="[s, t]"),
            group("top_up", name="k", members="[p, q]"),
            group("cap", name="h", levels="[区级]", cap="9元"),
        ],
    ],
)
def test_tied_programs_are_paid_as_in_a_match_of_each(groups):
    bundle = bundle_of(*PARTS, *groups)
    profiles = [profile_of(bundle, facts) for facts in (*APPLICANTS, *LESS_KNOWN)]

    assert agree(bundle, profiles, ON) > 10


def test_cost_items_are_shared_as_in_a_match_of_each():
    steps = ["{id: i, per_item: {list: shops, each: {fact: rent}}}"]
    bundle = bundle_of(
        policy_text(steps=steps, name="p"),
        policy_text(steps=[*steps, "{id: c, cap_amount: 9元}"], name="q"),
        group("once", scope="enterprise, cost_item", members="[p, q]", cost_list="shops"),
    )
    profiles = [profile_of(bundle, facts) for facts in (*APPLICANTS[:8], {"flag": True})]

    assert agree(bundle, profiles, ON) == 4


def test_what_is_told_of_several_is_combined_once_and_forgotten_when_it_is_too_much(monkeypatch):
    bundle = bundle_of(*PARTS, group("cap", members="[p, q, r]", cap="9元"))
    profiles = [profile_of(bundle, facts) for facts in APPLICANTS]
    asked = []
    combine = payable.bound_combination
    monkeypatch.setattr(payable, "bound_combination", lambda *ends: asked.append(ends) or combine(*ends))
    agree(bundle, profiles * 3, ON)
    once = len(asked)
    monkeypatch.setattr(payable, "_MOST_SOLVED", 1)
    agree(bundle, profiles * 3, ON)

    assert 0 < once < len(APPLICANTS)
    assert len(asked) == 2 * once


def test_a_group_with_one_paying_member_changes_nothing():
    bundle = bundle_of(*PARTS, group(members="[p, t]"), group("choose_one", name="h", members="[r, s]"))

    assert agree(bundle, [profile_of(bundle, facts) for facts in APPLICANTS], ON) == 0


def test_a_group_of_programs_that_are_not_in_force_ties_nothing():
    bundle = bundle_of(
        policy_text(name="t", version="from: 2030-01-01"),
        policy_text(name="u", version="from: 2030-01-01"),
        group(members="[t, u]"),
    )

    assert policies_tied_to(bundle, "t", ON) == ("t",)


def test_a_program_draws_in_those_it_is_tied_to():
    bundle = bundle_of(*PARTS, group(members="[p, r]"), group("cap", name="h", members="[r, s]", cap="9元"))

    assert set(policies_tied_to(bundle, "p", ON)) == {"p", "r", "s"}
    assert policies_tied_to(bundle, "p", ON, ["p", "q"]) == ("p",)
    assert policies_tied_to(bundle, "q", ON) == ("q",)


def test_amounts_beyond_a_cell_are_added_exactly():
    fee = f"{10**18}元"
    bundle = bundle_of(
        *(policy_text(steps=["{id: i, per_item: {list: events, each: {fact: fee}}}"], name=name) for name in "pq")
    )

    agree(bundle, [profile_of(bundle, {"flag": True, "events": [{"fee": fee}]})], ON)


def test_without_an_upper_bound_there_is_none_of_the_sum():
    bundle = bundle_of(
        *(policy_text(steps=["{id: i, per_item: {list: events, each: {fact: fee}}}"], name=name) for name in "pq")
    )

    agree(bundle, [profile_of(bundle, {"flag": True}), profile_of(bundle, {"flag": True, "events": None})], ON)
