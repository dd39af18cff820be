"""Read what people type into answers, exactly, and write answers back for people; a form never guesses.

An answer is kept in the JSON form that the profile reader takes: `{"fen": 62000000000}`, `"2026-03-31"`, `120`, `"5%"`,
`true`, a code's key, a text, `{"from": …, "upto": …}` for a range, a list of mappings, and null for “known not to exist”.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from flask_babel import gettext

from matcher.profile.scalars import read_scalar
from rules.language.model import Dimension, Field
from rules.language.quantities import QuantityError, format_value, half_width
from rules.vocabulary.codes import CodeTable, load_code_tables
from web.i18n import language
from web.ui.amounts import capitals, money

LONGEST_TEXT = 200
MOST_ROWS = 50  # on a page; longer lists belong into a file
ORDERED = frozenset({Dimension.MONEY, Dimension.COUNT, Dimension.NUMBER, Dimension.RATIO, Dimension.DATE})
_BARE = re.compile(r"-?[\d,]+(?:\.\d+)?")
# 50-99人, 50至99人; a hyphen only between figures, so that -5 and 2026-03-31 stay what they are.
_BETWEEN = re.compile(r"(?P<low>.+?)\s*(?:[~～—–至到]|(?<=[\d人元万亿%‰])-{1,2}(?=\d))\s*(?P<high>.+)")
_AT_LEAST = re.compile(r"(?P<low>.+?)(?:及以上|以上)")
_AT_MOST = re.compile(r"(?P<high>.+?)(?:及以下|以下|以内)")


class BadAnswer(ValueError):
    """What was typed cannot be read; the message says what to write instead, `box` which input it is about."""

    def __init__(self, message: str, box: str = "value") -> None:
        super().__init__(message)
        self.box = box


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form sent for one question, untouched; `low` and `high` are the boxes of a range."""

    value: str = ""
    low: str = ""
    high: str = ""
    absent: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was filled in."""
        return not (self.value.strip() or self.low.strip() or self.high.strip() or self.absent)


def read_answer(field: Field, typed: Typed) -> Any:
    """Return the answer that was typed.

    Raises:
        BadAnswer: it is empty, contradicts itself, is no such quantity, or lies outside the field's domain.
    """
    if typed.is_empty:
        raise BadAnswer(_empty(field))
    if typed.absent:
        if typed.value.strip() or typed.low.strip() or typed.high.strip():
            raise BadAnswer(gettext("已勾选「%(absent)s」，又填写了内容：请只留一项。", absent=field.nullable))
        if not field.nullable:
            raise BadAnswer(_empty(field))
        return None
    if typed.low.strip() or typed.high.strip():
        if typed.value.strip():
            raise BadAnswer(gettext("填了准确数，又填了范围：请只留一项。"))
        return _range(field, typed.low, typed.high, ("low", "high"))
    # A name keeps its brackets as written; figures and codes are read in half width.
    text = (typed.value if field.dimension is Dimension.TEXT else half_width(typed.value)).strip()
    if field.dimension in ORDERED and (found := _span(field, text)):
        return _range(field, found[0], found[1], ("value", "value"))
    return _as_json(field, _scalar(field, text))


def _empty(field: Field) -> str:
    if field.dimension in (Dimension.BOOL, Dimension.CODE):
        return gettext("请选择一项；不清楚可以跳过。")
    return gettext("请填写这一项；不清楚可以跳过。")


def _span(field: Field, text: str) -> tuple[str, str] | None:
    """Return the two ends that a text like 50-99人 names; an open end is empty."""
    if field.dimension is Dimension.DATE:
        found = re.fullmatch(r"(?P<low>\S.*?)\s*[~～至到]\s*(?P<high>\S.*)", text)
    else:
        found = _BETWEEN.fullmatch(text)
    if found:
        low, high = found["low"], found["high"]
        # 5000-8000万元: the unit behind the second number is the first one's too.
        if field.dimension is not Dimension.DATE and _BARE.fullmatch(low) and (unit := re.search(r"[^\d.,\s]+$", high)):
            low += unit[0]
        return low, high
    if field.dimension is not Dimension.DATE:
        if found := _AT_LEAST.fullmatch(text):
            return found["low"], ""
        if found := _AT_MOST.fullmatch(text):
            return "", found["high"]
    return None


def _range(field: Field, low: str, high: str, boxes: tuple[str, str]) -> dict[str, Any]:
    if field.dimension not in ORDERED:
        raise BadAnswer(gettext("这一项不能填范围，请填一个值。"))
    ends = {}
    for name, text, box in (("from", low, boxes[0]), ("upto", high, boxes[1])):
        if text.strip():
            ends[name] = _scalar(field, half_width(text).strip(), box)
    if len(ends) == 2 and ends["from"] > ends["upto"]:
        raise BadAnswer(gettext("范围的下限大于上限：请对调。"), boxes[0])
    if len(ends) == 2 and ends["from"] == ends["upto"]:
        return _as_json(field, ends["from"])
    if field.dimension is Dimension.MONEY:
        return {name: _decimal(value / 100) + "元" for name, value in ends.items()}
    return {name: _as_json(field, value) for name, value in ends.items()}


def _scalar(field: Field, text: str, box: str = "value") -> Any:
    """Return the exact value of `text`, within the field's domain, by the reader that every other door uses too."""
    try:
        return read_scalar(_with_unit(field, text), field, load_code_tables())
    except QuantityError as error:
        raise BadAnswer(_sentence(field, error), box) from None


