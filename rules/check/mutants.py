"""Small faults put into a program on purpose, each as its author could have made it: tests must notice every one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from rules.calendar import Period
from rules.language.describe import Speaker
from rules.language.model import (
    Aggregate,
    AllOf,
    AnyOf,
    AtLeast,
    Bundle,
    Case,
    Cases,
    Dimension,
    ForEach,
    Group,
    GroupRule,
    Leaf,
    Literal,
    Not,
    OnUnknown,
    Op,
    Operation,
    Parameter,
    ParameterValue,
    PerUnit,
    Policy,
    Position,
    Round,
    RoundMode,
    Row,
    Scalar,
    Shift,
    StepHead,
    Table,
    Test,
    TierMode,
    TierRow,
    Tiers,
    UnitCount,
    Version,
    Word,
)
from rules.language.quantities import format_value
from rules.language.rewrite import DROPPED, replaced
from rules.language.walk import walk

_DAY = timedelta(days=1)
QUANTUM = {
    Dimension.MONEY: Fraction(1),  # 分
    Dimension.COUNT: Fraction(1),
    Dimension.RATIO: Fraction(1, 10_000),
    Dimension.NUMBER: Fraction(1, 100),
}
_OTHER_WORD = {
    Word.FROM: Word.OVER,
    Word.OVER: Word.FROM,
    Word.UPTO: Word.BELOW,
    Word.BELOW: Word.UPTO,
    Word.IN: Word.NOT_IN,
    Word.NOT_IN: Word.IN,
}
_WORDS = {
    Word.FROM: "不低于",
    Word.OVER: "超过",
    Word.UPTO: "不超过",
    Word.BELOW: "低于",
    Word.IN: "属于",
    Word.NOT_IN: "不属于",
}
_OTHER_OP = {Op.ADD: Op.SUBTRACT, Op.SUBTRACT: Op.ADD, Op.MIN: Op.MAX, Op.MAX: Op.MIN}
_OTHER_MODE = {RoundMode.HALF_UP: RoundMode.DOWN, RoundMode.DOWN: RoundMode.UP, RoundMode.UP: RoundMode.DOWN}
_OTHER_RULE = {
    GroupRule.HIGHEST: GroupRule.TOP_UP,
    GroupRule.CHOOSE_ONE: GroupRule.TOP_UP,
    GroupRule.ONCE: GroupRule.TOP_UP,
    GroupRule.TOP_UP: GroupRule.HIGHEST,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault: what was done where. `original` is the rules without it, `bundle` with it.

    `is_about_unknown` says that it can only show where a fact is lacking; `group` is the one that the fault is in, without it.
    """

    owner: str
    kind: str
    position: Position
    text: str
    original: Bundle
    bundle: Bundle
    is_about_unknown: bool = False
    group: Group | None = None

    def __str__(self) -> str:
        return f"{self.kind}：{self.text}"


Fault = tuple[str, object, object, Position, str]


def speaker_for(bundle: Bundle, params: Mapping[str, Parameter]) -> Speaker:
    """Return who says nodes of a program, those of list items by their labels too."""
    lists = bundle.vocabulary.fields.values()
    return Speaker(bundle.vocabulary, params, {name: part for each in lists for name, part in each.item.items()})


def mutants_of(bundle: Bundle, policy_id: str) -> Iterator[Mutant]:
    """Yield the mutants of a program, of the groups it is in and of the condition sets it uses, in the order of the file."""
    policy = bundle.policies[policy_id]
    for kind, old, new, position, text in _faults(policy, speaker_for(bundle, policy.params)):
        mutated = replace(bundle, policies={**bundle.policies, policy_id: replaced(policy, old, new)})
        yield Mutant(policy_id, kind, position, text, bundle, mutated, kind == "unknown")
    for group in bundle.groups.values():
        if policy_id in group.members:
            yield from _of_group(bundle, policy_id, group)


def mutants_of_set(bundle: Bundle, set_id: str) -> Iterator[Mutant]:
    """Yield the mutants of a shared condition set."""
    own = bundle.condition_sets[set_id]
    for kind, old, new, position, text in _in_tree(own.condition, speaker_for(bundle, {}), frozenset()):
        changed = replace(own, condition=replaced(own.condition, old, new))
        mutated = replace(bundle, condition_sets={**bundle.condition_sets, set_id: changed})
        yield Mutant(set_id, kind, position, text, bundle, mutated, kind == "unknown")


def _of_group(bundle: Bundle, policy_id: str, group: Group) -> Iterator[Mutant]:
    members = tuple(name for name in group.members if name != policy_id)
    changes = [("去掉成员", replace(group, members=members))]
    if group.rule in _OTHER_RULE:
        changes.append(("换了处理方式", replace(group, rule=_OTHER_RULE[group.rule])))
    for what, changed in changes:
        mutated = replace(bundle, groups={**bundle.groups, group.id: changed})
        text = f"互斥组 {group.id} {what}"
        yield Mutant(policy_id, "group", group.position, text, bundle, mutated, group=group)


