"""Exact arithmetic on intervals: the result holds every value that the arguments allow.

All functions are inclusion-monotone: narrower arguments never widen a result. An argument known not to exist makes the
result so, except for the least and the greatest of several, which pass over it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction

from matcher.interpret.possible import ABSENT, LAST_DAY, Number, Possible, all_needs
from rules.calendar import Period, add_period
from rules.language.model import OnZero

_Corner = tuple[int, Number]  # (-1, 0) is minus infinity, (0, x) a number, (1, 0) infinity


def add(one: Possible, other: Possible) -> Possible:
    """Return one + other."""
    lo = None if one.lo is None or other.lo is None else one.lo + other.lo
    hi = None if one.hi is None or other.hi is None else one.hi + other.hi
    return _from_all((one, other), lo, hi, is_whole=one.is_whole and other.is_whole)


def negate(value: Possible) -> Possible:
    """Return −value."""
    lo = None if value.hi is None else -value.hi
    hi = None if value.lo is None else -value.lo
    return value._replace(lo=lo, hi=hi)


def subtract(one: Possible, other: Possible) -> Possible:
    """Return one − other."""
    return add(one, negate(other))


def multiply(one: Possible, other: Possible) -> Possible:
    """Return one × other."""
    corners = [_times(x, y) for x in _ends(one) for y in _ends(other)]
    is_whole = one.is_whole and other.is_whole
    return _from_all((one, other), _finite(min(corners)), _finite(max(corners)), is_whole=is_whole)


def divide(one: Possible, other: Possible, on_zero: OnZero) -> Possible:
    """Return one ÷ other; where the denominator is zero the quotient is anything (UNKNOWN) or nothing (FAIL)."""
    may_be_zero = (other.lo is None or other.lo <= 0) and (other.hi is None or other.hi >= 0)
    if not may_be_zero or not other.exists:
        return multiply(one, other._replace(lo=_inverse(other.hi), hi=_inverse(other.lo), is_whole=False))
    if on_zero is OnZero.UNKNOWN:
        return _from_all((one, other), None, None, is_whole=False)
    if other.lo == 0 == other.hi:
        return ABSENT
    reciprocal = other._replace(
        lo=None if other.lo is None or other.lo < 0 else _inverse(other.hi),
        hi=None if other.hi is None or other.hi > 0 else _inverse(other.lo),
        is_whole=False,
        absent=True,
    )
    return multiply(one, reciprocal)


def least(parts: Sequence[Possible]) -> Possible:
    """Return the least of the parts that exist; nothing when none does."""
    there = [part for part in parts if part.exists]
    if not there:
        return ABSENT
    lo = None if any(part.lo is None for part in there) else min(part.lo for part in there if part.lo is not None)
    sure = [part for part in there if not part.absent]
    tops = [part.hi for part in sure or there if part.hi is not None]
    # What surely exists limits the least from above; of parts that may all be missing only one may be there, any of them.
    hi = min(tops, default=None) if sure else max(tops) if len(tops) == len(there) else None
    open_parts = [part for part in there if part.lo is None or hi is None or part.lo < hi]
    found = Possible(lo, hi, all(part.is_whole for part in there), all_needs(open_parts), absent=not sure)
    return found._replace(needs=()) if found.is_settled else found


def greatest(parts: Sequence[Possible]) -> Possible:
    """Return the greatest of the parts that exist; nothing when none does."""
    return negate(least([negate(part) for part in parts]))


def total(parts: Sequence[Possible]) -> Possible:
    """Return the sum of the parts."""
    found = parts[0]
    for part in parts[1:]:
        found = add(found, part)
    return found


def average(parts: Sequence[Possible]) -> Possible:
    """Return the sum of the parts divided by their number."""
    share = Fraction(1, len(parts))
    return multiply(total(parts), Possible(share, share))


def whole_part(value: Possible) -> Possible:
    """Return the greatest whole number not above the value."""
    lo = None if value.lo is None else math.floor(value.lo)
    hi = None if value.hi is None else math.floor(value.hi)
    return _from_all((value,), lo, hi, is_whole=True)


def map_days(day: Possible, change: Callable[[date], date]) -> Possible:
    """Apply a change that keeps the order of days; a day beyond the calendar is unbounded."""
    return _from_all((day,), _changed(day.lo, change), _changed(day.hi, change), is_whole=True)


def shift(day: Possible, period: Period, *, backwards: bool) -> Possible:
    """Move a day by a period of legal time."""
    if backwards:
        return map_days(day, lambda start: period.before(start).date)
    return map_days(day, lambda start: period.after(start).date)


def days_between(start: Possible, end: Possible) -> Possible:
    """Return the number of days from start to end, negative when end comes first."""
    return subtract(end, start)


def months_between(start: Possible, end: Possible, months: int) -> Possible:
    """Return how many full periods of that many months lie between two days, at least zero."""
    lo = 0 if start.hi is None or end.lo is None else _full_periods(start.hi, end.lo, months)
    hi = None if start.lo is None or end.hi is None else _full_periods(start.lo, end.hi, months)
    return _from_all((start, end), lo, hi, is_whole=True)


def _full_periods(start: Number, end: Number, months: int) -> int:
    first, last = _day(start), _day(end)
    count = max(0, ((last.year - first.year) * 12 + last.month - first.month) // months)
    # The corresponding day of the last month may still lie ahead.
    return count - 1 if count and add_period(first, months=count * months) > last else count


def _day(ordinal: Number) -> date:
    return date.fromordinal(min(max(int(ordinal), 1), LAST_DAY))


def _changed(end: Number | None, change: Callable[[date], date]) -> int | None:
    if end is None:
        return None
    try:
        return change(_day(end)).toordinal()
    except ValueError:
        return None


def _from_all(parts: Sequence[Possible], lo: Number | None, hi: Number | None, *, is_whole: bool) -> Possible:
    """Build the result of an operation that needs every part to exist."""
    absent = False
    needs: tuple[str, ...] = ()
    for part in parts:
        if not part.exists:
            return ABSENT
        absent = absent or part.absent
        if part.needs:
            needs = all_needs(parts)
    if lo is not None and lo == hi and not absent:
        needs = ()
    return Possible(lo, hi, is_whole, needs, absent=absent)


def _ends(value: Possible) -> tuple[_Corner, _Corner]:
    return (-1, 0) if value.lo is None else (0, value.lo), (1, 0) if value.hi is None else (0, value.hi)


def _times(one: _Corner, other: _Corner) -> _Corner:
    sign = _sign(one) * _sign(other)
    # Zero times an unbounded value is zero: every value that is really taken is finite.
    return (sign, 0) if (one[0] or other[0]) else (0, one[1] * other[1])


def _sign(corner: _Corner) -> int:
    if corner[0]:
        return corner[0]
    return (corner[1] > 0) - (corner[1] < 0)


def _finite(corner: _Corner) -> Number | None:
    return None if corner[0] else corner[1]


def _inverse(end: Number | None) -> Number:
    return 0 if end is None else Fraction(1) / end
