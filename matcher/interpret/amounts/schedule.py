"""Split an amount into its payments, to the 分."""

from __future__ import annotations

import math

from matcher.outcome import Money, Payment
from rules.language.model import Instalments


def payments(step: Instalments, amount: Money) -> tuple[Payment, ...]:
    """Return the schedule of an amount; the payments of an exact amount sum to it, what does not divide comes last."""
    if step.years:
        return _by_years(step.years, amount)
    lows = _shares(step, amount.min)
    highs = [None] * len(lows) if amount.max is None else _shares(step, amount.max)
    if not amount.is_exact:
        # The rest that falls to the last payment does not grow evenly with the amount: widen it by a 分 for each other one.
        last = step.shares[-1].share
        lows[-1] = math.floor(amount.min * last)
        if amount.max is not None:
            highs = [*highs[:-1], min(amount.max, math.floor(amount.max * last) + len(lows))]
    labels = [part.label or f"第{place}期" for place, part in enumerate(step.shares, 1)]
    return tuple(Payment(label, Money(lo, hi)) for label, lo, hi in zip(labels, lows, highs, strict=True))


def _shares(step: Instalments, fen: int) -> list[int]:
    first = [math.floor(fen * part.share) for part in step.shares[:-1]]
    return [*first, fen - sum(first)]


def _by_years(years: int, amount: Money) -> tuple[Payment, ...]:
    """Pay equally; the 分 that do not divide go one each to the last years, so that no year exceeds its cap."""
    lows = [_part(amount.min, years, place) for place in range(years)]
    highs = [None if amount.max is None else _part(amount.max, years, place) for place in range(years)]
    return tuple(
        Payment(f"第{place}年", Money(lo, hi)) for place, (lo, hi) in enumerate(zip(lows, highs, strict=True), 1)
    )


def _part(fen: int, years: int, place: int) -> int:
    return (fen + place) // years
