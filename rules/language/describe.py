"""A rule read aloud in Chinese: what a value, a condition or a step says, before any applicant's facts are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rules.language.model import (
    Aggregate,
    AggregateKind,
    AllOf,
    AmountOf,
    AnyOf,
    AsOf,
    Base,
    CapAmount,
    CapBase,
    Case,
    Cases,
    Condition,
    Deduct,
    Derived,
    Dimension,
    FactRef,
    Field,
    Fixed,
    FloorBase,
    ForEach,
    Instalments,
    Leaf,
    Literal,
    Manual,
    Match,
    Multiply,
    Not,
    Op,
    Operation,
    Parameter,
    ParamRef,
    PayOnlyIfFrom,
    PerUnit,
    Prorate,
    Range,
    Rate,
    Round,
    RoundMode,
    Shift,
    Step,
    Table,
    Test,
    TierMode,
    TierRow,
    Tiers,
    TopUp,
    UnitCount,
    Use,
    Value,
    Vocabulary,
    Word,
)
from rules.language.names import EMPLOYER
from rules.language.quantities import format_ratio
from rules.language.rule_keywords import ROUND_TO

_BOUNDARY = {Word.FROM: "不低于", Word.OVER: "超过", Word.UPTO: "不超过", Word.BELOW: "低于"}
_DAY_BOUNDARY = {Word.FROM: "不早于", Word.OVER: "晚于", Word.UPTO: "不晚于", Word.BELOW: "早于"}
_MEMBERSHIP = {Word.IS: "为", Word.IN: "属于", Word.NOT_IN: "不属于", Word.PREFIX_IN: "属于"}
_SIGNS = {Op.ADD: " + ", Op.SUBTRACT: " - ", Op.MULTIPLY: " × ", Op.DIVIDE: " ÷ "}
_ENDINGS = {AggregateKind.SUM: "合计", AggregateKind.MAX: "的最大值", AggregateKind.MIN: "的最小值"}
_FUNCTIONS: Mapping[Op, Callable[[Sequence[str]], str]] = {
    Op.NEGATE: lambda args: f"-{args[0]}",
    Op.MIN: lambda args: f"{'、'.join(args)}中最低者",
    Op.MAX: lambda args: f"{'、'.join(args)}中最高者",
    Op.SUM: lambda args: f"{'、'.join(args)}合计",
    Op.AVG: lambda args: f"{'、'.join(args)}的平均",
    Op.FLOOR: lambda args: f"{args[0]}的整数部分",
    Op.FULL_YEARS: lambda args: f"自{args[0]}至{args[1]}的整年数",
    Op.FULL_MONTHS: lambda args: f"自{args[0]}至{args[1]}的整月数",
    Op.DAYS: lambda args: f"自{args[0]}至{args[1]}的天数",
    Op.YEAR_START: lambda args: f"{args[0]}所在年的首日",
    Op.YEAR_END: lambda args: f"{args[0]}所在年的末日",
}
_ROUNDING = {RoundMode.HALF_UP: "四舍五入", RoundMode.DOWN: "舍去零头", RoundMode.UP: "进位"}
_UNITS = {name: unit for unit, name in ROUND_TO.items()}


def describe_leaf(leaf: Leaf, vocabulary: Vocabulary, params: Mapping[str, Parameter] | None = None) -> str:
    """Return a leaf as a sentence, such as 营业收入不低于5亿元."""
    return Speaker(vocabulary, params or {}).leaf(leaf)


def describe_condition(node: Condition, vocabulary: Vocabulary, params: Mapping[str, Parameter] | None = None) -> str:
    """Return a condition with everything in it as one sentence."""
    return Speaker(vocabulary, params or {}).condition(node)


def describe_value(value: Value, vocabulary: Vocabulary, params: Mapping[str, Parameter] | None = None) -> str:
    """Return the words for a value, such as 研发费用 × 10%."""
    return Speaker(vocabulary, params or {}).value(value)


def describe_step(step: Step, vocabulary: Vocabulary, params: Mapping[str, Parameter] | None = None) -> str:
    """Return what a step does, such as 加研发费用的10%."""
    return Speaker(vocabulary, params or {}).step(step)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says nodes with the labels of a vocabulary; `items` are the facts of the list item being talked about."""

    vocabulary: Vocabulary
    params: Mapping[str, Parameter]
    items: Mapping[str, Field] = field(default_factory=dict)

    # ── values ────────────────────────────────────────────────────────────────────────────────────────────────────

    def value(self, value: Value) -> str:
        """Return the words for a value."""
        match value:
            case Literal():
                return {True: "是", False: "否"}[value.value] if isinstance(value.value, bool) else value.text
            case FactRef():
                return self.fact(value)
            case ParamRef():
                known = self.params.get(value.name)
                return known.label if known else value.name
            case AsOf():
                return "申报当日"
            case Shift():
                return f"{self.value(value.base)}{'前' if value.backwards else '后'}{value.period}"
            case Operation():
                return self._operation(value)
            case Aggregate():
                return self._aggregate(value)
            case Table():
                rows = "；".join(f"{self._row(row.tests)}为{self.value(row.value)}" for row in value.rows)
                return f"按{self.value(value.by)}分档的标准（{rows}）"
            case Cases():
                return f"按情形的标准（{'；'.join(self._case(row) for row in value.rows)}）"
            case _:
                return f"是否{self.condition(value.condition)}"

    def _case(self, row: Case) -> str:
        return f"{self.condition(row.when) if row.when else '其余'}：{self.value(row.value)}"

    def fact(self, ref: FactRef) -> str:
        """Return the label of a fact, with the year it is from when that is not the fact year."""
        known = self.known(ref)
        label = known.label if known else ref.name
        if ref.name.startswith(EMPLOYER):
            label = f"用人单位的{label}"
        years = {0: "", -1: "上一年", 1: "下一年"}
        return years.get(ref.offset, f"前{-ref.offset}年" if ref.offset < 0 else f"后{ref.offset}年") + label

    def known(self, ref: FactRef) -> Field | Derived | None:
        """Return the entry of a fact in the dictionary."""
        if ref.of_item:
            return self.items.get(ref.name)
        name = ref.name.removeprefix(EMPLOYER)
        return self.vocabulary.fields.get(name) or self.vocabulary.derived.get(name)

    def _operation(self, node: Operation) -> str:
        args = [self._bracketed(arg) for arg in node.args]
        return _SIGNS[node.op].join(args) if node.op in _SIGNS else _FUNCTIONS[node.op](args)

    def _bracketed(self, arg: Value) -> str:
        return f"（{self.value(arg)}）" if isinstance(arg, Operation) and arg.op in _SIGNS else self.value(arg)

    def _aggregate(self, node: Aggregate) -> str:
        inside, label = self._list(node.list_name)
        chosen = f"{label}（{inside.condition(node.where)}）" if node.where else label
        if node.of is None:
            return f"{chosen}的项数"
        return f"{chosen}的{inside.value(node.of)}{_ENDINGS[node.kind]}"

    def _list(self, name: str) -> tuple[Speaker, str]:
        known = self.vocabulary.fields.get(name)
        return replace(self, items=known.item if known else {}), known.label if known else name

    # ── conditions ────────────────────────────────────────────────────────────────────────────────────────────────

    def condition(self, node: Condition) -> str:
        """Return a condition with everything in it."""
        match node:
            case Leaf():
                return self.leaf(node)
            case Manual():
                return node.text
            case Use():
                return f"满足通用条件 {node.set_id}"
            case Not():
                return node.label or f"不得（{self.condition(node.of)}）"
            case AllOf():
                return node.label or "，且".join(self._part(part) for part in node.of)
            case AnyOf():
                return node.label or "，或".join(self._part(part) for part in node.of)
            case _:
                return node.label or f"至少满足{node.n}项（{'；'.join(self.condition(part) for part in node.of)}）"

    def _part(self, node: Condition) -> str:
        text = self.condition(node)
        return f"（{text}）" if isinstance(node, AllOf | AnyOf) and not node.label else text

    def leaf(self, leaf: Leaf) -> str:
        """Return a leaf as a sentence: its label, or what is compared with what."""
        if leaf.label:
            return leaf.label
        return self.value(leaf.operand) + "，且".join(self.test(test, leaf.operand) for test in leaf.tests)

    def test(self, test: Test, operand: Value) -> str:
        """Return a comparison without its operand, such as 不低于5亿元."""
        texts = [self.value(bound) for bound in test.bounds]
        if test.word is Word.PRESENT:
            return "：有" if texts == ["是"] else "：无"
        if test.word in _BOUNDARY:
            return (_DAY_BOUNDARY if self._is_day(operand) else _BOUNDARY)[test.word] + texts[0]
        if test.word is Word.IS and texts in (["是"], ["否"]):
            return f"：{texts[0]}"
        return _MEMBERSHIP[test.word] + "、".join(texts)

    def _is_day(self, operand: Value) -> bool:
        if isinstance(operand, FactRef):
            known = self.known(operand)
            return known is not None and known.dimension is Dimension.DATE
        if isinstance(operand, Aggregate) and operand.of:
            return self._list(operand.list_name)[0]._is_day(operand.of)  # noqa: SLF001 - another of its kind
        return isinstance(operand, Operation) and operand.op in {Op.YEAR_START, Op.YEAR_END}

    def _row(self, tests: Sequence[Test], operand: Value | None = None) -> str:
        return "且".join(self.test(test, operand or AsOf(test.position)) for test in tests) or "其余"

    # ── steps ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def step(self, step: Step) -> str:
        """Return what a step does, its label first when it has one."""
        text = self._action(step)
        if step.when:
            text = f"{self.condition(step.when)}时，{text}"
        return f"{step.label}：{text}" if step.label else text

    def _action(self, step: Step) -> str:
        return _ACTIONS[type(step)](self, step)

    def base(self, of: Value | None) -> str:
        """Return the words for a step's base, its own or the running one."""
        return self.value(of) if of else "计算基数"

    def tiers(self, step: Tiers) -> str:
        """Return what a bracket table adds."""
        is_whole = step.mode is TierMode.WHOLE
        rows = "；".join(
            f"{self._row(row.tests, step.of)}{'' if is_whole else '的部分'}{self._tier(row)}" for row in step.rows
        )
        return f"按{self.base(step.of)}{'所在档' if is_whole else '分段累进'}计算（{rows}）"

    def _tier(self, row: TierRow) -> str:
        if row.rate:
            return f"按{self.value(row.rate)}"
        return f"每单位{self.value(row.each)}" if row.each else f"为{self.value(row.value)}" if row.value else ""

    def per_unit(self, step: PerUnit) -> str:
        """Return what each unit adds."""
        above = f"超过{self.value(step.above)}的部分，" if step.above else ""
        every = "每满" if step.count is UnitCount.WHOLE else "每"
        return f"{self.base(step.of)}{above}{every}{self.value(step.unit)}加{self.value(step.each)}"

    def prorate(self, step: Prorate) -> str:
        """Return how an amount is prorated."""
        minimum = f"，不足{self.value(step.minimum)}的为零" if step.minimum else ""
        return f"按{self.value(step.by)} ÷ {self.value(step.over)}折算{minimum}"

    def for_each(self, step: ForEach) -> str:
        """Return what each item of a list adds."""
        inside, label = self._list(step.list_name)
        chosen = f"（{inside.condition(step.where)}）" if step.where else ""
        limit = ""
        if step.limit:
            per = f"每个{inside.fact(step.limit.per)}" if step.limit.per else ""
            limit = f"，{per}最多{self.value(step.limit.count)}项"
        return f"对每项{label}{chosen}{limit}：" + "；".join(inside.step(each) for each in step.steps)

    def instalments(self, step: Instalments) -> str:
        """Return the schedule of payment."""
        if not step.shares:
            cap = f"，每年最高{self.value(step.cap_each)}" if step.cap_each else ""
            return f"分{step.years}年拨付{cap}"
        return "分期拨付：" + "、".join(f"{each.label}{format_ratio(each.share)}" for each in step.shares)


