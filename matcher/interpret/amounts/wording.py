"""Say amount steps in Chinese, for the lines of a trace."""

from __future__ import annotations

from matcher.interpret.memory import Memory
from matcher.interpret.scope import Scope
from matcher.interpret.sentences import name_of
from rules.language.model import (
    AmountOf,
    Base,
    CapAmount,
    CapBase,
    Deduct,
    Fixed,
    FloorBase,
    ForEach,
    Instalments,
    Match,
    Multiply,
    PayOnlyIfFrom,
    PerUnit,
    Prorate,
    Range,
    Rate,
    Round,
    RoundMode,
    RoundTo,
    Step,
    TierMode,
    Tiers,
    TopUp,
    Value,
)

WORDS: dict[type[Step], str] = {
    Fixed: "fixed",
    Rate: "rate",
    Match: "match",
    Tiers: "tiers",
    PerUnit: "per_unit",
    ForEach: "for_each",
    Range: "range",
    AmountOf: "amount_of",
    Base: "base",
    CapBase: "cap_base",
    FloorBase: "floor_base",
    Multiply: "multiply",
    CapAmount: "cap_amount",
    Deduct: "deduct",
    TopUp: "top_up",
    Prorate: "prorate",
    PayOnlyIfFrom: "pay_only_if_from",
    Instalments: "instalments",
    Round: "round",
}
_UNITS = {
    RoundTo.FEN: "分",
    RoundTo.JIAO: "角",
    RoundTo.YUAN: "元",
    RoundTo.HUNDRED_YUAN: "百元",
    RoundTo.THOUSAND_YUAN: "千元",
    RoundTo.WAN: "万元",
}
_MODES = {RoundMode.HALF_UP: "四舍五入", RoundMode.DOWN: "舍去尾数", RoundMode.UP: "尾数进一"}


def say_step(step: Step, base_of: Value | None, scope: Scope) -> str:
    """Return a step as a sentence: its label, or what it does; `base_of` is the base of a step without `of`."""
    if step.label:
        return step.label
    key = (scope.year, None if base_of is None else id(base_of))
    return _SENTENCES.recall(
        step,
        key,
        lambda: _say_adding(step, base_of, scope) or _say_base(step, scope) or _say_changing(step, scope),
    )


_SENTENCES: Memory[str] = Memory()


def _say_adding(step: Step, base_of: Value | None, scope: Scope) -> str:
    match step:
        case Fixed(value=value):
            return f"给予{name_of(value, scope)}"
        case Rate(of=of, at=at):
            return f"{_base(of, base_of, scope)}乘以{name_of(at, scope)}"
        case Match(of=of, at=at):
            return f"按{name_of(of, scope)}的{name_of(at, scope)}配套"
        case Tiers(of=of, mode=mode):
            way = "分段累进计算" if mode is TierMode.MARGINAL else "按所在档计算"
            return f"{_base(of, base_of, scope)}{way}"
        case PerUnit(of=of, above=above, unit=unit, each=each):
            beyond = f"超过{name_of(above, scope)}的部分" if above is not None else ""
            return f"{_base(of, base_of, scope)}{beyond}每{name_of(unit, scope)}给予{name_of(each, scope)}"
        case ForEach(list_name=list_name):
            return f"逐项计算{scope.definition(list_name).label}"
        case Range(from_=low, upto=high, decided_by=who):
            return f"由{who}在{name_of(low, scope)}至{name_of(high, scope)}之间核定"
        case AmountOf(policy=policy):
            return f"按“{scope.bundle.policies[policy].title}”的标准计算"
    return ""


def _say_base(step: Step, scope: Scope) -> str:
    match step:
        case Base(of=of):
            return f"以{name_of(of, scope)}为计算基数"
        case CapBase(to=to):
            return f"计算基数最高{name_of(to, scope)}"
        case FloorBase(to=to):
            return f"计算基数最低{name_of(to, scope)}"
    return ""


def _say_changing(step: Step, scope: Scope) -> str:
    match step:
        case Multiply(by=by):
            return f"乘以{name_of(by, scope)}"
        case CapAmount(to=to):
            return f"最高{name_of(to, scope)}"
        case Deduct(of=of):
            return f"扣除{name_of(of, scope)}"
        case TopUp(of=of):
            return f"只补足与{name_of(of, scope)}的差额"
        case Prorate(by=by, over=over, minimum=minimum):
            bar = f"，不足{name_of(minimum, scope)}的不予支持" if minimum is not None else ""
            return f"按{name_of(by, scope)}占{name_of(over, scope)}的比例折算{bar}"
        case PayOnlyIfFrom(of=of):
            return f"不足{name_of(of, scope)}的不予支持"
        case Instalments(shares=shares, years=years, cap_each=cap_each):
            each = f"，每年最高{name_of(cap_each, scope)}" if cap_each is not None else ""
            return f"分{years}年拨付{each}" if years else f"分{len(shares)}期拨付"
    assert isinstance(step, Round)  # noqa: S101  every other step has been said
    return f"计算到{_UNITS[step.to]}，{_MODES[step.mode]}"


def _base(of: Value | None, base_of: Value | None, scope: Scope) -> str:
    named = of if of is not None else base_of
    return name_of(named, scope) if named is not None else "计算基数"
