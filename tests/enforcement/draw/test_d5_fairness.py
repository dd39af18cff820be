"""Fairness by simulation: many draws under unrelated seeds pass a chi-square test that two known unfair engines fail.

`HUICE_DRAWS=200000` runs the full number; the suite runs fewer.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections import Counter
from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import combinations, permutations
from math import comb, sqrt

import pytest

from enforcement.draw.assignment import assign
from enforcement.draw.commitment import Demand, Method, Programme, Stratum
from enforcement.draw.frame import Frame, Unit
from enforcement.draw.people import Inspector
from enforcement.draw.pivotal import Weighted
from enforcement.draw.targets import draw_programme
from enforcement.draw.teams import Places, Visit
from enforcement.draw.tickets import Order
from tests.enforcement.draw.test_d2_tickets_and_pivotal import Branches, pivotal

DRAWS = int(os.environ.get("HUICE_DRAWS", "2500"))
UNITS = [f"site-{number:02}" for number in range(20)]


def seeds(name: str) -> Iterable[str]:
    return (hashlib.sha256(f"{name} {number}".encode()).hexdigest() for number in range(DRAWS))


def deviation(chi_square: float, freedom: int) -> float:
    """Return how many standard deviations a chi-square lies above what is usual (Wilson and Hilferty)."""
    part = 2 / (9 * freedom)
    return ((chi_square / freedom) ** (1 / 3) - (1 - part)) / sqrt(part)


def is_fair(chi_square: float, freedom: int) -> bool:
    """Tell whether the statistic is no more unusual than one in 30,000, towards too uneven or too even."""
    return abs(deviation(chi_square, freedom)) < 4


def of_outcomes(counts: Counter, expected: dict) -> tuple[float, int]:
    """Return chi-square and degrees of freedom of whole outcomes against their chances."""
    assert counts.keys() <= expected.keys()
    total = counts.total()
    terms = (
        (counts[outcome] - total * float(chance)) ** 2 / (total * float(chance)) for outcome, chance in expected.items()
    )
    return sum(terms), len(expected) - 1


def of_inclusion(samples: Iterable[Iterable[str]], units: list[str], n: int) -> tuple[float, int]:
    """Return chi-square and degrees of freedom of how often each unit is among the `n` drawn without replacement."""
    draws, counts = 0, Counter()
    for sample in samples:
        draws += 1
        counts.update(sample)
    share, size = n / len(units), len(units)
    squares = sum((counts[unit] - draws * share) ** 2 for unit in units) / (draws * share * (1 - share))
    return squares * (size - 1) / size, size - 1


def engine(n: int, *, order: Order = Order.LOW, weights: dict[str, int] | None = None) -> Callable[[str], list[str]]:
    """Return the product's draw of `n` units of one stratum as a function of the seed."""
    method = Method.PIVOTAL if weights else Method.TICKET
    frame = Frame(tuple(Unit(unit, "A", (weights or {}).get(unit, 1)) for unit in (weights or UNITS)))
    programme = Programme("", (), (Stratum("A", n, method),), order=order)

    def run(seed: str) -> list[str]:
        return [ticket.unit for ticket in draw_programme(seed, programme, frame)[0].selected]

    return run


@pytest.mark.parametrize("order", Order)
def test_d5_every_unit_is_drawn_equally_often(order):
    run = engine(5, order=order)

    assert is_fair(*of_inclusion(map(run, seeds(f"units {order}")), UNITS, 5))


def test_d5_every_pair_of_units_meets_equally_often():
    run = engine(2)
    pairs = Counter(tuple(sorted(run(seed))) for seed in seeds("pairs"))

    assert is_fair(*of_outcomes(pairs, dict.fromkeys(combinations(UNITS, 2), Fraction(1, comb(20, 2)))))


def test_d5_pivotal_samples_come_as_often_as_the_exact_chances_say():
    weights = {"site-0": 1, "site-1": 2, "site-2": 3, "site-3": 4}
    run = engine(2, weights=weights)
    exact = sample_chances(weights, 2)
    assert {unit: sum(p for s, p in exact.items() if unit in s) for unit in weights} == {
        unit: Fraction(2 * weight, 10) for unit, weight in weights.items()
    }

    samples = Counter(tuple(sorted(run(seed))) for seed in seeds("pivotal"))

    assert is_fair(*of_outcomes(samples, exact))


