"""Amounts written by the compiled loop: whole numbers in columns, known and unknown, say what the interpreter says."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from matcher.interpret import evaluate_policy
from matcher.profile import Between, Exact, Profile
from matcher.vector import STATUSES, Coded, Points, Population, compile_bundle
from tests.matcher.interpret.building import CITE, ON, bundle_of, policy_text
from tests.matcher.vector.test_forms import CHANGES

SALES = np.array([0, 1, 4, 299, 300, 301, 4_000, 99_999, 10**12])
UNKNOWN = np.array([False, False, True, False, False, True, False, False, False])
FLAGS = np.array([0, 1, 2, 1, 1, 1, 1, 2, 1])
YES_NO = (Exact(value=False), Exact(value=True), None)
RATE = "{id: a, rate: {of: sales, at: 12.5%}}"
STEPS = {
    **{name: (RATE, step) for name, step in CHANGES.items()},
    "nothing": (),
    "fixed": ("{id: f, fixed: 3元}",),
    "range": ("{id: f, range: {from: 1元, upto: 5元, decided_by: 小组}}",),
    "rounded": (RATE, "{id: round, round: {to: 元, mode: half_up}}"),
    "rounded down": (RATE, "{id: round, round: {to: 元, mode: down}}"),
    "two caps": (
        RATE,
        "{id: c, cap_amount: 30元}",
        "{id: d, cap_amount: 20元}",
        "{id: round, round: {to: 百元, mode: half_up}}",
    ),
    "parameter": (RATE, "{id: c, cap_amount: $now}"),
    "not published": (RATE, "{id: c, cap_amount: $later}"),
    "only not published": ("{id: c, fixed: $later}",),
    "beyond 64 bits": (RATE, "{id: m, multiply: 9000000000倍}", "{id: n, multiply: 9000000000倍}"),
    "much for everybody": ("{id: f, fixed: 90000000000000000元}",),
    "profit": ("{id: a, rate: {of: profit, at: 12.5%}}",),
}
PARAMS = (
    f"{{now: {{label: 甲, values: [{{from: 2020-01-01, value: 30元, {CITE}}}]}}, "
    f"later: {{label: 乙, values: [{{from: 2030-01-01, value: 30元, {CITE}}}]}}}}"
)
VERSIONS = (
    "from: 2020-01-01, to: 2030-12-31",
    "from: 2020-01-01, to: 2030-12-31, apply_window: {from: 2026-06-01, to: 2026-06-30}",
)


def exact(value):
    return Exact(Fraction(int(value)))


SALES_HELD = {
    "known": {"sales@2025": Points(SALES)},
    "partly": {"sales@2025": Points(SALES, UNKNOWN)},
    "nobody": {},
    "without the year": {"sales": Points(SALES, UNKNOWN)},
    "both": {"sales@2025": Points(SALES, UNKNOWN), "sales": Points(SALES + 1)},
    "coded": {"sales@2025": Coded(np.arange(9) % 3, (exact(5), exact(700), None))},
    "coded and known": {"sales@2025": Coded(np.arange(9) % 2, (exact(5), exact(700)))},
    "coded between": {"sales@2025": Coded(np.arange(9) % 3, (exact(5), Between(Fraction(3), Fraction(900)), None))},
    "coded in parts": {"sales@2025": Coded(np.arange(9) % 3, (exact(5), Exact(Fraction(5, 2)), None))},
    "coded far": {"sales@2025": Coded(np.arange(9) % 2, (exact(5), exact(10**19)))},
}


def state_of(held, row):
    if isinstance(held, Coded):
        return held.states[held.ids[row]]
    return None if held.unknown is not None and held.unknown[row] else exact(held.values[row])


@pytest.mark.parametrize("name", SALES_HELD)
def test_the_loop_says_what_the_interpreter_says(name):
    facts = {**SALES_HELD[name], "flag": Coded(FLAGS, YES_NO), "profit": Points(SALES - 300, UNKNOWN)}
    profiles = [
        Profile({key: state for key, held in facts.items() if (state := state_of(held, row)) is not None})
        for row in range(9)
    ]
    bundle = bundle_of(
        *(
            policy_text(
                "{all: [{id: a1, if: flag, is: true, on_unknown: assume}, {id: b1, if: sales, upto: 900元}]}",
                steps,
                name=f"p{number}v{place}",
                version=version,
                params=PARAMS,
            )
            for number, steps in enumerate(STEPS.values())
            for place, version in enumerate(VERSIONS)
        )
    )
    compiled = compile_bundle(bundle, ON)

    population = Population(9, facts, {}, profiles.__getitem__)
    assert len(list(compiled.answer(population))) == len(compiled.programs)
    for program, answered in compiled.answer(population):
        for row, profile in enumerate(profiles):
            outcome = evaluate_policy(bundle, program.policy.id, profile, ON)
            assert (STATUSES[answered.status[row]], answered.amount(row)) == (outcome.status, outcome.amount), (
                program.policy.id,
                row,
            )
    assert sum(len(group.places) for group in compiled.quick.groups) >= len(VERSIONS) * 8
