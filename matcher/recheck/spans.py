"""Reckon with exact numbers known between two ends, and compare them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

Json = Mapping[str, Any]
ENDLESS = Fraction(10**400)  # stands for an open end; what exceeds its root is open too
_SAID = re.compile(r"(\d{4}-\d\d-\d\d)|(约?)(-?[\d,]+(?:\.\d+)?)(亿元|万元|元|亿|万|%|‰)?")
_SCALE: dict[str, int | Fraction] = {
    "": 1,
    "亿元": 10**10,
    "万元": 10**6,
    "元": 100,
    "亿": 10**8,
    "万": 10**4,
    "%": Fraction(1, 100),
    "‰": Fraction(1, 1000),
}


class Rejected(Exception):
    """Raised at the first thing that does not follow, with the reason in Chinese."""


def must(holds: object, reason: str) -> None:
    """Reject for a reason unless something holds."""
    if not holds:
        raise Rejected(reason)


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers between two ends or a set of `words`; `there` says that there may be one, `none` that there may be none."""

    lo: Fraction = -ENDLESS
    hi: Fraction = ENDLESS
    there: bool = True
    none: bool = False
    words: frozenset[Any] | None = None

    @classmethod
    def read(cls, text: str | list[Any]) -> Span:
        """Return the value that a statement holds."""
        if isinstance(text, list):
            return cls(none=None in text, words=frozenset(text) - {None})
        if text == "none":
            return NOTHING
        low, dots, high = text.removesuffix("?").partition("..")
        lo = Fraction(low or -ENDLESS)
        return cls(lo, Fraction(high or ENDLESS) if dots else lo, none=text.endswith("?"))

    @property
    def settled(self) -> bool:
        """Tell whether this can be one thing only."""
        return not self.there if self.none else self.lo == self.hi

    def __add__(self, other: Span) -> Span:
        return self._with(other, self.lo + other.lo, self.hi + other.hi)

    def __neg__(self) -> Span:
        return replace(self, lo=-self.hi, hi=-self.lo)

    def __mul__(self, other: Span) -> Span:
        corners = [x * y for x in (self.lo, self.hi) for y in (other.lo, other.hi)]
        return self._with(other, min(corners), max(corners))

    def __truediv__(self, other: Span) -> Span:
        if other.there and other.lo <= 0 <= other.hi:
            return self._with(other, -ENDLESS, ENDLESS)
        ends = [1 / end if abs(end) < ENDLESS else Fraction(0) for end in (other.hi, other.lo) if end]
        return self * replace(other, lo=ends[0], hi=ends[-1])

    def _with(self, other: Span, lo: Fraction, hi: Fraction) -> Span:
        if not (self.there and other.there):
            return NOTHING
        return Span(
            lo if lo**2 < ENDLESS else -ENDLESS, hi if hi**2 < ENDLESS else ENDLESS, none=self.none or other.none
        )

    def __or__(self, other: Span) -> Span:
        """Return the smallest span that holds both."""
        if not (self.there and other.there):
            return replace(self if self.there else other, none=self.none or other.none)
        return Span(min(self.lo, other.lo), max(self.hi, other.hi), none=self.none or other.none)

    def base(self) -> Span:
        """Return the same, not below zero."""
        return replace(self, lo=max(self.lo, ZERO.lo), hi=max(self.hi, ZERO.lo)) if self.there else self

    def paid(self) -> Span:
        """Return the same as money: none is zero."""
        return replace(self.base(), lo=ZERO.lo if self.none else self.base().lo, none=False) if self.there else ZERO

    def capped(self, cap: Span) -> tuple[Span, str]:
        """Return the same, limited, and the word for it."""
        if not (cap.there and self.there) or self.hi <= cap.lo:
            return self, "uncapped"
        if not (cap.none or self.none) and cap.hi < self.lo:
            return cap, "capped"
        limited = Span(min(self.lo, cap.lo), min(self.hi, cap.hi), none=self.none)
        return limited | self if cap.none else limited, "maybe_capped"

    def unless_below(self, measured: Span, bar: Span) -> Span:
        """Return the same, or zero where what is measured stays below a bar."""
        if not bar.there or measured.lo >= bar.hi:
            return self
        return ZERO if measured.hi < bar.lo and not bar.none else self | ZERO

    def money(self) -> dict[str, int | None]:
        """Return an amount in whole 分, as lines show it."""
        if self.lo == self.hi:
            return dict.fromkeys(("min", "max"), math.floor(self.lo * 2 + 1) // 2)
        return {"min": math.floor(self.lo), "max": None if self.hi >= ENDLESS else math.ceil(self.hi)}

    def against(self, word: str, bound: Span) -> tuple[bool, bool]:
        """Return whether a number may be from, over, upto or below a bound, and whether it may be not so."""
        if not bound.there:
            return False, True
        small, large = (bound, self) if word in {"from", "over"} else (self, bound)
        if word in {"from", "upto"}:
            return small.lo <= large.hi, small.hi > large.lo or bound.none
        return small.lo < large.hi, small.hi >= large.lo or bound.none


NOTHING, ZERO, ONE = Span(there=False, none=True), Span(Fraction(0), Fraction(0)), Span(Fraction(1), Fraction(1))


def tested(tests: Iterable[Sequence[Any]], value: Span, x: Json) -> str:
    """Return the truth of all the tests of a value together; `x` says which code lies under which."""
    return first_of("FUT", [_compared(word, value, [Span.read(each) for each in some], x) for word, *some in tests])


def first_of(order: str, truths: Sequence[str]) -> str:
    """Return the first of these truths that occurs, the last of them where none does."""
    return next(truth for truth in order if truth in [*truths, order[-1]])


def _compared(word: str, value: Span, bounds: Sequence[Span], x: Json) -> str:
    may, may_not = (value.none, False) if word == "not_in" else (False, value.none)
    if word == "present":
        may, may_not = (value.there, value.none) if bounds[0].words == frozenset([True]) else (value.none, value.there)
    elif value.there:
        is_ordered = word in {"from", "over", "upto", "below"}
        found = value.against(word, bounds[0]) if is_ordered else _among(word, value, bounds, x)
        may, may_not = (may or found[word == "not_in"], may_not or found[word != "not_in"])
    return ("U" if may_not else "T") if may else "F"


def _among(word: str, value: Span, bounds: Sequence[Span], x: Json) -> tuple[bool, bool]:
    """Return whether a value may be one of the bounds, and whether it may be none of them; `x` says which code lies under which."""
    if value.words is None:
        held = [bound for bound in bounds if bound.there]
        meets = any(value.lo <= bound.hi and bound.lo <= value.hi for bound in held)
        return meets, not (value.settled and any(bound.settled and bound.lo == value.lo for bound in held))
    wanted = {one for bound in bounds for one in bound.words or "*"}
    if "*" in value.words or "*" in wanted:
        return bool(wanted), True

    def under(one: Any, other: Any) -> bool:  # noqa: ANN401  codes, texts or yes and no
        is_spelt = "by_spelling" in x and one.startswith(other)
        return one == other or is_spelt or [one, other] in x.get("under", ())

    pairs = [(mine, one) for mine in value.words for one in wanted]
    may = any(mine == one or under(one, mine) or (word == "prefix_in" and under(mine, one)) for mine, one in pairs)
    if word == "prefix_in":
        return may, not all(any(under(mine, one) for one in wanted) for mine in value.words)
    return may, not value.words <= {
        one for bound in bounds if len(bound.words or "") == 1 and not bound.none for one in bound.words or ""
    }


def check_said(text: str, values: Sequence[Span]) -> None:
    """Hold the numbers that readers see against the exact ones, both ways."""
    ends = {end for value in values for end in (value.lo, value.hi) if abs(end) < ENDLESS}
    said = []
    for found in _SAID.finditer(text):
        day, about, digits, unit = found.groups()
        scale = Fraction(_SCALE[unit or ""])
        number = Fraction(date.fromisoformat(day).toordinal()) if day else Fraction(digits.replace(",", "")) * scale
        said.append((number, scale / 200 if about else 0))
    is_true = all(any(abs(number - end) <= near for end in ends) for number, near in said)
    is_whole = all(any(abs(number - end) <= near for number, near in said) for end in ends if end or "未知" not in text)
    must(is_true and is_whole, f"写明的“{text}”与用于计算的数不一致")
