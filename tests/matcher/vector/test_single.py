"""The index for one applicant says what the interpreter says: of every form of rule, the corpus, demo firms, random applicants."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.interpret import interpret
from matcher.outcome import Status
from matcher.profile import Absent, Between, Exact, Profile, read_profile
from matcher.vector import compile_bundle, single_kernel, single_lines
from matcher.vector.single import Single
from rules.language.bundle import load_corpus
from seed_data import enterprises, persons
from tests.matcher.interpret.building import CITE, ON, bundle_of, policy_text, profile_of
from tests.matcher.interpret.test_soundness import applicants as applicants_drawn
from tests.matcher.interpret.test_soundness import bundle_with, eligibilities, steps_drawn
from tests.matcher.vector.agreement import FULL, everyone
from tests.matcher.vector.test_forms import CHANGES, CONDITIONS, STEPS
from tests.matcher.vector.test_random_rules import SOME, forgetful


def agree(bundle, profiles, on=ON):
    """Hold the index against the interpreter; return how often an amount was compared."""
    index = Single(compile_bundle(bundle, on))
    with_money = 0
    for number, profile in enumerate(profiles):
        expected = {each.policy: (each.status, each.amount) for each in interpret(bundle, profile, on)}
        assert index.everything(profile) == expected, f"applicant {number} on {on}"
        kept = {name: status for name, (status, _) in expected.items()}
        assert {**{name: status for name, (status, *_) in index.otherwise.items()}, **index.statuses(profile)} == kept
        with_money += sum(amount is not None for _, amount in expected.values())
    return with_money


def agree_on(*texts):
    bundle = bundle_of(*texts)
    facts = [*everyone(), *KNOWN]
    return agree(bundle, [profile_of(bundle, each) for each in facts])


KNOWN = (
    {**FULL, "people": 40, "sales": {2025: "9元", 2024: "1元"}, "grant": "700元", "months": 2, "profit": "9元"},
    {**FULL, "sales": {2025: "0.05元", 2024: "1元"}, "cost": "99元", "profit": "-9.99元"},
)
WINDOWS = (
    "from: 2030-01-01",
    "from: 2020-01-01, to: 2030-12-31, apply_window: {from: 2026-06-01, to: 2026-06-30}",
    "from: 2020-01-01, to: 2030-12-31, apply_window: {within: 1个月, of: granted}",
    "from: 2020-01-01, to: 2030-12-31, suspended: {from: 2026-01-01, because: 预算用完}",
)
PARAMS = (
    f"{{now: {{label: 甲, values: [{{from: 2020-01-01, value: 30元, {CITE}}}]}}, "
    f"later: {{label: 乙, values: [{{from: 2030-01-01, value: 30元, {CITE}}}]}}}}"
)
OWN_DAY = "from: 2020-01-01, to: 2030-12-31, params_at: {recognised_on: {of: granted}}"
RATE = "{id: r, rate: {of: sales, at: 12.5%}}"
EXPRESSIONS = (
    "sales + cost",
    "sales - grant",
    "min(sales, 3元)",
    "min(sales + cost, 3元)",
    "min(min(sales, 9元), 3元)",
    "min(cost, sales)",
    "max(sales, cost, 3元)",
    "sales * share",
    "sales * 2 - cost * 0.5",
    "growth",
    "sales / 3",
    "avg(sales, cost)",
    "-profit",
)


def programs(pairs, eligibility="{id: ok, if: flag, is: true}"):
    """Return one program for each list of steps."""
    return [policy_text(eligibility, steps, name=f"p{number}") for number, steps in enumerate(pairs)]


def test_every_form_of_condition():
    steps = (RATE, "{id: cap, cap_amount: {fact: grant}}")

    agree_on(*(policy_text(text, steps, name=f"p{number}") for number, text in enumerate(CONDITIONS.values())))


def test_every_form_of_step():
    agree_on(
        *programs([(step,) for step in STEPS.values()]),
        *(
            policy_text("{id: ok, if: people, from: 1}", (RATE.replace("id: r", "id: a"), step), name=f"c{number}")
            for number, step in enumerate(CHANGES.values())
        ),
    )


def test_roundings_and_expressions():
    roundings = [
        (RATE, f"{{id: round, round: {{to: {unit}, mode: {mode}}}}}")
        for unit in ("分", "元", "百元")
        for mode in ("half_up", "down", "up")
    ]
    values = [(f"{{id: f, fixed: {{expr: '{text}'}}}}", "{id: m, multiply: 1.5倍}") for text in EXPRESSIONS]

    agree_on(*programs([*roundings, *values]))


def test_a_share_of_the_fact_that_decides():
    capped = (RATE, "{id: cap, cap_amount: 20元}")
    of_profit = "{id: r, rate: {of: profit, at: 12.5%}}"

    agree_on(
        *(
            policy_text("{id: ok, if: sales, from: 0元}", each, name=f"p{n}")
            for n, each in enumerate([(RATE,), capped])
        ),
        policy_text("{id: ok, if: profit, upto: 9元}", (of_profit,), name="q"),
    )


def test_an_amount_of_another_program():
    agree_on(policy_text(), policy_text(steps=("{id: a, amount_of: p}", "{id: m, multiply: 1.5倍}"), name="q"))


@pytest.mark.parametrize(
    "eligibility",
    [
        "{id: ok, if: flag, is: true}",
        "{id: ok, if: sales, over: {fact: cost}}",
        "{all: [{id: ok, if: flag, is: true}, {id: more, if: sales, over: {fact: cost}}]}",
    ],
)
def test_days_and_windows_come_before_the_verdict(eligibility):
    agree_on(*(policy_text(eligibility, (RATE,), name=f"p{n}", version=each) for n, each in enumerate(WINDOWS)))


def test_parameters():
    steps = [(RATE, f"{{id: c, cap_amount: ${name}}}") for name in ("now", "later")]
    steps += [(f"{{id: c, fixed: ${name}}}",) for name in ("now", "later")]
    fixed = [
        policy_text("{id: ok, if: flag, is: true}", each, name=f"p{n}", params=PARAMS) for n, each in enumerate(steps)
    ]
    moving = [
        policy_text("{id: ok, if: sales, from: $now}", each, name=f"q{n}", params=PARAMS, version=OWN_DAY)
        for n, each in enumerate(steps)
    ]

    agree_on(*fixed, *moving)


@pytest.mark.parametrize(
    "text",
    [
        "{any: [{id: a, if: flag, is: true, on_unknown: assume}, {id: b, if: people, from: 100}]}",
        "{not: {all: [{id: a, if: flag, is: true, on_unknown: fail}, {id: b, if: people, from: 100}]}}",
        "{at_least: {n: 1, of: [{id: a, if: flag, is: true, on_unknown: fail}, {id: b, manual: 有}, {id: c, if: other, is: true}]}}",
        "{any: [{use: basics}, {id: b, if: people, from: 100}]}",
    ],
)
def test_assumptions_among_several_facts(text):
    basics = f"""
