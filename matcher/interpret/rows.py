"""Which rows of a decision table may apply to an operand that is only partly known, and to which part of it.

Rows are tried in order. A row takes from the operand what surely satisfies it, so that an unknown that the rows cover
without a gap leaves nothing over, although none of the rows is certain.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol, TypeVar

from matcher.interpret.comparison import all_of, compare
from matcher.interpret.possible import ABSENT, Number, Possible
from matcher.outcome import Truth
from rules.language.model import Test, Value, Word


class HasTests(Protocol):
    """A row of any kind of table."""

    @property
    def tests(self) -> tuple[Test, ...]:
        """Return what the table's operand must pass."""


RowT = TypeVar("RowT", bound=HasTests)
Evaluate = Callable[[Value], Possible]
_Bounds = list[tuple[Word, list[Possible]]]


class Piece(NamedTuple):
    """A run of numbers or days; None is unbounded, an open end is not part of it."""

    lo: Number | None
    lo_open: bool
    hi: Number | None
    hi_open: bool


_ALL = Piece(None, lo_open=False, hi=None, hi_open=False)


def applicable_rows(
    operand: Possible, rows: Sequence[RowT], evaluate: Evaluate
) -> tuple[list[tuple[RowT, Possible]], bool]:
    """Return the rows that may apply, each with the part of the operand it may apply to, and whether no row may."""
    if operand.is_settled:
        return _rows_for_one(operand, rows, evaluate)
    left = _Left(operand)
    found = []
    for row in rows:
        part = left.take([(test.word, [evaluate(bound) for bound in test.bounds]) for test in row.tests])
        if part is not None:
            found.append((row, part))
        if left.is_empty:
            return found, False
    return found, True


def _rows_for_one(
    operand: Possible, rows: Sequence[RowT], evaluate: Evaluate
) -> tuple[list[tuple[RowT, Possible]], bool]:
    found = []
    for row in rows:
        truth = all_of([compare(test.word, operand, [evaluate(bound) for bound in test.bounds]) for test in row.tests])
        if truth is not Truth.F:
            found.append((row, operand))
        if truth is Truth.T:
            return found, False
    return found, True


