"""Tickets equal a public package; the pivotal walk draws each unit exactly in proportion to its weight."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import permutations

import consistent_sampler
import pytest

from enforcement.draw.pivotal import Weighted, counter_numbers, pivotal
from enforcement.draw.tickets import Order, in_order, make_tickets
from enforcement.draw.verify_rules import pivotal_sample, ticket_of
from tests.enforcement.draw.cases import code


def random_seed(rng: random.Random) -> str:
    return f"{rng.getrandbits(256):064x}"


@pytest.mark.parametrize("number", range(100))
def test_d2_tickets_equal_the_public_package(number):
    rng = random.Random(number)
    seed, units = random_seed(rng), [code(rng.randrange(10**9)) for _ in range(rng.randint(1, 60))]
    units = sorted(set(units))

    ours = in_order(make_tickets(seed, units), Order.LOW)

    public = consistent_sampler.sampler(
        units, seed=f"{seed}/targets", with_replacement=False, output="ticket", digits=99
    )
    assert [(ticket.number, ticket.unit) for ticket in ours] == [(ticket[0], ticket[1]) for ticket in public]
    assert [ticket_of(seed, ticket.unit) for ticket in ours] == [ticket.number for ticket in ours]


def test_d2_short_numbers_keep_their_leading_zeros():
    first = consistent_sampler.consistent_sampler.first_fraction

    assert make_tickets("x", ["a"])[0].number == first("a", "x/targets")
    assert len(make_tickets("x", ["a"])[0].number) >= 66


class Branches:
    """A source of numbers that walks through all of them: each run follows one path, `next` turns to the one after it."""

    def __init__(self) -> None:
        self.path: list[list[int]] = []
        self.depth = 0

    def below(self, k: int) -> int:
        if self.depth == len(self.path):
            self.path.append([0, k])
        self.depth += 1
        return self.path[self.depth - 1][0]

    def chance(self) -> Fraction:
        whole = Fraction(1)
        for _, k in self.path:
            whole /= k
        return whole

    def next(self) -> bool:
        self.depth = 0
        while self.path and self.path[-1][0] + 1 == self.path[-1][1]:
            self.path.pop()
        if self.path:
            self.path[-1][0] += 1
        return bool(self.path)


def exact_inclusion(units: list[Weighted], places: int) -> dict[str, Fraction]:
    """Return the chance of each unit by following every number that could come."""
    branches, chances = Branches(), {unit.unit: Fraction(0) for unit in units}
    while True:
        sample = pivotal(units, places, branches.below)
        assert len(sample) == places
        for unit in sample:
            chances[unit] += branches.chance()
        if not branches.next():
            return chances


def due_inclusion(units: list[Weighted], places: int) -> dict[str, Fraction]:
    """Return the chance each unit is due: its share of the places, and 1 for those whose share reaches a place."""
    due, rest, left = {}, list(units), places
    while left:
        whole = sum(unit.weight for unit in rest)
        sure = [unit for unit in rest if Fraction(left * unit.weight, whole) >= 1]
        due |= dict.fromkeys((unit.unit for unit in sure), Fraction(1))
        if not sure:
            return due | {unit.unit: Fraction(left * unit.weight, whole) for unit in rest}
        rest, left = [unit for unit in rest if unit not in sure], left - len(sure)
    return due | dict.fromkeys((unit.unit for unit in rest), Fraction(0))


def small_design(number: int) -> tuple[list[Weighted], int]:
    rng = random.Random(number)
    size = rng.randint(2, 5)
    most = 4 if size < 5 else 3
    units = [Weighted(f"u{place}", rng.randint(1, most)) for place in range(size)]
    return units, rng.randint(1, size)


@pytest.mark.parametrize("number", range(50))
def test_d2_pivotal_inclusion_is_exact_by_full_enumeration(number):
    units, places = small_design(number)

    assert exact_inclusion(units, places) == due_inclusion(units, places)


def test_d2_the_chances_hold_in_every_order_of_the_tickets():
    units = [Weighted("a", 1), Weighted("b", 2), Weighted("c", 3)]

    for order in permutations(units):
        assert exact_inclusion(list(order), 2) == due_inclusion(units, 2)


def test_d2_both_implementations_walk_alike():
    for number in range(300):
        rng = random.Random(number)
        units = [Weighted(f"u{place}", rng.choice([1, 2, 3, 50])) for place in range(rng.randint(1, 12))]
        places, seed = rng.randint(0, len(units)), random_seed(rng)

        ours = pivotal(units, places, counter_numbers(seed, "B"))

        assert ours == pivotal_sample(seed, "B", [(unit.unit, unit.weight) for unit in units], places)


def test_d2_the_counter_rejects_the_last_incomplete_round(monkeypatch):
    from enforcement.draw import pivotal as module  # noqa: PLC0415

    blocks = iter([b"\xff" * 32, b"\xff" * 31 + b"\xfe", bytes(31) + b"\x07"])
    asked = []

    class Digest:
        def __init__(self, data):
            asked.append(data.decode())

        def digest(self):
            return next(blocks)

    monkeypatch.setattr(module.hashlib, "sha256", Digest)
    below = counter_numbers("5eed", "B")

    # 2^256 leaves 1 over when divided by 3 and by 5: of all blocks the highest alone is refused.
    assert below(5) == (2**256 - 2) % 5
    assert below(5) == 2
    assert asked == ["5eed/pivotal/B,1", "5eed/pivotal/B,2", "5eed/pivotal/B,3"]


def test_d2_the_verifiers_counter_rejects_the_same_numbers(monkeypatch):
    from enforcement.draw import verify_rules  # noqa: PLC0415

    blocks, asked = iter(["0" * 64, "f" * 64, "0" * 64]), []
    monkeypatch.setattr(verify_rules, "sha", lambda text: asked.append(text) or next(blocks))

    sample = pivotal_sample("5eed", "B", [("a", 2), ("b", 2), ("c", 1)], 1)

    # W = 5: 2 + 2 < 5 asks below 4, of which 2^256 leaves nothing over; 4 + 1 = 5 asks below 5, where the last is refused.
    assert sample == {"a"}
    assert asked == [f"5eed/pivotal/B,{number}" for number in (1, 2, 3)]