def sample_chances(weights: dict[str, int], n: int) -> dict[tuple[str, ...], Fraction]:
    """Return the chance of every sample over all orders of tickets and all numbers that could come."""
    chances: Counter[tuple[str, ...]] = Counter()
    orders = list(permutations(Weighted(unit, weight) for unit, weight in weights.items()))
    for order in orders:
        branches = Branches()
        while True:
            sample = tuple(sorted(pivotal(list(order), n, branches.below)))
            chances[sample] += branches.chance() / len(orders)
            if not branches.next():
                break
    return dict(chances)


def people(count: int, **changed: object) -> tuple[Inspector, ...]:
    return tuple(Inspector(f"ZF-{number}", "d", "2099-01-01", (), **changed) for number in range(count))


def visits(persons: tuple[Inspector, ...], count: int, k: int, lead: int = 0) -> list[Places]:
    return [Places(Visit(f"site-{number}", Demand("d", k, lead)), persons) for number in range(count)]


def test_d5_every_inspector_and_every_pair_comes_to_a_unit_equally_often():
    persons = people(6)
    places = visits(persons, 3, 2)

    teams = Counter(assign(seed, places).teams[1].insp for seed in seeds("teams"))

    names = [person.insp for person in persons]
    assert is_fair(*of_outcomes(teams, dict.fromkeys(combinations(names, 2), Fraction(1, 15))))
    assert is_fair(*of_inclusion(teams.elements(), names, 2))


def test_d5_nobody_carries_the_odd_visit_more_often_than_others():
    persons = people(3)
    places = visits(persons, 4, 1)

    odd = Counter(
        Counter(person for team in assign(seed, places).teams for person in team.insp).most_common(1)[0][0]
        for seed in seeds("odd")
    )

    assert is_fair(*of_outcomes(odd, {person.insp: Fraction(1, 3) for person in persons}))


def test_d5_leads_are_drawn_equally_often_among_leads_and_others_among_others():
    leads, others = people(3, is_lead=True), people(6)[3:]
    places = visits((*leads, *others), 3, 2, lead=1)

    teams = Counter(assign(seed, places).teams[0].insp for seed in seeds("leads"))

    pairs = {(lead.insp, other.insp): Fraction(1, 9) for lead in leads for other in others}
    assert is_fair(*of_outcomes(teams, pairs))


def rounding_engine(rng: random.Random) -> set[str]:
    """Draw 5 of 20 as a known desktop program does: a number from 0 to 19 rounded to the nearest index."""
    drawn: set[str] = set()
    while len(drawn) < 5:
        drawn.add(UNITS[round(rng.random() * (len(UNITS) - 1))])
    return drawn


def jumping_engine(rng: random.Random) -> list[str]:
    """Draw every tenth of 100 as a known provincial system does: from a start anywhere in twice the step."""
    step = 10
    return [f"site-{place:03}" for place in range(rng.randint(0, 2 * step), 100, step)]


def test_d5_the_same_test_rejects_the_engine_that_halves_the_ends():
    rng = random.Random(1)

    assert not is_fair(*of_inclusion((rounding_engine(rng) for _ in range(DRAWS)), UNITS, 5))


def test_d5_the_same_test_rejects_the_engine_that_jumps_from_a_wrong_start():
    rng, units = random.Random(1), [f"site-{place:03}" for place in range(100)]
    counts = Counter(unit for _ in range(DRAWS) for unit in jumping_engine(rng))

    assert not is_fair(*of_inclusion((jumping_engine(rng) for _ in range(DRAWS)), units, 10))
    assert min(counts.values()) / DRAWS == pytest.approx(1 / 21, abs=0.02)
    assert max(counts.values()) / DRAWS == pytest.approx(3 / 21, abs=0.02)


def test_d5_the_test_accepts_a_fair_engine_of_the_same_kind():
    """So that a rejection means unfair, and not that the test rejects all."""
    rng = random.Random(1)

    assert is_fair(*of_inclusion((rng.sample(UNITS, 5) for _ in range(DRAWS)), UNITS, 5))
