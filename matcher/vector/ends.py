"""Exact numbers in columns: a numerator and a denominator each, in int64 where there is room and in Python integers where not.

An array of length one stands for the same number in every row. No product or sum is formed before it is known to fit.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
ROOM = 2**62  # a sum of two numbers within it still fits int64


class End(NamedTuple):
    """Numbers as num ÷ den, den > 0."""

    num: Array
    den: Array


ONE = np.ones(1, np.int64)
ONE.flags.writeable = False


def whole(values: Array) -> End:
    """Return whole numbers."""
    return End(values, ONE)


def constant(value: Fraction | int) -> End:
    """Return one number for every row."""
    exact = Fraction(value)
    return End(_of(exact.numerator), _of(exact.denominator))


def _of(value: int) -> Array:
    return np.array([value], np.int64 if abs(value) < ROOM else object)


def from_numbers(values: list[Fraction | int]) -> End:
    """Return numbers over their least common denominator."""
    den = math.lcm(*(Fraction(value).denominator for value in values))
    nums = [int(value * den) for value in values]
    kind: Any = np.int64 if max((abs(num) for num in nums), default=0) < ROOM else object
    return End(np.array(nums, kind), _of(den))


def largest(values: Array) -> int:
    """Return the largest absolute value."""
    return max(abs(int(values.min())), abs(int(values.max()))) if values.size else 0


def times(one: Array, other: Array) -> Array:
    """Return the products, in Python integers where int64 has no room for them."""
    if _is_wide(one, other) or largest(one) * largest(other) >= ROOM:
        one, other = one.astype(object), other.astype(object)
    found: Array = one * other
    return found


def plus(one: Array, other: Array) -> Array:
    """Return the sums, in Python integers where int64 has no room for them."""
    if _is_wide(one, other) or largest(one) + largest(other) >= ROOM:
        one, other = one.astype(object), other.astype(object)
    found: Array = one + other
    return found


def _is_wide(one: Array, other: Array) -> bool:
    return any(values.dtype == object for values in (one, other))


def same_scale(one: End, other: End) -> tuple[Array, Array, Array]:
    """Return the numerators over a common denominator, and that."""
    if len(one.den) == 1 == len(other.den):
        left, right = int(one.den[0]), int(other.den[0])
        if left == right:
            return one.num, other.num, one.den
        den = math.lcm(left, right)
        return times(one.num, _of(den // left)), times(other.num, _of(den // right)), _of(den)
    return times(one.num, other.den), times(other.num, one.den), times(one.den, other.den)


def add(one: End, other: End) -> End:
    """Return one + other."""
    left, right, den = same_scale(one, other)
    return End(plus(left, right), den)


def negate(end: End) -> End:
    """Return −end."""
    return End(-end.num, end.den)


def multiply(one: End, other: End) -> End:
    """Return one × other."""
    return End(times(one.num, other.num), times(one.den, other.den))


def inverse(end: End) -> End:
    """Return 1 ÷ end, and 0 where end is 0."""
    sign = np.sign(end.num)
    num, den = times(end.den, sign), abs(end.num)
    return End(num, np.where(end.num == 0, 1, den))


def less(one: End, other: End) -> Array:
    """Tell where one < other."""
    found: Array = _order(one, other) < 0
    return found


def equal(one: End, other: End) -> Array:
    """Tell where one = other."""
    if one is other:
        return np.ones(1, bool)
    found: Array = _order(one, other) == 0
    return found


def _order(one: End, other: End) -> Array:
    """Return numbers below, at or above 0 where one is less than, equal to, or more than other."""
    if one.den is other.den and not _is_wide(one.num, other.num):
        found: Array = one.num - other.num
        return found
    parts = (*one, *other)
    is_narrow = all(values.dtype == np.int64 for values in parts)
    sizes = (largest(values) for values in parts)
    if is_narrow and _has_no_room(*sizes):
        return _order_of_quotients(*np.broadcast_arrays(*parts))
    left, right = times(one.num, other.den), times(other.num, one.den)
    return (left > right).astype(np.int8) - (left < right)


def _has_no_room(num: int, den: int, other_num: int, other_den: int) -> bool:
    return max(num * other_den, other_num * den) >= ROOM


def _order_of_quotients(num: Array, den: Array, other_num: Array, other_den: Array) -> Array:
    """Compare whole parts first, then what is left upside down, so that no product is formed."""
    found = np.zeros(len(num), np.int8)
    rows, sign = np.flatnonzero((num != other_num) | (den != other_den)), 1
    num, den, other_num, other_den = (values[rows] for values in (num, den, other_num, other_den))
    while len(rows):
        whole, rest = np.divmod(num, den)
        other_whole, other_rest = np.divmod(other_num, other_den)
        order = np.where(whole == other_whole, np.sign(rest) - np.sign(other_rest), np.sign(whole - other_whole))
        is_told = (whole != other_whole) | (rest == 0) | (other_rest == 0)
        found[rows[is_told]] = sign * order[is_told]
        left = ~is_told
        rows, sign = rows[left], -sign
        num, den, other_num, other_den = den[left], rest[left], other_den[left], other_rest[left]
    return found


def where(mask: Array, one: End, other: End) -> End:
    """Return one where the mask holds, else other."""
    if one is other:
        return one
    if len(one.den) == 1 == len(other.den):
        left, right, den = same_scale(one, other)
        return End(np.where(mask, left, right), den)
    return End(np.where(mask, one.num, other.num), np.where(mask, one.den, other.den))


def put(end: End, rows: Array, other: End, size: int) -> End:
    """Return numbers with others in some rows."""
    found = []
    for values, others in zip(end, other, strict=True):
        kind = np.result_type(values, others)
        column = np.broadcast_to(values, size).astype(kind)
        column[rows] = others
        found.append(column)
    return End(*found)


def lesser(one: End, other: End) -> End:
    """Return the lesser of each pair."""
    return where(less(one, other), one, other)


def floor(end: End) -> Array:
    """Return the greatest whole numbers not above."""
    found: Array = end.num // end.den
    return found


def ceil(end: End) -> Array:
    """Return the least whole numbers not below."""
    found: Array = -((-end.num) // end.den)
    return found


def half_up(end: End) -> Array:
    """Return the nearest whole numbers, half up."""
    doubled = plus(times(end.num, _of(2)), end.den)
    found: Array = doubled // times(end.den, _of(2))
    return found


def take(end: End, rows: Array) -> End:
    """Return the numbers of some rows; what is the same in every row stays so."""
    return End(take_rows(end.num, rows), take_rows(end.den, rows))


def take_rows(values: Array, rows: Array) -> Array:
    """Return some rows of an array, one of length one as it is."""
    if len(values) == 1:
        return values
    found: Array = values[rows]
    return found


def at(end: End, row: int) -> Fraction | int:
    """Return the number of one row, as int where it is whole."""
    num = end.num[row if len(end.num) > 1 else 0]
    den = end.den[row if len(end.den) > 1 else 0]
    exact = Fraction(int(num), int(den))
    return exact.numerator if exact.denominator == 1 else exact
