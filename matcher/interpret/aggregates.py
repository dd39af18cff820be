"""Make one number of the items of a list, some of which may be only partly known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from matcher.interpret import arithmetic
from matcher.interpret.dispatch import EVALUATORS, decide, evaluate
from matcher.interpret.possible import (
    ABSENT,
    ONE,
    ZERO,
    Needs,
    Possible,
    hull,
    with_needs,
)
from matcher.interpret.scope import Scope
from matcher.outcome import Truth
from rules.language.model import Aggregate, AggregateKind


class Counted(NamedTuple):
    """An item that counts, or may count when `is_sure` is not set; `value` is what is made of it."""

    value: Possible
    is_sure: bool
    needs: Needs


def aggregate(node: Aggregate, scope: Scope) -> Possible:
    """Return the number that a list comes to; an item whose value does not exist adds nothing."""
    entries = scope.entries(node.list_name)
    counted = list(_counted(node, scope))
    if entries.is_known:
        return _AGGREGATORS[node.kind](counted)
    if not counted:
        return ABSENT if node.kind in {AggregateKind.MAX, AggregateKind.MIN} else ZERO
    return with_needs(_of_unknown_list(node.kind, counted[0].value, entries.most), (entries.key,))


def _counted(node: Aggregate, scope: Scope) -> Iterator[Counted]:
    for item in scope.entries(node.list_name).items:
        inner = scope.at_item(item)
        truth, needs = (Truth.T, ()) if node.where is None else decide(node.where, inner)
        if truth is not Truth.F:
            value = ONE if node.of is None else evaluate(node.of, inner)
            yield Counted(value, truth is Truth.T, needs)


def _sum(counted: list[Counted]) -> Possible:
    parts = [ZERO]
    for item in counted:
        value = item.value
        if value.absent:
            value = hull(value, ZERO)._replace(absent=False)
        parts.append(value if item.is_sure else with_needs(hull(value, ZERO), item.needs))
    return arithmetic.total(parts)


def _extreme(pick: Callable[[list[Possible]], Possible]) -> Callable[[list[Counted]], Possible]:
    def aggregator(counted: list[Counted]) -> Possible:
        return pick(
            [item.value if item.is_sure else with_needs(hull(item.value, ABSENT), item.needs) for item in counted]
        )

    return aggregator


_AGGREGATORS: dict[AggregateKind, Callable[[list[Counted]], Possible]] = {
    AggregateKind.COUNT: _sum,
    AggregateKind.SUM: _sum,
    AggregateKind.MAX: _extreme(arithmetic.greatest),
    AggregateKind.MIN: _extreme(arithmetic.least),
}


def _of_unknown_list(kind: AggregateKind, value: Possible, most: int | None) -> Possible:
    """Return what a list comes to that may have any number of items, each of them like `value`."""
    if kind in {AggregateKind.MAX, AggregateKind.MIN}:
        return value._replace(absent=True)
    times = Possible(0, most, is_whole=True)
    return arithmetic.multiply(times, hull(value, ZERO)._replace(absent=False))


EVALUATORS[Aggregate] = aggregate
