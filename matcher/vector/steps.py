"""Run amount steps for all rows: intervals in, an interval out, exact up to the one rounding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from matcher.interpret.versions import fact_year_of, nearest_version
from matcher.vector import arithmetic, ends
from matcher.vector.arithmetic import capped, floored, not_negative, nothing_below, payable
from matcher.vector.columns import (
    NO,
    NOTHING,
    UNIT,
    YES,
    ZERO,
    Numbers,
    chosen,
    either,
    hull,
    number,
    numbers,
    select,
    tidy,
    with_needs,
)
from matcher.vector.dispatch import F, T, decide, evaluate
from matcher.vector.ends import Array, End
from matcher.vector.rows import applicable_rows
from matcher.vector.scope import Scope
from rules.language.model import (
    AmountOf,
    Base,
    CapAmount,
    CapBase,
    Deduct,
    Fixed,
    FloorBase,
    Instalments,
    Match,
    Multiply,
    OnZero,
    PayOnlyIfFrom,
    PerUnit,
    Prorate,
    Range,
    Rate,
    Round,
    RoundMode,
    Step,
    TierMode,
    TierRow,
    Tiers,
    TopUp,
    UnitCount,
    Value,
    Word,
)


class Running(NamedTuple):
    """The amount so far, and the base that steps without `of` use."""

    amount: Numbers = ZERO
    base: Numbers = NOTHING


RUNNERS: dict[type[Step], Callable[[Any, Running, Scope], Running]] = {}


def run_steps(steps: Sequence[Step], now: Running, scope: Scope) -> Running:
    """Return the running amounts after the steps; where a `when` is open, the hull of doing the step and leaving it."""
    for step in steps:
        if step.when is None:
            now = RUNNERS[type(step)](step, now, scope)
            continue
        truth, needs, _ = decide(step.when, scope)
        if (truth == F).all():
            continue
        done = RUNNERS[type(step)](step, now, scope)
        now = Running(
            _where(truth, done.amount, now.amount, needs),
            _where(truth, done.base, now.base, needs),
        )
    return now


def _where(truth: Array, done: Numbers, left: Numbers, needs: Array) -> Numbers:
    is_open = (truth != T) & (truth != F)
    found = select(truth == T, done, left)
    if is_open.any():
        found = select(is_open, with_needs(hull(left, done), needs), found)
    return numbers(found)


def value_of(node: Value, scope: Scope) -> Numbers:
    """Return a number of the rule in each row."""
    return numbers(evaluate(node, scope))


def added(now: Running, more: Numbers) -> Running:
    """Return the running amounts with more added; nothing is ever added below zero."""
    return now._replace(amount=arithmetic.add(now.amount, payable(more)))


def _base_for(of: Value | None, now: Running, scope: Scope) -> Numbers:
    return now.base if of is None else not_negative(value_of(of, scope))


def _fixed(step: Fixed, now: Running, scope: Scope) -> Running:
    return added(now, value_of(step.value, scope))


def _rate(step: Rate | Match, now: Running, scope: Scope) -> Running:
    return added(now, arithmetic.multiply(_base_for(step.of, now, scope), value_of(step.at, scope)))


def _range(step: Range, now: Running, scope: Scope) -> Running:
    lowest, highest = payable(value_of(step.from_, scope)), payable(value_of(step.upto, scope))
    is_empty = ~highest.high & ends.less(highest.hi, lowest.lo)
    is_sure = ~lowest.high & ~ends.less(highest.lo, lowest.hi)
    lo = ends.where(is_sure, lowest.lo, ends.constant(0))
    span = tidy(Numbers(lo, highest.hi, NO, highest.high, needs=either(lowest.needs, highest.needs)))
    return added(now, numbers(select(is_empty, ZERO, span)))


def _per_unit(step: PerUnit, now: Running, scope: Scope) -> Running:
    beyond = _base_for(step.of, now, scope)
    if step.above is not None:
        above = value_of(step.above, scope)
        # A point that does not exist is no point: then every unit counts.
        start = select(above.absent, hull(replace(above, absent=above.gone), ZERO), above)
        start = replace(numbers(select(above.gone, ZERO, start)), gone=NO, absent=NO)
        beyond = not_negative(arithmetic.subtract(beyond, start))
    units = arithmetic.divide(beyond, value_of(step.unit, scope), OnZero.UNKNOWN)
    if step.count is UnitCount.WHOLE:
        units = arithmetic.whole_part(units)
    return added(now, arithmetic.multiply(not_negative(units), value_of(step.each, scope)))


def _tiers(step: Tiers, now: Running, scope: Scope) -> Running:
    base = _base_for(step.of, now, scope)
    return added(now, (_marginal if step.mode is TierMode.MARGINAL else _whole)(step, base, scope))


def _marginal(step: Tiers, base: Numbers, scope: Scope) -> Numbers:
    """Add up each bracket's part of the base at the bracket's rate (超额累进)."""
    there = replace(base, absent=NO, gone=NO)
    parts = []
    for row in step.rows:
        price = row.rate if row.rate is not None else row.each
        assert price is not None  # noqa: S101  the loader has seen to it
        inside = _part_inside(row, there, scope, is_counted=row.each is not None)
        parts.append(payable(arithmetic.multiply(inside, value_of(price, scope))))
    amount = arithmetic.total(parts)
    if base.absent is NO:
        return amount
    return numbers(select(base.gone, ZERO, select(base.absent, hull(amount, ZERO), amount)))


def _part_inside(row: TierRow, base: Numbers, scope: Scope, *, is_counted: bool) -> Numbers:
    """Return how much of the base lies inside a bracket; of counted things the first and the last one count in full."""
    lower, upper = ZERO, Numbers(ends.constant(0), ends.constant(0), YES, YES)
    none, may_be_none = NO, NO
    for test in row.tests:
        bound = value_of(test.bounds[0], scope)
        none, may_be_none = either(none, bound.gone), either(may_be_none, bound.absent)
        edge = {Word.FROM, Word.BELOW} if is_counted else set[Word]()
        shifted = arithmetic.subtract(bound, UNIT) if test.word in edge else bound
        if test.word in {Word.FROM, Word.OVER}:
            lower = shifted
        else:
            upper = shifted
    lower = not_negative(lower)
    needs = either(base.needs, either(lower.needs, upper.needs))
    lo, lo_open = _length(base.lo, base.low, lower.hi, upper.lo, upper.low)
    lo = ends.where(may_be_none | lower.high | lo_open, ends.constant(0), lo)
    hi, high = _length(base.hi, base.high, ends.where(lower.low, ends.constant(0), lower.lo), upper.hi, upper.high)
    found = tidy(Numbers(lo, hi, NO, high, NO, NO, needs, base.is_whole))
    return numbers(select(none, ZERO, found)) if none.any() else found


def _length(reach: End, is_endless: Array, lower: End, upper: End, has_no_upper: Array) -> tuple[End, Array]:
    """Return the length from `lower` to `reach`, no farther than `upper`, and where it is unbounded."""
    end = ends.where(is_endless | (~has_no_upper & ends.less(upper, reach)), upper, reach)
    length = ends.add(end, ends.negate(lower))
    zero = ends.constant(0)
    return ends.where(ends.less(length, zero), zero, length), is_endless & has_no_upper


def _whole(step: Tiers, base: Numbers, scope: Scope) -> Numbers:
    """Apply the row that the whole base falls into to all of it (全额套档); what is open the interpreter parts out."""
    scope.leave_to_interpreter(~base.settled())
    masks = applicable_rows(base, step.rows, scope)
    parts = [payable(_row_amount(row, base, scope)) for row in step.rows]
    amount = numbers(chosen(masks, [*parts, ZERO]))
    return tidy(replace(amount, needs=either(base.needs, amount.needs)))


def _row_amount(row: TierRow, base: Numbers, scope: Scope) -> Numbers:
    if row.value is not None:
        return value_of(row.value, scope)
    price = row.rate if row.rate is not None else row.each
    assert price is not None  # noqa: S101  the loader has seen to it
    return arithmetic.multiply(base, value_of(price, scope))


def _base(step: Base, now: Running, scope: Scope) -> Running:
    return now._replace(base=value_of(step.of, scope))


def _cap_base(step: CapBase, now: Running, scope: Scope) -> Running:
    return now._replace(base=capped(now.base, value_of(step.to, scope)))


def _floor_base(step: FloorBase, now: Running, scope: Scope) -> Running:
    return now._replace(base=floored(now.base, value_of(step.to, scope)))


def _multiply(step: Multiply, now: Running, scope: Scope) -> Running:
    return now._replace(amount=payable(arithmetic.multiply(now.amount, value_of(step.by, scope))))


def _cap_amount(step: CapAmount, now: Running, scope: Scope) -> Running:
    return now._replace(amount=payable(capped(now.amount, value_of(step.to, scope))))


def _deduct(step: Deduct | TopUp, now: Running, scope: Scope) -> Running:
    return now._replace(amount=payable(arithmetic.subtract(now.amount, payable(value_of(step.of, scope)))))


def _prorate(step: Prorate, now: Running, scope: Scope) -> Running:
    by, over = payable(value_of(step.by, scope)), payable(value_of(step.over, scope))
    share = capped(payable(arithmetic.divide(by, over, OnZero.UNKNOWN)), UNIT)
    amount = arithmetic.multiply(now.amount, share)
    if step.minimum is not None:
        amount = nothing_below(amount, by, value_of(step.minimum, scope))
    return now._replace(amount=amount)


def _pay_only_if_from(step: PayOnlyIfFrom, now: Running, scope: Scope) -> Running:
    return now._replace(amount=nothing_below(now.amount, now.amount, value_of(step.of, scope)))


def _instalments(step: Instalments, now: Running, scope: Scope) -> Running:
    if step.cap_each is None:
        return now
    cap = arithmetic.multiply(value_of(step.cap_each, scope), number(step.years))
    return now._replace(amount=payable(capped(now.amount, cap)))


_ROUNDINGS: dict[RoundMode, Callable[[End], Array]] = {
    RoundMode.DOWN: ends.floor,
    RoundMode.UP: ends.ceil,
    RoundMode.HALF_UP: ends.half_up,
}


def _round(step: Round, now: Running, scope: Scope) -> Running:  # noqa: ARG001
    unit = ends.constant(step.to.value)
    amount = now.amount

    def rounded(end: End) -> End:
        in_units = ends.multiply(end, ends.inverse(unit))
        return End(ends.times(_ROUNDINGS[step.mode](in_units), unit.num), ends.ONE)

    lo = rounded(ends.where(amount.low, ends.constant(0), amount.lo) if amount.low is not NO else amount.lo)
    hi = lo if amount.hi is amount.lo else rounded(amount.hi)
    return now._replace(amount=tidy(Numbers(lo, hi, NO, amount.high, NO, NO, amount.needs, is_whole=True)))


def _amount_of(step: AmountOf, now: Running, scope: Scope) -> Running:
    plain = scope.plain
    other = plain.bundle.policies[step.policy]
    version = nearest_version(other, plain.on)
    year = fact_year_of(version, plain.on)
    is_same_year = year == plain.fact_year
    inside = replace(
        scope,
        plain=replace(plain, policy=other, version=version, fact_year=year, year=year, params={}, facts={}, item=None),
        facts=scope.facts if is_same_year else {},
        knows=scope.knows and is_same_year,
    )
    # Rounding happens once, in the policy that pays.
    steps = [each for each in version.steps if not isinstance(each, Round)]
    return added(now, run_steps(steps, Running(), inside).amount)


RUNNERS.update(
    {
        Fixed: _fixed,
        Rate: _rate,
        Match: _rate,
        Range: _range,
        PerUnit: _per_unit,
        Tiers: _tiers,
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
        AmountOf: _amount_of,
    }
)
