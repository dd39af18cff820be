"""Numbers made of the items of lists, for all rows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from matcher.vector import arithmetic, ends
from matcher.vector.columns import (
    NO,
    NONE,
    NOTHING,
    UNIT,
    YES,
    ZERO,
    Column,
    Numbers,
    hull,
    number,
    numbers,
    select,
    take,
    tidy,
    with_needs,
)
from matcher.vector.dispatch import EVALUATORS, F, T, decide, evaluate, fixed
from matcher.vector.ends import Array, End
from matcher.vector.needs import NotCompiled
from matcher.vector.scope import ItemRows, Scope
from rules.language.model import Aggregate, AggregateKind


def aggregate(node: Aggregate, scope: Scope) -> Column:
    """Return the number that a list comes to; an item whose value does not exist adds nothing."""
    inner = scope.at_items(node.list_name)
    item = inner.item
    assert item is not None  # noqa: S101  just set
    is_extreme = node.kind in {AggregateKind.MAX, AggregateKind.MIN}
    nothing = NOTHING if is_extreme else ZERO
    if not len(item.parents):  # nobody has any
        return nothing
    truth, needs, _ = fixed(T) if node.where is None else decide(node.where, inner)
    value = UNIT if node.of is None else numbers(evaluate(node.of, inner))
    is_sure, may_count = truth == T, truth != F
    there = value if is_extreme else without_absence(value)
    counted = select(is_sure, there, with_needs(hull(there, nothing), needs))
    part = numbers(select(may_count, counted, nothing))
    found = _joined(node.kind, part, item, scope.size)
    known, most = scope.known_lists(node.list_name)
    if known.all():
        return found
    first, may_first = first_items(item, value, scope.size), first_mask(item, may_count, scope.size)
    if is_extreme:
        unknown: Column = replace(first, absent=YES)
    else:
        unknown = arithmetic.multiply(up_to(most), without_absence(numbers(hull(first, ZERO))))
    return select(known, found, select(may_first, with_needs(unknown, list_bit(node.list_name, scope)), nothing))


def _joined(kind: AggregateKind, part: Numbers, item: ItemRows, size: int) -> Numbers:
    if kind is AggregateKind.MIN:
        return _least_by(part, item.parents, size)
    if kind is AggregateKind.MAX:
        return arithmetic.negate(_least_by(arithmetic.negate(part), item.parents, size))
    return total_by(part, item, size)


def list_bit(list_name: str, scope: Scope) -> Array:
    """Return the bit of a list as a whole."""
    prefix, name, _ = scope.plain.resolve(list_name, 0)
    return np.array([scope.bit_of(prefix + name)], np.int64)


def up_to(most: int | None) -> Numbers:
    """Return how many items an unknown list may have."""
    top = number(most or 0)
    return Numbers(ends.constant(0), top.lo, NO, NO if most is not None else YES, is_whole=True)


def without_absence(value: Numbers) -> Numbers:
    """Read values that may not exist as zero in that case."""
    if value.absent is NO:
        return value
    zeroed = replace(numbers(hull(value, ZERO)), absent=NO, gone=NO)
    return tidy(numbers(select(value.absent, zeroed, replace(value, absent=NO, gone=NO))))


def first_items(item: ItemRows, value: Numbers, size: int) -> Numbers:
    """Return the value of the first item of each row; where there is none, any."""
    return numbers(take(value, _first_places(item, size)))


def first_mask(item: ItemRows, mask: Array, size: int) -> Array:
    """Tell whether a mask holds of the first item of each row."""
    return ends.take_rows(mask, _first_places(item, size))


def _first_places(item: ItemRows, size: int) -> Array:
    counts = np.bincount(item.parents, minlength=size)
    found: Array = np.minimum(np.cumsum(counts) - counts, max(len(item.items) - 1, 0))
    return found


def total_by(part: Numbers, item: ItemRows, size: int) -> Numbers:
    """Add up the items of each row."""
    lo = _sum(part.lo, item.parents, size)
    hi = lo if part.hi is part.lo else _sum(part.hi, item.parents, size)
    low, high = (mask if mask is NO else any_by(mask, item.parents, size) for mask in (part.low, part.high))
    return tidy(Numbers(lo, hi, low, high, NO, NO, needs_by(part.needs, item.parents, size), part.is_whole))


def _sum(end: End, parents: Array, size: int) -> End:
    nums = np.broadcast_to(end.num, len(parents)) if len(end.num) == 1 else end.num
    if len(end.den) == 1:
        found = np.zeros(size, np.int64)
        if nums.dtype == object or ends.largest(nums) * max(len(nums), 1) >= ends.ROOM:
            nums, found = nums.astype(object), found.astype(object)
        np.add.at(found, parents, nums)
        return End(found, end.den)
    sums = [Fraction(0)] * size
    for parent, num, den in zip(parents, nums, end.den, strict=True):
        sums[parent] += Fraction(int(num), int(den))
    return ends.from_numbers(list(sums))


def any_by(mask: Array, parents: Array, size: int) -> Array:
    """Tell for each row whether a mask holds of any of its items."""
    found = np.zeros(size, bool)
    np.logical_or.at(found, parents, mask)
    return found


def needs_by(needs: Array, parents: Array, size: int) -> Array:
    """Return for each row what any of its items needs."""
    if needs is NONE:
        return NONE
    found = np.zeros(size, np.int64)
    np.bitwise_or.at(found, parents, np.broadcast_to(needs, len(parents)))
    return found


def _least_by(part: Numbers, parents: Array, size: int) -> Numbers:
    ends_are = part.lo, part.hi
    if any(len(end.den) > 1 or end.num.dtype == object for end in ends_are):
        raise NotCompiled("列表中的最大最小值不是整数列")

    def by(mask: Array) -> Array:
        return any_by(mask, parents, size)

    lo_num, hi_num, den = ends.same_scale(part.lo, part.hi)
    there, sure = ~part.gone, ~part.absent
    has_sure, has_top = by(sure), by(sure & ~part.high)
    lo = _lowest(lo_num, there & ~part.low, parents, size)
    sure_hi = _lowest(hi_num, sure & ~part.high, parents, size)
    most_hi = -_lowest(-hi_num, there & ~part.high, parents, size)
    hi = np.where(has_sure, sure_hi, most_hi)
    high = np.where(has_sure, ~has_top, by(there & part.high))
    gone = ~by(there)
    bears = there & (part.low | high[parents] | (lo_num < hi[parents]))
    needs = part.needs if part.needs is NONE else np.where(bears, part.needs, 0)
    found = Numbers(
        End(lo, den),
        End(hi, den),
        by(there & part.low),
        high,
        gone,
        ~has_sure,
        needs_by(needs, parents, size),
        part.is_whole,
    )
    return tidy(found)


def _lowest(nums: Array, mask: Array, parents: Array, size: int) -> Array:
    found = np.full(size, ends.ROOM, np.int64)
    np.minimum.at(found, parents, np.where(mask, nums, ends.ROOM))
    return np.where(found == ends.ROOM, 0, found)


EVALUATORS[Aggregate] = aggregate
