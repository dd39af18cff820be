"""Say in Chinese what a 双公示 record lacks or holds wrongly, and write money and persons as a record needs them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from stdnum.cn import uscc

from enforcement.publicity.columns import Column, Form, Party, Row, kinds_of
from enforcement.publicity.masking import mask_name, mask_text

_MONEY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ORDERED = (("XK_YXQZ", "XK_YXQZI"), ("XK_JDRQ", "XK_YXQZI"), ("CF_JDRQ", "CF_YXQ"), ("CF_JDRQ", "CF_GSJZQ"))


def wan(fen: int) -> str:
    """Write an amount of 分 in 万元, exactly: the six decimals of the standard reach to one 分.

    >>> wan(123_456_789), wan(1)
    ('123.456789', '0.000001')
    """
    if fen < 0:
        raise ValueError("金额不能为负数")
    return f"{fen // 1_000_000}.{fen % 1_000_000:06d}"


def complaints(columns: Sequence[Column], row: Row, on: date) -> tuple[str, ...]:
    """Return what keeps a record from being exported on the day `on`, one Chinese sentence each; empty when it is sound."""
    titles = {column.code: column.title for column in columns}
    found = [f"没有名为「{code}」的列；请对照数据字典" for code in row if code not in titles]
    for column in columns:
        value = row.get(column.code, "")
        required = column.required is not None and column.required(row)
        if not value.strip():
            found += [f"缺少「{column.title}」（{column.requirement}）"] if required else []
        elif column.only_then and not required:
            found.append(f"「{column.title}」应当留空：{column.reason}")
        else:
            found += [f"「{column.title}」{words}" for words in _wrong(column, value)]
    days = {code: _day(row.get(code, "")) for code in titles}
    for code in ("XK_JDRQ", "CF_JDRQ"):
        if (decided := days.get(code)) and decided > on:
            found.append(f"「{titles[code]}」{decided} 晚于导出日 {on}")
    for first, last in _ORDERED:
        start, end = days.get(first), days.get(last)
        if start and end and end < start:
            found.append(f"「{titles[last]}」{end} 早于「{titles[first]}」{start}")
    return tuple(found)


def _wrong(column: Column, value: str) -> Iterator[str]:
    if len(value) > column.longest:
        yield f"有{len(value)}个字，至多{column.longest}个字"
    if _CONTROL.search(value):
        yield "含有看不见的控制字符；请删去"
    if column.form is Form.KINDS:
        if strangers := sorted(kinds_of({"CF_CFLB": value}) - set(column.choices)):
            yield f"不认识：{'、'.join(strangers)}；可写：{'、'.join(column.choices)}"
    elif column.choices and value not in column.choices:
        yield f"不能写「{value[:20]}」；可写：{'、'.join(column.choices)}"
    if column.form is Form.DAY and _day(value) is None:
        yield "应写作 2026-05-08 这样的日期"
    if column.form is Form.MONEY and not _MONEY.fullmatch(value):
        yield "应为以万元计的数，至多六位小数，例如 0.500000"
    if column.form is Form.USCC and (len(value) != 18 or not uscc.is_valid(value)):
        yield "应为18位统一社会信用代码，校验位须正确"


def _day(value: str) -> date | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def public_row(columns: Sequence[Column], row: Row) -> dict[str, str]:
    """Return a record as anyone may see it: no identity numbers, natural persons masked, also inside free text."""
    shown = {column.code: row.get(column.code, "") for column in columns if not column.personal}
    prefix = columns[0].code[:2]
    name = row.get(f"{prefix}_XDR_MC", "")
    natural = row.get(f"{prefix}_XDR_LB") == Party.NATURAL
    free = {column.code for column in columns if column.form is Form.TEXT and not column.choices}
    for code in shown.keys() & free:
        shown[code] = mask_text(shown[code], [name] if natural else [])
    if natural:
        shown[f"{prefix}_XDR_MC"] = mask_name(name)
    return shown