def _faults(policy: Policy, speaker: Speaker) -> Iterator[Fault]:
    for version in policy.versions:
        yield from _of_version(version)
        yield from _in_tree(version.eligibility, speaker, frozenset())
        in_tests = frozenset(
            id(node)
            for test in walk(version.steps)
            if isinstance(test, Test)
            for node in walk(test.bounds)
            if isinstance(node, Literal)
        )
        amounts = frozenset(id(node) for node in walk(version.steps) if isinstance(node, Literal)) - in_tests
        yield from _in_tree(version.steps, speaker, amounts)
    for parameter in policy.params.values():
        for value in parameter.values:
            yield from _of_published(parameter, value)


def _in_tree(root: object, speaker: Speaker, amounts: frozenset[int]) -> Iterator[Fault]:
    """Yield the faults of conditions, values and steps; `amounts` are the constants that are no thresholds."""
    for node in walk(root):
        if isinstance(node, Literal):
            yield from _of_amount(node) if id(node) in amounts else _of_threshold(node)
        elif type(node) in _MAKERS:
            yield from _MAKERS[type(node)](node, speaker)
        if isinstance(node, StepHead) and not isinstance(node, Round):
            yield "step", node, DROPPED, node.position, f"去掉步骤 {node.id}"
            if node.when is not None:
                yield "condition", node, replace(node, when=None), node.position, f"步骤 {node.id} 去掉前提"


# ── constants ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_threshold(node: Literal) -> Iterator[Fault]:
    value = node.value
    if isinstance(value, bool):
        yield _constant("operator", node, not value)
    elif isinstance(value, date):
        yield _constant("date", node, value + _DAY)
        yield _constant("date", node, value - _DAY)
    elif isinstance(value, Fraction):
        quantum = QUANTUM[node.dimension]
        yield _constant("threshold", node, value + quantum)
        yield _constant("threshold", node, value - quantum)


def _of_amount(node: Literal) -> Iterator[Fault]:
    if isinstance(node.value, Fraction):
        more = node.value + 1 if node.dimension is Dimension.COUNT else node.value * Fraction(11, 10)
        yield _constant("amount", node, more or QUANTUM[node.dimension])


def _constant(kind: str, node: Literal, value: Scalar) -> Fault:
    text = format_value(value, node.dimension, "")
    return kind, node, replace(node, value=value, text=text), node.position, f"{node.text} 改为 {text}"


def _of_published(parameter: Parameter, value: ParameterValue) -> Iterator[Fault]:
    for kind, old, new, position, text in _of_amount(value.value):
        yield kind, old, new, position, f"参数“{parameter.label or parameter.name}”{text}"
    later = replace(value, from_=value.from_ + _DAY)
    yield "date", value, later, value.position, f"参数“{parameter.label or parameter.name}”晚一天生效"


def _of_shift(node: Shift, speaker: Speaker) -> Iterator[Fault]:
    period = node.period
    longer = (
        Period(working_days=period.working_days + 1) if period.working_days else replace(period, days=period.days + 1)
    )
    yield "date", node, replace(node, period=longer), node.position, f"{speaker.value(node)} 改为 {longer}"


# ── conditions ────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_test(node: Test, speaker: Speaker) -> Iterator[Fault]:
    other = _OTHER_WORD.get(node.word)
    is_code = node.word is Word.IS and isinstance(node.bounds[0], Literal) and isinstance(node.bounds[0].value, str)
    if is_code:
        other = Word.NOT_IN
    bounds = "、".join(map(speaker.value, node.bounds))
    if other is not None:
        text = f"{_WORDS.get(node.word, '为')}{bounds} 改为 {_WORDS[other]}{bounds}"
        yield "operator", node, replace(node, word=other), node.position, text
    if len(node.bounds) > 1:
        for bound in node.bounds:
            rest = tuple(each for each in node.bounds if each is not bound)
            yield "member", node, replace(node, bounds=rest), bound.position, f"去掉取值 {speaker.value(bound)}"


def _of_group_of(node: AllOf | AnyOf | AtLeast, speaker: Speaker) -> Iterator[Fault]:
    if isinstance(node, AtLeast):
        for n in (node.n - 1, node.n + 1):
            if 1 <= n <= len(node.of):
                yield "operator", node, replace(node, n=n), node.position, f"至少{node.n}项 改为 至少{n}项"
    elif len(node.of) > 1:
        other = AnyOf if isinstance(node, AllOf) else AllOf
        text = "全部满足 改为 任一满足" if other is AnyOf else "任一满足 改为 全部满足"
        yield "operator", node, other(node.of, node.position, node.label), node.position, text
    if len(node.of) > 1:
        for child in node.of:
            yield "condition", child, DROPPED, child.position, f"去掉条件 {speaker.condition(child)}"


