"""What a number is seen to be a whole multiple of: a sum of whole 分 is whole, whatever is summed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

import z3

from rules.check.prove.formulas import Term
from rules.check.prove.numbers import Number, Top


def grain(value: Number) -> Fraction | None:
    """Return a number of which the value is seen to be a whole multiple wherever it exists, None where none is seen.

    Seen is what sums, products and choices make of constants and of whole variables; zero is a multiple of all.
    """
    known: dict[int, Fraction | None] = {}
    return _common(None if piece.bottom is not None else _grain(piece.top, known) for piece in value.pieces)


def _grain(top: Top, known: dict[int, Fraction | None]) -> Fraction | None:
    if isinstance(top, Fraction):
        return abs(top)
    place = top.get_id()
    if place not in known:
        known[place] = _grain_of_term(top, known)
    return known[place]


def _grain_of_term(term: Term, known: dict[int, Fraction | None]) -> Fraction | None:
    if z3.is_rational_value(term):
        return Fraction(abs(term.as_fraction()))
    if z3.is_to_real(term):
        return Fraction(1)
    if z3.is_app_of(term, z3.Z3_OP_ITE):
        return _common(_grain(part, known) for part in term.children()[1:])
    parts = [_grain(part, known) for part in term.children()]
    if any(z3.is_app_of(term, kind) for kind in (z3.Z3_OP_ADD, z3.Z3_OP_SUB, z3.Z3_OP_UMINUS)):
        return _common(parts)
    factors = [part for part in parts if part is not None]
    is_product = z3.is_app_of(term, z3.Z3_OP_MUL) and len(factors) == len(parts)
    return math.prod(factors, start=Fraction(1)) if is_product else None


def _common(grains: Iterable[Fraction | None]) -> Fraction | None:
    found = Fraction(0)
    for each in grains:
        if each is None:
            return None
        bottom = found.denominator * each.denominator
        found = Fraction(math.gcd(int(found * bottom), int(each * bottom)), bottom)
    return found


def are_multiples(value: Number, unit: Fraction) -> bool:
    """Tell whether a value is seen to be a whole multiple of a unit wherever it exists."""
    found = grain(value)
    return found is not None and (found / unit).denominator == 1