_ACTIONS: Mapping[type[Step], Callable[[Speaker, Any], str]] = {
    Fixed: lambda say, step: f"加{say.value(step.value)}",
    Rate: lambda say, step: f"加{say.base(step.of)}的{say.value(step.at)}",
    Match: lambda say, step: f"按{say.value(step.of)}的{say.value(step.at)}配套",
    Base: lambda say, step: f"以{say.value(step.of)}为计算基数",
    CapBase: lambda say, step: f"计算基数最高{say.value(step.to)}",
    FloorBase: lambda say, step: f"计算基数最低{say.value(step.to)}",
    Multiply: lambda say, step: f"乘以{say.value(step.by)}",
    CapAmount: lambda say, step: f"最高{say.value(step.to)}",
    Deduct: lambda say, step: f"减去{say.value(step.of)}",
    TopUp: lambda say, step: f"补差：减去{say.value(step.of)}",
    PayOnlyIfFrom: lambda say, step: f"不足{say.value(step.of)}的不予安排",
    Range: lambda say, step: f"加{say.value(step.from_)}至{say.value(step.upto)}，由{step.decided_by}决定",
    AmountOf: lambda _say, step: f"加项目 {step.policy} 的金额",
    Round: lambda _say, step: f"金额计到{_UNITS[step.to.name]}，{_ROUNDING[step.mode]}",
    Tiers: Speaker.tiers,
    PerUnit: Speaker.per_unit,
    ForEach: Speaker.for_each,
    Prorate: Speaker.prorate,
    Instalments: Speaker.instalments,
}
