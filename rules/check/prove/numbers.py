"""Exact arithmetic on what the prover knows of numbers: a quotient for each case, kept linear wherever the rule is.

A number is a list of pieces that exclude each other; each has a guard and a value top ÷ bottom. Constants stay Python
fractions, so that a rate chosen by a table times a base is still linear, and a growth rate is compared with a constant by
multiplying both sides by its positive bottom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

import z3

from rules.check.prove.formulas import NO, YES, Formula, Term, both, decided, either, every, number, opposite, some

MOST_PIECES = 12

Top: TypeAlias = Fraction | Term


@dataclass(frozen=True, slots=True)
class Piece:
    """A value under a guard; `bottom` is positive, None is one."""

    guard: Formula
    top: Top
    bottom: Term | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number, money in 分, or a day; `exists` is where there is one, `known` where it is known what it is."""

    pieces: tuple[Piece, ...]
    exists: Formula = YES
    known: Formula = YES
    is_nonnegative: bool = False

    @property
    def constant(self) -> Fraction | None:
        """Return the value of a number that is one constant."""
        first = self.pieces[0] if len(self.pieces) == 1 else None
        return first.top if first and isinstance(first.top, Fraction) and first.bottom is None else None

    @property
    def is_certain(self) -> bool:
        """Tell whether there is always a known value."""
        return self.exists is YES and self.known is YES


def constant(value: Fraction | int) -> Number:
    """Return the number that is always this one."""
    return Number((Piece(YES, Fraction(value)),), is_nonnegative=value >= 0)


def variable(term: Term, exists: Formula = YES, *, is_nonnegative: bool = False) -> Number:
    """Return the number that a variable stands for."""
    real = z3.ToReal(term) if z3.is_int(term) else term
    return Number((Piece(YES, real),), exists, is_nonnegative=is_nonnegative)


ZERO, ONE = constant(0), constant(1)
NOTHING = replace(ZERO, exists=NO)


def as_term(top: Top) -> Term:
    """Return a constant or a term as a term."""
    return number(top) if isinstance(top, Fraction) else top


def collapsed(value: Number) -> Number:
    """Return the number as one piece."""
    if len(value.pieces) == 1:
        return value
    *others, last = value.pieces
    top = as_term(last.top)
    bottom = last.bottom
    for piece in reversed(others):
        top = z3.If(piece.guard, as_term(piece.top), top)
        if bottom is not None or piece.bottom is not None:
            bottom = z3.If(piece.guard, _bottom(piece), number(1) if bottom is None else bottom)
    return replace(value, pieces=(Piece(YES, top, bottom),))


def _bottom(piece: Piece) -> Term:
    return number(1) if piece.bottom is None else piece.bottom


def chosen(options: Iterable[tuple[Formula, Number]], otherwise: Formula = NO) -> Number:
    """Return the number of the option whose guard holds; the guards exclude each other, and nothing is under `otherwise`."""
    found = list(options)
    pieces = tuple(replace(piece, guard=both(guard, piece.guard)) for guard, value in found for piece in value.pieces)
    return Number(
        pieces or ZERO.pieces,
        some(both(guard, value.exists) for guard, value in found),
        either(otherwise, *(both(guard, value.known) for guard, value in found)),
        all(value.is_nonnegative for _, value in found),
    )


def if_else(condition: Formula, then: Number, otherwise: Number) -> Number:
    """Return one number where the condition holds, the other one elsewhere."""
    if condition is YES or condition is NO:
        return then if condition is YES else otherwise
    both_certain = then.is_certain and otherwise.is_certain
    found = chosen([(condition, then), (opposite(condition), otherwise)])
    found = replace(found, exists=YES, known=YES) if both_certain else found
    return found if len(found.pieces) <= MOST_PIECES else collapsed(found)


def _joined(one: Number, other: Number, join: Callable[[Piece, Piece], tuple[Top, Term | None]]) -> Number:
    if len(one.pieces) * len(other.pieces) > MOST_PIECES:
        # The constants are worth more as pieces: a product with them stays linear.
        one, other = (collapsed(one), other) if len(other.pieces) <= MOST_PIECES else (one, collapsed(other))
    pieces = tuple(Piece(both(a.guard, b.guard), *join(a, b)) for a in one.pieces for b in other.pieces)
    found = Number(pieces, both(one.exists, other.exists), both(one.known, other.known))
    return found if len(found.pieces) <= MOST_PIECES else collapsed(found)


def add(one: Number, other: Number) -> Number:
    """Return one + other."""

    def join(a: Piece, b: Piece) -> tuple[Top, Term | None]:
        if a.bottom is None and b.bottom is None:
            is_plain = isinstance(a.top, Fraction) and isinstance(b.top, Fraction)
            return (a.top + b.top if is_plain else as_term(a.top) + as_term(b.top)), None
        return as_term(a.top) * _bottom(b) + as_term(b.top) * _bottom(a), _times(a.bottom, b.bottom)

    return replace(_joined(one, other, join), is_nonnegative=one.is_nonnegative and other.is_nonnegative)


def negate(value: Number) -> Number:
    """Return −value."""
    pieces = tuple(replace(piece, top=-piece.top) for piece in value.pieces)
    return replace(value, pieces=pieces, is_nonnegative=False)


