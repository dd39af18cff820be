"""A scalar of a rule → Literal: read as the place expects it, or by its own form where nothing is expected."""

from __future__ import annotations

import re

from rules.language.measures import (
    BOOL,
    DATE,
    MONEY,
    PURE,
    PURE_WHOLE,
    RATIO,
    Measure,
)
from rules.language.model import Dimension, Literal, Position, Scalar
from rules.language.names import Scope
from rules.language.problems import Refused, short
from rules.language.quantities import (
    QuantityError,
    half_width,
    parse_count,
    parse_date,
    parse_literal,
    parse_money,
    parse_number,
    parse_ratio,
)
from rules.language.reading import scalar
from rules.language.source import Node

_DATE_LIKE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII)
_UNIT = re.compile(r"-?[\d,.]+\s*(?:亿|万)?\s*(\D*)", re.ASCII)


def read_literal(node: Node, expected: Measure, scope: Scope) -> Literal:
    """Return a literal of the expected measure; raise Refused, with its place, for anything else."""
    found = scalar(node)
    codes = scope.tables[expected.codes] if expected.dimension is Dimension.CODE else None
    try:
        value = parse_literal(found.text, expected.dimension, expected.unit, codes)
    except QuantityError as error:
        advice = error.advice
        if found.text in scope.fields or found.text in scope.derived:
            advice = f"要引用事实，请写 {{fact: {found.text}}}"
        raise Refused("type.literal", found.position, short(error.message), advice) from None
    return Literal(value, expected.dimension, found.text, found.position)


def guess_literal(text: str, position: Position) -> tuple[Literal, Measure]:
    """Return a literal read by its own form, and what it measures; a bare number is pure."""
    try:
        value, measure = _guess(text)
    except QuantityError as error:
        raise Refused("type.literal", position, short(error.message), error.advice) from None
    return Literal(value, measure.dimension, text, position), measure


def _guess(text: str) -> tuple[Scalar, Measure]:
    plain = half_width(text).strip()
    if _DATE_LIKE.fullmatch(plain):
        return parse_date(plain), DATE
    if plain in {"true", "false"}:
        return plain == "true", BOOL
    if plain.endswith(("%", "‰", "倍")):
        return parse_ratio(plain), RATIO
    if plain.endswith("元"):
        return parse_money(plain), MONEY
    found = _UNIT.fullmatch(plain)
    if not found:
        raise QuantityError(f"“{text}”不是带单位的值", "请写如 200万元、5%、50人、2026-03-31")
    unit = found[1]
    value = parse_number(plain, unit)
    if unit:
        dimension = Dimension.COUNT if value.denominator == 1 else Dimension.NUMBER
        return value, Measure(dimension, unit)
    return (parse_count(plain), PURE_WHOLE) if value.denominator == 1 else (value, PURE)
