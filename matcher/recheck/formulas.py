"""Work out what the larger amount steps come to: units, brackets, lists, rounding, instalments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from matcher.recheck.spans import ENDLESS, ONE, ZERO, Json, Span, must, tested


def payments(step: Json | None, money: dict[str, int | None] | None) -> list[dict[str, int | None]]:
    """Return the schedule of an amount to the 分: what does not divide comes last."""
    if step is None or money is None:
        return []
    low, high = money["min"] or 0, money["max"]
    if "years" in step:
        years = step["years"]
        return [{"min": (low + n) // years, "max": None if high is None else (high + n) // years} for n in range(years)]
    shares = [Fraction(share) for share in step["shares"]]
    lows, highs = ([math.floor(fen * share) for share in shares[:-1]] for fen in (low, high or 0))
    lows.append(low - sum(lows) if low == high else math.floor(low * shares[-1]))
    highs.append(lows[-1] if low == high else min(high or 0, math.floor((high or 0) * shares[-1]) + len(lows)))
    return [{"min": lo, "max": None if high is None else hi} for lo, hi in zip(lows, highs, strict=True)]


def units_of(x: Json, base: Span) -> Span:
    """Return how many units of a base are paid for."""
    if "above" in x:
        above = Span.read(x["above"])
        start = replace(above, none=False) | ZERO if above.none and above.there else above
        base = (base + -(start if above.there else ZERO)).base()
    units = base / Span.read(x["unit"])
    if "whole" in x and units.there:
        units = replace(units, lo=Fraction(math.floor(units.lo)), hi=Fraction(math.floor(units.hi)))
    return units.base()


def marginal(x: Json, base: Span) -> Span:
    """Return the sum over the brackets of the part of the base inside each, at the rate of each."""
    total = ZERO
    for row in x["rows"]:
        bounds = [(word, Span.read(bound)) for word, bound in row["tests"]]
        step = ONE if "each" in row else ZERO  # of counted things the first and the last one count in full
        lows = [bound + -(step if word == "from" else ZERO) for word, bound in bounds if word in {"from", "over"}]
        tops = [bound + -(step if word == "below" else ZERO) for word, bound in bounds if word in {"upto", "below"}]
        lower, upper = (lows[-1] if lows else ZERO).base(), tops[-1] if tops else Span()
        if base.there and all(bound.there for _, bound in bounds):
            least = min(base.lo, upper.lo if tops else ENDLESS) - lower.hi
            least = ZERO.lo if any(bound.none for _, bound in bounds) else max(least, ZERO.lo)
            inside = Span(least, max(min(base.hi, upper.hi) - lower.lo, ZERO.lo))
            total += (inside * Span.read(row["each"] if "each" in row else row["rate"])).paid()
    return total | ZERO if base.none else total


def whole(x: Json, base: Span) -> Span:
    """Return what the row pays that the whole base falls into; of an open base every row that it may fall into."""
    found, has_gap = [], True
    for row, part in zip(x["rows"], x.get("parts", [None] * len(x["rows"])), strict=True):
        truth = tested(row["tests"], base, x) if base.settled else "F" if part is None else "U"
        if truth != "F":
            there = base if base.settled else Span.read(part)
            paid = Span.read(row["value"]) if "value" in row else there * Span.read(row.get("rate") or row["each"])
            found.append((there, paid.paid()))
        if truth == "T":
            has_gap = False
            break
    if not base.settled:
        has_gap = x["gap"]
        parts = [part for part, _ in found if part.there]
        is_whole = parts and (min(each.lo for each in parts), max(each.hi for each in parts)) == (base.lo, base.hi)
        must(has_gap or is_whole, "各档没有盖满基数")
    amounts = [paid for _, paid in found] + [ZERO] * has_gap
    return Span(min(each.lo for each in amounts), max(each.hi for each in amounts))


def rounded(amount: Span, unit: int, mode: str) -> Span:
    """Return an amount rounded to a unit of so many 分."""
    must(unit in {1, 10, 100, 10_000, 100_000, 1_000_000}, f"没有 {unit} 分这种取整单位")
    way = {"down": math.floor, "up": math.ceil, "half_up": lambda units: math.floor(units + Fraction(1, 2))}[mode]
    lo, hi = (end if end >= ENDLESS else Fraction(way(end / unit) * unit) for end in (amount.lo, amount.hi))
    return Span(lo, hi)


class Claim(NamedTuple):
    """An item of a list as stated, and its amount."""

    x: Json
    amount: Span


def is_out(place: int, claims: Sequence[Claim], limit: float, in_order: bool) -> bool:  # noqa: FBT001
    """Tell whether an item is surely beyond the limit: so many of its group surely come before it."""
    x, amount = claims[place]
    if x["group"] is None or limit == math.inf:
        return False
    rivals = [(c.amount, n) for n, c in enumerate(claims) if c.x["sure"] and c.x["group"] == x["group"]]
    if in_order:
        return sum(n < place for _, n in rivals) >= limit
    return amount.hi < ENDLESS and sum((-rival.lo, n) < (-amount.hi, place) for rival, n in rivals) >= limit


def selected(claims: Sequence[Claim], fewest: float, limit: float, in_order: bool) -> Span:  # noqa: FBT001
    """Return the least and the most that the claims add up to when so many of each group are paid."""
    lows: dict[Any, list[Fraction]] = {}
    highs: dict[Any, list[Fraction]] = {}
    for place, (x, amount) in enumerate(claims):
        before = [c for c, _ in claims[:place] if x["group"] is None or c["group"] in {x["group"], None}]
        if x["sure"] and (len(before) < fewest if in_order else x["group"] is not None):
            lows.setdefault(x["group"], []).append(amount.lo)
        if not x["out"]:
            highs.setdefault(x["group"], []).append(amount.hi)
    dearest = []
    for groups, most in ((lows, math.inf if in_order else fewest), (highs, limit)):
        kept = [
            sorted(some, reverse=True)[: None if most == math.inf or key is None else int(most)]
            for key, some in groups.items()
        ]
        dearest.append(sum((sum(some, ZERO.lo) for some in kept), ZERO.lo) if most else ZERO.lo)
    return Span(dearest[0], min(dearest[1], ENDLESS))
