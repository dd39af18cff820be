"""Read one answer as people type it: money with its unit, counts, ratios, dates, yes and no, codes, texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from matcher.profile.credit_code import read_credit_code
from rules.language.model import Dimension, Field, Scalar
from rules.language.quantities import (
    Codes,
    QuantityError,
    format_value,
    half_width,
    parse_code,
    parse_count,
    parse_number,
    parse_ratio,
    parse_typed_date,
    parse_typed_money,
)

_YES_NO = {"true": True, "false": False, "是": True, "否": False}
_LONGEST_TEXT = 2_000
_MOST_PLACES = 30  # of a JSON number; 1e999999999 is short to write and long to spell out
_EXAMPLES = {
    Dimension.MONEY: "请写如 200万元",
    Dimension.RATIO: "请写如 5%",
    Dimension.DATE: "请写如 2026-03-31",
    Dimension.BOOL: "请写 true 或 false",
    Dimension.LIST: "请逐项填写列表",
}


def read_scalar(raw: object, field: Field, tables: Mapping[str, Codes]) -> Scalar:
    """Return the exact value of an answer; raise QuantityError, in Chinese, for what the field cannot hold."""
    if isinstance(raw, bool):
        if field.dimension is Dimension.BOOL:
            return raw
        raise _wrong_kind(raw, field)
    if isinstance(raw, date) and field.dimension is Dimension.DATE:
        return raw
    value = _read_text(_as_text(raw, field), field, tables)
    check_domain(value, field)
    return value


def check_domain(value: Scalar, field: Field) -> None:
    """Refuse a number or date outside the bounds of its field."""
    low, high = field.minimum, field.maximum
    if not isinstance(value, Fraction | date) or field.dimension is Dimension.LIST:
        return
    if (low is not None and _is_less(value, low)) or (high is not None and _is_less(high, value)):
        bounds = [f"不小于{_show(low, field)}"] if low is not None else []
        bounds += [f"不大于{_show(high, field)}"] if high is not None else []
        raise QuantityError(f"“{field.label}”应{'、'.join(bounds)}，现为{_show(value, field)}", "请核对数值和单位")


def _is_less(one: Fraction | date, other: Fraction | date) -> bool:
    if isinstance(one, date) or isinstance(other, date):
        return isinstance(one, date) and isinstance(other, date) and one < other
    return one < other


def _show(value: Fraction | date, field: Field) -> str:
    return format_value(value, field.dimension, field.unit)


def _as_text(raw: object, field: Field) -> str:
    if isinstance(raw, str):
        if len(raw) > _LONGEST_TEXT:
            raise QuantityError(f"内容超过{_LONGEST_TEXT}字", "请缩短")
        return raw.strip()
    if isinstance(raw, float):
        raise QuantityError("二进制小数不精确", '请写成文本，如 "12.5"')
    if isinstance(raw, int | Decimal):
        if field.name == "uscc":
            raise QuantityError("代码是数字，后几位可能已经丢失", "请写成文本，如加引号或把单元格设为文本格式")
        number = Decimal(raw)
        if number.is_finite() and -_MOST_PLACES <= number.adjusted() <= _MOST_PLACES:
            return format(number, "f")
        raise QuantityError("数值太大、太小或不是数", "请核对")
    raise _wrong_kind(raw, field)


def _read_text(text: str, field: Field, tables: Mapping[str, Codes]) -> Scalar:
    dimension = field.dimension
    if dimension is Dimension.MONEY:
        # Nothing is nothing in any unit.
        return Fraction(0) if half_width(text) == "0" else parse_typed_money(text)
    if dimension is Dimension.COUNT:
        return parse_count(text, field.unit)
    if dimension is Dimension.NUMBER:
        return parse_number(text if not half_width(text)[-1:].isdigit() else text + field.unit, field.unit)
    if dimension is Dimension.RATIO:
        return parse_ratio(text)
    if dimension is Dimension.DATE:
        return parse_typed_date(text)
    if dimension is Dimension.BOOL:
        if text in _YES_NO:
            return _YES_NO[text]
        raise QuantityError(f"“{text}”不是是非值", "是写 true，否写 false")
    if dimension is Dimension.CODE and field.code_table in tables:
        return parse_code(text, tables[field.code_table])
    if not text:
        raise QuantityError(f"“{field.label}”是空的", "不知道就不要写这一项")
    return read_credit_code(text) if field.name == "uscc" else text


def _wrong_kind(raw: object, field: Field) -> QuantityError:
    written = {bool: "是非值", dict: "一组键值", list: "列表"}.get(type(raw), "这样的值")
    return QuantityError(f"“{field.label}”不能写成{written}", _EXAMPLES.get(field.dimension, "请写文字或数字"))
