"""Narrow an open amount by going through the few values that a missing fact can have.

Steps for “yes” and steps for “no” exclude each other, which an interval alone does not see: it adds both up. Each missing
fact with few values is taken case by case, and all of them together where that makes few cases. Every such sum holds the
amount, so their intersection does; and since each of them narrows with what becomes known, so does the intersection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from math import prod

from matcher.interpret.possible import ABSENT, Possible, hull_of, settled
from matcher.interpret.scope import FactKey, Scope

MOST_CASES = 16

_Case = Mapping[FactKey, Possible]


def case_by_case(amount: Possible, scope: Scope, amount_in: Callable[[Scope], Possible]) -> Possible:
    """Return the part of an open amount that is left when its missing facts are taken case by case."""
    choices = {key: found for key, values in _open_facts(amount, scope) if len(found := tuple(values)) <= MOST_CASES}
    questions = [{key: values} for key, values in choices.items()]
    if len(choices) > 1 and prod(map(len, choices.values())) <= MOST_CASES:
        questions.append(choices)
    for question in questions:
        amount = _intersection(amount, hull_of(amount_in(scope.pinning(case)) for case in _cases(question)))
    return settled(amount)


def _cases(choices: Mapping[FactKey, Iterable[Possible]]) -> Iterator[_Case]:
    return (dict(zip(choices, values, strict=True)) for values in product(*choices.values()))


def _open_facts(amount: Possible, scope: Scope) -> Iterator[tuple[FactKey, Iterator[Possible]]]:
    """Yield the facts with a set of values among those that an amount needs."""
    for need in amount.needs:
        name, _, year = need.partition("@")
        key = (name, int(year or 0))
        known = scope.facts.get(key)
        if known is not None and not known.is_ordered and known.members is not None:
            yield key, _values(known)


def _values(known: Possible) -> Iterator[Possible]:
    for member in known.members or ():
        yield Possible(is_ordered=False, members=frozenset((member,)), table=known.table)
    if known.absent:
        yield ABSENT


def _intersection(one: Possible, other: Possible) -> Possible:
    lo = other.lo if one.lo is None else one.lo if other.lo is None else max(one.lo, other.lo)
    hi = other.hi if one.hi is None else one.hi if other.hi is None else min(one.hi, other.hi)
    return one._replace(lo=lo, hi=hi)
