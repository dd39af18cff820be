"""Nodes → values: literals, facts, parameters, arithmetic, tables, cases, aggregates and shifted dates."""

from __future__ import annotations

from collections.abc import Callable

from rules.language import comparisons, conditions  # values hold conditions, and conditions hold values
from rules.language.expressions import Typed, measure_operation, read_expression
from rules.language.literals import guess_literal, read_literal
from rules.language.measures import COUNT, DATE, MONEY, NUMERIC, ORDERED, Measure, agree
from rules.language.model import (
    Aggregate,
    AggregateKind,
    AsOf,
    Case,
    Cases,
    Op,
    Operation,
    Row,
    Shift,
    Table,
    Test,
    Value,
)
from rules.language.names import Scope
from rules.language.problems import Gatherer, Noted, Refused, did_you_mean, short
from rules.language.reading import NAME, Fields, items, read_flag, read_text
from rules.language.rule_keywords import VALUE_FORMS
from rules.language.source import MappingNode, Node, ScalarNode, SequenceNode


def read_value(node: Node, expected: Measure, scope: Scope) -> Value:
    """Return a value that measures what its place expects."""
    return _read(node, expected, scope)[0]


def read_operand(node: Node, scope: Scope) -> Typed:
    """Return a value with its own measure; a bare word is the name of a fact."""
    if isinstance(node, ScalarNode) and NAME.match(node.text) and not node.is_quoted:
        return read_fact(node, scope)
    return _read(node, None, scope)


def read_money(node: Node, scope: Scope) -> Value:
    """Return an operand that is money."""
    value, measure = read_operand(node, scope)
    require(MONEY, measure, node)
    return value


def read_number(node: Node, scope: Scope, what: str) -> Typed:
    """Return an operand that is a number of some kind."""
    value, measure = read_operand(node, scope)
    if measure.dimension not in NUMERIC:
        raise Refused("type.dimension", node.position, f"{what}要用数，写的是{measure}", "请换成金额、数量或比例")
    return value, measure


def read_fact(node: Node, scope: Scope) -> Typed:
    """Return a fact by its name."""
    known = scope.fact(read_text(node), node.position)
    return known.ref, known.measure


def read_form(word: str, fields: Fields, expected: Measure | None, scope: Scope) -> Typed:
    """Return the value that a construct states under `word`, one of VALUE_FORMS."""
    return _FORMS[word](fields, expected, scope)


def require(expected: Measure, found: Measure, node: Node) -> None:
    """Refuse a value that does not measure what its place expects."""
    if not agree(expected, found):
        message = f"这里要{expected}，写的是{found}"
        raise Refused("type.dimension", node.position, message, f"请写{expected}，如 {expected.example}")


def _read(node: Node, expected: Measure | None, scope: Scope) -> Typed:
    if isinstance(node, ScalarNode) and not node.text.startswith("$"):
        if expected and not expected.is_pure:
            return read_literal(node, expected, scope), expected
        found: Typed = guess_literal(read_text(node), node.position)
    else:
        found = _read_compound(node, expected, scope)
    if expected:
        require(expected, found[1], node)
    return found


def _read_compound(node: Node, expected: Measure | None, scope: Scope) -> Typed:
    if isinstance(node, ScalarNode):
        return (AsOf(node.position), DATE) if node.text == "$as_of" else scope.param(node.text, node.position)
    if isinstance(node, SequenceNode):
        return read_cases(node, expected, scope)
    word = _form(node)
    return read_form(word, Fields.open(node, f"value.{word}", scope.notes), expected, scope)


def _form(node: MappingNode) -> str:
    if written := [word for word in VALUE_FORMS if word in node.entries]:
        return written[0]
    word = next(iter(node.entries), "")
    place = node.entries[word].key.position if word else node.position
    raise Refused("structure.unknown-key", place, f"值不能写成 {short(word)}: …", did_you_mean(word, VALUE_FORMS))


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Alternatives:
    """Values of which one will be taken: they share the measure expected, or else that of the first."""

    def __init__(self, expected: Measure | None, scope: Scope) -> None:
        self.measure = expected
        self._scope = scope

    def read(self, node: Node) -> Value:
        value, measure = _read(node, self.measure, self._scope)
        self.measure = self.measure or measure
        return value


def read_cases(node: Node, expected: Measure | None, scope: Scope) -> Typed:
    """Return the value chosen by the first case whose condition holds."""
    gatherer, values = Gatherer(scope.notes), _Alternatives(expected, scope)
    nodes = items(node, "分情形")
    rows = gatherer.each(nodes, lambda each: _read_case(each, values, scope, is_last=each is nodes[-1]))
    return gatherer.done((Cases(rows, node.position), gatherer.must(values.measure)))


def _read_case(node: Node, values: _Alternatives, scope: Scope, *, is_last: bool) -> Case:
    fields = Fields.open(node, "case", scope.notes)
    when = fields.optional("when", lambda each: conditions.read_condition(each, scope.aside()))
    check_otherwise(fields, is_last=is_last)
    return fields.done(Case(when, fields.required("value", values.read), fields.position))


