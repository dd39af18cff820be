from __future__ import annotations

import random

import pytest

from matcher.combine.payment import most_paid, pay_in_order
from matcher.combine.simplex import most_whole
from tests.support.combinations import best_payment_by_trial

TRIANGLE = [(frozenset({0, 1}), 5), (frozenset({1, 2}), 5), (frozenset({0, 2}), 5)]


def test_tangled_limits_are_filled_with_whole_fen():
    assert most_paid([9, 9, 9], TRIANGLE) == 7  # in fractions it would be 7.5
    assert most_paid([9, 9, 9], TRIANGLE, relaxed=True) == 7


def test_each_in_turn_gets_as_much_as_the_best_sum_allows():
    assert pay_in_order([9, 9, 9], TRIANGLE) == (3, 2, 2)
    assert pay_in_order([4, 9, 9], [(frozenset({0, 1, 2}), 10)]) == (4, 6, 0)


def test_a_payment_between_nothing_and_everything_is_found_to_the_fen():
    wide = 10**13

    assert pay_in_order([wide] * 3, [(members, wide + 1) for members, _ in TRIANGLE]) == (
        (wide + 2) // 2,
        wide // 2,
        wide // 2,
    )


@pytest.mark.parametrize("seed", range(10))
def test_random_limits_are_filled_as_trying_everything_does(seed):
    rng = random.Random(seed)
    for _ in range(60):
        amounts = [rng.randint(0, 6) for _ in range(rng.randint(1, 6))]
        limits = [
            (frozenset(rng.sample(range(len(amounts)), rng.randint(1, len(amounts)))), rng.randint(0, 12))
            for _ in range(rng.randint(0, 6))
        ]

        best = best_payment_by_trial(list(zip(amounts, range(len(amounts)), strict=True)), limits)
        payments = pay_in_order(amounts, limits)

        assert most_paid(amounts, limits) == best == sum(payments)
        assert most_paid(amounts, limits, relaxed=True) >= best
        assert all(0 <= payment <= amount for payment, amount in zip(payments, amounts, strict=True))
        assert all(sum(payments[index] for index in members) <= room for members, room in limits)


def test_the_first_in_order_is_paid_the_most_that_any_best_payment_gives_it():
    amounts, limits = [3, 5, 4], [(frozenset({0, 1}), 4), (frozenset({1, 2}), 6)]

    first = pay_in_order(amounts, limits)[0]

    assert first == 3
    assert best_payment_by_trial([(5, 1), (4, 2)], [(frozenset({1}), 1), (frozenset({1, 2}), 6)]) + first == 8


@pytest.mark.parametrize("seed", range(10))
def test_the_integer_program_alone_equals_trying_everything(seed):
    rng = random.Random(seed)
    for _ in range(30):
        keys = {frozenset(rng.sample(range(4), rng.randint(2, 3))) for _ in range(rng.randint(1, 5))}
        bounds = {key: rng.randint(0, 5) for key in sorted(keys, key=sorted)}
        rooms = {room: rng.randint(0, 7) for room in range(4)}
        limits = [
            (frozenset(number for number, key in enumerate(bounds) if room in key), size)
            for room, size in rooms.items()
        ]
        amounts = [(bound, number) for number, bound in enumerate(bounds.values())]

        assert most_whole(bounds, rooms) == best_payment_by_trial(amounts, limits)
        assert most_whole(bounds, rooms, relaxed=True) >= most_whole(bounds, rooms)
