"""Which items of a list are paid when only so many of them count, and what they can add up to.

Every item is a claim whose amount, existence and group may be uncertain. The bounds hold for every way the uncertain things
may turn out, and they only narrow when something becomes known.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from matcher.interpret.possible import Needs, Number, Possible, settled
from rules.language.model import ItemOrder

UNKNOWN_GROUP = object()


class Claim(NamedTuple):
    """What one item would add; `is_sure` says that it counts at all, `group` what the limit counts by."""

    amount: Possible
    is_sure: bool
    group: Hashable
    needs: Needs = ()


def select(claims: Sequence[Claim], count: Possible, order: ItemOrder) -> Possible:
    """Return what the claims add up to when at most `count` of each group are paid; no count, no limit."""
    fewest = None if not count.exists or count.lo is None else int(count.lo)
    out = left_out(claims, count, order)
    may = [claim for place, claim in enumerate(claims) if place not in out]
    if order is ItemOrder.AMOUNT:
        sure = ((claim.group, claim.amount.lo) for claim in claims if claim.is_sure)
        lo = _dearest(sure, fewest, with_unknown=False)
    else:
        lo = sum(claim.amount.lo or 0 for claim in _surely_first(claims, fewest))
    hi = _dearest(((claim.group, claim.amount.hi) for claim in may), _most(count), with_unknown=True)
    needs = dict.fromkeys(need for claim in may for need in (*claim.amount.needs, *claim.needs))
    return settled(Possible(lo, hi, needs=(*needs, *(need for need in count.needs if need not in needs))))


def left_out(claims: Sequence[Claim], count: Possible, order: ItemOrder) -> set[int]:
    """Return the places of the claims that are surely beyond the limit."""
    most = _most(count)
    if most is None:
        return set()
    if order is ItemOrder.LISTED:
        return set(_too_late(claims, most))
    ranked: dict[Hashable, list[tuple[Number, int]]] = defaultdict(list)
    for place, claim in enumerate(claims):
        if claim.is_sure:
            ranked[claim.group].append((-(claim.amount.lo or 0), place))
    for rivals in ranked.values():
        rivals.sort()
    return {
        place
        for place, claim in enumerate(claims)
        if claim.group is not UNKNOWN_GROUP
        and claim.amount.hi is not None
        and bisect_left(ranked[claim.group], (-claim.amount.hi, place)) >= most
    }


def _most(count: Possible) -> int | None:
    return None if count.absent or count.hi is None else int(count.hi)


def _too_late(claims: Sequence[Claim], most: int) -> Iterator[int]:
    """Yield the places before which so many of the group surely count that the limit is used up."""
    sure_before: Counter[Hashable] = Counter()
    for place, claim in enumerate(claims):
        if claim.group is UNKNOWN_GROUP:
            continue
        if sure_before[claim.group] >= most:
            yield place
        sure_before[claim.group] += claim.is_sure


def _surely_first(claims: Sequence[Claim], fewest: int | None) -> Iterator[Claim]:
    """Yield the claims before which not even all that may count use up the limit."""
    before: Counter[Hashable] = Counter()
    for place, claim in enumerate(claims):
        rivals = place if claim.group is UNKNOWN_GROUP else before[claim.group] + before[UNKNOWN_GROUP]
        if claim.is_sure and (fewest is None or rivals < fewest):
            yield claim
        before[claim.group] += 1


def _dearest(
    amounts: Iterable[tuple[Hashable, Number | None]], count: int | None, *, with_unknown: bool
) -> Number | None:
    """Add up the dearest `count` of each group; what may belong to any group comes on top, or not at all."""
    groups: dict[Hashable, list[Number]] = defaultdict(list)
    loose: Number = 0
    if count == 0:
        return 0
    for group, amount in amounts:
        if group is UNKNOWN_GROUP and not with_unknown:
            continue
        if amount is None:
            return None
        if group is UNKNOWN_GROUP:
            loose += amount
        else:
            groups[group].append(amount)
    return loose + sum(sum(sorted(group, reverse=True)[:count]) for group in groups.values())