schema: conditions/1
id: basics
title: 通用条件
documents: [{{id: D, title: 办法}}]
condition: {{{CITE}, id: a, if: flag, is: true, on_unknown: assume}}
"""
    agree_on(basics, policy_text(text, (RATE,)), policy_text("{use: basics}", (RATE,), name="q"))


def test_cut_points_between_whole_numbers_and_beside_them():
    texts = [
        f"{{id: a, if: area, {word}: {value}平方米}}"
        for word in ("from", "over", "is")
        for value in ("12.5", "12", "0.3")
    ]
    bundle = bundle_of(*(policy_text(text, (RATE,), name=f"p{number}") for number, text in enumerate(texts)))
    areas = [Fraction(value) for value in ("0", "0.3", "0.31", "11.99", "12", "12.01", "12.5", "12.51", "13", "1/3")]

    agree(bundle, [Profile({"area": Exact(area)}) for area in areas])
    agree(bundle, [Profile({"area": Exact(area), "sales": Exact(area)}) for area in areas])
    agree(bundle, [Profile({"area": Between(Fraction(1), area)}) for area in areas[3:]])


def test_the_name_without_a_year_answers_where_the_year_is_silent():
    bundle = bundle_of(policy_text("{id: a, if: sales, from: 3元}", (RATE,)))
    few, many = Exact(Fraction(100)), Exact(Fraction(5000))

    agree(
        bundle, [Profile({"sales": many}), Profile({"sales": many, "sales@2025": few}), Profile({"sales@2024": many})]
    )


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setattr("matcher.vector.single_lines._MOST_KEPT", 1)

    agree_on(*programs([(RATE,), (RATE, "{id: cap, cap_amount: {fact: grant}}")], CONDITIONS["text"]))


def test_the_answer_names_only_what_is_not_a_plain_no():
    bundle = bundle_of(policy_text(name="one"), policy_text("{id: a, if: other, is: true}", name="two"))
    index = Single(compile_bundle(bundle, ON))
    profile = Profile({"flag": Exact(value=True), "other": Exact(value=False)})

    assert list(index.answer(profile)) == ["one"]
    assert index.everything(profile)["two"] == (Status.INELIGIBLE, None)


@pytest.mark.parametrize("is_compiled", [True, False])
def test_numbers_without_room_and_other_states_side_by_side(monkeypatch, *, is_compiled):
    if not is_compiled:
        monkeypatch.setattr(single_lines, "ask", single_kernel.ask.py_func)
        for name in ("_line_among", "_paid", "_verdict"):
            monkeypatch.setattr(single_kernel, name, getattr(single_kernel, name).py_func)
    conditions = [
        "{id: a, if: area, from: 12.5平方米}",
        "{id: a, if: profit, from: 20000000000000000元}",
        "{id: a, if: profit, upto: 0.01元}",
        "{id: a, if: sales, from: 3元}",
        "{id: a, if: flag, is: true, on_unknown: assume}",
        "{any: [{id: a, if: other, is: true}, {id: b, manual: 有}]}",
        "{id: a, if: founded, from: 2024-01-01}",
    ]
    steps = [
        (RATE,),
        (RATE, "{id: cap, cap_amount: 20元}"),
        ("{id: r, rate: {of: profit, at: 12.5%}}",),
        ("{id: f, fixed: 7元}",),
    ]
    texts = [
        policy_text(condition, each, name=f"p{number}-{place}")
        for number, condition in enumerate(conditions)
        for place, each in enumerate(steps)
    ]
    texts.append(policy_text(conditions[4], (RATE,), name="closed", version=WINDOWS[2]))
    numbers = [Fraction(each) for each in (-(10**30), 10**18, 10**19, 10**30, 2 * 10**18, 1, 0, 300, 2**59, 2**60 + 1)]
    numbers += [Fraction(10**18 * 3 + 1, 7), Fraction(10**30, 7), Fraction(7, 10**30), Fraction(25, 2)]
    days = [Exact(date(2024, 1, 1)), Between(date(2023, 12, 31), date(2024, 5, 5)), Absent()]
    people = [
        Profile(
            {
                "profit": Exact(one),
                "sales": Exact(abs(other)),
                "area": Exact(abs(other)),
                "founded": days[(place + turn) % 3],
            }
        )
        for turn, one in enumerate(numbers)
        for place, other in enumerate(numbers)
    ]
    people += [Profile({**one.facts, "flag": Exact(value=False), "other": Exact(value=True)}) for one in people[::3]]

    with np.errstate(over="ignore"):
        assert agree(bundle_of(*texts), people) > len(people)


def test_the_table_of_lines_grows():
    texts = [policy_text(f"{{id: a, if: people, from: {bound}}}", name=f"p{bound}") for bound in range(1, 90)]
    codes = [policy_text("{id: a, if: title, is: 甲}", (RATE,), name="q")]

    agree(
        bundle_of(*texts, *codes),
        [Profile({"people": Exact(Fraction(n)), "title": Exact(f"称{n % 80}")}) for n in range(0, 180, 2)],
    )


@pytest.mark.slow
def test_the_corpus_and_the_demonstrations_applicants():
    bundle = load_corpus()
    profiles = [
        replace(read_profile(each.facts, bundle.vocabulary), applicant="") for each in enterprises() + persons()
    ]

    assert agree(bundle, profiles, date(2026, 5, 20)) > len(profiles)


@pytest.mark.slow
@SOME
@given(
    eligibilities(),
    steps_drawn,
    st.lists(st.tuples(applicants_drawn, st.sets(st.integers(0, 9))), min_size=6, max_size=6),
)
def test_random_rules(eligibility, steps, drawn):
    bundle = bundle_with(eligibility, steps)

    agree(bundle, [Profile(), *(forgetful(bundle, facts, hidden) for facts, hidden in drawn)])


def test_a_program_that_computes_nothing_has_no_amount_whatever_day_its_parameters_are_of():
    agree_on(policy_text(settlement="match_only", version=OWN_DAY))
