"""Formulas of the prover: connectives that drop what is trivial, and truth that may be lacking."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

import z3

# The library has no types: a formula is a z3.BoolRef, a term a z3.ArithRef.
Formula: TypeAlias = Any
Term: TypeAlias = Any

# The only true and false there are: what is trivial is recognised by identity, which costs nothing.
YES: Formula = z3.BoolVal(val=True)
NO: Formula = z3.BoolVal(val=False)


def decided(value: bool) -> Formula:  # noqa: FBT001  it is the value that is turned into a formula
    """Return the formula that is always so."""
    return YES if value else NO


def both(*parts: Formula) -> Formula:
    """Return the conjunction."""
    return every(parts)


def every(parts: Iterable[Formula]) -> Formula:
    """Return the conjunction of any number of formulas."""
    kept = [part for part in parts if part is not YES]
    if any(part is NO for part in kept):
        return NO
    return z3.And(kept) if len(kept) > 1 else kept[0] if kept else YES


def either(*parts: Formula) -> Formula:
    """Return the disjunction."""
    return some(parts)


def some(parts: Iterable[Formula]) -> Formula:
    """Return the disjunction of any number of formulas."""
    kept = [part for part in parts if part is not NO]
    if any(part is YES for part in kept):
        return YES
    return z3.Or(kept) if len(kept) > 1 else kept[0] if kept else NO


def opposite(part: Formula) -> Formula:
    """Return the negation."""
    if part is YES:
        return NO
    return YES if part is NO else z3.Not(part)


def same_truth(one: Formula, other: Formula) -> Formula:
    """Return where two formulas are both so or both not."""
    if other is YES:
        return one
    return opposite(one) if other is NO else one == other


def number(value: Fraction | int) -> Term:
    """Return an exact constant."""
    return z3.Q(value.numerator, value.denominator)


class Truth(NamedTuple):
    """What a condition says: `holds`, and whether that is `known`; it fails where it is known not to hold."""

    holds: Formula
    known: Formula = YES

    @property
    def fails(self) -> Formula:
        """Return where it is known not to hold."""
        return both(self.known, opposite(self.holds))

    @property
    def denied(self) -> Truth:
        """Return the truth of the opposite."""
        return Truth(self.fails, self.known)


TRUE, FALSE, OPEN = Truth(YES), Truth(NO), Truth(NO, NO)


def all_of(parts: Iterable[Truth]) -> Truth:
    """Join: false where one fails, true where all hold."""
    found = list(parts)
    holds = every(part.holds for part in found)
    if all(part.known is YES for part in found):
        return Truth(holds)
    return Truth(holds, either(holds, some(part.fails for part in found)))


def any_of(parts: Iterable[Truth]) -> Truth:
    """Join: true where one holds, false where all fail."""
    found = list(parts)
    holds = some(part.holds for part in found)
    if all(part.known is YES for part in found):
        return Truth(holds)
    return Truth(holds, either(holds, every(part.fails for part in found)))


def at_least(n: int, parts: Iterable[Truth]) -> Truth:
    """Join: true where n hold, false where fewer than n do not fail."""
    found = list(parts)
    holds = z3.AtLeast(*(part.holds for part in found), n)
    return Truth(holds, either(holds, z3.AtLeast(*(part.fails for part in found), len(found) - n + 1)))
