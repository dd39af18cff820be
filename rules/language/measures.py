"""What a value measures, and what arithmetic makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rules.language.model import Dimension

WORDS = {
    Dimension.MONEY: "金额",
    Dimension.COUNT: "数量",
    Dimension.NUMBER: "数量",
    Dimension.RATIO: "比例",
    Dimension.BOOL: "是非",
    Dimension.DATE: "日期",
    Dimension.CODE: "代码",
    Dimension.TEXT: "文字",
    Dimension.LIST: "列表",
}
NUMERIC = frozenset({Dimension.MONEY, Dimension.COUNT, Dimension.NUMBER, Dimension.RATIO})
ORDERED = NUMERIC | {Dimension.DATE}
_COUNTED = frozenset({Dimension.COUNT, Dimension.NUMBER})


@dataclass(frozen=True, slots=True)
class Measure:
    """A dimension with the unit or code table that goes with it; an empty unit goes with any.

    A pure number is a bare one in an expression, `2` or `0.5`: it takes the measure of what stands beside it.
    """

    dimension: Dimension
    unit: str = ""
    codes: str = ""
    is_pure: bool = False

    def __str__(self) -> str:
        return WORDS[self.dimension] + (f"（{self.unit}）" if self.unit else "")

    @property
    def example(self) -> str:
        """Return a literal of this measure, for advice."""
        return {
            Dimension.MONEY: "200万元",
            Dimension.RATIO: "5%",
            Dimension.COUNT: f"50{self.unit}",
            Dimension.NUMBER: f"12.5{self.unit}",
            Dimension.BOOL: "true",
            Dimension.DATE: "2026-03-31",
        }.get(self.dimension, "代码表中的名称" if self.dimension is Dimension.CODE else "文字")


MONEY = Measure(Dimension.MONEY)
RATIO = Measure(Dimension.RATIO)
COUNT = Measure(Dimension.COUNT)
NUMBER = Measure(Dimension.NUMBER)
BOOL = Measure(Dimension.BOOL)
DATE = Measure(Dimension.DATE)
PURE_WHOLE = Measure(Dimension.COUNT, is_pure=True)
PURE = Measure(Dimension.RATIO, is_pure=True)


def agree(left: Measure, right: Measure) -> bool:
    """Tell whether two values can be compared."""
    if left.is_pure or right.is_pure:
        other = right if left.is_pure else left
        return other.dimension in _COUNTED or other.dimension is Dimension.RATIO
    if left.dimension is not right.dimension and not {left.dimension, right.dimension} <= _COUNTED:
        return False
    return _same_or_open(left.unit, right.unit) and _same_or_open(left.codes, right.codes)


def fits(declared: Measure, found: Measure) -> bool:
    """Tell whether a computed value may bear a declared measure: a count must not come out in fractions."""
    return agree(declared, found) and not (
        declared.dimension is Dimension.COUNT and found.dimension is Dimension.NUMBER and not found.is_pure
    )


def added(left: Measure, right: Measure) -> Measure | None:
    """Return the measure of a sum, difference, minimum or maximum, or None where there is none."""
    if not (left.dimension in NUMERIC and right.dimension in NUMERIC and agree(left, right)):
        return None
    if left.is_pure is not right.is_pure:
        pure, other = (left, right) if left.is_pure else (right, left)
        return fractional(other) if pure.dimension is Dimension.RATIO else other
    both = left if left.dimension is right.dimension else fractional(left)
    return replace(both, unit=left.unit or right.unit)


def multiplied(left: Measure, right: Measure) -> Measure | None:
    """Return the measure of a product, or None: money times money is nothing."""
    if left.dimension not in NUMERIC or right.dimension not in NUMERIC:
        return None
    if left.is_pure and right.is_pure:
        return left if left == right else PURE
    if left.is_pure or right.is_pure:
        pure, other = (left, right) if left.is_pure else (right, left)
        return fractional(other) if pure.dimension is Dimension.RATIO else other
    if Dimension.MONEY in {left.dimension, right.dimension}:
        return MONEY if left.dimension is not right.dimension else None
    if left.dimension is right.dimension:
        return left if left.dimension is Dimension.RATIO else NUMBER
    if Dimension.RATIO in {left.dimension, right.dimension}:
        return Measure(Dimension.NUMBER, left.unit or right.unit)
    return NUMBER


def divided(left: Measure, right: Measure) -> Measure | None:
    """Return the measure of a quotient, or None: nothing is divided by money but money."""
    if left.dimension not in NUMERIC or right.dimension not in NUMERIC:
        return None
    if right.is_pure or left.dimension is Dimension.MONEY is not right.dimension:
        return fractional(left)
    if right.dimension is Dimension.MONEY:
        return RATIO if left.dimension is Dimension.MONEY else None
    if left.is_pure or left.dimension is Dimension.RATIO:
        return RATIO
    if right.dimension is Dimension.RATIO:
        return fractional(left)
    return RATIO if _same_or_open(left.unit, right.unit) else NUMBER


def fractional(measure: Measure) -> Measure:
    """Return the measure of a part of such a thing: half a count is a number."""
    if measure.dimension is Dimension.COUNT:
        return replace(measure, dimension=Dimension.RATIO if measure.is_pure else Dimension.NUMBER)
    return measure


def _same_or_open(left: str, right: str) -> bool:
    return not left or not right or left == right
