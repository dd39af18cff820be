"""Estimate the share of enterprises in breach from a stratified draw: weighted, with an interval, never the raw ratio."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from enforcement.statistics.bounds import clopper_pearson, hypergeometric, most_unseen

LEVEL = Fraction(95, 100)


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum of a draw: how many it holds, how many were drawn and checked, how many were found in breach."""

    name: str
    size: int
    drawn: int
    found: int

    def __post_init__(self) -> None:
        if not 0 <= self.found <= self.drawn <= self.size:
            raise ValueError(
                f"「{self.name}」应有 0 ≤ 查出数 ≤ 检查数 ≤ 总数；现为 {self.found}、{self.drawn}、{self.size}"
            )


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its interval; `share` None where a stratum was not drawn from at all, `reason` then says so."""

    share: Fraction | None
    standard_error: float | None
    low: float
    high: float
    method: str
    reason: str = ""


def estimate(strata: Sequence[Stratum], level: Fraction = LEVEL) -> Estimate:
    """Return the weighted share and its interval.

    Each stratum is a simple random sample without replacement, weighted by its size (Cochran 1977, sections 5.3 and 5.10;
    Lohr, chapter 3). Nothing or everything found: exact one-sided limits. One stratum: exact hypergeometric limits.
    Else: Clopper–Pearson on the effective sample size (Korn and Graubard 1998), kept within what the counts allow.
    """
    size = sum(each.size for each in strata)
    if not size:
        raise ValueError("抽样框为空，无法估计")
    found, drawn = sum(each.found for each in strata), sum(each.drawn for each in strata)
    least, most = Fraction(found, size), 1 - Fraction(drawn - found, size)
    missed = [each.name for each in strata if each.size and not each.drawn]
    if missed:
        reason = f"{'、'.join(missed)}一家也未检查，不能推算全体"
        return Estimate(None, None, float(least), float(most), "仅由已查明的数量限定", reason)
    share = sum(
        (Fraction(each.size, size) * Fraction(each.found, each.drawn) for each in strata if each.size), Fraction()
    )
    if found in (0, drawn):
        unseen = Fraction(most_unseen([(each.size, each.drawn) for each in strata], level), size)
        low, high = (Fraction(), unseen) if not found else (1 - unseen, Fraction(1))
        return Estimate(share, None, float(low), float(high), "超几何精确单侧界")
    kept = [each for each in strata if each.size]
    variance = share_variance(kept)
    error = None if variance is None else math.sqrt(variance)
    if len(kept) == 1:
        low_count, high_count = hypergeometric(found, drawn, size, level)
        return Estimate(share, error, low_count / size, high_count / size, "超几何精确双侧界")
    if variance is None:
        alone = "、".join(each.name for each in kept if each.drawn == 1 < each.size)
        reason = f"{alone}只检查了一家，算不出抽样误差"
        return Estimate(share, None, float(least), float(most), "仅由已查明的数量限定", reason)
    if not variance:
        return _without_variance(kept, share, least, most, level)
    effective = float(share * (1 - share)) / float(variance)
    low_share, high_share = clopper_pearson(effective * float(share), effective, level)
    return Estimate(
        share, error, max(low_share, float(least)), min(high_share, float(most)), "有效样本量的 Clopper–Pearson 区间"
    )


def _without_variance(
    strata: Sequence[Stratum], share: Fraction, least: Fraction, most: Fraction, level: Fraction
) -> Estimate:
    """Every stratum is counted in full or all alike: what is uniform in the sample need not be so outside it."""
    size = sum(each.size for each in strata)
    error = (1 - level) / 2
    none = [(each.size, each.drawn) for each in strata if each.drawn < each.size and not each.found]
    full = [(each.size, each.drawn) for each in strata if each.drawn < each.size and each.found]
    high = min(most, share + Fraction(most_unseen(none, 1 - error), size))
    low = max(least, share - Fraction(most_unseen(full, 1 - error), size))
    return Estimate(share, 0.0, float(low), float(high), "各层结果一致，用超几何精确界")


def share_variance(strata: Sequence[Stratum]) -> Fraction | None:
    """Return the design variance of the weighted share; None where a stratum's only object leaves it unknown."""
    size = sum(each.size for each in strata)
    total = Fraction()
    for each in strata:
        if each.drawn == each.size:
            continue
        if each.drawn < 2:
            return None
        share = Fraction(each.found, each.drawn)
        rest = 1 - Fraction(each.drawn, each.size)
        total += Fraction(each.size, size) ** 2 * rest * share * (1 - share) / (each.drawn - 1)
    return total


def mean_and_variance(strata: Sequence[tuple[int, int, Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    """Return a stratified mean and its variance from (size, drawn, sample mean, sample variance) of each stratum."""
    size = sum(each[0] for each in strata)
    mean = sum((Fraction(n_all, size) * mean for n_all, _, mean, _ in strata), Fraction())
    variance = sum(
        (Fraction(n_all, size) ** 2 * (1 - Fraction(n, n_all)) * spread / n for n_all, n, _, spread in strata),
        Fraction(),
    )
    return mean, variance
