"""The facts of embedded tests, checked against the dictionary; their values stay as written."""

from __future__ import annotations

import re
from fractions import Fraction

from rules.language.comparisons import refuse_outside
from rules.language.measures import ORDERED
from rules.language.model import Dimension, Field, Literal, Scalar
from rules.language.names import EMPLOYER, Scope
from rules.language.problems import Gatherer, Refused, short
from rules.language.quantities import Codes, parse_literal, parse_number, parse_typed_date, parse_typed_money
from rules.language.reading import Fields, is_null, literal, mapping, read_flag, scalar
from rules.language.source import Entry, MappingNode, Node, SequenceNode

_YEAR = re.compile(r"[12]\d{3}")


def check_facts(node: MappingNode, scope: Scope) -> None:
    """Note every fact that the dictionary does not have, or not with such a value; raise Noted if there was one."""
    gatherer = Gatherer(scope.notes)
    for name, entry in node.entries.items():
        if name == "employer":
            gatherer.get(_employer, entry.value, scope)
        else:
            gatherer.get(_fact, name, entry, scope)
    gatherer.done(node)


def _employer(node: Node, scope: Scope) -> None:
    gatherer = Gatherer(scope.notes)
    for name, entry in mapping(node, "employer").entries.items():
        gatherer.get(_fact, EMPLOYER + name, entry, scope)
    gatherer.done(node)


def _fact(name: str, entry: Entry, scope: Scope) -> None:
    known = scope.fact(name, entry.key.position).field
    if known is None:
        advice = "请填写它所依据的事实"
        raise Refused("reference.derived-fact", entry.key.position, f"{name} 是推算出来的，不能直接填写", advice)
    if known.dimension is Dimension.LIST:
        _list(entry.value, known, scope)
    elif known.yearly and isinstance(entry.value, MappingNode) and not {"from", "upto"} & entry.value.entries.keys():
        _years(entry.value, known, scope)
    else:
        _cell(entry.value, known, scope)


def _list(node: Node, known: Field, scope: Scope) -> None:
    if not isinstance(node, SequenceNode):
        raise Refused("structure.shape", node.position, f"“{known.label}”应是列表", "请逐项写成 - {…}；没有写 []")
    if isinstance(known.maximum, Fraction) and len(node.items) > known.maximum:
        raise Refused("type.domain", node.position, f"“{known.label}”多于 {known.maximum} 项", "请核对项数")
    gatherer = Gatherer(scope.notes)
    gatherer.each(node.items, lambda each: _item(each, known, scope))
    gatherer.done(node)


def _item(node: Node, known: Field, scope: Scope) -> None:
    gatherer = Gatherer(scope.notes)
    inside = scope.inside(known.item)
    for name, entry in mapping(node, known.label).entries.items():
        found = gatherer.get(inside.fact, name, entry.key.position)
        if found and found.field and found.ref.of_item:
            gatherer.get(_cell, entry.value, found.field, scope)
        elif found:
            place = entry.key.position
            gatherer.refuse("reference.unknown-fact", place, f"{name} 不是“{known.label}”各项的事实", "请移到列表外面")
    gatherer.done(node)


def _years(node: MappingNode, known: Field, scope: Scope) -> None:
    gatherer = Gatherer(scope.notes)
    for year, entry in node.entries.items():
        if not _YEAR.fullmatch(year):
            place = entry.key.position
            gatherer.refuse(
                "type.literal", place, f"“{short(year)}”不是年份", "请写如 {2025: 1.2亿元}；带千分位逗号的数要加引号"
            )
        else:
            gatherer.get(_cell, entry.value, known, scope)
    gatherer.done(node)


def _cell(node: Node, known: Field, scope: Scope) -> None:
    """Check one value, a range, or `null` where the dictionary has a word for it."""
    if is_null(node):
        if not known.nullable:
            message = f"“{known.label}”不会没有，不能写 null"
            raise Refused("type.null", node.position, message, "不知道就不写；确知没有的，先在字典里写 nullable")
        return
    if not isinstance(node, MappingNode):
        _value(node, known, scope)
        return
    if known.dimension not in ORDERED:
        raise Refused("structure.shape", node.position, f"“{known.label}”不能是范围或按年填写", "请只写一个值")
    fields = Fields.open(node, "fact_range", scope.notes)
    low = fields.optional("from", lambda each: _value(each, known, scope))
    high = fields.optional("upto", lambda each: _value(each, known, scope))
    if low is not None and high is not None and low > high:  # type: ignore[operator]  # values of one fact
        fields.refuse("type.empty-interval", fields.place("upto"), "上限小于下限", "请核对 from 与 upto")
    fields.done(node)


def _value(node: Node, known: Field, scope: Scope) -> Scalar:
    dimension = known.dimension
    if dimension is Dimension.BOOL:
        return read_flag(node)
    found = scalar(node)
    codes = scope.tables[known.code_table] if dimension is Dimension.CODE else None
    value = literal(found, lambda text: _parse(text, known, codes))
    refuse_outside(Literal(value, dimension, found.text, found.position), known)
    return value


def _parse(text: str, known: Field, codes: Codes | None) -> Scalar:
    """Read a value as an applicant may type it."""
    if known.dimension is Dimension.MONEY:
        return parse_typed_money(text)
    if known.dimension is Dimension.DATE:
        return parse_typed_date(text)
    if known.dimension is Dimension.NUMBER and text[-1:].isdigit():
        return parse_number(text)  # a form's field shows the unit itself
    return parse_literal(text, known.dimension, known.unit, codes)