class _Left:
    """What of an operand the rows so far have not surely taken."""

    def __init__(self, operand: Possible) -> None:
        self._operand = operand
        self._absent = operand.absent
        self._members = operand.members
        self._is_open_set = not operand.is_ordered and operand.members is None
        whole = Piece(operand.lo, lo_open=False, hi=operand.hi, hi_open=False)
        self._pieces = [whole] if operand.exists and operand.is_ordered else []

    @property
    def is_empty(self) -> bool:
        """Tell whether every value is taken."""
        return not (self._absent or self._members or self._is_open_set or self._pieces)

    def take(self, bounds: _Bounds) -> Possible | None:
        """Take what surely passes the tests; return the part that may pass them, None when nothing may."""
        parts = [self._take_absent(bounds)]
        parts.append(self._take_pieces(bounds) if self._operand.is_ordered else self._take_members(bounds))
        there = [part for part in parts if part is not None]
        if len(there) == 2:
            return there[1]._replace(absent=True)
        return there[0] if there else None

    def _take_absent(self, bounds: _Bounds) -> Possible | None:
        if not self._absent or any(compare(word, ABSENT, given) is not Truth.T for word, given in bounds):
            return None
        self._absent = False
        return ABSENT

    def _take_members(self, bounds: _Bounds) -> Possible | None:
        if self._is_open_set:
            there = self._operand._replace(absent=False)
            truth = all_of([compare(word, there, given) for word, given in bounds])
            self._is_open_set = truth is not Truth.T
            return None if truth is Truth.F else there
        if not self._members:
            return None
        truths = {member: self._truth_of(member, bounds) for member in self._members}
        may = frozenset(member for member, truth in truths.items() if truth is not Truth.F)
        self._members -= {member for member, truth in truths.items() if truth is Truth.T}
        return self._operand._replace(members=may, absent=False) if may else None

    def _truth_of(self, member: str | bool, bounds: _Bounds) -> Truth:  # noqa: FBT001  a member of a set
        single = self._operand._replace(members=frozenset((member,)), absent=False)
        return all_of([compare(word, single, given) for word, given in bounds])

    def _take_pieces(self, bounds: _Bounds) -> Possible | None:
        whole = self._operand._replace(absent=False)
        may: list[Piece] = self._pieces
        sure: list[Piece] = self._pieces
        for word, given in bounds:
            region, core = _regions(word, given, whole)
            may = self._cut(may, region)
            sure = self._cut(sure, core)
        if not may:
            return None
        self._pieces = [rest for piece in self._pieces for rest in self._without(piece, sure)]
        lows, highs = [piece.lo for piece in may], [piece.hi for piece in may]
        lo = None if None in lows else min(low for low in lows if low is not None)
        hi = None if None in highs else max(high for high in highs if high is not None)
        return whole._replace(lo=lo, hi=hi)

    def _cut(self, pieces: Iterable[Piece], region: Piece | None) -> list[Piece]:
        if region is None:
            return []
        cut = [_intersection(piece, region) for piece in pieces]
        return [piece for piece in map(self._normal, cut) if piece is not None]

    def _without(self, piece: Piece, taken: Sequence[Piece]) -> list[Piece]:
        rest = [piece]
        for part in taken:
            below = Piece(None, lo_open=False, hi=part.lo, hi_open=not part.lo_open)
            above = Piece(part.hi, lo_open=not part.hi_open, hi=None, hi_open=False)
            lower = self._cut(rest, below) if part.lo is not None else []
            upper = self._cut(rest, above) if part.hi is not None else []
            rest = lower + upper
        return rest

    def _normal(self, piece: Piece) -> Piece | None:
        """Return the piece with the whole numbers as its ends where the operand is whole, None when it is empty."""
        lo, hi = piece.lo, piece.hi
        if self._operand.is_whole:
            if lo is not None:
                lo = math.floor(lo) + 1 if piece.lo_open else math.ceil(lo)
            if hi is not None:
                hi = math.ceil(hi) - 1 if piece.hi_open else math.floor(hi)
            piece = Piece(lo, lo_open=False, hi=hi, hi_open=False)
        if lo is not None and hi is not None and (lo > hi or (lo == hi and (piece.lo_open or piece.hi_open))):
            return None
        return piece


def _regions(word: Word, bounds: Sequence[Possible], operand: Possible) -> tuple[Piece | None, Piece | None]:
    """Return the values that may pass a test, and those that surely do."""
    bound = bounds[0] if len(bounds) == 1 else ABSENT
    if word is Word.FROM or word is Word.OVER:
        is_open = word is Word.OVER
        core = None if bound.absent or bound.hi is None else Piece(bound.hi, is_open, None, hi_open=False)
        return (Piece(bound.lo, is_open, None, hi_open=False) if bound.exists else None), core
    if word is Word.UPTO or word is Word.BELOW:
        is_open = word is Word.BELOW
        core = None if bound.absent or bound.lo is None else Piece(None, lo_open=False, hi=bound.lo, hi_open=is_open)
        return (Piece(None, lo_open=False, hi=bound.hi, hi_open=is_open) if bound.exists else None), core
    if word is Word.IS and bound.exists:
        point = Piece(bound.lo, lo_open=False, hi=bound.hi, hi_open=False)
        return point, point if bound.is_settled else None
    truth = compare(word, operand, bounds)
    return (None if truth is Truth.F else _ALL), (_ALL if truth is Truth.T else None)


def _intersection(one: Piece, other: Piece) -> Piece:
    lo, lo_open = one.lo, one.lo_open
    if lo is None or (other.lo is not None and (other.lo > lo or (other.lo == lo and other.lo_open))):
        lo, lo_open = other.lo, other.lo_open
    hi, hi_open = one.hi, one.hi_open
    if hi is None or (other.hi is not None and (other.hi < hi or (other.hi == hi and other.hi_open))):
        hi, hi_open = other.hi, other.hi_open
    return Piece(lo, lo_open, hi, hi_open)
