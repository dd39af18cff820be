"""Literals ↔ exact values: money in 分, ratios, counts, numbers, periods, dates.

Two tongues: what a rule may say (`parse_…`, units obligatory) and what people type into a form or a profile
(`parse_typed_…`, more forgiving, never guessing). Nothing here passes through a float.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

from rules.calendar import Period
from rules.language.model import Dimension, Scalar

MAX_DIGITS = 20  # of the whole part; a longer number is a slip of the hand, and would be slow


class QuantityError(ValueError):
    """Raised for a text that is no such quantity; `advice` says what to write instead. Both are Chinese."""

    def __init__(self, message: str, advice: str) -> None:
        self.message = message
        self.advice = advice
        super().__init__(f"{message}。{advice}")


class Codes(Protocol):
    """What a code table must be able to do (see rules.vocabulary.codes.CodeTable)."""

    @property
    def title(self) -> str:
        """Return the table's name."""

    def lookup(self, text: str) -> str | None:
        """Return the key a text means, or None."""

    def label(self, code: str) -> str:
        """Return the label of a key."""

    def suggest(self, text: str) -> Sequence[str]:
        """Return the keys nearest to an unknown text."""


_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_SCALES |= {"十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12}
_SCALE = "|".join(sorted(filter(None, _SCALES), key=len, reverse=True))
_MONEY = re.compile(rf"(-?)((?:(?:{_NUMBER})\s*(?:{_SCALE})?\s*)+)(元)?整?", re.ASCII)
_MONEY_PART = re.compile(rf"({_NUMBER})\s*({_SCALE})?\s*", re.ASCII)
_QUANTITY = re.compile(rf"(-?)({_NUMBER})\s*(亿|万)?\s*(\D*)", re.ASCII)
_RATIO = re.compile(rf"(-?)({_NUMBER})\s*(%|‰|倍)?", re.ASCII)
_PERIOD = re.compile(r"(?:(\d{1,4})年)?(?:(\d{1,4})个月)?(?:(\d{1,5})[天日])?|(\d{1,4})个?工作日", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TYPED_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", re.ASCII)
# Full-width forms of ASCII, and the minus signs and spaces that input methods produce.
_HALF_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: " ", 0xA0: " ", 0x2212: "-", 0x2013: "-"}


def half_width(text: str) -> str:
    """Return a text with full-width digits, letters and signs in half width, one character for one.

    >>> half_width("６，２００万元")
    '6,200万元'
    """
    return text.translate(_HALF_WIDTH)


# ── what a rule may say ──────────────────────────────────────────────────────────────────────────────────────────


def parse_money(text: str) -> Fraction:
    """Return an amount in 分; the unit 元 is obligatory.

    >>> parse_money("1.2亿元"), parse_money("1500.50元")
    (Fraction(12000000000, 1), Fraction(150050, 1))
    """
    found = _MONEY.fullmatch(half_width(text).strip())
    if not found or not found[3]:
        raise _no_money(text)
    return _money(found, text)


def parse_ratio(text: str) -> Fraction:
    """Return a pure number: `5%` and `0.05` are 1/20, `1.5倍` is 3/2; a bare `5` could mean either and is refused."""
    found = _RATIO.fullmatch(half_width(text).strip())
    advice = "请写 5%、5‰、0.05 或 1.5倍"
    if not found:
        raise QuantityError(f"“{text}”不是比例", advice)
    sign, digits, unit = found.groups()
    value = _exact(digits, text)
    if not unit and value and not ("." in digits and value < 1):
        raise QuantityError(f"“{text}”不知是百分之几还是几倍", f"请写 {digits}% 或 {digits}倍")
    value /= {"%": 100, "‰": 1000}.get(unit, 1)
    return -value if sign else value


def parse_count(text: str, unit: str = "") -> Fraction:
    """Return a whole number of things; a unit, where written, must be `unit` (any will do when that is empty)."""
    value = _quantity(text, unit, f"请写整数，如 50{unit}")
    if value.denominator != 1:
        raise QuantityError(f"“{text}”不是整数", f"{unit or '件数'}按整数计，请写如 50{unit}")
    return value


def parse_number(text: str, unit: str = "") -> Fraction:
    """Return an exact decimal with its unit, which is obligatory when the fact has one (zero excepted)."""
    value = _quantity(text, unit, f"请写如 12.5{unit}")
    if unit and value and half_width(text).strip()[-1:].isdigit():
        raise QuantityError(f"“{text}”缺单位", f"请写 {text}{unit}")
    return value


def parse_period(text: str) -> Period:
    """Return a length of legal time: `3年`, `6个月`, `1年6个月`, `90天`, `20个工作日`."""
    found = _PERIOD.fullmatch(half_width(text).replace(" ", ""))
    if not found or not any(found.groups()):
        raise QuantityError(f"“{text}”不是期间", "请写 3年、6个月、90天 或 20个工作日")
    years, months, days, working_days = (int(part or 0) for part in found.groups())
    return Period(years=years, months=months, days=days, working_days=working_days)


def parse_date(text: str) -> date:
    """Return a day written `2026-03-31`."""
    found = _DATE.fullmatch(text)
    if not found:
        raise QuantityError(f"“{text}”不是日期", "日期写作 2026-03-31")
    return _day(text, *found.groups())


def parse_bool(text: str) -> bool:
    """Return the value of `true` or `false`; every other spelling is refused."""
    if text not in {"true", "false"}:
        raise QuantityError(f"“{text}”不是是非值", "是写 true，否写 false")
    return text == "true"


def parse_code(text: str, codes: Codes) -> str:
    """Return the key of a code table that a key, label or alias means."""
    if (code := codes.lookup(text)) is not None:
        return code
    near = "、".join(codes.suggest(text)[:3])
    raise QuantityError(
        f"“{text}”不在“{codes.title}”中", f"是否指 {near}" if near else "请查代码表，写其中的代码或名称"
    )


def parse_literal(text: str, dimension: Dimension, unit: str = "", codes: Codes | None = None) -> Scalar:
    """Return the value that a rule's literal has as a fact of this dimension; raise QuantityError otherwise."""
    if dimension is Dimension.MONEY:
        return parse_money(text)
    if dimension is Dimension.RATIO:
        return parse_ratio(text)
    if dimension is Dimension.COUNT:
        return parse_count(text, unit)
    if dimension is Dimension.NUMBER:
        return parse_number(text, unit)
    if dimension is Dimension.DATE:
        return parse_date(text)
    if dimension is Dimension.BOOL:
        return parse_bool(text)
    if dimension is Dimension.CODE and codes:
        return parse_code(text, codes)
    if dimension is Dimension.LIST:
        raise QuantityError(f"“{text}”不是列表", "列表逐项填写")
    return text


# ── what people type ─────────────────────────────────────────────────────────────────────────────────────────────


def parse_typed_money(text: str) -> Fraction:
    """Return an amount in whole 分 as people type it: 元 may be left out after 万 or 亿, a sign of currency may lead.

    >>> parse_typed_money("6.2亿") == parse_typed_money("￥６２，０００万元") == 62_000_000_000
    True
    """
    plain = half_width(text).strip().removeprefix("人民币").lstrip("¥￥").strip()
    found = _MONEY.fullmatch(plain)
    if not found or not (found[3] or plain[-1:] in "万亿"):
        raise _no_money(text)
    value = _money(found, text)
    if value.denominator != 1:
        raise QuantityError(f"“{text}”精确到了分以下", "金额最多写到分，如 0.05元")
    return value


def parse_typed_date(text: str) -> date:
    """Return a day as people type it: `2026-3-31`, `2026/3/31`, `2026年3月31日`."""
    found = _TYPED_DATE.fullmatch(half_width(text).strip())
    if not found:
        raise QuantityError(f"“{text}”不是日期", "请写如 2026-03-31 或 2026年3月31日")
    return _day(text, *found.groups())


# ── back to text ─────────────────────────────────────────────────────────────────────────────────────────────────


def format_money(fen: Fraction | int) -> str:
    """Return an amount as short as it can be said exactly.

    >>> [format_money(n) for n in (62_000_000_000, 67_000_000, 2_100_000, 50)]
    ['6.2亿元', '67万元', '21,000元', '0.50元']
    """
    yuan = Fraction(fen) / 100
    sign, size = ("-" if yuan < 0 else ""), abs(yuan)
    for scale, name in ((10**8, "亿元"), (10**4, "万元")):
        scaled = size / scale
        # Below 100,000 元 people read 21,000元 more easily than 2.1万元.
        if size >= scale and (scaled * 10**4).denominator == 1 and (size >= 10**5 or scaled.denominator == 1):
            return f"{sign}{_grouped(scaled)}{name}"
    if (size * 100).denominator != 1:
        return f"{sign}约{_decimal(size, 2)}元"
    return f"{sign}{_grouped(size) if size.denominator == 1 else _decimal(size, 2)}元"


def format_ratio(ratio: Fraction | int) -> str:
    """Return a ratio in percent, marked 约 where the decimals do not end.

    >>> format_ratio(Fraction(1, 20)), format_ratio(Fraction(1, 3))
    ('5%', '约33.33%')
    """
    return _number(Fraction(ratio) * 100) + "%"


def format_value(value: Scalar, dimension: Dimension, unit: str = "") -> str:
    """Return a value as a reader sees it; a code stays its key."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date | str):
        return str(value)
    if dimension is Dimension.MONEY:
        return format_money(value)
    if dimension is Dimension.RATIO:
        return format_ratio(value)
    return _number(Fraction(value)) + unit


# ── shared parts ─────────────────────────────────────────────────────────────────────────────────────────────────


def _no_money(text: str) -> QuantityError:
    if re.fullmatch(r"-?[\d,.]+", half_width(text).strip()):
        return QuantityError(f"金额“{text}”缺单位", f"请写 {text}元 或 {text}万元")
    return QuantityError(f"“{text}”不是金额", "请写如 200万元、1.2亿元、3000元、1,234.50元")


def _money(found: re.Match[str], text: str) -> Fraction:
    parts = _MONEY_PART.findall(found[2])
    scales = [_SCALES[scale] for _, scale in parts]
    # 1亿2000万元: each part finishes the one before it.
    if any(later >= earlier for earlier, later in pairwise(scales)):
        raise QuantityError(f"“{text}”不是金额", "请写成一个数，如 1.2亿元")
    total = sum((_exact(digits, text) * scale for (digits, _), scale in zip(parts, scales, strict=True)), Fraction(0))
    return -total * 100 if found[1] else total * 100


def _quantity(text: str, unit: str, advice: str) -> Fraction:
    found = _QUANTITY.fullmatch(half_width(text).strip())
    if not found:
        raise QuantityError(f"“{text}”不是数量", advice)
    sign, digits, scale, written = found.groups()
    if unit and written and written != half_width(unit):
        raise QuantityError(f"“{text}”的单位应是“{unit}”", f"请写 {digits}{scale or ''}{unit}")
    value = _exact(digits, text) * _SCALES[scale or ""]
    return -value if sign else value


def _exact(digits: str, text: str) -> Fraction:
    if len(digits) > MAX_DIGITS:
        raise QuantityError(f"“{text[:MAX_DIGITS]}…”的位数太多", "请检查是否多写了数字")
    return Fraction(digits.replace(",", ""))


def _day(text: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise QuantityError(f"没有“{text}”这一天", "请检查月份和日期") from None


def _number(value: Fraction) -> str:
    for places in (0, 2, 10):
        if (value * 10**places).denominator == 1:
            return ("-" if value < 0 else "") + _grouped(abs(value))
    return f"约{_decimal(value, 2)}"


def _grouped(value: Fraction) -> str:
    """Write a decimal that ends within ten places, without trailing zeros, with thousands separators."""
    whole, tenths = divmod(value, 1)
    decimals = f"{int(tenths * 10**10):010d}".rstrip("0")
    return f"{int(whole):,}" + (f".{decimals}" if decimals else "")


def _decimal(value: Fraction, places: int) -> str:
    """Write a number with exactly `places` decimals, rounded half up."""
    sign, size = ("-" if value < 0 else ""), abs(value)
    units = int(size * 10**places + Fraction(1, 2))
    whole, rest = divmod(units, 10**places)
    return f"{sign}{whole:,}.{rest:0{places}d}"
