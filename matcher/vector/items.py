"""The step that pays for each item of a list, for all rows."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from matcher.interpret.amounts.selection import UNKNOWN_GROUP, Claim
from matcher.interpret.amounts.selection import select as select_claims
from matcher.interpret.possible import Possible
from matcher.vector import arithmetic, ends
from matcher.vector.columns import (
    NO,
    NONE,
    NOTHING,
    ZERO,
    Column,
    Numbers,
    hull,
    numbers,
    possible_at,
    select,
    tidy,
    with_needs,
)
from matcher.vector.dispatch import F, T, decide, evaluate, fixed
from matcher.vector.ends import Array
from matcher.vector.lists import first_items, first_mask, list_bit, total_by, up_to
from matcher.vector.scope import ItemRows, Scope
from matcher.vector.steps import RUNNERS, Running, added, run_steps, value_of
from rules.language.model import ForEach, ItemOrder, Limit


@dataclass(frozen=True, slots=True)
class _Claims:
    """What the items would add, whether they count, and what a limit counts by."""

    item: ItemRows
    amount: Numbers
    is_sure: Array
    may_count: Array
    groups: list[Hashable]


def _for_each(step: ForEach, now: Running, scope: Scope) -> Running:
    inner = scope.at_items(step.list_name)
    item = inner.item
    assert item is not None  # noqa: S101  just set
    truth, needs, _ = fixed(T) if step.where is None else decide(step.where, inner)
    amount = arithmetic.payable(run_steps(step.steps, Running(), inner).amount)
    is_sure, may_count = np.broadcast_to(truth == T, inner.size), np.broadcast_to(truth != F, inner.size)
    claimed = _claimed(amount, is_sure, may_count, needs)
    found: Column = tidy(total_by(claimed, item, scope.size))
    count = NOTHING if step.limit is None else value_of(step.limit.count, scope)
    known, most = scope.known_lists(step.list_name)
    known = np.broadcast_to(known, scope.size)
    if step.limit is not None:
        claims = _Claims(item, claimed, is_sure, may_count, _groups(step.limit, inner))
        over = np.flatnonzero(known & _may_exceed(step, claims, count, scope.size))
        if len(over):
            found = _put(found, over, _selected(step, over, claims, count), scope.size)
    if not known.all():
        each = numbers(hull(first_items(item, amount, scope.size), ZERO))
        unknown = arithmetic.multiply(_up_to(step.limit, most, count), each)
        may_first = first_mask(item, may_count, scope.size)
        found = select(known, found, select(may_first, with_needs(unknown, list_bit(step.list_name, scope)), ZERO))
    return added(now, numbers(found))


def _claimed(amount: Numbers, is_sure: Array, may_count: Array, needs: Array) -> Numbers:
    """Return what each item adds: one that may not count at all from nothing on, one that does not count nothing."""
    lo = ends.where(is_sure, amount.lo, ends.constant(0))
    is_exact = amount.hi is amount.lo and bool((is_sure | ~may_count).all())
    hi = lo if is_exact else ends.where(may_count, amount.hi, ends.constant(0))
    high = amount.high if amount.high is NO else amount.high & may_count
    all_needs = NONE
    if needs is not NONE or amount.needs is not NONE:
        all_needs = np.where(may_count, amount.needs | np.where(is_sure, 0, needs), 0)
    return Numbers(lo, hi, NO, high, NO, NO, all_needs)


def _groups(limit: Limit, inner: Scope) -> list[Hashable]:
    """Return for each item what the limit counts by."""
    if limit.per is None:
        return [None] * inner.size
    column = evaluate(limit.per, inner)
    settled = np.broadcast_to(column.settled(), inner.size)
    return [_group(possible_at(column, row)) if settled[row] else UNKNOWN_GROUP for row in range(inner.size)]


def _group(per: Possible) -> Hashable:
    return ("absent",) if per.absent else (per.lo, per.members)


def _may_exceed(step: ForEach, claims: _Claims, count: Numbers, size: int) -> Array:
    """Tell in which rows the limit may matter: there items have to be chosen one by one."""
    parents = claims.item.parents
    held = np.bincount(parents[claims.may_count], minlength=size)
    exceeds = count.low | count.absent | ends.less(count.lo, ends.whole(held))
    if step.order_by is ItemOrder.AMOUNT:
        loose = [parents[place] for place, group in enumerate(claims.groups) if group is UNKNOWN_GROUP]
        exceeds = exceeds | np.isin(np.arange(size), loose)
    return exceeds


def _selected(step: ForEach, rows: Array, claims: _Claims, count: Numbers) -> list[Possible]:
    """Choose the items of some rows; needs are bits here, and the interpreter passes them through as they are."""
    counts = np.bincount(claims.item.parents, minlength=int(rows.max()) + 1)
    starts = np.cumsum(counts) - counts
    found = []
    for row in rows:
        places = range(starts[row], starts[row] + counts[row])
        mine = [_claim(claims, place) for place in places if claims.may_count[place]]
        found.append(select_claims(mine, possible_at(count, row), step.order_by))
    return found


def _claim(claims: _Claims, place: int) -> Claim:
    amount = claims.amount
    bits = int(amount.needs[place if len(amount.needs) > 1 else 0])
    value = possible_at(amount, place)._replace(needs=(bits,) if bits else ())  # type: ignore[arg-type]  # bits for names
    return Claim(value, bool(claims.is_sure[place]), claims.groups[place])


def _put(found: Column, rows: Array, answers: list[Possible], size: int) -> Numbers:
    """Return a column with other answers in some rows."""
    places = np.zeros(size, np.int64)
    places[rows] = np.arange(len(answers))
    lo = ends.from_numbers([answer.lo or 0 for answer in answers])
    hi = ends.from_numbers([answer.hi or 0 for answer in answers])
    high = np.array([answer.hi is None for answer in answers])
    needs = np.array([_bits(answer) for answer in answers], np.int64)
    other = Numbers(ends.take(lo, places), ends.take(hi, places), NO, high[places], NO, NO, needs[places])
    mask = np.zeros(size, bool)
    mask[rows] = True
    return tidy(numbers(select(mask, other, found)))


def _bits(answer: Possible) -> int:
    found = 0
    for bits in answer.needs:
        found |= int(bits)
    return found


def _up_to(limit: Limit | None, most: int | None, count: Numbers) -> Numbers:
    """Return how many items of an unknown list may be paid."""
    top = up_to(most)
    if limit is None or limit.per is not None:
        return top
    is_limited = ~count.high & ~count.absent & (top.high | ends.less(count.hi, top.hi))
    hi = ends.where(is_limited, ends.whole(ends.floor(count.hi)), top.hi)
    return Numbers(top.lo, hi, NO, top.high & ~is_limited, is_whole=True)


RUNNERS[ForEach] = _for_each