def _with_unit(field: Field, text: str) -> Any:
    """Return what was typed with the unit that stands behind the box, where it has none of its own."""
    bare = bool(_BARE.fullmatch(text))
    match field.dimension:
        case Dimension.MONEY if bare:
            return text + "元"
        case Dimension.RATIO if bare:
            number = Fraction(text.replace(",", ""))
            if 0 < abs(number) < 1:
                percent = _decimal(number * 100)
                raise QuantityError(f"“{text}”不知是 {text}% 还是 {percent}%", f"请写上百分号，如 {percent}%")
            return text + "%"
        case Dimension.BOOL:
            return {"yes": True, "no": False}.get(text, text)
        case Dimension.CODE:
            # F5146 珠宝首饰零售, as the list offers it
            found = re.fullmatch(r"([A-Z]\d{0,4})\s+\S.*", text)
            return found[1] if found else text
        case Dimension.TEXT if len(text) > LONGEST_TEXT:
            raise QuantityError(f"文字超过 {LONGEST_TEXT} 个字", f"请删减到 {LONGEST_TEXT} 字以内")
        case _:
            return text


def _sentence(field: Field, error: QuantityError) -> str:
    """Return what is wrong and what to write instead; the rules speak Chinese, so in English the form says it by kind."""
    if language() != "en":
        return f"{error.message}。{error.advice}。"
    return {
        Dimension.MONEY: gettext("请填金额，如 6200万 或 1,234.5万元，并检查大小。"),
        Dimension.COUNT: gettext("请填整数，如 120，并检查大小。"),
        Dimension.RATIO: gettext("请填百分数，如 5%%，并检查大小。"),
        Dimension.DATE: gettext("请填日期，如 2026-03-31。"),
        Dimension.CODE: gettext("请从列表里选一项。"),
        Dimension.BOOL: gettext("请选择「是」或「否」。"),
    }.get(field.dimension, gettext("请检查填写的内容。"))


def _as_json(field: Field, value: Any) -> Any:
    """Return the exact value in the form that the profile reader takes."""
    if field.dimension is Dimension.MONEY:
        return {"fen": int(value)}
    if field.dimension is Dimension.COUNT:
        return int(value)
    if field.dimension is Dimension.NUMBER:
        return _decimal(value) + field.unit
    if field.dimension is Dimension.RATIO:
        return _decimal(value * 100) + "%"
    return value.isoformat() if isinstance(value, date) else value


