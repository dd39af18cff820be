"""Whether two editions of a program differ only in bounds of table rows that no value ever reaches."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise

from rules.language.model import Dimension, FactRef, Literal, Policy, Table, Test, Word
from rules.language.rewrite import replaced, shape
from rules.language.walk import walk

_HOLDS = {
    Word.FROM: operator.ge,
    Word.OVER: operator.gt,
    Word.UPTO: operator.le,
    Word.BELOW: operator.lt,
    Word.IS: operator.eq,
}


def rows_alike(old: Policy, new: Policy) -> bool:
    """Tell whether it is proved that the tables of two editions choose the same for every value, and all else is the same.

    What a table chooses changes at bounds alone. So it is enough to look at each bound, between two of them and beyond the last: a
    later row's bound may reach into what an earlier row has taken.
    """
    tables = [[node for node in walk(policy.versions) if isinstance(node, Table)] for policy in (old, new)]
    if len(tables[0]) != len(tables[1]):
        return False
    changed = [pair for pair in zip(*tables, strict=True) if shape(pair[0]) != shape(pair[1])]
    restored = new
    for before, after in changed:
        restored = replaced(restored, after, before)
    return bool(changed) and shape(restored) == shape(old) and all(_choose_alike(*pair) for pair in changed)


def _choose_alike(one: Table, other: Table) -> bool:
    tests = [test for table in (one, other) for row in table.rows for test in row.tests]
    if shape(one.by) != shape(other.by) or not all(_is_plain(test) for test in tests):
        return False
    is_whole = isinstance(one.by, FactRef) and all(
        isinstance(bound, Literal) and (bound.dimension is Dimension.COUNT or isinstance(bound.value, date))
        for test in tests
        for bound in test.bounds
    )
    points = _points(sorted({_bound(test) for test in tests}), is_whole=is_whole)
    return all(_chosen(one, point) == _chosen(other, point) for point in points)


def _points(bounds: list[Fraction], *, is_whole: bool) -> Iterator[Fraction]:
    for bound in bounds:
        yield from (bound - 1, bound, bound + 1)
    if not is_whole:
        yield from ((low + high) / 2 for low, high in pairwise(bounds))


def _chosen(table: Table, point: Fraction) -> object:
    """Return what the first row that holds has to say, None where none does."""
    for row in table.rows:
        if all(_HOLDS[test.word](point, _bound(test)) for test in row.tests):
            return shape(row.value)
    return None


def _is_plain(test: Test) -> bool:
    bound = test.bounds[0] if len(test.bounds) == 1 else None
    is_number = isinstance(bound, Literal) and isinstance(bound.value, Fraction | date)
    return test.word in _HOLDS and is_number


def _bound(test: Test) -> Fraction:
    (bound,) = test.bounds
    assert isinstance(bound, Literal)  # noqa: S101  the caller has looked
    value = bound.value
    return Fraction(value.toordinal()) if isinstance(value, date) else Fraction(value)
