"""Say values and conditions in Chinese, for the lines of a trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache

from matcher.interpret.memory import Memory
from matcher.interpret.possible import LAST_DAY, Number, Possible
from matcher.interpret.scope import Scope
from matcher.profile.facts import EMPLOYER
from rules.language.measures import COUNT, DATE, RATIO, Measure, divided, fractional, multiplied
from rules.language.model import (
    Aggregate,
    AggregateKind,
    AsOf,
    Cases,
    Derived,
    Dimension,
    FactRef,
    Leaf,
    Literal,
    Op,
    Operation,
    ParamRef,
    Shift,
    Table,
    Test,
    Value,
    Word,
)
from rules.language.quantities import format_value as _format_scalar
from rules.vocabulary.codes import load_code_tables

_BOUNDARY = {Word.FROM: "不低于", Word.OVER: "超过", Word.UPTO: "不超过", Word.BELOW: "低于"}
_DAY_BOUNDARY = {Word.FROM: "不早于", Word.OVER: "晚于", Word.UPTO: "不晚于", Word.BELOW: "早于"}
_MEMBERSHIP = {Word.IS: "为", Word.IN: "属于", Word.NOT_IN: "不属于", Word.PREFIX_IN: "属于"}
_SHOWN_MEMBERS = 6
UNKNOWN = "未知"
NOTHING = "无"


# ── values ────────────────────────────────────────────────────────────────────────────────────────────────────────


def format_value(found: Possible, measure: Measure) -> str:
    """Return what a value is known to be: a value, a range, a choice, 无 or 未知."""
    if not found.exists:
        return NOTHING
    text = _format_range(found, measure) if found.is_ordered else _format_members(found, measure)
    return f"{text}（或{NOTHING}）" if found.absent and text != UNKNOWN else text


def _format_range(found: Possible, measure: Measure) -> str:
    if found.lo is None and found.hi is None:
        return UNKNOWN
    if found.lo == found.hi:
        return _format_number(found.lo, measure)
    if found.lo is None:
        return f"不超过{_format_number(found.hi, measure)}"
    if found.hi is None:
        return f"不少于{_format_number(found.lo, measure)}" if found.lo else UNKNOWN
    return f"{_format_number(found.lo, measure)}至{_format_number(found.hi, measure)}"


@lru_cache(maxsize=10_000)
def _format_number(value: Number | None, measure: Measure) -> str:
    assert value is not None  # noqa: S101  the callers have looked
    if measure.dimension is Dimension.DATE:
        return date.fromordinal(min(max(int(value), 1), LAST_DAY)).isoformat()
    return _format_scalar(Fraction(value), measure.dimension, measure.unit)


def _format_members(found: Possible, measure: Measure) -> str:
    if found.members is None or len(found.members) > _SHOWN_MEMBERS or found.members == {True, False}:
        return UNKNOWN
    table = load_code_tables().get(measure.codes or found.table)
    texts = []
    for member in found.members:
        if isinstance(member, bool):
            texts.append("是" if member else "否")
        else:
            texts.append(table.label(member) if table and table.lookup(member) else member)
    return "或".join(sorted(texts))


def measure_of(value: Value, scope: Scope) -> Measure:
    """Return what a value measures, for showing it."""
    match value:
        case Literal(dimension=dimension):
            return Measure(dimension)
        case FactRef(name=name, of_item=of_item):
            known = scope.definition(name, of_item=of_item)
            return Measure(known.dimension, known.unit, known.code_table)
        case ParamRef(name=name):
            return Measure(scope.policy.params[name].dimension)
        case Aggregate(of=None):
            return COUNT
        case Aggregate(of=of, list_name=list_name) if of is not None:
            return measure_of(of, scope.at_item(scope.entries(list_name).example))
        case Table(rows=rows):
            return measure_of(rows[0].value, scope)
        case Cases(rows=cases):
            return measure_of(cases[0].value, scope)
        case _:
            return _measure_of_operation(value, scope) if isinstance(value, Operation) else DATE


def _measure_of_operation(node: Operation, scope: Scope) -> Measure:
    if node.op in {Op.FULL_YEARS, Op.FULL_MONTHS, Op.DAYS}:
        return Measure(Dimension.COUNT, {Op.FULL_YEARS: "年", Op.FULL_MONTHS: "个月"}.get(node.op, "天"))
    if node.op in {Op.YEAR_START, Op.YEAR_END}:
        return DATE
    parts = [measure_of(arg, scope) for arg in node.args]
    if node.op is Op.MULTIPLY:
        return multiplied(parts[0], parts[1]) or parts[0]
    if node.op is Op.DIVIDE:
        return divided(parts[0], parts[1]) or RATIO
    if node.op is Op.AVG:
        return fractional(parts[0])
    # A bare number beside a quantity is of its kind: max(x, 0).
    return next((part for part, arg in zip(parts, node.args, strict=True) if not isinstance(arg, Literal)), parts[0])


# ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def name_of(value: Value, scope: Scope) -> str:
    """Return the words that name a value: the label of a fact, the spelling of a constant, labels joined by signs."""
    match value:
        case Literal(value=bool() as flag):
            return "是" if flag else "否"
        case Literal(text=text):
            return text
        case FactRef():
            return name_of_fact(value, scope)
        case ParamRef(name=name):
            return scope.policy.params[name].label
        case AsOf():
            return "申报当日"
        case Shift(base=base, period=period, backwards=backwards):
            return f"{name_of(base, scope)}之{'前' if backwards else '后'}{period}"
        case Aggregate():
            return _name_of_aggregate(value, scope)
        case Table(by=by):
            return f"按{name_of(by, scope)}分档的标准"
        case Operation():
            return _name_of_operation(value, scope)
        case _:
            return "按情形确定的标准" if isinstance(value, Cases) else "是否满足所列条件"


def name_of_fact(node: FactRef, scope: Scope) -> str:
    """Return the label of a fact, with the year of a yearly one."""
    known = scope.definition(node.name, of_item=node.of_item)
    if node.of_item:
        return known.label
    label = f"用人单位的{known.label}" if node.name.startswith(EMPLOYER) else known.label
    return f"{label}（{scope.year + node.offset}年）" if known.yearly else label


def _name_of_aggregate(node: Aggregate, scope: Scope) -> str:
    name = scope.definition(node.list_name).label
    chosen = f"符合条件的{name}" if node.where else name
    if node.of is None:
        return f"{chosen}数"
    of = name_of(node.of, scope.at_item(scope.entries(node.list_name).example))
    ending = {AggregateKind.SUM: "合计", AggregateKind.MAX: "的最大值", AggregateKind.MIN: "的最小值"}
    return f"{chosen}的{of}{ending.get(node.kind, '')}"


_SIGNS = {Op.ADD: " ＋ ", Op.SUBTRACT: " － ", Op.MULTIPLY: " × ", Op.DIVIDE: " ÷ "}
_FUNCTIONS: dict[Op, Callable[[Sequence[str]], str]] = {
    Op.NEGATE: lambda args: f"－{args[0]}",
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


def _name_of_operation(node: Operation, scope: Scope) -> str:
    sign = _SIGNS.get(node.op)
    if sign is None:
        return _FUNCTIONS[node.op]([name_of(arg, scope) for arg in node.args])
    args = [f"（{name_of(arg, scope)}）" if _needs_brackets(arg, node.op) else name_of(arg, scope) for arg in node.args]
    return sign.join(args)


def _needs_brackets(arg: Value, outer: Op) -> bool:
    if not isinstance(arg, Operation) or arg.op not in _SIGNS:
        return False
    return outer is not Op.ADD and not (outer is Op.SUBTRACT and arg.op in {Op.MULTIPLY, Op.DIVIDE})


# ── conditions ────────────────────────────────────────────────────────────────────────────────────────────────────


def sentence_of(leaf: Leaf, scope: Scope) -> str:
    """Return a leaf as a sentence: its label, or what is compared with what."""
    return leaf.label or _SENTENCES.recall(leaf, (scope.year, scope.item is None), lambda: _say_leaf(leaf, scope))


_SENTENCES: Memory[str] = Memory()


def _say_leaf(leaf: Leaf, scope: Scope) -> str:
    name = name_of(leaf.operand, scope)
    is_day = measure_of(leaf.operand, scope).dimension is Dimension.DATE
    return name + "，且".join(_name_of_test(test, scope, is_day=is_day) for test in leaf.tests)


def _name_of_test(test: Test, scope: Scope, *, is_day: bool) -> str:
    return _say_test(test, [name_of(bound, scope) for bound in test.bounds], is_day=is_day)


def say_bounds(leaf: Leaf, bounds: Sequence[Sequence[Possible]], measure: Measure, scope: Scope) -> str:
    """Return the bounds of a leaf with their values, such as 不低于200万元."""
    parts = []
    for test, found in zip(leaf.tests, bounds, strict=True):
        texts = []
        for node, value in zip(test.bounds, found, strict=True):
            is_plain = isinstance(node, Literal) and not isinstance(node.value, bool)
            texts.append(name_of(node, scope) if is_plain else format_value(value, measure))
        parts.append(_say_test(test, texts, is_day=measure.dimension is Dimension.DATE))
    return "，且".join(parts).removeprefix("：")


def _say_test(test: Test, texts: Sequence[str], *, is_day: bool) -> str:
    if test.word is Word.PRESENT:
        return "：有" if texts == ["是"] else "：无"
    if test.word in _BOUNDARY:
        return (_DAY_BOUNDARY if is_day else _BOUNDARY)[test.word] + texts[0]
    if texts in (["是"], ["否"]) and test.word is Word.IS:
        return f"：{texts[0]}"
    return _MEMBERSHIP[test.word] + "、".join(texts)


def say_operand(leaf: Leaf, found: Possible, measure: Measure, scope: Scope) -> str:
    """Return the operand of a leaf as far as it is known; what does not exist is said in the field's own words."""
    if not found.exists and isinstance(leaf.operand, FactRef):
        known = scope.definition(leaf.operand.name, of_item=leaf.operand.of_item)
        return NOTHING if isinstance(known, Derived) else known.nullable or NOTHING
    return format_value(found, measure)
