"""Narrow open amounts by going through the few values of missing facts, as `matcher.interpret.cases` does for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from itertools import product
from math import prod

import numpy as np

from matcher.interpret.cases import MOST_CASES
from matcher.interpret.possible import ABSENT, Possible
from matcher.interpret.scope import FactKey
from matcher.vector import columns, ends
from matcher.vector.columns import NONE, Codes, Numbers, hull, numbers, take
from matcher.vector.ends import Array
from matcher.vector.scope import Scope

_Case = Mapping[FactKey, Possible]
_Choices = Mapping[FactKey, list[Possible]]


def case_by_case(amount: Numbers, scope: Scope, amount_in: Callable[[Scope], Numbers]) -> Numbers:
    """Return what is left of open amounts when their missing facts are taken case by case."""
    if amount.needs is NONE:
        return amount
    needs = np.broadcast_to(amount.needs, scope.size)
    facts = {
        key: place for key, place in scope.bits.places.items() if (needs >> place & 1).any() and key in scope.facts
    }
    codes = {key: column for key in facts if isinstance(column := scope.facts[key], Codes)}
    if not codes:
        return amount
    patterns = np.zeros(scope.size, np.int64)
    for key, column in codes.items():
        is_asked = needs >> facts[key] & 1
        patterns = patterns * (len(column.states) + 1) + np.where(is_asked, column.ids + 1, 0)
        _, patterns = np.unique(patterns, return_inverse=True)
    for pattern in range(int(patterns.max()) + 1):
        rows = np.flatnonzero(patterns == pattern)
        first = rows[0]
        choices = {
            key: found
            for key, column in codes.items()
            if needs[first] >> facts[key] & 1
            and len(found := _values(column.states[column.ids[first if len(column.ids) > 1 else 0]])) <= MOST_CASES
            and found
        }
        amount = _narrowed(amount, rows, choices, scope, amount_in)
    return replace(amount, needs=np.where(amount.settled(), 0, amount.needs))


def _values(state: Possible) -> list[Possible]:
    if state.members is None:
        return []
    found = [Possible(is_ordered=False, members=frozenset((member,)), table=state.table) for member in state.members]
    return [*found, ABSENT] if state.absent else found


def _narrowed(
    amount: Numbers, rows: Array, choices: _Choices, scope: Scope, amount_in: Callable[[Scope], Numbers]
) -> Numbers:
    questions: list[_Choices] = [{key: values} for key, values in choices.items()]
    if len(choices) > 1 and prod(map(len, choices.values())) <= MOST_CASES:
        questions.append(choices)
    some = scope.narrowed_to(rows)
    for question in questions:
        cases = [
            dict(zip(question, map(columns.constant, values), strict=True)) for values in product(*question.values())
        ]
        found = [amount_in(some.pinning(case)) for case in cases]
        amount = _intersection(amount, reduce(lambda one, other: numbers(hull(one, other)), found), rows, scope.size)
    scope.odd[rows] |= some.odd
    return amount


def _intersection(amount: Numbers, other: Numbers, rows: Array, size: int) -> Numbers:
    places = np.zeros(size, np.int64)
    places[rows] = np.arange(len(rows))
    is_meant = np.zeros(size, bool)
    is_meant[rows] = True
    spread = numbers(take(other, places))
    lo_mask = is_meant & ~spread.low & (amount.low | ends.less(amount.lo, spread.lo))
    hi_mask = is_meant & ~spread.high & (amount.high | ends.less(spread.hi, amount.hi))
    return replace(
        amount,
        lo=ends.where(lo_mask, spread.lo, amount.lo),
        hi=ends.where(hi_mask, spread.hi, amount.hi),
        low=amount.low & ~lo_mask,
        high=amount.high & ~hi_mask,
    )
