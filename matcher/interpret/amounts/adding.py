"""Steps that add to the running amount: fixed sums, rates, brackets, units, discretionary spans."""

from __future__ import annotations

from matcher.interpret import arithmetic
from matcher.interpret.amounts.running import RUNNERS, Applied, Ledger, Running, Shown
from matcher.interpret.dispatch import evaluate
from matcher.interpret.possible import (
    ABSENT,
    ZERO,
    Number,
    Possible,
    hull_of,
    merged,
    not_negative,
    payable,
    settled,
    surely_below,
)
from matcher.interpret.rows import applicable_rows
from matcher.interpret.scope import Scope
from rules.language.model import (
    Fixed,
    Match,
    OnZero,
    PerUnit,
    Range,
    Rate,
    TierMode,
    TierRow,
    Tiers,
    UnitCount,
    Value,
    Word,
)


def added(now: Running, more: Possible, operand: Shown, bound: Shown) -> Applied:
    """Return the running amount with more added to it; nothing is ever added below zero."""
    amount = arithmetic.add(now.amount, payable(more))
    return Applied(now._replace(amount=amount), "applied", operand, bound)


def base_for(of: Value | None, now: Running, scope: Scope) -> Shown:
    """Return the base of a step: its own, else the running base."""
    return (of, not_negative(evaluate(of, scope))) if of is not None else (now.base_of, now.base)


def _fixed(step: Fixed, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    value = evaluate(step.value, scope)
    return added(now, value, (step.value, value), (None, ABSENT))


def _rate(step: Rate | Match, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    base = base_for(step.of, now, scope)
    at = evaluate(step.at, scope)
    return added(now, arithmetic.multiply(base[1], at), base, (step.at, at))


def _range(step: Range, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    lowest, highest = payable(evaluate(step.from_, scope)), payable(evaluate(step.upto, scope))
    ends: tuple[Shown, Shown] = ((step.from_, lowest), (step.upto, highest))
    if surely_below(highest, lowest):
        return Applied(now, "unchanged", *ends)  # nothing lies between them, so nothing can be granted
    is_sure = lowest.hi is not None and highest.lo is not None and lowest.hi <= highest.lo
    span = Possible(lowest.lo if is_sure else 0, highest.hi, needs=merged(lowest.needs, highest.needs))
    return added(now, settled(span), *ends)


def _per_unit(step: PerUnit, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    base = base_for(step.of, now, scope)
    beyond = base[1]
    if step.above is not None:
        above = evaluate(step.above, scope)
        # A point that does not exist is no point: then every unit counts.
        start = hull_of([above._replace(absent=False), ZERO]) if above.absent and above.exists else above
        beyond = not_negative(arithmetic.subtract(beyond, start if above.exists else ZERO))
    units = arithmetic.divide(beyond, evaluate(step.unit, scope), OnZero.UNKNOWN)
    if step.count is UnitCount.WHOLE:
        units = arithmetic.whole_part(units)
    each = evaluate(step.each, scope)
    return added(now, arithmetic.multiply(not_negative(units), each), base, (step.each, each))


def _tiers(step: Tiers, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    base = base_for(step.of, now, scope)
    amount = _marginal(step, base[1], scope) if step.mode is TierMode.MARGINAL else _whole(step, base[1], scope)
    return added(now, amount, base, (None, ABSENT))


def _marginal(step: Tiers, base: Possible, scope: Scope) -> Possible:
    """Add up each bracket's part of the base at the bracket's rate (超额累进)."""
    if not base.exists:
        return ZERO
    there = base._replace(absent=False)
    parts = []
    for row in step.rows:
        price = row.rate if row.rate is not None else row.each
        assert price is not None  # noqa: S101  the loader has seen to it
        inside = _part_inside(row, there, scope, is_counted=row.each is not None)
        parts.append(payable(arithmetic.multiply(inside, evaluate(price, scope))))
    amount = arithmetic.total(parts)
    return hull_of([amount, ZERO]) if base.absent else amount


def _part_inside(row: TierRow, base: Possible, scope: Scope, *, is_counted: bool) -> Possible:
    """Return how much of the base lies inside a bracket; of counted things the first and the last one count in full."""
    lower, upper = ZERO, Possible()
    may_be_none = False
    for test in row.tests:
        bound = evaluate(test.bounds[0], scope)
        if not bound.exists:
            return ZERO  # nothing compares with what does not exist
        may_be_none = may_be_none or bound.absent
        if test.word in {Word.FROM, Word.OVER}:
            lower = arithmetic.subtract(bound, _one_if(is_counted and test.word is Word.FROM))
        else:
            upper = arithmetic.subtract(bound, _one_if(is_counted and test.word is Word.BELOW))
    lower = not_negative(lower)
    needs = merged(base.needs, merged(lower.needs, upper.needs))
    lo = 0 if may_be_none or lower.hi is None else _length(base.lo, lower.hi, upper.lo) or 0
    return settled(Possible(lo, _length(base.hi, lower.lo or 0, upper.hi), base.is_whole, needs))


def _length(reach: Number | None, lower: Number, upper: Number | None) -> Number | None:
    """Return the length from `lower` to `reach`, no farther than `upper`; None is unbounded."""
    ends = [end for end in (reach, upper) if end is not None]
    return max(0, min(ends) - lower) if ends else None


def _one_if(flag: bool) -> Possible:  # noqa: FBT001
    return Possible(1, 1, is_whole=True) if flag else ZERO


def _whole(step: Tiers, base: Possible, scope: Scope) -> Possible:
    """Apply the row that the whole base falls into to all of it (全额套档)."""
    rows, may_be_none = applicable_rows(base, step.rows, lambda bound: evaluate(bound, scope))
    parts = [payable(_row_amount(row, part, scope)) for row, part in rows]
    amount = hull_of([*parts, ZERO] if may_be_none else parts)
    return settled(amount._replace(needs=merged(base.needs, amount.needs)))


def _row_amount(row: TierRow, part: Possible, scope: Scope) -> Possible:
    if row.value is not None:
        return evaluate(row.value, scope)
    price = row.rate if row.rate is not None else row.each
    assert price is not None  # noqa: S101  the loader has seen to it
    return arithmetic.multiply(part, evaluate(price, scope))


RUNNERS.update({Fixed: _fixed, Rate: _rate, Match: _rate, Range: _range, PerUnit: _per_unit, Tiers: _tiers})
