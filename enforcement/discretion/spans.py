"""Fines of a case as exact spans, and the one rounding at the end."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from enforcement.discretion.model import Edge, Fine, Form, Known
from rules.language.model import Literal


@dataclass(frozen=True, slots=True)
class Span:
    """Fines in 分 from `low` to `high`, each with or without the number itself."""

    low: Fraction
    high: Fraction
    has_low: bool = True
    has_high: bool = True

    def lies_in(self, other: Span) -> bool:
        """Tell whether every fine of this span is one of the other."""
        starts = self.low > other.low or (self.low == other.low and (other.has_low or not self.has_low))
        ends = self.high < other.high or (self.high == other.high and (other.has_high or not self.has_high))
        return starts and ends


def span_of(fine: Fine, case: Mapping[str, Known], statutory: Span | None = None) -> Span:
    """Return the fines of a case; `statutory` is the range that a share is a share of."""
    low, has_low = _end(fine, fine.low, case, statutory)
    high, has_high = _end(fine, fine.high, case, statutory)
    return Span(low, high, has_low, has_high)


def _end(fine: Fine, edge: Edge, case: Mapping[str, Known], statutory: Span | None) -> tuple[Fraction, bool]:
    number = number_of(edge.value)
    if fine.form is Form.AMOUNT:
        return number, edge.is_included
    if fine.form is Form.SHARE:
        assert statutory is not None  # noqa: S101 - a grade is computed after its statutory range
        # An end of the statutory range is open if the law says so, whatever the share says.
        is_open = {Fraction(0): not statutory.has_low, Fraction(1): not statutory.has_high}.get(number, False)
        return statutory.low + (statutory.high - statutory.low) * number, edge.is_included and not is_open
    base = case[fine.of]
    assert isinstance(base, int)  # noqa: S101 - the base of a multiple is money
    product = number * base
    if fine.cap is not None and product >= number_of(fine.cap):
        return number_of(fine.cap), True
    return product, edge.is_included


def number_of(literal: Literal) -> Fraction:
    """Return the value of a constant of a fine."""
    assert isinstance(literal.value, Fraction)  # noqa: S101 - the reader lets no other constant through
    return literal.value


def hull(spans: Iterable[Span]) -> Span:
    """Return the least span that holds all."""
    every = list(spans)
    low, high = min(span.low for span in every), max(span.high for span in every)
    return Span(
        low,
        high,
        any(span.has_low for span in every if span.low == low),
        any(span.has_high for span in every if span.high == high),
    )


def rounded(span: Span, unit: int) -> tuple[int, int]:
    """Return the least and the greatest fine in 分 that are whole units and lie in the span.

    Where a span is narrower than the unit, 分 are used; where it is narrower than one 分, the one below it, so that
    nobody pays more than the law allows.

    >>> rounded(Span(Fraction(100), Fraction(1000, 3)), 100)
    (100, 300)
    """
    low, high = _whole(span, unit)
    if low > high:
        low, high = _whole(span, 1)
    return min(low, high), high


def _whole(span: Span, unit: int) -> tuple[int, int]:
    low, high = math.ceil(span.low / unit) * unit, math.floor(span.high / unit) * unit
    low += unit if low == span.low and not span.has_low else 0
    high -= unit if high == span.high and not span.has_high else 0
    return low, high
