"""What is known of a value, one row per applicant: the interpreter's `Possible` in columns.

Arrays of length one hold for every row, so what is fixed costs nothing and what is known exactly needs no masks. `needs` is a
set of facts as bits (see `needs.py`). Numbers whose upper end *is* the lower one are known exactly in every row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from matcher.interpret.possible import ABSENT, EITHER, FALSE, TRUE, Number, Possible
from matcher.interpret.possible import hull as hull_of_two
from matcher.vector import ends
from matcher.vector.ends import Array, End

NO = np.zeros(1, bool)
YES = np.ones(1, bool)
NONE = np.zeros(1, np.int64)
for _fixed in (NO, YES, NONE):
    _fixed.flags.writeable = False


def _no() -> Array:
    return NO


def _none() -> Array:
    return NONE


@dataclass(frozen=True, slots=True)
class Numbers:
    """Intervals: `low` and `high` mark open ends, `gone` what does not exist, `absent` what may not exist (gone included)."""

    lo: End
    hi: End
    low: Array = field(default_factory=_no)
    high: Array = field(default_factory=_no)
    gone: Array = field(default_factory=_no)
    absent: Array = field(default_factory=_no)
    needs: Array = field(default_factory=_none)
    is_whole: bool = False

    @property
    def is_plain(self) -> bool:
        """Tell whether every row is one existing number."""
        return self.hi is self.lo and self.absent is NO

    def settled(self) -> Array:
        """Tell where there is only one thing the value can be."""
        if self.is_plain:
            return YES
        found: Array = np.where(self.absent, self.gone, ~self.low & ~self.high & ends.equal(self.lo, self.hi))
        return found


@dataclass(frozen=True, slots=True)
class Codes:
    """Sets of codes, texts or yes and no: each row is one of `states`, which carry no needs of their own."""

    ids: Array
    states: tuple[Possible, ...]
    needs: Array = field(default_factory=_none)

    def settled(self) -> Array:
        """Tell where there is only one thing the value can be."""
        return self.look_up([state.is_settled for state in self.states])

    def look_up(self, answers: Sequence[object]) -> Array:
        """Return for each row the answer for its state."""
        found: Array = np.array(answers)[self.ids]
        return found


Column = Numbers | Codes

NOTHING = Numbers(ends.constant(0), ends.constant(0), YES, YES, YES, YES, is_whole=True)


def exactly(end: End, *, is_whole: bool = False) -> Numbers:
    """Return numbers known exactly."""
    return Numbers(end, end, is_whole=is_whole)


def number(value: Number, *, is_whole: bool = True) -> Numbers:
    """Return one number for every row."""
    return exactly(ends.constant(value), is_whole=is_whole)


ZERO = number(0)
UNIT = number(1)


def tidy(found: Numbers) -> Numbers:
    """Return numbers without masks that say nothing, and without needs where nothing can narrow them."""
    if found.needs is not NONE:
        found = replace(found, needs=np.where(found.settled(), 0, found.needs))
    if found.gone is NO:
        return found
    return replace(found, low=either(found.low, found.gone), high=either(found.high, found.gone))


def from_possibles(states: Sequence[Possible], open_bits: int) -> Column:
    """Return a column of such states; a state that needs facts gets `open_bits`."""
    needs = np.array([open_bits if state.needs else 0 for state in states], np.int64)
    if not needs.any():
        needs = NONE
    if not all(state.is_ordered for state in states):
        return Codes(np.arange(len(states)), tuple(state._replace(needs=()) for state in states), needs)
    lo = ends.from_numbers([state.lo or 0 for state in states])
    is_exact = all(
        state.exists and not state.absent and state.lo is not None and state.lo == state.hi for state in states
    )
    is_whole = all(state.is_whole for state in states if state.exists)
    if is_exact:
        return Numbers(lo, lo, needs=needs, is_whole=is_whole)
    return Numbers(
        lo,
        ends.from_numbers([state.hi or 0 for state in states]),
        np.array([state.lo is None for state in states]),
        np.array([state.hi is None for state in states]),
        np.array([not state.exists for state in states]),
        np.array([state.absent for state in states]),
        needs,
        is_whole,
    )


def constant(state: Possible, open_bits: int = 0) -> Column:
    """Return one state for every row."""
    return from_possibles([state], open_bits)


def possible_at(column: Column, row: int) -> Possible:
    """Return the state of one row, without its needs."""
    if isinstance(column, Codes):
        return column.states[int(_at(column.ids, row))]
    if _at(column.gone, row):
        return ABSENT
    return Possible(
        None if _at(column.low, row) else ends.at(column.lo, row),
        None if _at(column.high, row) else ends.at(column.hi, row),
        column.is_whole,
        absent=bool(_at(column.absent, row)),
    )


def _at(values: Array, row: int) -> int:
    return int(values[row if len(values) > 1 else 0])


def is_constant(column: Column) -> bool:
    """Tell whether a column is the same in every row."""
    if isinstance(column, Codes):
        return len(column.ids) == 1
    arrays = (*column.lo, *column.hi, column.low, column.high, column.gone, column.absent)
    return all(len(values) == 1 for values in arrays)


def take(column: Column, rows: Array) -> Column:
    """Return some rows of a column."""
    needs = ends.take_rows(column.needs, rows)
    if isinstance(column, Codes):
        return Codes(ends.take_rows(column.ids, rows), column.states, needs)
    lo = ends.take(column.lo, rows)
    hi = lo if column.hi is column.lo else ends.take(column.hi, rows)
    low, high, gone, absent = (ends.take_rows(mask, rows) for mask in _masks(column))
    return Numbers(lo, hi, low, high, gone, absent, needs, column.is_whole)


def select(mask: Array, one: Column, other: Column) -> Column:
    """Return one where the mask holds, else other."""
    if one is other:
        return one
    needs = np.where(mask, one.needs, other.needs) if one.needs is not NONE or other.needs is not NONE else NONE
    if isinstance(one, Numbers) and isinstance(other, Numbers):
        lo = ends.where(mask, one.lo, other.lo)
        hi = lo if one.hi is one.lo and other.hi is other.lo else ends.where(mask, one.hi, other.hi)
        low, high, gone, absent = (
            left if left is right else np.where(mask, left, right)
            for left, right in zip(_masks(one), _masks(other), strict=True)
        )
        return Numbers(lo, hi, low, high, gone, absent, needs, one.is_whole and other.is_whole)
    left, right = as_codes(one), as_codes(other)
    ids = np.where(mask, left.ids, right.ids + len(left.states))
    return Codes(ids, (*left.states, *right.states), needs)


def _masks(column: Numbers) -> tuple[Array, ...]:
    return column.low, column.high, column.gone, column.absent


def as_codes(column: Column) -> Codes:
    """Return codes; of numbers only what does not exist can be among codes."""
    return column if isinstance(column, Codes) else Codes(np.zeros(1, np.int64), (ABSENT,))


def numbers(column: Column) -> Numbers:
    """Return numbers; of codes only what does not exist can be among numbers."""
    return column if isinstance(column, Numbers) else NOTHING


def either(one: Array, other: Array) -> Array:
    """Return what holds in either mask, or is needed by either side; what says nothing costs nothing."""
    if one is NO or one is NONE:
        return other
    return one if other is NO or other is NONE or other is one else one | other


def with_needs(found: Column, needs: Array) -> Column:
    """Return a column with more facts to narrow it, where it is not settled."""
    if needs is NONE:
        return found
    return replace(found, needs=np.where(found.settled(), found.needs, found.needs | needs))


def hull(one: Column, other: Column) -> Column:
    """Return the smallest sets that hold both."""
    needs = either(one.needs, other.needs)
    if isinstance(one, Numbers) and isinstance(other, Numbers):
        return _hull(one, other, needs)
    left, right = as_codes(one), as_codes(other)
    pairs = left.ids * len(right.states) + right.ids
    found, ids = np.unique(pairs, return_inverse=True)
    states = tuple(
        hull_of_two(left.states[pair // len(right.states)], right.states[pair % len(right.states)]) for pair in found
    )
    column = Codes(ids.reshape(pairs.shape), states, needs)
    return column if needs is NONE else replace(column, needs=np.where(column.settled(), 0, needs))


def _hull(one: Numbers, other: Numbers, needs: Array) -> Numbers:
    lo = ends.where(other.gone | (~one.gone & ends.less(one.lo, other.lo)), one.lo, other.lo)
    hi = ends.where(other.gone | (~one.gone & ends.less(other.hi, one.hi)), one.hi, other.hi)
    low = either(_there(one.low, one), _there(other.low, other))
    high = either(_there(one.high, one), _there(other.high, other))
    gone = NO if one.gone is NO or other.gone is NO else one.gone & other.gone
    is_whole = one.is_whole and other.is_whole
    return tidy(Numbers(lo, hi, low, high, gone, either(one.absent, other.absent), needs, is_whole))


def _there(mask: Array, column: Numbers) -> Array:
    return mask if column.gone is NO else mask & ~column.gone


def chosen(masks: Sequence[Array], parts: Sequence[Column]) -> Column:
    """Return the hull of the parts whose mask holds; where none does, nothing."""
    found: Column = NOTHING
    is_any = NO
    for mask, part in zip(masks, parts, strict=True):
        both = mask & is_any
        joined = select(both, hull(found, part), found) if both.any() else found
        found = select(mask & ~is_any, part, joined)
        is_any = is_any | mask
    return found


def yes_no(may_hold: Array, may_fail: Array, needs: Array) -> Codes:
    """Return yes where nothing may fail, no where nothing may hold, else either."""
    either = Possible(is_ordered=False, members=EITHER)
    return Codes(np.where(may_hold, np.where(may_fail, 2, 1), 0), (FALSE, TRUE, either), needs)
