"""What a number is a whole multiple of is seen in sums, products and choices, and claimed of nothing else."""

from __future__ import annotations

from fractions import Fraction

import pytest
import z3

from rules.check.prove import numbers
from rules.check.prove.grains import are_multiples, grain

PAID = numbers.variable(z3.Int("paid"), is_nonnegative=True)
AREA = numbers.variable(z3.Real("area"), is_nonnegative=True)
SIX, NINE = numbers.constant(6), numbers.constant(9)
SOME = z3.Bool("some")
TWICE = numbers.multiply(PAID, numbers.constant(2))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (SIX, 6),
        (numbers.constant(Fraction(-3, 4)), Fraction(3, 4)),
        (numbers.ZERO, 0),
        (PAID, 1),
        (numbers.multiply(PAID, SIX), 6),
        (numbers.add(numbers.multiply(PAID, SIX), NINE), 3),
        (numbers.subtract(numbers.multiply(PAID, SIX), numbers.multiply(PAID, NINE)), 3),
        (numbers.multiply(PAID, numbers.constant(Fraction(1, 2))), Fraction(1, 2)),
        (numbers.add(TWICE, TWICE), 2),
        (numbers.if_else(SOME, SIX, NINE), 3),
        (numbers.collapsed(numbers.if_else(SOME, SIX, TWICE)), 2),
        (numbers.not_below_zero(numbers.subtract(SIX, TWICE)), 2),
        (numbers.whole_part(AREA), 1),
        (numbers.whole_part(numbers.constant(Fraction(7, 2))), 3),
        (numbers.multiply(numbers.whole_part(AREA), SIX), 6),
        (AREA, None),
        (numbers.add(AREA, SIX), None),
        (numbers.multiply(AREA, PAID), None),
        (numbers.collapsed(numbers.if_else(SOME, SIX, AREA)), None),
        (numbers.divide(SIX, PAID, is_known_on_zero=False), None),
    ],
)
def test_grain(value, expected):
    assert grain(value) == expected


def test_what_is_a_multiple_of_twelve_is_one_of_four_but_not_of_five():
    twelve = numbers.multiply(PAID, numbers.constant(12))

    assert are_multiples(twelve, Fraction(4))
    assert not are_multiples(twelve, Fraction(5))
    assert not are_multiples(AREA, Fraction(1))
    assert are_multiples(numbers.ZERO, Fraction(100))
