"""Steps that change the running amount or its base: limits, factors, deductions, thresholds, the one rounding."""

from __future__ import annotations

import math
from fractions import Fraction

from matcher.interpret import arithmetic
from matcher.interpret.amounts.running import RUNNERS, Applied, Ledger, Running
from matcher.interpret.dispatch import evaluate
from matcher.interpret.possible import (
    ONE,
    ZERO,
    Number,
    Possible,
    exactly,
    hull,
    merged,
    payable,
    settled,
    with_needs,
)
from matcher.interpret.scope import Scope
from rules.language.model import (
    Base,
    CapAmount,
    CapBase,
    Deduct,
    FloorBase,
    Instalments,
    Multiply,
    OnZero,
    PayOnlyIfFrom,
    Prorate,
    Round,
    RoundMode,
    TopUp,
)


def capped(value: Possible, cap: Possible) -> tuple[Possible, str]:
    """Limit a value from above; a cap known not to exist sets no limit, one that can never bind is not asked for."""
    if not cap.exists or not value.exists:
        return value, "uncapped"
    if value.hi is not None and cap.lo is not None and value.hi <= cap.lo:
        return value, "uncapped"
    is_sure = not cap.absent and not value.absent and value.lo is not None and cap.hi is not None and cap.hi < value.lo
    if is_sure:
        return cap, "capped"
    limited = arithmetic.least([value._replace(absent=False), cap._replace(absent=False)])
    limited = limited._replace(absent=value.absent, needs=merged(value.needs, cap.needs))
    return (hull(limited, value) if cap.absent else settled(limited)), "maybe_capped"


def floored(value: Possible, floor: Possible) -> tuple[Possible, str]:
    """Raise a value to at least a floor."""
    if not floor.exists or not value.exists:
        return value, "unfloored"
    result, effect = capped(arithmetic.negate(value), arithmetic.negate(floor))
    return arithmetic.negate(result), effect.replace("capped", "floored")


def _base(step: Base, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    base = evaluate(step.of, scope)
    return Applied(now._replace(base=base, base_of=step.of), "applied", (step.of, base))


def _cap_base(step: CapBase, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    cap = evaluate(step.to, scope)
    base, effect = capped(now.base, cap)
    return Applied(now._replace(base=base), effect, (now.base_of, now.base), (step.to, cap))


def _floor_base(step: FloorBase, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    floor = evaluate(step.to, scope)
    base, effect = floored(now.base, floor)
    return Applied(now._replace(base=base), effect, (now.base_of, now.base), (step.to, floor))


def _multiply(step: Multiply, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    factor = evaluate(step.by, scope)
    amount = payable(arithmetic.multiply(now.amount, factor))
    return Applied(now._replace(amount=amount), _effect(now.amount, amount, "applied"), bound=(step.by, factor))


def _cap_amount(step: CapAmount, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    cap = evaluate(step.to, scope)
    amount, effect = capped(now.amount, cap)
    return Applied(now._replace(amount=payable(amount)), effect, bound=(step.to, cap))


def _deduct(step: Deduct | TopUp, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    paid = evaluate(step.of, scope)
    amount = payable(arithmetic.subtract(now.amount, payable(paid)))
    return Applied(now._replace(amount=amount), _effect(now.amount, amount, "applied"), bound=(step.of, paid))


def _prorate(step: Prorate, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    by, over = payable(evaluate(step.by, scope)), payable(evaluate(step.over, scope))
    share, _ = capped(payable(arithmetic.divide(by, over, OnZero.UNKNOWN)), ONE)
    amount = arithmetic.multiply(now.amount, share)
    if step.minimum is not None:
        amount = _nothing_below(amount, by, evaluate(step.minimum, scope))
    effect = _effect(now.amount, amount, "applied")
    return Applied(now._replace(amount=amount), effect, (step.by, by), (step.over, over))


def _pay_only_if_from(step: PayOnlyIfFrom, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    threshold = evaluate(step.of, scope)
    amount = _nothing_below(now.amount, now.amount, threshold)
    effect = _effect(now.amount, amount, "maybe_zeroed")
    return Applied(now._replace(amount=amount), effect, bound=(step.of, threshold))


def _effect(before: Possible, after: Possible, otherwise: str) -> str:
    if (before.lo, before.hi) == (after.lo, after.hi):
        return "unchanged"
    return "zeroed" if after.hi == 0 else otherwise


def _nothing_below(amount: Possible, measured: Possible, threshold: Possible) -> Possible:
    """Return the amount, or zero where what is measured stays below a threshold; one that does not exist bars nothing."""
    if not threshold.exists:
        return amount
    if threshold.hi is not None and measured.lo is not None and measured.lo >= threshold.hi:
        return amount
    is_below = measured.hi is not None and threshold.lo is not None and measured.hi < threshold.lo
    if is_below and not threshold.absent:
        return ZERO
    return with_needs(hull(amount, ZERO), merged(measured.needs, threshold.needs))


def _instalments(step: Instalments, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    after = now._replace(schedule=step)
    if step.cap_each is None:
        return Applied(after, "unchanged")
    cap_each = evaluate(step.cap_each, scope)
    amount, effect = capped(now.amount, arithmetic.multiply(cap_each, exactly(step.years)))
    return Applied(after._replace(amount=payable(amount)), effect, bound=(step.cap_each, cap_each))


def _round(step: Round, now: Running, scope: Scope, ledger: Ledger) -> Applied:  # noqa: ARG001
    unit = step.to.value
    lo = rounded(now.amount.lo or 0, unit, step.mode)
    hi = None if now.amount.hi is None else rounded(now.amount.hi, unit, step.mode)
    amount = settled(Possible(lo, hi, is_whole=True, needs=now.amount.needs))
    is_same = (now.amount.lo, now.amount.hi) == (
        lo,
        hi,
    )  # a small amount rounded down to nothing is rounded, not zeroed
    return Applied(now._replace(amount=amount), "unchanged" if is_same else "rounded")


def rounded(amount: Number, unit: int, mode: RoundMode) -> int:
    """Return an amount in 分 rounded to a unit of so many 分.

    >>> rounded(Fraction(12345, 2), 100, RoundMode.HALF_UP), rounded(150, 100, RoundMode.HALF_UP)
    (6200, 200)
    """
    units = Fraction(amount) / unit
    if mode is RoundMode.DOWN:
        return math.floor(units) * unit
    if mode is RoundMode.UP:
        return math.ceil(units) * unit
    return math.floor(units + Fraction(1, 2)) * unit


RUNNERS.update(
    {
        Base: _base,
        CapBase: _cap_base,
        FloorBase: _floor_base,
        Multiply: _multiply,
        CapAmount: _cap_amount,
        Deduct: _deduct,
        TopUp: _deduct,
        Prorate: _prorate,
        PayOnlyIfFrom: _pay_only_if_from,
        Instalments: _instalments,
        Round: _round,
    }
)
