"""Read rates, times, days and digests as staff type them, and write exact rates for people."""

from __future__ import annotations

import re
from datetime import date, datetime
from fractions import Fraction

from web.store.log import ZONE

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*[%％]")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_PLAIN = re.compile(r"(?:[0-9]{1,6}/[1-9][0-9]{0,5}|0?\.[0-9]{1,6}|[01])")


def fraction_of(text: str) -> Fraction:
    """Return an exact share written as 5%, 0.05 or 1/20; raise ValueError, in Chinese, for anything else."""
    words = text.strip()
    if found := _PERCENT.fullmatch(words):
        return Fraction(found[1]) / 100
    if _PLAIN.fullmatch(words):
        return Fraction(words)
    raise ValueError("按 5% 的样子填写比例")


def percent_text(share: Fraction) -> str:
    """Return a share exactly as a percentage, or as a fraction where no percentage is exact."""
    hundred = share * 100
    for digits in range(7):
        if (hundred * 10**digits).denominator == 1:
            text = f"{int(hundred * 10**digits):0{digits + 1}d}"
            return f"{text[: len(text) - digits]}.{text[len(text) - digits :]}%" if digits else f"{text}%"
    return str(share)


def is_digest(text: str) -> bool:
    """Tell whether a text is a SHA-256 value as it is kept: 64 hexadecimal digits in lower case."""
    return _DIGEST.fullmatch(text) is not None


def day_of(text: str) -> date:
    """Return a day written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("请按 2026-12-31 的样子填写日期。") from None


def moment_of(text: str) -> datetime:
    """Return a time of the clock in Shenzhen written 2026-12-31T15:00 or 2026-12-31T15:00:30."""
    words = text.strip().replace(" ", "T")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", words):
        raise ValueError("请按 2026-12-31T15:00 的样子填写日期和时间。")
    try:
        return datetime.fromisoformat(words).replace(tzinfo=ZONE)
    except ValueError:
        raise ValueError("没有这个时刻，请改正。") from None


def clock(at: datetime) -> str:
    """Return an instant as the protocol writes it: RFC 3339 to the second, with the offset of Shenzhen."""
    return at.astimezone(ZONE).replace(microsecond=0).isoformat()
