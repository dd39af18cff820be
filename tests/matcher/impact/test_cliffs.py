from __future__ import annotations

import numpy as np

from matcher.impact import Batch, batches_of, simulate
from matcher.impact.wire import impact_json
from matcher.vector import Points, Population, of_profiles
from tests.matcher.interpret.building import ON, bundle_of, policy_text, profile_of


def cliffs(n_old, n_new, people, amount="5000元"):
    old, new = (
        bundle_of(policy_text(f"{{id: staff, if: people, from: {n}人}}", [f"{{id: all, fixed: {amount}}}"]))
        for n in (n_old, n_new)
    )
    profiles = [(str(count), profile_of(new, {"people": count} if count else {})) for count in people]
    return simulate(old, new, batches_of(profiles), ON)


def test_a_threshold_with_people_on_both_sides_is_a_cliff():
    found = cliffs(50, 30, [28, 29, 30, 45, 60, 0])

    [cliff] = found.cliffs
    assert (cliff.fact, cliff.at, cliff.jump, cliff.is_new) == ("人数", "30人", 500_000, True)
    assert (cliff.below, cliff.above, cliff.tried) == (2, 1, 3)
    assert impact_json(found)["cliffs"][0]["jump"] == 500_000


def test_a_small_jump_or_nobody_near_is_no_cliff():
    assert cliffs(50, 30, [29], amount="5元").cliffs == ()
    assert cliffs(50, 30, [100]).cliffs == ()


def test_many_near_one_value_are_counted_and_only_some_tried():
    [cliff] = cliffs(50, 30, [30] * 25).cliffs

    assert (cliff.above, cliff.tried) == (25, 20)


def test_numbers_in_columns_count_as_those_in_profiles_do():
    old, new = (
        bundle_of(policy_text(f"{{id: s, if: sales, from: {n}元}}", ["{id: all, fixed: 2000元}"])) for n in (50, 30)
    )
    profiles = [profile_of(new, {"sales": {2025: f"{n}元"}}) for n in (29, 31)] + [profile_of(new, {"sales": "29元"})]
    values = np.array([2900, 3100, 0], np.int64)
    plain = of_profiles(profiles)
    columns = {**plain.facts, "sales@2025": Points(values, np.array([False, False, True]))}
    population = Population(3, columns, {}, profiles.__getitem__)
    known = Population(2, {"sales@2025": Points(values[:2])}, {}, profiles.__getitem__)

    def told(one):
        return simulate(old, new, [Batch(1, [""] * one.size, one)], ON).cliffs[0]

    assert (told(population).below, told(population).above) == (2, 1)
    assert (told(known).below, told(known).above) == (1, 1)


def test_a_day_that_a_rule_names_is_no_cliff_of_a_number():
    text = policy_text("{id: d, if: founded, from: 2020-01-01}", ["{id: all, fixed: 2000元}"])
    new = policy_text("{id: d, if: founded, from: 2021-01-01}", ["{id: all, fixed: 2000元}"])
    old, after = bundle_of(text), bundle_of(new)

    found = simulate(old, after, batches_of([("甲", profile_of(after, {"founded": "2020-06-01"}))]), ON)

    assert (found.cliffs, found.gone) == ((), 1)
