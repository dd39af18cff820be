from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import permutations

import pytest

from matcher.impact.budget import Arrival, forecast

SPRING = Arrival(date(2026, 3, 1), date(2026, 4, 30))


def test_first_come_pays_in_full_until_the_money_runs_out():
    found = forecast([300, 0, 500, 200], 700, SPRING)

    register, dearest, cheapest = found.first_come
    assert (found.applicants, found.demand, found.is_enough) == (3, 1000, False)
    assert (register.in_full, register.in_part, register.unpaid, register.spent) == (1, 1, 1, 700)
    assert (register.runs_out_at, register.runs_out_on) == (2, date(2026, 3, 21))
    assert (dearest.in_full, cheapest.in_full) == (1, 2)


def test_money_that_runs_out_between_two_applicants_pays_nobody_in_part():
    found = forecast([300, 400], 300, SPRING).first_come[0]

    assert (found.in_full, found.in_part, found.unpaid, found.spent) == (1, 0, 1, 300)


def test_enough_money_leaves_the_rest():
    found = forecast([300, 400], 800, SPRING)

    assert found.is_enough
    assert {each.runs_out_at for each in found.first_come} == {None}
    assert (found.pro_rata.share, found.pro_rata.spent, found.pro_rata.left) == (1, 700, 100)


def test_pro_rata_never_exceeds_the_budget_and_loses_less_than_a_fen_each():
    found = forecast([1, 1, 1], 2, SPRING).pro_rata

    assert found.share == Fraction(2, 3)
    assert (found.spent, found.left) == (0, 2)


def test_every_order_of_arrival_pays_between_the_two_extremes():
    amounts = [5, 3, 8, 2, 7]
    _, dearest, cheapest = forecast(amounts, 14, SPRING).first_come

    counts = {forecast(order, 14, SPRING).first_come[0].in_full for order in permutations(amounts)}

    assert (min(counts), max(counts)) == (dearest.in_full, cheapest.in_full)


def test_nobody_asks_and_nothing_is_spent():
    found = forecast([], 5, SPRING)

    assert found.is_enough
    assert found.pro_rata.left == 5


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="预算不能小于 0"):
        forecast([1], -1, SPRING)
    with pytest.raises(ValueError, match="对调"):
        Arrival(date(2026, 2, 1), date(2026, 1, 1))
