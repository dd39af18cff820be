"""Which rows of a decision table may apply in each row of the population."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from matcher.interpret.possible import Number, Possible
from matcher.interpret.rows import HasTests
from matcher.interpret.rows import applicable_rows as rows_for_one
from matcher.vector import ends
from matcher.vector.columns import YES, Codes, Column, is_constant, possible_at
from matcher.vector.comparison import compare
from matcher.vector.conditions import all_truth
from matcher.vector.dispatch import F, T, evaluate
from matcher.vector.ends import Array, End
from matcher.vector.scope import Scope
from rules.language.model import Test


def applicable_rows(operand: Column, rows: Sequence[HasTests], scope: Scope) -> list[Array]:
    """Return for each table row where it may apply, and last where none may."""
    bounds = {id(test): [evaluate(bound, scope) for bound in test.bounds] for row in rows for test in row.tests}
    left = YES
    masks = []
    for row in rows:
        truth = _truth(operand, row.tests, bounds)
        masks.append(left & (truth != F))
        left = left & (truth != T)
    masks.append(left)
    is_open = ~operand.settled()
    if is_open.any():
        if all(is_constant(bound) for found in bounds.values() for bound in found):
            _part_out(operand, rows, bounds, masks, is_open)
        else:
            scope.leave_to_interpreter(is_open)
    return masks


def _truth(operand: Column, tests: Sequence[Test], bounds: dict[int, list[Column]]) -> Array:
    if not tests:
        return np.array([T], np.uint8)
    return all_truth([compare(test.word, operand, bounds[id(test)]) for test in tests])


def _part_out(
    operand: Column, rows: Sequence[HasTests], bounds: dict[int, list[Column]], masks: list[Array], is_open: Array
) -> None:
    """Let the interpreter say once, for each way an operand can lie among the bounds, which rows may apply."""
    values = {
        id(node): possible_at(column, 0)
        for row in rows
        for test in row.tests
        for node, column in zip(test.bounds, bounds[id(test)], strict=True)
    }
    kinds, firsts = classes(operand, cuts_of(values.values()))
    answers = []
    for first in firsts:
        found, may_be_none = rows_for_one(possible_at(operand, int(first)), rows, lambda bound: values[id(bound)])
        taken = {id(row) for row, _ in found}
        answers.append([*(id(row) in taken for row in rows), may_be_none])
    table = np.array(answers)
    for place in range(len(masks)):
        masks[place] = np.where(is_open, table[kinds, place], masks[place])


def cuts_of(values: Iterable[Possible]) -> list[Number]:
    """Return the numbers at which comparisons with such bounds can turn, in order."""
    found = {end for value in values for end in (value.lo, value.hi) if end is not None}
    return sorted(found)


def classes(operand: Column, cuts: Sequence[Number]) -> tuple[Array, Array]:
    """Return for each row in which way it lies among the cuts, and for each way the first such row."""
    if isinstance(operand, Codes):
        _, firsts, kinds = np.unique(operand.ids, return_index=True, return_inverse=True)
        return kinds.reshape(operand.ids.shape), firsts
    size = 2 * len(cuts) + 2
    lo = np.where(operand.low, 0, _place(operand.lo, cuts) + 1)
    hi = np.where(operand.high, 0, _place(operand.hi, cuts) + 1)
    masks = operand.gone.astype(np.int64) + 2 * operand.absent
    places = (np.where(operand.gone, 0, lo * size + hi)) * 4 + masks
    _, firsts, kinds = np.unique(places, return_index=True, return_inverse=True)
    return kinds.reshape(places.shape), firsts


def _place(end: End, cuts: Sequence[Number]) -> Array:
    """Return 2k + 1 for the cut k itself, 2k for what lies before it and after the one before."""
    place = np.zeros(len(end.num), np.int64)
    for cut in cuts:
        edge = ends.constant(cut)
        place = place + (~ends.less(end, edge)).astype(np.int64) + ends.less(edge, end)
    return place