def check_otherwise(fields: Fields, *, is_last: bool) -> None:
    """Note an `otherwise` that is not true or not in the last row."""
    if fields.optional("otherwise", read_flag) is False:
        fields.refuse("structure.otherwise", fields.place("otherwise"), "otherwise 只能写 true", "不需要时请删去")
    if fields.has("otherwise") and not is_last:
        fields.refuse("structure.otherwise", fields.place("otherwise"), "otherwise 之后还有行", "请移到最后一行")


def _table(fields: Fields, expected: Measure | None, scope: Scope) -> Typed:
    operand = fields.optional("by", lambda node: read_operand(node, scope))
    nodes = fields.optional("table", lambda node: items(node, "table"))
    if operand is None or nodes is None:  # a row says nothing without its operand
        raise Noted
    values = _Alternatives(expected, scope)
    rows = fields.each(nodes, lambda node: _row(node, operand, values, scope, is_last=node is nodes[-1]))
    return fields.done((Table(operand[0], rows, fields.position), fields.must(values.measure)))


def _row(node: Node, operand: Typed, values: _Alternatives, scope: Scope, *, is_last: bool) -> Row:
    fields = Fields.open(node, "table_row", scope.notes)
    tests = read_row_tests(fields, operand, scope, is_last=is_last)
    return fields.done(Row(tests, fields.required("value", values.read), fields.position))


def read_row_tests(fields: Fields, operand: comparisons.Operand, scope: Scope, *, is_last: bool) -> tuple[Test, ...]:
    """Return the tests of a table row, none for `otherwise`."""
    check_otherwise(fields, is_last=is_last)
    if not fields.has("otherwise"):
        return comparisons.read_tests(fields, operand, scope)
    if words := comparisons.words_in(fields):
        advice = "其余情形不再写边界词"
        fields.refuse(
            "structure.conflicting-keys", fields.place(words[0]), f"otherwise 与 {words[0]} 只能写一个", advice
        )
    return ()


# ── the other forms ──────────────────────────────────────────────────────────────────────────────────────────────


def _fact(fields: Fields, _expected: Measure | None, scope: Scope) -> Typed:
    return fields.done(fields.required("fact", lambda node: read_fact(node, scope)))


def _expr(fields: Fields, _expected: Measure | None, scope: Scope) -> Typed:
    return fields.done(fields.required("expr", lambda node: read_expression(node, scope)))


def _extreme(word: str, op: Op) -> Callable[[Fields, Measure | None, Scope], Typed]:
    def read(fields: Fields, expected: Measure | None, scope: Scope) -> Typed:
        found = fields.many(word, lambda node: _read(node, expected, scope))
        if len(found) < 2 and not fields.failed:
            fields.refuse("structure.shape", fields.place(word), f"{word} 至少要有两个值", "只有一个值时直接写它")
        values, measures = zip(*fields.done(found), strict=True)
        place = fields.place(word)
        return fields.done((Operation(op, values, place), measure_operation(op, list(measures), place)))

    return read


def _aggregate(kind: AggregateKind) -> Callable[[Fields, Measure | None, Scope], Typed]:
    def read(fields: Fields, _expected: Measure | None, scope: Scope) -> Typed:
        return fields.done(fields.required(kind.value, lambda node: _read_aggregate(kind, node, scope)))

    return read


def _read_aggregate(kind: AggregateKind, node: Node, scope: Scope) -> Typed:
    is_count = kind is AggregateKind.COUNT
    fields = Fields.open(node, "count_of" if is_count else "sum_of", scope.notes)
    name = fields.text("list")
    listed = fields.optional("list", lambda each: scope.list_field(read_text(each), each.position))
    if listed is None:  # the names of its items cannot be known
        raise Noted
    inside = scope.inside(listed.item)
    where = fields.optional("where", lambda each: conditions.read_condition(each, inside))
    if is_count:
        return fields.done((Aggregate(kind, name, where, None, fields.position), COUNT))
    of, measure = fields.done(fields.required("of", lambda each: read_operand(each, inside)))
    if measure.dimension not in (NUMERIC if kind is AggregateKind.SUM else ORDERED):
        fields.refuse("type.dimension", fields.place("of"), f"{measure}不能汇总", "请写金额、数量、比例或日期的事实")
    return fields.done((Aggregate(kind, name, where, of, fields.position), measure))


def _shift(word: str) -> Callable[[Fields, Measure | None, Scope], Typed]:
    def read(fields: Fields, _expected: Measure | None, scope: Scope) -> Typed:
        period = fields.must(fields.period(word))
        base, measure = fields.optional("of", lambda node: read_operand(node, scope)) or (AsOf(fields.position), DATE)
        if measure != DATE:
            fields.refuse("type.dimension", fields.place("of"), f"推算日期要从日期起，写的是{measure}", "请写日期事实")
        return fields.done((Shift(base, period, word == "ago", fields.position), DATE))

    return read


_FORMS: dict[str, Callable[[Fields, Measure | None, Scope], Typed]] = {
    "fact": _fact,
    "expr": _expr,
    "by": _table,
    "least_of": _extreme("least_of", Op.MIN),
    "greatest_of": _extreme("greatest_of", Op.MAX),
    **{kind.value: _aggregate(kind) for kind in AggregateKind},
    "ago": _shift("ago"),
    "later": _shift("later"),
}
