"""Find the numbers, dates and legal number words that a Chinese clause states."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rules.language.model import Word

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_CHINESE = "".join(_DIGITS) + "十百千"
_UNITS = (
    "元|%|‰|个百分点|倍|个工作日|工作日|周岁|岁|个自然年度|个年度|个月|个季度|年|月|天|日|"
    "人|名|家|项|个|次|笔|件|场|户|套|平方米|㎡|千瓦时|度|学时|门|届|分|份|类|期|成"
)
_UNIT = "|".join(sorted(_UNITS.split("|"), key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<percent>百分之|千分之)?(?:(?P<arabic>\d[\d,]*(?:\.\d+)?)|(?P<chinese>半|[{_CHINESE}]+))"
    rf"(?P<scale>万亿|千万|百万|十万|[百千万亿])?(?:美|港|欧|日)?(?P<unit>{_UNIT})?"
)
_DATE = re.compile(r"(?P<year>\d{4})[年./-](?P<month>\d{1,2})[月./-](?P<day>\d{1,2})日?")
_MONTH_DAY = re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_RATIO_OF_ONE = re.compile(r"(?P<left>\d+(?:\.\d+)?)\s*[::]\s*1(?![\d.])")
_LIST_GAP = re.compile(r"\s*(?:[、/,~～—–至到-]|以上至|和|或)\s*")

_BEFORE_WORDS = {
    Word.FROM: "不低于 不少于 不小于 达到 至少 最低 满 达 ≥",
    Word.OVER: "超过 高于 多于 大于 超出 >",
    Word.UPTO: "未超过 不超过 不高于 不多于 不大于 最高可达 最高不超过 最高 最多 至多 上限 封顶 限额 ≤",
    Word.BELOW: "低于 不足 少于 不满 未满 小于 未达到 达不到 <",
}
# Longest first: 不超过 must be seen before 超过.
_BEFORE = sorted(
    ((spelling, word) for word, spellings in _BEFORE_WORDS.items() for spelling in spellings.split()),
    key=lambda pair: -len(pair[0]),
)
_AFTER = (
    (("以上(不含", "以上不含", "(不含)以上", "以上(不包括"), Word.OVER),
    (("以下(不含", "以下不含", "(不含)以下", "以内(不含", "以下(不包括"), Word.BELOW),
    (("(含)以上", "及以上", "以上", "(含)起"), Word.FROM),
    (("(含)以下", "及以下", "(含)以内", "以下", "以内", "之内", "封顶", "为限", "(含)"), Word.UPTO),
)
_SPELT_OUT = {
    "减半": Fraction(1, 2),
    "一半": Fraction(1, 2),
    "半数": Fraction(1, 2),
    "全额": Fraction(1),
    "等额": Fraction(1),
}
_CAP_WORDS = ("最高", "最多", "至多", "不超过", "封顶", "上限", "限额")
NEGATIVE = re.compile(r"不予|除外|不得|不适用|不享受|不支持|不安排|不计|取消|不再|为零|不给")


@dataclass(frozen=True, slots=True)
class Mention:
    """A number of the text: its value in base units (money in 元), its unit, and the boundary words around it."""

    value: Fraction
    unit: str
    scaled: bool  # written with 万 or 亿, so that 元 may be understood
    words: frozenset[Word]
    is_cap: bool
    text: str


@dataclass(frozen=True, slots=True)
class ClauseText:
    """What a clause states, ready to be compared with a rule."""

    text: str
    mentions: tuple[Mention, ...]
    dates: frozenset[date]
    month_days: frozenset[tuple[int, int]]
    is_negative: bool


def read_clause(text: str) -> ClauseText:
    """Return the numbers and dates that `text` states.

    >>> [
    ...     (str(m.value), m.unit, sorted(w.value for w in m.words))
    ...     for m in read_clause("营业收入2亿元以上且不足20%").mentions
    ... ]
    [('200000000', '元', ['from']), ('1/5', '%', ['below'])]
    """
    plain = unicodedata.normalize("NFKC", text)
    dates, rest = _take_dates(plain)
    month_days = frozenset((int(m["month"]), int(m["day"])) for m in _MONTH_DAY.finditer(rest))
    return ClauseText(
        text, tuple(_mentions(rest)), dates, month_days | {(d.month, d.day) for d in dates}, bool(NEGATIVE.search(rest))
    )


def _take_dates(text: str) -> tuple[frozenset[date], str]:
    found: set[date] = set()

    def blank(match: re.Match[str]) -> str:
        try:
            found.add(date(int(match["year"]), int(match["month"]), int(match["day"])))
        except ValueError:
            return match[0]
        return " " * len(match[0])

    rest = _DATE.sub(blank, text)
    return frozenset(found), rest


def _mentions(text: str) -> list[Mention]:
    matches = [m for m in _NUMBER.finditer(text) if _is_number(m, text)]
    found: list[Mention] = []
    unit, scale = "", ""
    for index in range(len(matches) - 1, -1, -1):  # backwards: 200/100/50万元 lends its unit to the left
        match = matches[index]
        own_unit, own_scale = match["unit"] or "", match["scale"] or ""
        if (
            not own_unit
            and index + 1 < len(matches)
            and _LIST_GAP.fullmatch(text, match.end(), matches[index + 1].start())
        ):
            own_unit, own_scale = unit, own_scale or scale
        unit, scale = own_unit, own_scale
        found.append(_mention(match, text, own_unit, own_scale))
    found.reverse()
    found.extend(_ratio_mentions(text))
    return found


def _is_number(match: re.Match[str], text: str) -> bool:
    if match["arabic"]:
        return True
    if match["percent"]:
        return True
    before = text[match.start() - 1 : match.start()]
    return before != "第" and bool(match["unit"] or match["scale"])


def _mention(match: re.Match[str], text: str, unit: str, scale: str) -> Mention:
    value = Fraction(match["arabic"].replace(",", "")) if match["arabic"] else chinese_number(match["chinese"])
    for character in scale:
        value *= _SCALES[character]
    if match["percent"] or unit in {"%", "‰", "个百分点", "成"}:
        value /= {"千分之": 1000, "百分之": 100}.get(match["percent"] or "", {"‰": 1000, "成": 10}.get(unit, 100))
        unit = "%"
    words, is_cap = _words_around(text, match.start(), match.end())
    scaled = scale.endswith(("万", "亿"))
    return Mention(value, unit, scaled=scaled, words=words, is_cap=is_cap, text=match[0])


def _words_around(text: str, start: int, end: int) -> tuple[frozenset[Word], bool]:
    words: set[Word] = set()
    head = text[:start].rstrip()
    filled = re.sub(r"[为于至到约按给予的 ]+$", "", head)  # “最高为”, but the 于 of “不低于” belongs to the word
    is_cap = False
    for spelling, word in _BEFORE:
        if head.endswith(spelling) or filled.endswith(spelling):
            words.add(word)
            is_cap = spelling.startswith(_CAP_WORDS)
            break
    tail = re.sub(r"^(?:/[^,，。；;]{1,6}?)?", "", text[end:])
    for spellings, word in _AFTER:
        if tail.startswith(spellings):
            words.add(word)
            is_cap = is_cap or tail.startswith("封顶")
            break
    return frozenset(words), is_cap


def _ratio_mentions(text: str) -> list[Mention]:
    found = [_multiple(Fraction(match["left"]), match[0]) for match in _RATIO_OF_ONE.finditer(text)]
    return found + [_multiple(value, spelling) for spelling, value in _SPELT_OUT.items() if spelling in text]


def _multiple(value: Fraction, text: str) -> Mention:
    return Mention(value, "倍", scaled=False, words=frozenset(), is_cap=False, text=text)


def chinese_number(text: str) -> Fraction:
    """Return the value of a Chinese numeral below 万.

    >>> chinese_number("三十五"), chinese_number("半"), chinese_number("两千零五")
    (Fraction(35, 1), Fraction(1, 2), Fraction(2005, 1))
    """
    if text == "半":
        return Fraction(1, 2)
    if not any(character in _SCALES for character in text):
        return Fraction(int("".join(str(_DIGITS[character]) for character in text)))
    total, digit = 0, None
    for character in text:
        if character in _SCALES:
            total += (1 if digit is None else digit or 1) * _SCALES[character]
            digit = None
        else:
            digit = _DIGITS[character]
    return Fraction(total + (digit or 0))
