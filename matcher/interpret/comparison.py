"""What a comparison says when its sides are sets: true or false only where that holds for every value they may have."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.interpret.possible import Number, Possible
from matcher.outcome import Truth
from rules.language.model import Word
from rules.vocabulary.codes import CodeTable, load_code_tables


def compare(word: Word, operand: Possible, bounds: Sequence[Possible]) -> Truth:
    """Compare an operand with the bounds of one test.

    What is known not to exist fails every word but `present: false` and `not_in`.
    """
    if word is Word.PRESENT:
        wanted = bounds[0].members == frozenset({True})
        return _truth(operand.exists, operand.absent) if wanted else _truth(operand.absent, operand.exists)
    may_hold, may_fail = (operand.absent, False) if word is Word.NOT_IN else (False, operand.absent)
    if operand.exists:
        holds, fails = _compare_existing(word, operand, bounds)
        may_hold, may_fail = may_hold or holds, may_fail or fails
    return _truth(may_hold, may_fail)


def all_of(truths: Sequence[Truth]) -> Truth:
    """Join the truths of the tests of one row."""
    if Truth.F in truths:
        return Truth.F
    return Truth.U if Truth.U in truths else Truth.T


def _truth(may_hold: bool, may_fail: bool) -> Truth:  # noqa: FBT001
    if may_hold:
        return Truth.U if may_fail else Truth.T
    return Truth.F


def _compare_existing(word: Word, operand: Possible, bounds: Sequence[Possible]) -> tuple[bool, bool]:
    if word is Word.IS or word is Word.IN:
        return _is_among(operand, bounds)
    if word is Word.NOT_IN:
        holds, fails = _is_among(operand, bounds)
        return fails, holds
    if word is Word.PREFIX_IN:
        return _lies_under(operand, bounds)
    return _compare_with_bound(word, operand, bounds[0])


def _compare_with_bound(word: Word, operand: Possible, bound: Possible) -> tuple[bool, bool]:
    if not bound.exists:
        return False, True
    if word is Word.FROM:
        holds, fails = not _is_below(operand.hi, bound.lo), _may_be_below(operand.lo, bound.hi)
    elif word is Word.OVER:
        holds, fails = _may_be_below(bound.lo, operand.hi), not _is_below(bound.hi, operand.lo)
    elif word is Word.UPTO:
        holds, fails = not _is_below(bound.hi, operand.lo), _may_be_below(bound.lo, operand.hi)
    else:
        holds, fails = _may_be_below(operand.lo, bound.hi), not _is_below(operand.hi, bound.lo)
    return holds, fails or bound.absent


def _is_below(upper: Number | None, lower: Number | None) -> bool:
    """Tell whether an upper end lies below a lower end; an open end never does."""
    return upper is not None and lower is not None and upper < lower


def _may_be_below(lower: Number | None, upper: Number | None) -> bool:
    """Tell whether a lower end lies below an upper end; an open end always does."""
    return lower is None or upper is None or lower < upper


def _is_among(operand: Possible, bounds: Sequence[Possible]) -> tuple[bool, bool]:
    """Compare for equality with any of the bounds."""
    if operand.is_ordered:
        held = [bound for bound in bounds if bound.exists]
        meets = any(not (_is_below(operand.hi, bound.lo) or _is_below(bound.hi, operand.lo)) for bound in held)
        same = operand.is_settled and any(
            bound.lo == operand.lo and bound.hi == operand.lo and not bound.absent for bound in held
        )
        return meets, not same
    sure: set[str | bool] = set()
    wanted: set[str | bool] = set()
    for bound in bounds:
        if bound.members is None:
            return True, True
        wanted |= bound.members
        if bound.is_settled and bound.exists:
            sure |= bound.members
    if operand.members is None:
        return bool(wanted), True
    fails = not operand.members <= sure
    return bool(operand.members & wanted) or _may_turn_out(operand, wanted), fails


def _may_turn_out(operand: Possible, wanted: set[str | bool]) -> bool:
    """Tell whether a coarse code may be a wanted finer one: a firm known as 批发业 may be a jeweller's wholesaler."""
    table = _table(operand.table)
    if table is None or operand.members is None:
        return False
    return any(table.is_under(str(finer), str(coarse)) for coarse in operand.members for finer in wanted)


def _lies_under(operand: Possible, bounds: Sequence[Possible]) -> tuple[bool, bool]:
    wanted = [str(member) for bound in bounds for member in bound.members or ()]
    if operand.members is None:
        return bool(wanted), True
    table = _table(operand.table)
    codes = [str(member) for member in operand.members]
    if table is None:
        found = [any(code.startswith(prefix) for prefix in wanted) for code in codes]
        return any(found), not all(found)
    holds = any(table.may_be_under(code, prefix) for code in codes for prefix in wanted)
    return holds, not all(any(table.is_under(code, prefix) for prefix in wanted) for code in codes)


def _table(table_id: str) -> CodeTable | None:
    return load_code_tables().get(table_id) if table_id else None
