"""Exact limits for a share: binomial, hypergeometric, and over strata where nothing at all was found."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from fractions import Fraction
from math import comb

from enforcement.statistics.special import beta_quantile


def clopper_pearson(found: float, drawn: float, level: Fraction) -> tuple[float, float]:
    """Return two-sided limits of a share (Clopper and Pearson 1934); numbers need not be whole (Korn and Graubard 1998).

    Nothing or everything found leaves one side open, which then gets the whole error.
    """
    if not (0 <= found <= drawn and drawn > 0):
        raise ValueError("查出数应在0与检查数之间，检查数须大于0")
    error = float(1 - level)
    tail = error if found in (0, drawn) else error / 2
    low = 0.0 if found == 0 else beta_quantile(tail, found, drawn - found + 1)
    high = 1.0 if found == drawn else beta_quantile(1 - tail, found + 1, drawn - found)
    return (error ** (1 / drawn) if found == drawn else low, 1 - error ** (1 / drawn) if found == 0 else high)


def hypergeometric(found: int, drawn: int, size: int, level: Fraction) -> tuple[int, int]:
    """Return limits for how many of `size` are in breach, when `found` of `drawn` were: exact, by whole numbers.

    The limits are the least and the greatest number under which a finding so far out still has more than the tail's
    probability. Nothing or everything found gives a one-sided limit.
    """
    if not 0 <= found <= drawn <= size or not drawn:
        raise ValueError("应有 0 ≤ 查出数 ≤ 检查数 ≤ 总数，检查数须大于0")
    tail = (1 - level) if found in (0, drawn) else (1 - level) / 2
    whole = comb(size, drawn)

    def above(total: int) -> Fraction:  # P(X >= found), rises with total
        return Fraction(sum(comb(total, x) * comb(size - total, drawn - x) for x in range(found, drawn + 1)), whole)

    def below(total: int) -> Fraction:  # P(X <= found), falls with total
        return Fraction(sum(comb(total, x) * comb(size - total, drawn - x) for x in range(found + 1)), whole)

    least, most = found, size - drawn + found
    low, high = least, most
    if found:
        first, last = least, most
        while first < last:
            middle = (first + last) // 2
            first, last = (first, middle) if above(middle) > tail else (middle + 1, last)
        low = first
    if found < drawn:
        first, last = least, most
        while first < last:
            middle = (first + last + 1) // 2
            first, last = (middle, last) if below(middle) > tail else (first, middle - 1)
        high = first
    return low, high


def most_unseen(strata: Sequence[tuple[int, int]], level: Fraction) -> int:
    """Return how many may be in breach, at most, when none of (size, drawn) in any stratum was: exact and one-sided.

    It is the greatest number whose *likeliest* spread over the strata still escapes every draw with more than the
    error's probability. The logarithm of escaping is concave in each stratum, so adding one at a time where escape
    stays likeliest gives that spread.
    """
    queue: list[tuple[Fraction, int, int]] = []  # less the ratio, size left, drawn
    for size, drawn in strata:
        if not 0 <= drawn <= size:
            raise ValueError("应有 0 ≤ 检查数 ≤ 总数")
        if drawn < size:
            heapq.heappush(queue, (-Fraction(size - drawn, size), size, drawn))
    escapes, total = Fraction(1), 0
    while queue:
        ratio, left, drawn = heapq.heappop(queue)
        escapes *= -ratio
        if escapes <= 1 - level:
            break
        total += 1
        if left - 1 > drawn:
            heapq.heappush(queue, (-Fraction(left - 1 - drawn, left - 1), left - 1, drawn))
    return total
