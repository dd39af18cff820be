"""Numbers about one applicant as whole numbers over a denominator fixed beforehand, read by closures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from matcher.profile import Exact, State
from rules.language.model import RoundMode

Facts = Mapping[str, State]


class Left(Exception):
    """Raised where the facts, or the form of the steps, are for the interpreter."""


@dataclass(frozen=True, slots=True)
class Share:
    """The commonest number, to be read in one go: a fact, nothing below zero, times a factor and at most so much.

    Of a number that may lie below zero it says what is left of it when nothing below zero counts.
    """

    key: str
    other: str
    factor: int = 1
    most: int | None = None

    def times(self, factor: int) -> Share:
        """Return it multiplied by a positive number."""
        return replace(self, factor=self.factor * factor, most=None if self.most is None else self.most * factor)


@dataclass(frozen=True, slots=True)
class Scaled:
    """A number as `read(facts)` ÷ `den`; `fixed` is the numerator where it is the same for everybody."""

    read: Callable[[Facts], int]
    den: int
    fixed: int | None = None
    is_payable: bool = False  # never below zero
    share: Share | None = None
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A share of one fact rounded half up: (x · factor + half) ÷ whole · unit, nothing below zero, at most `most` if that is set."""

    key: str
    other: str
    factor: int
    half: int
    whole: int
    unit: int
    most: int | None
    limit: int | None  # the least x from which on it is `most`


def fact_reader(key: str, other: str) -> Callable[[Facts], int]:
    """Return what reads a fact that is one exact whole number."""

    def read(facts: Facts) -> int:
        state = facts.get(key)
        if state is None:
            state = facts.get(other)
        if type(state) is not Exact:
            raise Left
        num, den = state.value.as_integer_ratio()  # type: ignore[union-attr]  # a number, by its field
        if den != 1:
            raise Left
        return num

    return read


def constant(value: Fraction | int) -> Scaled:
    """Return a number that is the same for everybody."""
    return _fixed(value.numerator, value.denominator)


def _fixed(num: int, den: int) -> Scaled:
    return Scaled(lambda facts: num, den, num, num >= 0)  # noqa: ARG005


def _on_one_scale(one: Scaled, other: Scaled) -> tuple[Scaled, Scaled, int]:
    den = math.lcm(one.den, other.den)
    return _at(one, den), _at(other, den), den


def _at(value: Scaled, den: int) -> Scaled:
    factor, read = den // value.den, value.read
    if factor == 1:
        return value
    if value.fixed is not None:
        return _fixed(value.fixed * factor, den)
    share = value.share and value.share.times(factor)
    return Scaled(lambda facts: read(facts) * factor, den, None, value.is_payable, share)


def total(one: Scaled, other: Scaled) -> Scaled:
    """Return one + other."""
    if one.fixed == 0:
        return other
    left, right, den = _on_one_scale(one, other)
    add, more = left.read, right.read
    return Scaled(lambda facts: add(facts) + more(facts), den, None, left.is_payable and right.is_payable)


def negative(value: Scaled) -> Scaled:
    """Return −value."""
    read = value.read
    return Scaled(lambda facts: -read(facts), value.den)


def product(one: Scaled, other: Scaled) -> Scaled:
    """Return one × other."""
    left, right, den = one.read, other.read, one.den * other.den
    is_payable = one.is_payable and other.is_payable
    if (factor := other.fixed) is not None:
        share = one.share.times(factor) if one.share is not None and is_payable and factor else None
        return Scaled(lambda facts: left(facts) * factor, den, None, is_payable, share)
    return Scaled(lambda facts: left(facts) * right(facts), den, None, is_payable)


def lesser(one: Scaled, other: Scaled) -> Scaled:
    """Return the lesser of two."""
    left, right, den = _on_one_scale(one, other)
    read, is_payable = left.read, left.is_payable and right.is_payable
    if (cap := right.fixed) is not None:
        share = left.share if right.is_payable else None
        if share is not None:
            share = replace(share, most=cap if share.most is None else min(cap, share.most))
        return Scaled(lambda facts: found if (found := read(facts)) < cap else cap, den, None, is_payable, share)
    bound = right.read
    return Scaled(lambda facts: min(read(facts), bound(facts)), den, None, is_payable)


def greater(one: Scaled, other: Scaled) -> Scaled:
    """Return the greater of two."""
    left, right, den = _on_one_scale(one, other)
    read, bound = left.read, right.read
    return Scaled(lambda facts: max(read(facts), bound(facts)), den, None, left.is_payable or right.is_payable)


def payable(value: Scaled) -> Scaled:
    """Return a number with nothing below zero."""
    if value.is_payable:
        return value
    read = value.read
    return Scaled(lambda facts: found if (found := read(facts)) > 0 else 0, value.den, None, True, value.share)  # noqa: FBT003


def nothing_below(amount: Scaled, threshold: Scaled) -> Scaled:
    """Return an amount, and 0 where it stays below a threshold."""
    left, right, den = _on_one_scale(amount, threshold)
    found, least = left.read, right.read
    return Scaled(lambda facts: reached if (reached := found(facts)) >= least(facts) else 0, den)


def rounded(amount: Scaled, unit: int, mode: RoundMode) -> Scaled:
    """Return an amount rounded to a unit of so many 分."""
    read, den = amount.read, amount.den * unit
    if mode is RoundMode.DOWN:
        return Scaled(lambda facts: read(facts) // den * unit, 1)
    if mode is RoundMode.UP:
        return Scaled(lambda facts: -(-read(facts) // den) * unit, 1)
    twice = 2 * den
    if amount.is_payable and (share := amount.share) is not None:
        line = _line(share, den, unit)
        return Scaled(_reader_of(line), 1, line=line)
    return Scaled(lambda facts: (2 * read(facts) + den) // twice * unit, 1)


def _line(share: Share, den: int, unit: int) -> Line:
    factor, whole = 2 * share.factor, 2 * den
    if share.most is None:
        return Line(share.key, share.other, factor, den, whole, unit, None, None)
    most = (2 * share.most + den) // whole * unit
    return Line(share.key, share.other, factor, den, whole, unit, most, -(-2 * share.most // factor))


def _reader_of(line: Line) -> Callable[[Facts], int]:
    """Return a share rounded half up, in one function."""
    key, other, factor, half, whole, unit = line.key, line.other, line.factor, line.half, line.whole, line.unit
    most = line.most

    def read(facts: Facts) -> int:
        state = facts.get(key)
        if state is None:
            state = facts.get(other)
        if type(state) is not Exact:
            raise Left
        num, den = state.value.as_integer_ratio()  # type: ignore[union-attr]  # a number, by its field
        if den != 1:
            raise Left
        if num <= 0:
            return 0
        found = (num * factor + half) // whole * unit
        return found if most is None or found < most else most

    return read
