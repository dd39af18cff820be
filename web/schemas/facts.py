"""One fact of an applicant as a marshmallow field and as a JSON Schema, both made from its entry in the field dictionary.

The profile reader alone decides what is accepted. The JSON Schema tells as much of that as such a schema can: whatever
it refuses, the reader refuses too; of what it lets pass the reader may still refuse some, for instance an amount beyond
the domain of its fact or a word that is in no code table.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import marshmallow as ma

from matcher.profile import ProfileErrors, Source, State, read_profile
from rules.language.model import Dimension, Field, Vocabulary
from rules.language.quantities import format_value
from rules.vocabulary.codes import CodeTable, load_code_tables

Json = dict[str, Any]
SMALL_TABLE = 40  # a longer code table is referred to, not spelt out
YEAR = "(19|20)[0-9]{2}"
_DIGIT = "[0-9０-９]"
_SCALED = "(百|千|万|十万|百万|千万|亿|十亿|百亿|千亿|万亿)?"
_RANGED = frozenset((Dimension.MONEY, Dimension.COUNT, Dimension.NUMBER, Dimension.RATIO, Dimension.DATE))
_NUMERIC = frozenset((Dimension.COUNT, Dimension.NUMBER, Dimension.RATIO))


def _text(pattern: str, *examples: str) -> Json:
    return {"type": "string", "pattern": pattern, **({"examples": list(examples)} if examples else {})}


# What one value may look like: first as it is best written, then everything that is understood besides.
_SCALARS: Mapping[Dimension, list[Json]] = {
    Dimension.MONEY: [
        _text(rf"^-?[0-9]{{1,9}}(\.[0-9]{{1,2}})?{_SCALED}元$", "1.2亿元", "6200万元", "1234.50元"),
        {"const": 0},
        _text(rf"{_DIGIT}[\s\S]*[元万亿整]|^\s*[0０]\s*$", "６.２亿", "1,234.5万元", "人民币50万元整"),
    ],
    Dimension.COUNT: [{"type": "integer", "examples": [50]}, _text(_DIGIT, "50人", "1,200")],
    Dimension.NUMBER: [{"type": "number", "examples": [12.5]}, _text(_DIGIT, "100平方米", "12.5")],
    Dimension.RATIO: [
        _text(r"^-?[0-9]{1,6}(\.[0-9]{1,6})?(%|‰|倍)$", "5%", "5‰", "1.5倍"),
        {"type": "number", "exclusiveMinimum": -1, "exclusiveMaximum": 1, "examples": [0.05]},
        _text(_DIGIT, "0.05"),
    ],
    Dimension.DATE: [
        {"type": "string", "format": "date", "examples": ["2026-03-31"]},
        _text(f"{_DIGIT}{{4}}", "2026年3月31日", "2026/3/31"),
    ],
    Dimension.BOOL: [{"type": "boolean"}, _text(r"^\s*(true|false|是|否)\s*$", "是")],
    Dimension.CODE: [{"type": ["string", "number"], "examples": ["F5146", "批发业"]}],
    Dimension.TEXT: [
        {"type": ["string", "number"], "maxLength": 2000, "pattern": r"\S", "examples": ["深圳市某某有限公司"]}
    ],
}
_NAMES = {dimension: f"Fact{dimension.value.capitalize()}" for dimension in _SCALARS}
_TITLES: Mapping[Dimension, str] = {
    Dimension.MONEY: '金额：带单位的文字，或 {"fen": 整数分}，或范围',
    Dimension.COUNT: "整数，单位可写可不写，或范围",
    Dimension.NUMBER: "数，单位可写可不写，或范围",
    Dimension.RATIO: "比例：5% 或 0.05，或范围",
    Dimension.DATE: "日期，或范围",
    Dimension.BOOL: "是或否",
    Dimension.CODE: "代码表里的代码、名称或别名，或几个里的一个",
    Dimension.TEXT: "文字",
}


def components() -> Json:
    """Return the schemas that facts refer to, by name: for each kind of value alone, with its source, and by year."""
    found: Json = {"FactSource": {"type": "string", "enum": [source.value for source in Source], "title": "事实的来源"}}
    for dimension, name in _NAMES.items():
        found[f"{name}Value"] = {"anyOf": _SCALARS[dimension]}
        found[name] = {"title": _TITLES[dimension], "anyOf": [_ref(f"{name}Value"), *_specials(dimension)]}
        found[f"{name}Sourced"] = _sourced({"anyOf": [_ref(name), {"type": "null"}]})
        answer = {"anyOf": [_ref(name), _ref(f"{name}Sourced"), {"type": "null"}]}
        found[f"{name}ByYear"] = _by_year(answer)
    return found


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: Json, **more: Any) -> Json:
    return {"type": "object", "properties": properties, "additionalProperties": False, **more}


def _sourced(value: Json) -> Json:
    return _object({"value": value, "source": _ref("FactSource")}, required=["value"])


def _by_year(answer: Json) -> Json:
    patterns = {f"^{YEAR}$": answer}
    return {"type": "object", "minProperties": 1, "patternProperties": patterns, "additionalProperties": False}


def _specials(dimension: Dimension) -> list[Json]:
    found: list[Json] = []
    if dimension is Dimension.MONEY:
        found.append(_object({"fen": {"type": "integer"}}, required=["fen"]))
    if dimension in _RANGED:
        end = {"anyOf": [_ref(f"{_NAMES[dimension]}Value"), {"type": "null"}]}
        found.append(_object({"from": end, "upto": end}, minProperties=1))
    if dimension is Dimension.CODE:
        members = {"type": "array", "items": _ref("FactCodeValue"), "minItems": 1}
        found.append(_object({"in": members}, required=["in"]))
    return found


def fact_schema(fact: Field) -> Json:
    """Return the JSON Schema of one fact as a profile states it."""
    schema = {"title": fact.label, "description": about(fact), "anyOf": _forms(fact)}
    return schema | _bounds(fact)


def _forms(fact: Field) -> list[Json]:
    if fact.dimension is Dimension.LIST:
        # The list itself is spelt out once, and may be wrapped with its source.
        items = _items(fact)
        return [items, *_null(fact), _sourced(items if not fact.nullable else {"anyOf": [items, {"type": "null"}]})]
    name = _NAMES[fact.dimension]
    forms = [*_codes(fact), _ref(name), *_null(fact), _ref(f"{name}Sourced")]
    if fact.yearly:
        forms += [_ref(f"{name}ByYear"), _sourced(_ref(f"{name}ByYear"))]
    return forms


def _items(fact: Field) -> Json:
    item = _object({name: _item_schema(inner) for name, inner in fact.item.items()})
    most = {"maxItems": int(fact.maximum)} if isinstance(fact.maximum, Fraction) else {}
    return {"type": "array", "items": item, **most}


def _item_schema(fact: Field) -> Json:
    forms = [*_codes(fact), _ref(_NAMES[fact.dimension]), *_null(fact)]
    return {"title": fact.label, "description": about(fact), "anyOf": forms} | _bounds(fact)


def _null(fact: Field) -> list[Json]:
    return [{"type": "null"}] if fact.nullable else []


def _codes(fact: Field) -> list[Json]:
    table = load_code_tables().get(fact.code_table)
    if table is None or len(table.entries) > SMALL_TABLE:
        return []
    return [{"enum": [entry.code for entry in table]}]


def _bounds(fact: Field) -> Json:
    """Return the domain of a number written as a JSON number; texts are measured by the reader alone."""
    if fact.dimension not in _NUMERIC:
        return {}
    bounds = {"minimum": fact.minimum, "maximum": fact.maximum}
    return {word: _json_number(bound) for word, bound in bounds.items() if isinstance(bound, Fraction)}


def _json_number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)  # a count, number or ratio, never money


def about(fact: Field) -> str:
    """Return what a fact is in a few words: what is asked, its unit, domain, code table and source."""
    table = load_code_tables().get(fact.code_table)
    parts = [
        fact.ask or fact.label,
        "按年填写" if fact.yearly else "",
        f"单位：{fact.unit}" if fact.unit else "",
        _domain(fact),
        f"代码表：{table.title}（{table.id}）" if isinstance(table, CodeTable) else "",
        f"null 表示{fact.nullable}" if fact.nullable else "",
        f"来源：{fact.source}" if fact.source else "",
    ]
    return "；".join(part for part in parts if part)


def _domain(fact: Field) -> str:
    if fact.dimension is Dimension.LIST:
        return f"最多 {int(fact.maximum)} 项" if isinstance(fact.maximum, Fraction) else ""
    bounds = (("不小于 ", fact.minimum), ("不大于 ", fact.maximum))
    return "、".join(
        words + format_value(bound, fact.dimension, fact.unit)
        for words, bound in bounds
        if isinstance(bound, Fraction | date)
    )


class FactField(ma.fields.Field[Mapping[str, State]]):
    """One fact; deserializing gives the states it stands for, by key: a mapping by year stands for several."""

    def __init__(self, fact: Field, vocabulary: Vocabulary) -> None:
        super().__init__(allow_none=bool(fact.nullable), metadata={"title": fact.label, "description": about(fact)})
        self.fact = fact
        self._vocabulary = vocabulary

    def deserialize(
        self, value: Any, attr: str | None = None, data: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """Return the states; null is read too, for it says that the fact is known not to exist.

        Raises:
            marshmallow.ValidationError: the reader refuses the value.
        """
        if value is ma.missing:
            return super().deserialize(value, attr, data, **kwargs)
        try:
            return read_profile({self.fact.name: value}, self._vocabulary).facts
        except ProfileErrors as errors:
            raise ma.ValidationError([f"{error.message}。{error.advice}" for error in errors.errors]) from None

    def json_schema(self) -> Json:
        """Return the JSON Schema of the fact."""
        return fact_schema(self.fact)
