"""What a result must say besides its figures: estimates, shared budgets, discretion, texts without an end."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.interpret.dispatch import evaluate
from matcher.interpret.parameters import deciding_day, nearest_value
from matcher.interpret.possible import Possible, payable, surely_below
from matcher.interpret.scope import Scope
from matcher.interpret.sentences import format_value
from matcher.interpret.versions import is_suspended
from matcher.outcome import Money
from rules.language.measures import DATE, MONEY
from rules.language.model import Pool, PoolKind, Range

_EMPTY = "按所填的情况，幅度的下限高于上限，没有可以核定的金额，这一步不计"


def notes_on(scope: Scope, unpublished: tuple[str, ...], estimate: Money | None) -> tuple[str, ...]:
    """Return the notes in the order of their weight."""
    return tuple(_notes(scope, unpublished, estimate))


def _notes(scope: Scope, unpublished: tuple[str, ...], estimate: Money | None) -> Iterator[str]:
    for name in unpublished:
        yield _on_parameter(name, scope)
    if estimate is not None:
        text = format_value(Possible(estimate.min, estimate.max), MONEY)
        yield f"以最近公布的数值估算，金额为{text}，以正式公布为准"
    version = scope.version
    if version.suspension is not None and is_suspended(scope):
        yield f"因{version.suspension.because}暂停受理"
    if version.pool is not None:
        yield _on_pool(version.pool, scope)
    for step in version.steps:
        if isinstance(step, Range):
            lowest, highest = (payable(evaluate(end, scope)) for end in (step.from_, step.upto))
            is_empty = surely_below(highest, lowest)
            yield _EMPTY if is_empty else f"金额由{step.decided_by}在公布的幅度内核定，此处只列幅度"
    if version.to is None:
        yield "文件没有写明失效日期，申报前请向主管部门核实是否仍然有效"


def _on_parameter(name: str, scope: Scope) -> str:
    parameter = scope.policy.params[name]
    day = format_value(deciding_day(scope), DATE)
    value = nearest_value(parameter, scope.on)
    return f"“{parameter.label}”在{day}没有公布的数值，最近公布的是自{value.from_}起的{value.value.text}"


def _on_pool(pool: Pool, scope: Scope) -> str:
    budget = "" if pool.budget is None else format_value(evaluate(pool.budget, scope), MONEY)
    total = f"总额{budget}，" if budget else "总额控制，"
    way = "超出时各家按比例核减" if pool.kind is PoolKind.SCALE else "补助比例按总额与全部申报基数之比确定"
    return f"{total}{way}；此处是核减前的金额"
