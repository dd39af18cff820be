"""The sets of values: when only one is left, what they need, how two are joined."""

from datetime import date
from fractions import Fraction

import pytest

from matcher.interpret.possible import (
    ABSENT,
    EITHER,
    FALSE,
    ONE,
    TRUE,
    ZERO,
    Possible,
    all_needs,
    exactly,
    hull,
    hull_of,
    merged,
    not_negative,
    number,
    payable,
    settled,
    with_needs,
)

OPEN = Possible(0, 5, needs=("x",))
CODES = Possible(is_ordered=False, members=frozenset({"a", "b"}), needs=("c",))


@pytest.mark.parametrize(
    ("found", "is_settled"),
    [
        (exactly(5), True),
        (exactly(date(2026, 1, 1)), True),
        (exactly("a"), True),
        (exactly(True), True),
        (ABSENT, True),
        (OPEN, False),
        (Possible(), False),
        (CODES, False),
        (Possible(is_ordered=False), False),
        (Possible(5, 5, absent=True), False),
    ],
)
def test_what_can_be_only_one_thing_is_settled(found, is_settled):
    assert found.is_settled is is_settled


def test_one_value_of_each_kind():
    assert exactly(True) is TRUE
    assert exactly(False) is FALSE
    assert exactly("a", table="t") == Possible(is_ordered=False, members=frozenset({"a"}), table="t")
    assert exactly(Fraction(6, 3)).lo == 2
    assert exactly(date(1, 1, 3)).lo == 3


def test_whole_numbers_are_integers():
    assert type(number(Fraction(4, 2))) is int
    assert number(Fraction(1, 2)) == Fraction(1, 2)
    assert number(7) == 7


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ((), (), ()),
        (("a",), (), ("a",)),
        ((), ("b",), ("b",)),
        (("a", "b"), ("c", "a"), ("a", "b", "c")),
        (("a",), ("a",), ("a",)),
    ],
)
def test_needs_are_listed_once_and_in_order(one, other, both):
    assert merged(one, other) == both
    assert all_needs([Possible(needs=one), Possible(needs=other)]) == both


def test_the_settled_needs_nothing():
    assert settled(Possible(5, 5, needs=("x",))) == exactly(5)
    assert settled(OPEN) is OPEN
    assert with_needs(exactly(5), ("x",)) == exactly(5)
    assert with_needs(OPEN, ()) is OPEN
    assert with_needs(OPEN, ("y",)).needs == ("x", "y")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (exactly(1), exactly(4), Possible(1, 4)),
        (Possible(None, 1), Possible(0, None), Possible(None, None)),
        (exactly(1), ABSENT, Possible(1, 1, absent=True)),
        (ABSENT, OPEN, Possible(0, 5, needs=("x",), absent=True)),
        (ABSENT, ABSENT, ABSENT),
        (TRUE, FALSE, Possible(is_ordered=False, members=EITHER)),
        (CODES, Possible(is_ordered=False), Possible(is_ordered=False, needs=("c",))),
        (exactly(3), exactly(3), exactly(3)),
        (ONE, ZERO, Possible(0, 1, is_whole=True)),
        (ONE, exactly(0), Possible(0, 1)),
    ],
)
def test_the_hull_holds_both(one, other, expected):
    assert hull(one, other) == expected


def test_the_hull_of_nothing_does_not_exist():
    assert hull_of([]) == ABSENT
    assert hull_of([exactly(2), exactly(1), ABSENT]) == Possible(1, 2, absent=True)


@pytest.mark.parametrize(
    ("value", "money"),
    [
        (ABSENT, ZERO),
        (exactly(-5), Possible(0, 0)),
        (Possible(-5, None), Possible(0, None)),
        (Possible(None, 7), Possible(0, 7)),
        (Possible(3, 7, absent=True), Possible(0, 7)),
        (Possible(3, 7), Possible(3, 7)),
    ],
)
def test_nothing_is_paid_for_what_is_not_there_or_below_zero(value, money):
    assert payable(value) == money


@pytest.mark.parametrize(
    ("value", "base"),
    [
        (ABSENT, ABSENT),
        (Possible(3, 7), Possible(3, 7)),
        (Possible(-5, 7, absent=True), Possible(0, 7, absent=True)),
        (Possible(None, None), Possible(0, None)),
        (Possible(-5, -3, needs=("x",)), Possible(0, 0)),
    ],
)
def test_a_base_below_zero_counts_as_zero(value, base):
    assert not_negative(value) == base
