"""The text of `expr` → Value: a closed arithmetic over facts, parameters and literals, with its dimensions checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import NamedTuple

from rules.language.literals import guess_literal
from rules.language.measures import (
    COUNT,
    DATE,
    NUMERIC,
    PURE_WHOLE,
    Measure,
    added,
    divided,
    fractional,
    multiplied,
)
from rules.language.model import AsOf, Dimension, OnZero, Op, Operation, Position, Value
from rules.language.names import Scope
from rules.language.problems import Refused, did_you_mean, short
from rules.language.quantities import half_width
from rules.language.reading import scalar
from rules.language.source import Node

MAX_DEPTH = 32
MAX_LENGTH = 2_000

_TOKEN = re.compile(
    r"(?P<literal>[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9][0-9.]*(?:[%‰]|[^\W\d_]+)?)"
    r"|(?P<name>(?:employer\.)?[A-Za-z_][A-Za-z_0-9]*(?:\[[^\]]*\])?)"
    r"|(?P<param>\$[A-Za-z_0-9]*)"
    r"|(?P<sign>[-+*/(),])"
    r"|(?P<other>\S)"
)
_MISTAKEN = {"×": "乘号写 *", "÷": "除号写 /", "^": "不支持乘方", "%": "百分号要紧跟数字，如 5%", "，": "逗号写半角"}

Typed = tuple[Value, Measure]


class _Token(NamedTuple):
    kind: str  # literal, name, param, sign, or end
    text: str
    position: Position


def read_expression(node: Node, scope: Scope, on_zero: OnZero = OnZero.UNKNOWN) -> Typed:
    """Return the tree of an `expr` text and what it measures; raise Refused at the token that is wrong."""
    found = scalar(node)
    if len(found.text) > MAX_LENGTH:
        raise Refused("structure.expression", found.position, "算式太长", "请在字典里分成几个 derived 事实")
    # The columns of one line can be counted; those of folded lines cannot.
    start = found.position.column + (1 if found.style in {"'", '"'} else 0)
    is_traceable = found.style in {"", "'", '"'}

    def place(index: int) -> Position:
        column = start + index if is_traceable else found.position.column
        return Position(found.position.file, found.position.line, column)

    parser = _Parser(_tokens(half_width(found.text), place), scope, on_zero)
    return parser.whole()


def _tokens(text: str, place: Callable[[int], Position]) -> list[_Token]:
    tokens = []
    for match in _TOKEN.finditer(text):
        kind, position = str(match.lastgroup), place(match.start())
        if kind == "other":
            advice = _MISTAKEN.get(match[0], "算式里只有 + - * / ( )、数字、事实名、$参数和函数")
            raise Refused("structure.expression", position, f"算式里不能有“{match[0]}”", advice)
        tokens.append(_Token(kind, match[0], position))
    return [*tokens, _Token("end", "", place(len(text)))]


class _Parser:
    """Precedence: * and / before + and -, a leading minus before both, from left to right."""

    def __init__(self, tokens: list[_Token], scope: Scope, on_zero: OnZero) -> None:
        self._tokens = tokens
        self._next = 0
        self._scope = scope
        self._on_zero = on_zero
        self._depth = 0

    def whole(self) -> Typed:
        result = self._sum()
        if self._peek().kind != "end":
            raise self._unexpected(self._peek())
        return result

    def _sum(self) -> Typed:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Refused(
                "structure.depth", self._peek().position, f"括号超过 {MAX_DEPTH} 层", "请分成几个 derived 事实"
            )
        left = self._product()
        while self._peek().text in {"+", "-"}:
            sign = self._take()
            left = self._operation(Op(sign.text), (left, self._product()), sign.position)
        self._depth -= 1
        return left

    def _product(self) -> Typed:
        left = self._signed()
        while self._peek().text in {"*", "/"}:
            sign = self._take()
            left = self._operation(Op(sign.text), (left, self._signed()), sign.position)
        return left

    def _signed(self) -> Typed:
        if self._peek().text != "-":
            return self._atom()
        sign = self._take()
        return self._operation(Op.NEGATE, (self._atom(),), sign.position)

    def _atom(self) -> Typed:
        token = self._take()
        if token.kind == "literal":
            return guess_literal(token.text, token.position)
        if token.kind == "param":
            if token.text == "$as_of":
                return AsOf(token.position), DATE
            return self._scope.param(token.text, token.position)
        if token.kind == "name":
            if self._peek().text == "(":
                return self._call(token)
            known = self._scope.fact(token.text, token.position)
            return known.ref, known.measure
        if token.text == "(":
            inner = self._sum()
            self._expect(")")
            return inner
        raise self._unexpected(token)

    def _call(self, name: _Token) -> Typed:
        self._take()
        if name.text not in _FUNCTIONS:
            advice = did_you_mean(name.text, _FUNCTIONS)
            raise Refused("structure.expression", name.position, f"没有函数 {short(name.text)}", advice)
        args = [self._sum()]
        while self._peek().text == ",":
            self._take()
            args.append(self._sum())
        self._expect(")")
        function = _FUNCTIONS[name.text]
        if not function.least <= len(args) <= function.most:
            raise Refused(
                "structure.expression", name.position, f"{name.text} 的参数个数不对", f"请写 {function.usage}"
            )
        return self._operation(function.op, tuple(args), name.position)

    def _operation(self, op: Op, args: tuple[Typed, ...], position: Position) -> Typed:
        values = tuple(value for value, _ in args)
        measures = [measure for _, measure in args]
        return Operation(op, values, position, self._on_zero), measure_operation(op, measures, position)

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _expect(self, text: str) -> None:
        if self._take().text != text:
            self._next -= 1
            raise Refused("structure.expression", self._peek().position, f"算式缺少 {text}", "请检查括号是否配对")

    def _unexpected(self, token: _Token) -> Refused:
        if token.kind == "end":
            return Refused("structure.expression", token.position, "算式没有写完", "请补上最后一项")
        message = f"算式在“{short(token.text)}”处读不下去"
        return Refused("structure.expression", token.position, message, "两项之间要有 + - * /，括号要配对")


# ── dimensions ───────────────────────────────────────────────────────────────────────────────────────────────────


class _Function(NamedTuple):
    op: Op
    least: int
    most: int
    usage: str


_FUNCTIONS = {
    "min": _Function(Op.MIN, 2, 99, "min(a, b)"),
    "max": _Function(Op.MAX, 2, 99, "max(a, b)"),
    "sum": _Function(Op.SUM, 1, 99, "sum(a, b)"),
    "avg": _Function(Op.AVG, 1, 99, "avg(a, b)"),
    "floor": _Function(Op.FLOOR, 1, 1, "floor(a)"),
    "full_years": _Function(Op.FULL_YEARS, 2, 2, "full_years(起日, 止日)"),
    "full_months": _Function(Op.FULL_MONTHS, 2, 2, "full_months(起日, 止日)"),
    "days": _Function(Op.DAYS, 2, 2, "days(起日, 止日)"),
    "year_start": _Function(Op.YEAR_START, 1, 1, "year_start(日期)"),
    "year_end": _Function(Op.YEAR_END, 1, 1, "year_end(日期)"),
}
_OF_DATES = {Op.FULL_YEARS, Op.FULL_MONTHS, Op.DAYS, Op.YEAR_START, Op.YEAR_END}
_PAIRWISE: dict[Op, Callable[[Measure, Measure], Measure | None]] = {
    Op.ADD: added,
    Op.SUBTRACT: added,
    Op.MIN: added,
    Op.MAX: added,
    Op.SUM: added,
    Op.AVG: added,
    Op.MULTIPLY: multiplied,
    Op.DIVIDE: divided,
}
_VERBS = {Op.MULTIPLY: "相乘", Op.DIVIDE: "相除", Op.ADD: "相加", Op.SUBTRACT: "相减"}


def measure_operation(op: Op, measures: list[Measure], position: Position) -> Measure:
    """Return what an operation on such values measures; raise Refused where the arithmetic means nothing."""
    if op in _OF_DATES:
        if any(measure.dimension is not Dimension.DATE for measure in measures):
            raise Refused("type.arithmetic", position, f"{op.value} 只用于日期", "请写日期事实、$as_of 或 2026-03-31")
        return DATE if op in {Op.YEAR_START, Op.YEAR_END} else COUNT
    if stranger := next((measure for measure in measures if measure.dimension not in NUMERIC), None):
        advice = "日期之差请用 days(起日, 止日)" if stranger.dimension is Dimension.DATE else "请只用数值事实"
        raise Refused("type.arithmetic", position, f"{stranger}不能参加四则运算", advice)
    if op is Op.NEGATE:
        return measures[0]
    if op is Op.FLOOR:
        if measures[0].dimension is Dimension.MONEY:
            raise Refused("type.arithmetic", position, "floor 不用于金额", "取整金额请用 round 步骤")
        return (
            PURE_WHOLE if measures[0].dimension is Dimension.RATIO else replace(measures[0], dimension=Dimension.COUNT)
        )
    result = reduce(lambda left, right: _pair(op, left, right, position), measures)
    return fractional(result) if op is Op.AVG else result


def _pair(op: Op, left: Measure, right: Measure, position: Position) -> Measure:
    result = _PAIRWISE[op](left, right)
    if result is None:
        advice = {
            Op.MULTIPLY: "金额只能乘以比例或数量，如 20% * investment",
            Op.DIVIDE: "除数不能是金额，除非被除数也是金额",
        }.get(op, "两边要同类同单位；单独的数请带单位，如 0元")
        raise Refused("type.arithmetic", position, f"{left}与{right}不能{_VERBS.get(op, '一起比较')}", advice)
    return result
