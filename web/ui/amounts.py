"""Write amounts of money, kept as integers of 分, for people; nothing is rounded."""

from __future__ import annotations

from decimal import Decimal

import cn2an
from flask_babel import gettext

from web.i18n import language, to_traditional

FEN = 100
WAN = 10_000 * FEN
YI = 10_000 * WAN


def yuan(fen: int) -> str:
    """Return the number of 元, grouped by thousands; decimals only where there are any.

    >>> yuan(125000000), yuan(10700053), yuan(-50)
    ('1,250,000', '107,000.53', '-0.50')
    """
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), FEN)
    return f"{sign}{whole:,}.{rest:02d}" if rest else f"{sign}{whole:,}"


def money(fen: int) -> str:
    """Return the amount with its unit in the page's language: 1,250,000 元, RMB 1,250,000."""
    return gettext("%(number)s 元", number=yuan(fen))


def short_money(fen: int) -> str:
    """Return the amount in 万元 or 亿元 where two decimals say it exactly, else in 元."""
    if language() == "en":
        return money(fen)
    for unit, name in ((YI, "亿元"), (WAN, "万元")):
        if abs(fen) >= unit and fen % (unit // 100) == 0:
            number = f"{Decimal(fen) / unit:,.2f}".rstrip("0").rstrip(".")
            return f"{number} {to_traditional(name) if language() == 'zh-Hant' else name}"
    return money(fen)


def money_range(least: int, most: int | None) -> str:
    """Return an amount known between two bounds; `most` None is unbounded."""
    if most is None:
        return gettext("%(amount)s 以上", amount=money(least)) if least else gettext("金额待定")
    if least == most:
        return money(least)
    if least == 0:
        return gettext("最高 %(amount)s", amount=money(most))
    return gettext("%(least)s 至 %(most)s", least=yuan(least), most=money(most))


def capitals(fen: int) -> str:
    """Return the amount in the capital numerals of cheques; empty in English pages, where they say nothing."""
    if language() == "en":
        return ""
    words = ("负" if fen < 0 else "") + str(cn2an.an2cn(f"{Decimal(abs(fen)) / FEN:.2f}", "rmb"))
    return to_traditional(words) if language() == "zh-Hant" else words
