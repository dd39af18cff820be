"""The cells into which the bounds of an act cut its cases: within one, every condition has one answer.

A fact that is known fills one cell with its value; one that is not known runs through all of its cells. The calculator
and the lint therefore look at the same, finite, complete list.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import reduce
from itertools import pairwise, product

from enforcement.discretion.model import Act, Benchmark, Fine, Form, Known, leaves
from rules.language.model import AllOf, AnyOf, Condition, Dimension, FactRef, Field, Leaf, Literal, Not, Test, Word

MOST_CELLS = 20_000


class Truth(Enum):
    """The answer to a condition: UNKNOWN where a fact is lacking that decides it."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """The values of one fact in a cell: from `first` to `last` where it is a number, else one value twice."""

    first: Known
    last: Known


@dataclass(frozen=True, slots=True)
class Cell:
    """Cases for which every condition of an act has the same answer, and every fine is a straight line."""

    pieces: Mapping[str, Piece]

    @property
    def first(self) -> dict[str, Known]:
        """Return the case with the least numbers."""
        return {name: piece.first for name, piece in self.pieces.items()}

    def corners(self) -> Iterator[dict[str, Known]]:
        """Yield the cases with each number at either end."""
        ends = (dict.fromkeys((piece.first, piece.last)) for piece in self.pieces.values())
        for values in product(*ends):
            yield dict(zip(self.pieces, values, strict=True))


def holds(condition: Condition | None, case: Mapping[str, Known]) -> Truth:
    """Return whether a condition is true of a case; no condition always is."""
    match condition:
        case None:
            return Truth.TRUE
        case AllOf(of=of):
            return min((holds(each, case) for each in of), key=lambda truth: truth.value)
        case AnyOf(of=of):
            return max((holds(each, case) for each in of), key=lambda truth: truth.value)
        case Not(of=of):
            return Truth(2 - holds(of, case).value)
        case _:
            assert isinstance(condition, Leaf)  # noqa: S101 - the reader lets no other condition through
            assert isinstance(condition.operand, FactRef)  # noqa: S101 - nor another operand
            return _compare(condition.operand.name, condition.tests, case)


def _compare(name: str, tests: tuple[Test, ...], case: Mapping[str, Known]) -> Truth:
    if name not in case:
        return Truth.UNKNOWN
    return Truth.TRUE if all(_passes(case[name], test) for test in tests) else Truth.FALSE


def _passes(value: Known, test: Test) -> bool:
    bounds = tuple(_bound(bound) for bound in test.bounds if isinstance(bound, Literal))
    match test.word:
        case Word.IS | Word.IN:
            return value in bounds
        case Word.NOT_IN:
            return value not in bounds
        case Word.FROM:
            return value >= bounds[0]  # type: ignore[operator]  # order is asked of numbers alone
        case Word.OVER:
            return value > bounds[0]  # type: ignore[operator]
        case Word.UPTO:
            return value <= bounds[0]  # type: ignore[operator]
        case _:
            return value < bounds[0]  # type: ignore[operator]  # BELOW


def _bound(literal: Literal) -> Known:
    value = literal.value
    return value.numerator if isinstance(value, Fraction) else value  # type: ignore[return-value]  # no dates here


def cells(act: Act, benchmark: Benchmark, case: Mapping[str, Known] | None = None) -> list[Cell]:
    """Return the cells of an act, only those that agree with what is known of a case."""
    known = case or {}
    axes = {
        name: [Piece(known[name], known[name])] if name in known else pieces(name, act, benchmark)
        for name in act.facts()
    }
    return [Cell(dict(zip(axes, combination, strict=True))) for combination in product(*axes.values())]


def count_cells(act: Act, benchmark: Benchmark) -> int:
    """Return how many cells an act has, without making them."""
    return reduce(lambda count, name: count * len(pieces(name, act, benchmark)), act.facts(), 1)


def pieces(name: str, act: Act, benchmark: Benchmark) -> list[Piece]:
    """Return the values of a fact, cut where an answer or the slope of a fine changes."""
    fact = benchmark.all_facts()[name]
    if fact.dimension is Dimension.BOOL:
        return [Piece(truth, truth) for truth in (False, True)]
    if fact.dimension is Dimension.CODE:
        return [Piece(word, word) for word in benchmark.choices[name]]
    low, high = limits(fact)
    starts = [low, *sorted(cut for cut in cuts(name, act) if low < cut <= high), high + 1]
    return [Piece(start, after - 1) for start, after in pairwise(starts)]


def limits(fact: Field) -> tuple[int, int]:
    """Return the least and the greatest value of a number."""
    assert isinstance(fact.minimum, Fraction)  # noqa: S101 - every declared number has both
    assert isinstance(fact.maximum, Fraction)  # noqa: S101
    return fact.minimum.numerator, fact.maximum.numerator


def cuts(name: str, act: Act) -> set[int]:
    """Return the numbers of a fact at which another cell begins."""
    found: set[int] = set()
    for part in act.rows:
        for leaf in leaves(part.when):
            if isinstance(leaf.operand, FactRef) and leaf.operand.name == name:
                found |= {cut for test in leaf.tests for cut in _cuts_of(test)}
        found |= _bends(part.fine) if part.fine.of == name else set()
    return found


def _cuts_of(test: Test) -> Iterator[int]:
    for bound in test.bounds:
        assert isinstance(bound, Literal)  # noqa: S101 - the reader lets no other bound through
        assert isinstance(bound.value, Fraction)  # noqa: S101 - cuts are asked of numbers alone
        value = bound.value.numerator
        if test.word not in {Word.OVER, Word.UPTO}:
            yield value
        if test.word not in {Word.FROM, Word.BELOW}:
            yield value + 1


def _bends(fine: Fine) -> set[int]:
    """Return where a capped multiple stops growing."""
    if fine.form is not Form.MULTIPLE or fine.cap is None:
        return set()
    cap = fine.cap.value
    ends = (fine.low.value.value, fine.high.value.value)
    return {
        math.floor(cap / end) + 1 for end in ends if isinstance(end, Fraction) and isinstance(cap, Fraction) and end
    }
