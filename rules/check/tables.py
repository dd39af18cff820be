"""Prove by interval arithmetic that the rows of a table neither overlap, leave gaps, nor hide each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from itertools import pairwise

from rules.check.codes import finding
from rules.language.findings import Finding
from rules.language.model import Dimension, Literal, Position, Test, Word

_LOWER = {Word.FROM: True, Word.OVER: False}
_UPPER = {Word.UPTO: True, Word.BELOW: False}


@dataclass(frozen=True, slots=True)
class Band:
    """The numbers a row takes: bounds with their inclusiveness, None for an open end."""

    low: Fraction | None
    low_included: bool
    high: Fraction | None
    high_included: bool
    is_whole: bool
    position: Position
    text: str

    @property
    def first(self) -> Fraction | None:
        """Return the least number, or the bound it stays above where numbers are dense."""
        if self.low is None or self.low_included or not self.is_whole:
            return self.low
        return self.low + 1

    @property
    def last(self) -> Fraction | None:
        """Return the greatest number, or the bound it stays below where numbers are dense."""
        if self.high is None or self.high_included or not self.is_whole:
            return self.high
        return self.high - 1


class Seam(Enum):
    """How one band meets the next."""

    TIGHT = "tight"
    OVERLAP = "overlap"
    GAP = "gap"


def seam(before: Band, after: Band) -> Seam:
    """Compare the end of a band with the start of a later one."""
    end, start = before.last, after.first
    if end is None or start is None or end > start:
        return Seam.OVERLAP
    if before.is_whole:
        return Seam.OVERLAP if end == start else Seam.TIGHT if end + 1 == start else Seam.GAP
    if end == start:
        sides = before.high_included + after.low_included
        return (Seam.GAP, Seam.TIGHT, Seam.OVERLAP)[sides]
    return Seam.GAP


def band(tests: tuple[Test, ...], position: Position) -> Band | None:
    """Return the band of a row, or None where a bound is not a number written out."""
    low: tuple[Fraction, bool] | None = None
    high: tuple[Fraction, bool] | None = None
    whole = True
    words: list[str] = []
    for test in tests:
        bound = test.bounds[0] if len(test.bounds) == 1 else None
        if not isinstance(bound, Literal):
            return None
        value = _number(bound)
        if value is None or test.word not in _LOWER | _UPPER | {Word.IS: True}:
            return None
        whole = whole and bound.dimension in {Dimension.COUNT, Dimension.DATE}
        words.append(f"{test.word.value}: {bound.text}")
        if test.word in _LOWER or test.word is Word.IS:
            low = (value, _LOWER.get(test.word, True))
        if test.word in _UPPER or test.word is Word.IS:
            high = (value, _UPPER.get(test.word, True))
    text = "，".join(words)
    return Band(low and low[0], bool(low and low[1]), high and high[0], bool(high and high[1]), whole, position, text)


def _number(literal: Literal) -> Fraction | None:
    if isinstance(literal.value, Fraction):
        return literal.value
    if isinstance(literal.value, date):
        return Fraction(literal.value.toordinal())
    return None


def check_rows(rows: tuple[tuple[tuple[Test, ...], Position], ...], owner: str) -> Iterator[Finding]:
    """Yield gaps, overlaps and masked rows of one table; a row without tests is `otherwise`."""
    numbered = [(tests, position) for tests, position in rows if tests]
    has_otherwise = len(numbered) < len(rows)
    if all(test.word in {Word.IS, Word.IN} for tests, _ in numbered for test in tests):
        yield from _check_members(numbered, owner)
        return
    bands = [band(tests, position) for tests, position in numbered]
    known = [entry for entry in bands if entry is not None]
    if len(known) < len(bands):
        return
    yield from _check_neighbours(known, owner, has_otherwise=has_otherwise)


def _check_neighbours(bands: list[Band], owner: str, *, has_otherwise: bool) -> Iterator[Finding]:
    ordered = sorted(bands, key=lambda entry: (entry.first is not None, entry.first or 0, not entry.low_included))
    for before, after in pairwise(ordered):
        meeting = seam(before, after)
        if meeting is Seam.OVERLAP:
            yield finding(
                "logic.overlap",
                max(before.position, after.position),
                f"两档重叠：（{before.text}）与（{after.text}）",
                "让后一档的下限正好接在前一档的上限上：前一档 upto 则后一档 over，前一档 below 则后一档 from",
                owner,
            )
        elif meeting is Seam.GAP and not has_otherwise:
            yield finding(
                "logic.gap",
                max(before.position, after.position),
                f"两档之间有空隙：（{before.text}）与（{after.text}）之间的数没有去处",
                "让后一档的下限正好接在前一档的上限上，或增加 otherwise 行",
                owner,
            )


def _check_members(rows: list[tuple[tuple[Test, ...], Position]], owner: str) -> Iterator[Finding]:
    seen: set[object] = set()
    for tests, position in rows:
        members = {bound.value for test in tests for bound in test.bounds if isinstance(bound, Literal)}
        twice = members & seen
        if twice:
            code = "logic.masked-row" if members <= seen else "logic.overlap"
            names = "、".join(sorted(map(str, twice)))
            yield finding(
                code, position, f"“{names}”已在前面的行里出现，这一行对它不起作用", "每个取值只写在一行", owner
            )
        seen |= members