def subtract(one: Number, other: Number) -> Number:
    """Return one − other."""
    return add(one, negate(other))


def multiply(one: Number, other: Number) -> Number:
    """Return one × other."""

    def join(a: Piece, b: Piece) -> tuple[Top, Term | None]:
        is_plain = isinstance(a.top, Fraction) and isinstance(b.top, Fraction)
        top = a.top * b.top if is_plain else as_term(a.top) * as_term(b.top)
        return top, _times(a.bottom, b.bottom)

    found = _joined(one, other, join)
    return replace(found, is_nonnegative=one.is_nonnegative and other.is_nonnegative)


def _times(one: Term | None, other: Term | None) -> Term | None:
    return other if one is None else one if other is None else one * other


def divide(one: Number, other: Number, *, is_known_on_zero: bool) -> Number:
    """Return one ÷ other; where that is zero there is no quotient, which is known only if the rule says so."""
    inverse: list[Piece] = []
    zero: list[Formula] = []
    for piece in other.pieces:
        if isinstance(piece.top, Fraction) and piece.bottom is None:
            if piece.top:
                inverse.append(Piece(piece.guard, 1 / piece.top))
            else:
                zero.append(piece.guard)
            continue
        top = as_term(piece.top)
        zero.append(both(piece.guard, top == 0))
        if other.is_nonnegative:
            inverse.append(Piece(piece.guard, _bottom(piece), z3.If(top == 0, number(1), top)))
        else:
            size = z3.If(top > 0, top, z3.If(top == 0, number(1), -top))
            inverse.append(Piece(piece.guard, z3.If(top > 0, _bottom(piece), -_bottom(piece)), size))
    is_zero = some(zero)
    reciprocal = Number(tuple(inverse) or ZERO.pieces, both(other.exists, opposite(is_zero)), other.known)
    if not is_known_on_zero:
        reciprocal = replace(reciprocal, known=both(other.known, opposite(both(other.exists, is_zero))))
    found = multiply(one, reciprocal)
    return replace(found, is_nonnegative=one.is_nonnegative and other.is_nonnegative)


def least(parts: Iterable[Number]) -> Number:
    """Return the least of the parts that exist."""
    found, *others = parts
    for part in others:
        takes = either(opposite(part.exists), both(found.exists, at_most(found, part)))
        known = both(found.known, part.known)
        exists = either(found.exists, part.exists)
        found = replace(if_else(takes, found, part), exists=exists, known=known)
    return found


def greatest(parts: Iterable[Number]) -> Number:
    """Return the greatest of the parts that exist."""
    every_part = list(parts)
    found = negate(least([negate(part) for part in every_part]))
    return replace(found, is_nonnegative=any(part.is_nonnegative and part.is_certain for part in every_part))


def not_below_zero(value: Number) -> Number:
    """Return the number, zero where it is negative."""
    if value.is_nonnegative:
        return value
    pieces = tuple(
        replace(piece, top=max(piece.top, Fraction(0)))
        if isinstance(piece.top, Fraction)
        else replace(piece, top=z3.If(piece.top > 0, piece.top, number(0)))
        for piece in value.pieces
    )
    return replace(value, pieces=pieces, is_nonnegative=True)


def as_payment(value: Number) -> Number:
    """Read a number as money that is paid: what does not exist is zero, and nothing is paid below zero."""
    found = not_below_zero(value)
    if found.exists is YES:
        return found
    paid = if_else(found.exists, replace(found, exists=YES), ZERO)
    return replace(paid, exists=YES, known=found.known)


def whole_part(value: Number) -> Number:
    """Return the greatest whole number not above the value."""
    single = collapsed(value)
    piece = single.pieces[0]
    if isinstance(piece.top, Fraction):
        return replace(single, pieces=(Piece(YES, Fraction(piece.top // 1)),))
    term = piece.top if piece.bottom is None else piece.top / piece.bottom
    return replace(single, pieces=(Piece(YES, z3.ToReal(z3.ToInt(term))),))


def at_most(one: Number, other: Number) -> Formula:
    """Return where one ≤ other."""
    return _compared(one, other, lambda a, b: a <= b)


def less(one: Number, other: Number) -> Formula:
    """Return where one < other."""
    return _compared(one, other, lambda a, b: a < b)


def same(one: Number, other: Number) -> Formula:
    """Return where one = other."""
    return _compared(one, other, lambda a, b: a == b)


def _compared(one: Number, other: Number, relation: Callable[[Top, Top], Formula | bool]) -> Formula:
    if len(one.pieces) * len(other.pieces) > MOST_PIECES:
        one, other = collapsed(one), collapsed(other)
    cases = []
    for a in one.pieces:
        for b in other.pieces:
            left, right = a.top, b.top
            if b.bottom is not None:
                left = as_term(left) * b.bottom
            if a.bottom is not None:
                right = as_term(right) * a.bottom
            if not isinstance(left, Fraction):
                right = as_term(right)
            elif not isinstance(right, Fraction):
                left = as_term(left)
            found = relation(left, right)
            cases.append(every((a.guard, b.guard, decided(found) if isinstance(found, bool) else found)))
    return some(cases)