def _decimal(value: Fraction) -> str:
    """Write a decimal that ends, without separators."""
    sign, size = ("-" if value < 0 else ""), abs(value)
    whole, rest = divmod(size, 1)
    digits = ""
    while rest:
        digit, rest = divmod(rest * 10, 1)
        digits += str(int(digit))
    return f"{sign}{int(whole)}" + (f".{digits}" if digits else "")


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_rows(field: Field, rows: list[dict[str, Typed]]) -> tuple[list[dict[str, Any]], dict[str, BadAnswer]]:
    """Return the items typed into a table and what is wrong in it, by `row.field`; an empty cell is not known.

    Rows left empty as a whole are dropped.
    """
    items, errors = [], {}
    for number, row in enumerate(rows):
        if all(typed.is_empty for typed in row.values()):
            continue
        item = {}
        for name, typed in row.items():
            if typed.is_empty:
                continue
            try:
                item[name] = read_answer(field.item[name], typed)
            except BadAnswer as error:
                errors[f"{number}.{name}"] = BadAnswer(
                    gettext("第 %(row)d 行：%(message)s", row=number + 1, message=str(error)), error.box
                )
        items.append(item)
    return items, errors


# ── back to people ───────────────────────────────────────────────────────────────────────────────────────────────


def exact(field: Field, value: Any) -> Any:
    """Return the scalar that a stored answer stands for: Fraction, date, bool or str."""
    if isinstance(value, Mapping):
        return Fraction(value["fen"])
    return read_scalar(value, field, load_code_tables())


def describe(field: Field, value: Any) -> str:
    """Return an answer in the words of the rules, which are Chinese: 6.2亿元, 50人 至 99人, 未获认定, 3 项."""
    if value is None:
        return field.nullable or "没有"
    if field.dimension is Dimension.LIST:
        return f"{len(value)} 项" if value else "没有"
    if is_range(value):
        low, high = (
            format_value(exact(field, value[end]), field.dimension, field.unit) if value.get(end) is not None else ""
            for end in ("from", "upto")
        )
        return f"{low} 至 {high}" if low and high else f"{low} 以上" if low else f"{high} 以下"
    if field.dimension is Dimension.CODE:
        return codes_of(field).label(str(value))
    return format_value(exact(field, value), field.dimension, field.unit)


def typed_again(field: Field, value: Any) -> Typed:
    """Return what to put into the boxes so that a stored answer can be changed."""
    if value is None:
        return Typed(absent=True)
    if is_range(value):
        return Typed(
            low="" if value.get("from") is None else _written(field, value["from"]),
            high="" if value.get("upto") is None else _written(field, value["upto"]),
        )
    return Typed(_written(field, value))


def _written(field: Field, value: Any) -> str:
    if field.dimension is Dimension.BOOL:
        return "yes" if value else "no"
    if field.dimension is Dimension.CODE:
        table = codes_of(field)
        return f"{value} {table.label(value)}" if table.is_prefix and value in table else str(value)
    if field.dimension in (Dimension.DATE, Dimension.TEXT):
        return str(value)
    return format_value(exact(field, value), field.dimension, "")


def echo(field: Field, value: Any) -> str:
    """Return how a number was understood: 620,000,000 元（陆亿贰仟万元整）; empty where nothing could be mistaken."""
    if value is None or is_range(value) or field.dimension is not Dimension.MONEY:
        return ""
    fen = int(exact(field, value))
    words = capitals(fen)
    return f"{money(fen)}（{words}）" if words else money(fen)


def is_range(value: Any) -> bool:
    """Tell whether a stored answer is a range."""
    return isinstance(value, Mapping) and bool(value.keys() & {"from", "upto"})


def codes_of(field: Field) -> CodeTable:
    """Return the code table of a field of type code."""
    return load_code_tables()[field.code_table]
