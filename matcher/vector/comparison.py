"""What comparisons say of columns, row by row as `matcher.interpret.comparison` says it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

import numpy as np

from matcher.interpret.comparison import compare as compare_one
from matcher.interpret.possible import TRUE, Possible
from matcher.outcome import Truth
from matcher.vector import ends
from matcher.vector.columns import Codes, Column, Numbers, as_codes, numbers, possible_at
from matcher.vector.dispatch import F, R, T, U
from matcher.vector.ends import Array
from rules.language.model import Word

CODE_OF = {Truth.F: F, Truth.R: R, Truth.U: U, Truth.T: T}


def compare(word: Word, operand: Column, bounds: Sequence[Column]) -> Array:
    """Compare an operand with the bounds of one test."""
    if isinstance(operand, Codes):
        return _compare_codes(word, operand, [as_codes(bound) for bound in bounds])
    if word is Word.PRESENT:
        is_wanted = possible_at(bounds[0], 0).members == TRUE.members
        return _truth(~operand.gone, operand.absent) if is_wanted else _truth(operand.absent, ~operand.gone)
    if word is Word.IS or word is Word.IN:
        holds, fails = _is_among(operand, bounds)
    elif word is Word.NOT_IN:
        fails, holds = _is_among(operand, bounds)
        return _truth(operand.absent | (~operand.gone & holds), ~operand.gone & fails)
    else:
        holds, fails = _compare_with_bound(word, operand, numbers(bounds[0]))
    return _truth(~operand.gone & holds, operand.absent | fails)


def _truth(may_hold: Array, may_fail: Array) -> Array:
    found: Array = np.where(may_hold, np.where(may_fail, U, T), F).astype(np.uint8)
    return found


def _compare_codes(word: Word, operand: Codes, bounds: Sequence[Codes]) -> Array:
    """Compare each combination of states once."""
    places = operand.ids
    for bound in bounds:
        places = places * len(bound.states) + bound.ids
    return _truths(word, operand.states, tuple(bound.states for bound in bounds))[places]


@lru_cache(maxsize=4096)
def _truths(word: Word, states: tuple[Possible, ...], bounds: tuple[tuple[Possible, ...], ...]) -> Array:
    combinations = product(states, *bounds)
    return np.array([CODE_OF[compare_one(word, first, rest)] for first, *rest in combinations], np.uint8)


def _compare_with_bound(word: Word, operand: Numbers, bound: Numbers) -> tuple[Array, Array]:
    if word is Word.FROM or word is Word.BELOW:
        surely_below = ~operand.high & ~bound.low & ends.less(operand.hi, bound.lo)
        may_be_below = operand.low | bound.high | ends.less(operand.lo, bound.hi)
        holds, fails = (~surely_below, may_be_below) if word is Word.FROM else (may_be_below, ~surely_below)
    else:
        surely_above = ~bound.high & ~operand.low & ends.less(bound.hi, operand.lo)
        may_be_above = bound.low | operand.high | ends.less(bound.lo, operand.hi)
        holds, fails = (may_be_above, ~surely_above) if word is Word.OVER else (~surely_above, may_be_above)
    return ~bound.gone & holds, bound.absent | fails


def _is_among(operand: Numbers, bounds: Sequence[Column]) -> tuple[Array, Array]:
    """Compare for equality with any of the bounds."""
    meets, same = np.zeros(1, bool), np.zeros(1, bool)
    for bound in map(numbers, bounds):
        below = ~operand.high & ~bound.low & ends.less(operand.hi, bound.lo)
        above = ~bound.high & ~operand.low & ends.less(bound.hi, operand.lo)
        meets = meets | (~bound.gone & ~below & ~above)
        same = same | (~bound.absent & bound.settled() & operand.settled() & ends.equal(operand.lo, bound.lo))
    return meets, ~same
