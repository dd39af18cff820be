"""The interpreter's exact arithmetic on intervals, for all rows at once.

Each function says what its namesake in `matcher.interpret.arithmetic` says, row by row; see there for the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np

from matcher.interpret import arithmetic as one_by_one
from matcher.interpret.possible import LAST_DAY, Possible
from matcher.vector import ends
from matcher.vector.columns import (
    NO,
    NONE,
    NOTHING,
    YES,
    ZERO,
    Numbers,
    either,
    exactly,
    hull,
    number,
    numbers,
    select,
    take,
    tidy,
)
from matcher.vector.ends import Array, End
from rules.calendar import Period
from rules.language.model import OnZero

_EPOCH = date(1970, 1, 1).toordinal()


def add(one: Numbers, other: Numbers) -> Numbers:
    """Return one + other."""
    lo = ends.add(one.lo, other.lo)
    hi = lo if one.hi is one.lo and other.hi is other.lo else ends.add(one.hi, other.hi)
    ways = either(one.low, other.low), either(one.high, other.high)
    return _from_all((one, other), lo, hi, *ways, is_whole=one.is_whole and other.is_whole)


def negate(value: Numbers) -> Numbers:
    """Return −value."""
    lo = ends.negate(value.hi)
    hi = lo if value.hi is value.lo else ends.negate(value.lo)
    return replace(value, lo=lo, hi=hi, low=value.high, high=value.low)


def subtract(one: Numbers, other: Numbers) -> Numbers:
    """Return one − other."""
    return add(one, negate(other))


def multiply(one: Numbers, other: Numbers) -> Numbers:
    """Return one × other."""
    is_whole = one.is_whole and other.is_whole
    if one.hi is one.lo and other.hi is other.lo:
        lo = ends.multiply(one.lo, other.lo)
        return _from_all(
            (one, other), lo, lo, either(one.low, other.low), either(one.high, other.high), is_whole=is_whole
        )
    is_exact = _is_exact(one) & _is_exact(other)
    rows = np.flatnonzero(~is_exact)
    if len(rows) > len(is_exact) // 2:
        lo, hi, low, high = _between(one, other)
        return _from_all((one, other), lo, hi, low, high, is_whole=is_whole)
    exact = ends.multiply(one.lo, other.lo)
    some = (numbers(take(one, rows)), numbers(take(other, rows)))
    lo, hi, low, high = _between(*some)
    size = len(is_exact)
    is_low, is_high = np.zeros(size, bool), np.zeros(size, bool)
    is_low[rows], is_high[rows] = low, high
    lo, hi = ends.put(exact, rows, lo, size), ends.put(exact, rows, hi, size)
    return _from_all((one, other), lo, hi, is_low, is_high, is_whole=is_whole)


def _is_exact(value: Numbers) -> Array:
    """Tell where both ends are written alike, so that a product of them has one value."""
    found: Array = ~value.low & ~value.high & (value.lo.num == value.hi.num) & (value.lo.den == value.hi.den)
    return found


def _between(one: Numbers, other: Numbers) -> tuple[End, End, Array, Array]:
    """Return the ends of a product, and where they are open: the least and the most of the products of the ends."""
    corners = [_product(x, y) for x in _corners(one) for y in _corners(other)]
    lowest = highest = corners[0]
    for corner in corners[1:]:
        lowest = _pick(_is_less(corner, lowest), corner, lowest)
        highest = _pick(_is_less(highest, corner), corner, highest)
    return lowest[1], highest[1], lowest[0] < 0, highest[0] > 0


_Corner = tuple[Array, End]  # −1 for minus infinity, 1 for infinity, 0 for the number beside it


def _corners(value: Numbers) -> tuple[_Corner, _Corner]:
    return (-value.low.astype(np.int64), value.lo), (value.high.astype(np.int64), value.hi)


def _product(one: _Corner, other: _Corner) -> _Corner:
    is_open = (one[0] != 0) | (other[0] != 0)
    sign = _sign(one) * _sign(other)
    infinity = np.where(is_open, sign, 0)
    return infinity, ends.where(is_open, ends.constant(0), ends.multiply(one[1], other[1]))


def _sign(corner: _Corner) -> Array:
    return np.where(corner[0] != 0, corner[0], np.sign(corner[1].num).astype(np.int64))


def _is_less(one: _Corner, other: _Corner) -> Array:
    found: Array = (one[0] < other[0]) | ((one[0] == other[0]) & ends.less(one[1], other[1]))
    return found


def _pick(mask: Array, one: _Corner, other: _Corner) -> _Corner:
    return np.where(mask, one[0], other[0]), ends.where(mask, one[1], other[1])


def is_zero(value: Numbers) -> Array:
    """Tell where a value is zero and nothing else."""
    found: Array = ~value.low & ~value.high & (value.lo.num == 0) & (value.hi.num == 0)
    return found


def divide(one: Numbers, other: Numbers, on_zero: OnZero) -> Numbers:
    """Return one ÷ other; where the denominator is zero the quotient is anything (UNKNOWN) or nothing (FAIL)."""
    may_be_zero = ~other.gone & (other.low | (other.lo.num <= 0)) & (other.high | (other.hi.num >= 0))
    lo = ends.where(other.high, ends.constant(0), ends.inverse(other.hi))
    hi = lo if other.hi is other.lo else ends.where(other.low, ends.constant(0), ends.inverse(other.lo))
    reciprocal = replace(other, lo=lo, hi=hi, low=NO, high=NO, is_whole=False)
    found = multiply(one, tidy(reciprocal))
    if not may_be_zero.any():
        return found
    if on_zero is OnZero.UNKNOWN:
        anything = _from_all((one, other), ends.constant(0), ends.constant(0), YES, YES, is_whole=False)
        return numbers(select(may_be_zero, anything, found))
    sides = replace(
        reciprocal,
        hi=End(*hi),  # no longer the lower end
        low=other.low | (other.lo.num < 0),
        high=other.high | (other.hi.num > 0),
        absent=YES,
    )
    divided = numbers(select(may_be_zero, multiply(one, sides), found))
    return numbers(select(~other.gone & is_zero(other), NOTHING, divided))


def least(parts: Sequence[Numbers]) -> Numbers:
    """Return the least of the parts that exist; nothing when none does."""
    if all(part.is_plain and part.needs is NONE for part in parts):
        lo = parts[0].lo
        for part in parts[1:]:
            lo = ends.lesser(lo, part.lo)
        return exactly(lo, is_whole=all(part.is_whole for part in parts))
    lowest = numbers(parts[0])
    for part in parts[1:]:
        lowest = numbers(hull(lowest, part))
    sure_hi, has_sure, has_top = _least_top(parts, lambda part: ~part.absent)
    most_hi, _, _ = _most_top(parts)
    is_open = _any(~part.gone & part.high for part in parts)
    hi = ends.where(has_sure, sure_hi, most_hi)
    high = np.where(has_sure, ~has_top, is_open)
    gone = ~_any(~part.gone for part in parts)
    needs = NONE
    for part in parts:
        bears = ~part.gone & (part.low | high | ends.less(part.lo, hi))
        needs = either(needs, np.where(bears, part.needs, 0) if part.needs is not NONE else NONE)
    is_whole = all(part.is_whole for part in parts)
    return tidy(Numbers(lowest.lo, hi, lowest.low, high | gone, gone, ~has_sure, needs, is_whole))


def _any(masks: Iterable[Array]) -> Array:
    found = NO
    for mask in masks:
        found = found | mask
    return found


def _least_top(parts: Sequence[Numbers], is_meant: Callable[[Numbers], Array]) -> tuple[End, Array, Array]:
    """Return the least upper end of the parts that are meant, whether there are any, and whether any is bounded."""
    top, is_there, has_top = ends.constant(0), NO, NO
    for part in parts:
        meant = is_meant(part)
        bounded = meant & ~part.high
        top = ends.where(bounded & (~has_top | ends.less(part.hi, top)), part.hi, top)
        is_there, has_top = is_there | meant, has_top | bounded
    return top, is_there, has_top


def _most_top(parts: Sequence[Numbers]) -> tuple[End, Array, Array]:
    flipped, is_there, has_top = ends.constant(0), NO, NO
    for part in parts:
        bounded = ~part.gone & ~part.high
        flipped = ends.where(bounded & (~has_top | ends.less(flipped, part.hi)), part.hi, flipped)
        is_there, has_top = is_there | ~part.gone, has_top | bounded
    return flipped, is_there, has_top


def greatest(parts: Sequence[Numbers]) -> Numbers:
    """Return the greatest of the parts that exist; nothing when none does."""
    return negate(least([negate(part) for part in parts]))


def total(parts: Sequence[Numbers]) -> Numbers:
    """Return the sum of the parts."""
    found = parts[0]
    for part in parts[1:]:
        found = add(found, part)
    return found


def average(parts: Sequence[Numbers]) -> Numbers:
    """Return the sum of the parts divided by their number."""
    return multiply(total(parts), number(Fraction(1, len(parts)), is_whole=False))


def whole_part(value: Numbers) -> Numbers:
    """Return the greatest whole number not above the value."""
    lo = ends.whole(ends.floor(value.lo))
    hi = lo if value.hi is value.lo else ends.whole(ends.floor(value.hi))
    return _from_all((value,), lo, hi, value.low, value.high, is_whole=True)


def shift(day: Numbers, period: Period, *, backwards: bool) -> Numbers:
    """Move a day by a period of legal time; a day beyond the calendar is unbounded."""
    return map_days(day, lambda one: one_by_one.shift(one, period, backwards=backwards))


def map_days(day: Numbers, change: Callable[[Possible], Possible]) -> Numbers:
    """Apply a change that keeps the order of days, once for each day that occurs."""
    lo, low = _changed(day.lo, day.low | day.gone, change)
    hi, high = (lo, low) if day.hi is day.lo and not low.any() else _changed(day.hi, day.high | day.gone, change)
    if not (low.any() or high.any()):
        low = high = NO
    return _from_all((day,), lo, hi, low, high, is_whole=True)


def _changed(end: End, is_open: Array, change: Callable[[Possible], Possible]) -> tuple[End, Array]:
    days_now = np.where(is_open, 1, end.num)
    found, places = np.unique(days_now, return_inverse=True)
    changed = [change(_day(int(each))).lo for each in found]
    places = places.reshape(days_now.shape)
    days = np.array([1 if each is None else int(each) for each in changed], np.int64)[places]
    beyond = np.array([each is None for each in changed])[places] | is_open
    return ends.whole(days), beyond


def months_between(start: Numbers, end: Numbers, months: int) -> Numbers:
    """Return how many full periods of that many months lie between two days, at least zero."""
    lo = _full_periods(start.hi, end.lo, months)
    lo = ends.where(start.high | end.low, ends.constant(0), lo)
    if start.is_plain and end.is_plain:
        hi, high = lo, NO
    else:
        hi, high = _full_periods(start.lo, end.hi, months), start.low | end.high
    return _from_all((start, end), lo, hi, NO, high, is_whole=True)


def _full_periods(start: End, end: End, months: int) -> End:
    first, last = _calendar(start), _calendar(end)
    between = last[0] - first[0]
    count = np.maximum(between // months, 0)
    # The corresponding day of the last month, its last one where the month is shorter, may still lie ahead.
    is_ahead = (count * months == between) & (np.minimum(first[1], last[2]) > last[1])
    return ends.whole(np.where((count > 0) & is_ahead, count - 1, count))


def _calendar(end: End) -> tuple[Array, Array, Array]:
    """Return months since the epoch, the day of the month, and the length of the month."""
    days = (np.clip(end.num, 1, LAST_DAY).astype(np.int64) - _EPOCH).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    start = months.astype("datetime64[D]")
    length = ((months + 1).astype("datetime64[D]") - start).astype(np.int64)
    return months.astype(np.int64), (days - start).astype(np.int64) + 1, length


def _day(ordinal: int) -> Possible:
    return Possible(ordinal, ordinal, is_whole=True)


def payable(value: Numbers) -> Numbers:
    """Read values as money that is paid: what does not exist is zero, and nothing is paid below zero."""
    to_zero = value.absent | value.low | (value.lo.num < 0)
    if value.hi is value.lo and value.absent is NO:
        lo = ends.where(to_zero, ends.constant(0), value.lo) if to_zero.any() else value.lo
        return replace(value, lo=lo, hi=lo)
    lo = ends.where(to_zero, ends.constant(0), value.lo)
    hi = ends.where(value.gone | (value.hi.num < 0), ends.constant(0), value.hi)
    return tidy(Numbers(lo, hi, NO, value.high & ~value.gone, NO, NO, _needs_there(value), value.is_whole))


def _needs_there(value: Numbers) -> Array:
    return value.needs if value.needs is NONE else np.where(value.gone, 0, value.needs)


def not_negative(value: Numbers) -> Numbers:
    """Read values as a base: below zero counts as zero, what does not exist stays so."""
    to_zero = value.low | (value.lo.num < 0)
    if not to_zero.any():
        return value
    lo = ends.where(to_zero, ends.constant(0), value.lo)
    if value.hi is value.lo:
        return replace(value, lo=lo, hi=lo)
    hi = ends.where((value.hi.num < 0), ends.constant(0), value.hi)
    return tidy(replace(value, lo=lo, hi=hi, low=value.low & value.gone))


def capped(value: Numbers, cap: Numbers) -> Numbers:
    """Limit values from above; a cap known not to exist sets no limit, one that can never bind is not asked for."""
    if value.is_plain and cap.is_plain and value.needs is NONE and cap.needs is NONE:
        return least([value, cap])
    is_idle = cap.gone | value.gone | (~value.high & ~cap.low & ~ends.less(cap.lo, value.hi))
    is_sure = ~cap.absent & ~value.absent & ~value.low & ~cap.high & ends.less(cap.hi, value.lo)
    limited = least([_there(value), _there(cap)])
    needs = either(value.needs, cap.needs)
    limited = tidy(replace(limited, absent=value.absent, gone=NO, needs=needs))
    maybe = select(cap.absent, hull(limited, value), limited) if cap.absent.any() else limited
    return numbers(select(is_idle, value, select(is_sure, cap, maybe)))


def _there(value: Numbers) -> Numbers:
    return replace(value, absent=NO, gone=NO) if value.absent is not NO else value


def floored(value: Numbers, floor: Numbers) -> Numbers:
    """Raise values to at least a floor."""
    return negate(capped(negate(value), negate(floor)))


def nothing_below(amount: Numbers, measured: Numbers, threshold: Numbers) -> Numbers:
    """Return the amount, or zero where what is measured stays below a threshold; one that does not exist bars nothing."""
    is_reached = ~threshold.high & ~measured.low & ~ends.less(measured.lo, threshold.hi)
    is_below = ~measured.high & ~threshold.low & ends.less(measured.hi, threshold.lo)
    needs = either(measured.needs, threshold.needs)
    maybe = numbers(hull(amount, ZERO))
    if needs is not NONE:
        maybe = replace(maybe, needs=np.where(maybe.settled(), maybe.needs, maybe.needs | needs))
    found = select(is_below & ~threshold.absent, ZERO, maybe)
    return numbers(select(threshold.gone | is_reached, amount, found))


def _from_all(parts: Sequence[Numbers], lo: End, hi: End, low: Array, high: Array, *, is_whole: bool) -> Numbers:
    """Build the result of an operation that needs every part to exist."""
    gone = absent = NO
    needs = NONE
    for part in parts:
        gone, absent, needs = either(gone, part.gone), either(absent, part.absent), either(needs, part.needs)
    if needs is not NONE and gone is not NO:
        needs = np.where(gone, 0, needs)
    if gone is not NO:
        absent = either(absent, gone)
    return tidy(Numbers(lo, hi, low, high, gone, absent, needs, is_whole))
