"""The closed set of values that a tree may have under what is known of the applicant.

Money is counted in 分 and dates in day numbers (ordinals), so that one kind of interval serves both. Whole numbers are kept
as int, everything else as Fraction: nothing here is ever rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from rules.language.model import Scalar

Number = int | Fraction
Needs = tuple[str, ...]
LAST_DAY = date.max.toordinal()


class Possible(NamedTuple):
    """An interval of numbers or days (None is unbounded), or a set of codes, texts or yes/no (None is any).

    `exists` says that there may be a value, `absent` that there may be none (known not to exist); one of them always holds.
    `is_whole` marks values without fractions, `table` the code table. `needs` names the facts that would narrow the set.
    """

    lo: Number | None = None
    hi: Number | None = None
    is_whole: bool = False
    needs: Needs = ()
    exists: bool = True
    absent: bool = False
    is_ordered: bool = True
    members: frozenset[str | bool] | None = None
    table: str = ""

    @property
    def is_settled(self) -> bool:
        """Tell whether there is only one thing this can be."""
        if self.absent:
            return not self.exists
        if self.is_ordered:
            return self.lo is not None and self.lo == self.hi
        return self.members is not None and len(self.members) == 1


ABSENT = Possible(exists=False, absent=True)
ZERO = Possible(0, 0, is_whole=True)
ONE = Possible(1, 1, is_whole=True)
TRUE = Possible(is_ordered=False, members=frozenset({True}))
FALSE = Possible(is_ordered=False, members=frozenset({False}))
EITHER = frozenset({True, False})


def number(value: Number | date) -> Number:
    """Return a number, or the number of a day, as int where it is whole.

    >>> number(Fraction(4, 2)), number(date(1, 1, 2))
    (2, 2)
    """
    if isinstance(value, date):
        return value.toordinal()
    return value.numerator if value.denominator == 1 else value


def exactly(value: Scalar | int, *, is_whole: bool = False, table: str = "") -> Possible:
    """Return the set with one member."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, str):
        return Possible(is_ordered=False, members=frozenset((value,)), table=table)
    point = number(value)
    return Possible(point, point, is_whole)


def merged(needs: Needs, more: Needs) -> Needs:
    """Return both without repetition, in order of appearance."""
    if not more or needs == more:
        return needs
    if not needs:
        return more
    return needs + tuple(need for need in more if need not in needs)


def all_needs(parts: Iterable[Possible]) -> Needs:
    """Return what any of the parts needs, in order."""
    return tuple(dict.fromkeys(need for part in parts for need in part.needs))


def settled(found: Possible) -> Possible:
    """Return the set without needs when nothing can narrow it further."""
    return found._replace(needs=()) if found.needs and found.is_settled else found


def with_needs(found: Possible, needs: Needs) -> Possible:
    """Return the set with more facts to narrow it, unless it is settled."""
    return found if not needs or found.is_settled else found._replace(needs=merged(found.needs, needs))


def hull(one: Possible, other: Possible) -> Possible:
    """Return the smallest set of its kind that holds both."""
    needs = merged(one.needs, other.needs)
    if not (one.exists and other.exists):
        value, rest = (one, other) if one.exists else (other, one)
        return settled(value._replace(absent=value.absent or rest.absent, needs=needs))
    absent = one.absent or other.absent
    if not one.is_ordered:
        members = None if one.members is None or other.members is None else one.members | other.members
        return settled(one._replace(members=members, absent=absent, needs=needs))
    lo = None if one.lo is None or other.lo is None else min(one.lo, other.lo)
    hi = None if one.hi is None or other.hi is None else max(one.hi, other.hi)
    return settled(Possible(lo, hi, one.is_whole and other.is_whole, needs, absent=absent))


def hull_of(parts: Iterable[Possible]) -> Possible:
    """Return the smallest set of its kind that holds all parts; nothing at all is known not to exist."""
    found: Possible | None = None
    for part in parts:
        found = part if found is None else hull(found, part)
    return ABSENT if found is None else found


def surely_below(one: Possible, other: Possible) -> bool:
    """Tell whether one number lies below another one for all that either may be."""
    return one.hi is not None and other.lo is not None and one.hi < other.lo


def payable(value: Possible) -> Possible:
    """Read a value as money that is paid: what does not exist is zero, and nothing is paid below zero."""
    if not value.exists:
        return ZERO
    lo = 0 if value.absent or value.lo is None or value.lo < 0 else value.lo
    hi = None if value.hi is None else max(value.hi, 0)
    if lo == value.lo and hi == value.hi and not value.absent:
        return value
    return settled(Possible(lo, hi, value.is_whole, value.needs))


def not_negative(value: Possible) -> Possible:
    """Read a value as a base: below zero counts as zero, what does not exist stays so."""
    if not value.exists or (value.lo is not None and value.lo >= 0):
        return value
    hi = None if value.hi is None else max(value.hi, 0)
    return settled(value._replace(lo=0, hi=hi))
