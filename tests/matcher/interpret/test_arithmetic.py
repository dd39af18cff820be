"""Interval arithmetic: whatever the arguments turn out to be, the result holds what they give."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.interpret import arithmetic as a
from matcher.interpret.possible import ABSENT, LAST_DAY, ZERO, Possible, exactly
from rules.calendar import Period
from rules.language.model import OnZero

ENDS = (None, -3, -1, 0, 2, 5)
VALUES = st.integers(-6, 6) | st.fractions(-6, 6, max_denominator=4)


def span(lo, hi, **more):
    return Possible(lo, hi, **more)


@st.composite
def known_values(draw):
    """Draw what is known of a number and what the number is, None for one that does not exist."""
    value = draw(st.none() | VALUES) if draw(st.booleans()) else draw(VALUES)
    if value is None:
        lo, hi = sorted((draw(VALUES), draw(VALUES)))
        return draw(st.sampled_from([ABSENT, span(lo, hi, needs=("x",), absent=True)])), None
    lo = draw(st.none() | st.just(value - abs(draw(VALUES))))
    hi = draw(st.none() | st.just(value + abs(draw(VALUES))))
    return span(lo, hi, needs=("x",), absent=draw(st.booleans())), value


def holds(found, value):
    if value is None:
        return found.absent
    return found.exists and (found.lo is None or found.lo <= value) and (found.hi is None or value <= found.hi)


def is_within(inner, outer):
    if inner.absent and not outer.absent:
        return False
    if not inner.exists:
        return True
    lower = outer.lo is None or (inner.lo is not None and outer.lo <= inner.lo)
    upper = outer.hi is None or (inner.hi is not None and inner.hi <= outer.hi)
    return outer.exists and lower and upper


def narrower(draw, known):
    """Draw something better known than `known`."""
    if not known.exists or (known.absent and draw(st.booleans())):
        return ABSENT
    lo = known.lo if known.lo is not None else draw(st.integers(-20, -7))
    hi = known.hi if known.hi is not None else draw(st.integers(7, 20))
    one, other = sorted(
        (lo + (hi - lo) * Fraction(draw(st.integers(0, 8)), 8), lo + (hi - lo) * Fraction(draw(st.integers(0, 8)), 8))
    )
    return span(one, other)


BINARY = {
    "add": (a.add, lambda x, y: x + y),
    "subtract": (a.subtract, lambda x, y: x - y),
    "multiply": (a.multiply, lambda x, y: x * y),
    "divide": (lambda x, y: a.divide(x, y, OnZero.FAIL), lambda x, y: Fraction(x) / Fraction(y) if y else None),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BINARY)
@given(st.data())
def test_the_result_holds_what_the_numbers_give(name, data):
    on_sets, on_numbers = BINARY[name]
    (one, x), (other, y) = data.draw(known_values()), data.draw(known_values())

    found = on_sets(one, other)

    assert holds(found, None if x is None or y is None else on_numbers(x, y))


@pytest.mark.slow
@pytest.mark.parametrize("name", BINARY)
@given(st.data())
def test_knowing_more_never_widens_the_result(name, data):
    on_sets, _ = BINARY[name]
    one, other = data.draw(known_values())[0], data.draw(known_values())[0]
    inner = on_sets(narrower(data.draw, one), narrower(data.draw, other))

    assert is_within(inner, on_sets(one, other))


@given(st.lists(known_values(), min_size=1, max_size=4), st.data())
def test_least_and_greatest_pass_over_what_does_not_exist(pairs, data):
    sets, numbers = [known for known, _ in pairs], [value for _, value in pairs if value is not None]

    assert holds(a.least(sets), min(numbers, default=None))
    assert holds(a.greatest(sets), max(numbers, default=None))
    smaller = [narrower(data.draw, known) for known in sets]
    assert is_within(a.least(smaller), a.least(sets))
    assert is_within(a.greatest(smaller), a.greatest(sets))


@given(st.lists(known_values(), min_size=1, max_size=4))
def test_sums_and_averages_are_exact(pairs):
    sets, numbers = [known for known, _ in pairs], [value for _, value in pairs]
    is_whole = None not in numbers

    assert holds(a.total(sets), sum(numbers) if is_whole else None)
    assert holds(a.average(sets), Fraction(sum(numbers)) / len(numbers) if is_whole else None)


@given(known_values())
def test_negation_and_whole_parts(pair):
    known, value = pair

    assert holds(a.negate(known), None if value is None else -value)
    assert holds(a.whole_part(known), None if value is None else value // 1)


@pytest.mark.parametrize(("one", "other"), list(product(product(ENDS, ENDS), repeat=2))[::7])
def test_products_of_open_intervals_hold_their_corners(one, other):
    if any(lo is not None and hi is not None and lo > hi for lo, hi in (one, other)):
        return

    found = a.multiply(span(*one), span(*other))

    def samples(lo, hi):
        base = {end for end in (lo, hi) if end is not None}
        return base | ({-100} if lo is None else set()) | ({100} if hi is None else set())

    assert all(holds(found, x * y) for x in samples(*one) for y in samples(*other))


def test_nothing_times_the_unbounded_is_nothing():
    assert a.multiply(ZERO, span(None, None)) == Possible(0, 0)


def test_exact_arguments_give_an_exact_result_that_needs_nothing():
    assert a.add(exactly(2), exactly(Fraction(1, 2))) == Possible(Fraction(5, 2), Fraction(5, 2))
    assert a.multiply(exactly(0), span(1, 2, needs=("x",))).needs == ()
    assert a.add(span(1, 2, needs=("x",)), span(3, 4, needs=("y",))).needs == ("x", "y")


@pytest.mark.parametrize(
    ("below", "on_zero", "expected"),
    [
        (span(0, 0), OnZero.UNKNOWN, span(None, None)),
        (span(0, 0), OnZero.FAIL, ABSENT),
        (span(0, 4), OnZero.UNKNOWN, span(None, None)),
        (span(0, 4), OnZero.FAIL, span(Fraction(2), None, absent=True)),
        (span(0, None), OnZero.FAIL, span(0, None, absent=True)),
        (span(-4, 0), OnZero.FAIL, span(None, Fraction(-2), absent=True)),
        (span(None, 0), OnZero.FAIL, span(None, 0, absent=True)),
        (span(-1, 1), OnZero.FAIL, span(None, None, absent=True)),
        (span(2, 4), OnZero.UNKNOWN, span(Fraction(2), Fraction(4))),
        (span(-4, -2), OnZero.UNKNOWN, span(Fraction(-4), Fraction(-2))),
        (span(2, None), OnZero.UNKNOWN, span(0, Fraction(4))),
        (ABSENT, OnZero.UNKNOWN, ABSENT),
    ],
)
def test_eight_divided_by(below, on_zero, expected):
    found = a.divide(exactly(8), below, on_zero)

    assert (found.lo, found.hi, found.exists, found.absent) == (
        expected.lo,
        expected.hi,
        expected.exists,
        expected.absent,
    )


def test_the_least_needs_only_what_can_still_be_it():
    cap, paid_tax = exactly(5), span(7, None, needs=("tax",))

    assert a.least([cap, paid_tax]) == cap
    assert a.least([cap, span(3, None, needs=("tax",))]).needs == ("tax",)


def test_of_parts_that_may_all_be_missing_any_may_be_the_least():
    parts = [span(1, 2, absent=True), span(5, 6, absent=True)]

    assert a.least(parts)[:2] == (1, 6)
    assert a.least([span(1, 2, absent=True), span(5, None, absent=True)]).hi is None
    assert a.least([ABSENT, ABSENT]) == ABSENT


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def naive_full_periods(start, end, months):
    """Count by trying: the n-th period is full when its last day has come."""
    count = 0
    while True:
        month = start.month - 1 + (count + 1) * months
        year, month = start.year + month // 12, month % 12 + 1
        next_month = date(year + month // 12, month % 12 + 1, 1)
        day = min(start.day, (next_month - timedelta(days=1)).day)
        if date(year, month, day) > end:
            return count
        count += 1


@given(
    st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.sampled_from([1, 12])
)
def test_full_months_and_years_are_counted_day_by_day(start, end, months):
    found = a.months_between(exactly(start), exactly(end), months)

    assert (found.lo, found.hi) == (naive_full_periods(start, end, months),) * 2


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        (date(2024, 2, 29), date(2025, 2, 28), 1),
        (date(2024, 2, 29), date(2025, 2, 27), 0),
        (date(1990, 1, 1), date(2020, 1, 1), 30),
        (date(1990, 1, 2), date(2020, 1, 1), 29),
        (date(2026, 1, 1), date(2020, 1, 1), 0),
    ],
)
def test_full_years(start, end, years):
    assert a.months_between(exactly(start), exactly(end), 12).lo == years


def test_an_unknown_birthday_leaves_the_age_open():
    on = exactly(date(2026, 5, 20))
    young = span(date(2000, 5, 20).toordinal(), None)
    old = span(None, date(2000, 5, 21).toordinal())

    assert a.months_between(young, on, 12)[:2] == (0, 26)
    assert a.months_between(old, on, 12)[:2] == (25, None)


def test_days_are_moved_in_order():
    day = span(date(2026, 3, 31).toordinal(), date(2026, 5, 31).toordinal())

    back, forth = (a.shift(day, Period(months=1), backwards=backwards) for backwards in (True, False))

    assert (date.fromordinal(back.lo), date.fromordinal(back.hi)) == (date(2026, 2, 28), date(2026, 4, 30))
    assert (date.fromordinal(forth.lo), date.fromordinal(forth.hi)) == (date(2026, 4, 30), date(2026, 6, 30))


def test_a_day_beyond_the_calendar_is_unbounded():
    assert a.shift(span(1, LAST_DAY), Period(years=1), backwards=True)[:2] == (None, date(9998, 12, 31).toordinal())
    assert a.shift(span(None, None), Period(years=1), backwards=True)[:2] == (None, None)


def test_days_between():
    start, end = exactly(date(2026, 1, 1)), exactly(date(2026, 2, 1))

    assert (a.days_between(start, end).lo, a.days_between(end, start).lo) == (31, -31)