def _of_not(node: Not, speaker: Speaker) -> Iterator[Fault]:
    yield "operator", node, node.of, node.position, f"去掉否定：{speaker.condition(node.of)}"


def _of_leaf(node: Leaf, speaker: Speaker) -> Iterator[Fault]:
    if node.on_unknown is not OnUnknown.ASK:
        asking = replace(node, on_unknown=OnUnknown.ASK)
        yield "unknown", node, asking, node.position, f"{speaker.leaf(node)}：未知时改为要求补充"


# ── values and steps ──────────────────────────────────────────────────────────────────────────────────────────────


def _of_rows(node: Table | Cases | Tiers, speaker: Speaker) -> Iterator[Fault]:  # noqa: ARG001
    if len(node.rows) > 1:
        rows: tuple[Row | Case | TierRow, ...] = node.rows
        for place, row in enumerate(rows, 1):
            yield "row", row, DROPPED, row.position, f"去掉第{place}档"
    if isinstance(node, Tiers) and all(row.value is None for row in node.rows):
        other = TierMode.WHOLE if node.mode is TierMode.MARGINAL else TierMode.MARGINAL
        yield "operator", node, replace(node, mode=other), node.position, f"mode {node.mode.value} 改为 {other.value}"


def _of_operation(node: Operation, speaker: Speaker) -> Iterator[Fault]:
    other = _OTHER_OP.get(node.op)
    if other is not None:
        changed = replace(node, op=other)
        yield "operator", node, changed, node.position, f"{speaker.value(node)} 改为 {speaker.value(changed)}"


def _of_aggregate(node: Aggregate, speaker: Speaker) -> Iterator[Fault]:
    if node.where is not None:
        changed = replace(node, where=None)
        yield "condition", node, changed, node.position, f"{speaker.value(node)} 改为 {speaker.value(changed)}"


def _of_for_each(node: ForEach, speaker: Speaker) -> Iterator[Fault]:  # noqa: ARG001
    if node.where is not None:
        yield "condition", node, replace(node, where=None), node.position, f"步骤 {node.id} 去掉对各项的条件"
    if node.limit is not None:
        yield "step", node, replace(node, limit=None), node.limit.position, f"步骤 {node.id} 去掉项数限制"
        if node.limit.per is not None:
            one = replace(node.limit, per=None)
            yield "step", node, replace(node, limit=one), node.limit.position, f"步骤 {node.id} 的项数限制不再分开计"


def _of_per_unit(node: PerUnit, speaker: Speaker) -> Iterator[Fault]:  # noqa: ARG001
    other = UnitCount.PRORATED if node.count is UnitCount.WHOLE else UnitCount.WHOLE
    yield "operator", node, replace(node, count=other), node.position, f"count {node.count.value} 改为 {other.value}"


def _of_round(node: Round, speaker: Speaker) -> Iterator[Fault]:  # noqa: ARG001
    other = _OTHER_MODE[node.mode]
    yield "rounding", node, replace(node, mode=other), node.position, f"取整 {node.mode.value} 改为 {other.value}"


# ── days of a version ─────────────────────────────────────────────────────────────────────────────────────────────


def _of_version(version: Version) -> Iterator[Fault]:
    place = version.position
    yield "date", version, replace(version, from_=version.from_ + _DAY), place, "晚一天生效"
    if version.to is not None:
        yield "date", version, replace(version, to=version.to - _DAY), place, "早一天失效"
        yield "date", version, replace(version, to=version.to + _DAY), place, "晚一天失效"
    other = {-1: 0, 0: -1}.get(version.fact_year)
    if other is not None:
        yield "year", version, replace(version, fact_year=other), place, "换了事实年度"
    for span in version.window.spans if version.window else ():
        for changed in (replace(span, from_=span.from_ + _DAY), replace(span, to=span.to - _DAY)):
            text = f"申报时间改为 {changed.from_}至{changed.to}"
            yield "date", span, changed, version.window.position if version.window else place, text


_MAKERS: dict[type, Callable[[Any, Speaker], Iterator[Fault]]] = {
    Test: _of_test,
    Shift: _of_shift,
    AllOf: _of_group_of,
    AnyOf: _of_group_of,
    AtLeast: _of_group_of,
    Not: _of_not,
    Leaf: _of_leaf,
    Table: _of_rows,
    Cases: _of_rows,
    Tiers: _of_rows,
    Operation: _of_operation,
    Aggregate: _of_aggregate,
    ForEach: _of_for_each,
    PerUnit: _of_per_unit,
    Round: _of_round,
}
