"""Estimate the share in breach where units were drawn in proportion to weights: each result counts by its chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from enforcement.statistics.bounds import clopper_pearson
from enforcement.statistics.rates import LEVEL, Estimate


@dataclass(frozen=True, slots=True)
class Checked:
    """One stratum: how many units it holds, and of each that was drawn and checked its chance and whether in breach."""

    name: str
    size: int
    results: tuple[tuple[Fraction, bool], ...]


def chances(weights: Mapping[str, int], places: int) -> dict[str, Fraction]:
    """Return the chance of each unit among `places`: its share by weight, and 1 where that share reaches a place."""
    found: dict[str, Fraction] = {}
    rest, left = dict(weights), places
    while left:
        whole = sum(rest.values())
        sure = [unit for unit, weight in rest.items() if left * weight >= whole]
        if not sure:
            return found | {unit: Fraction(left * weight, whole) for unit, weight in rest.items()}
        for unit in sure:
            found[unit] = Fraction(1)
            del rest[unit]
        left -= len(sure)
    return found | dict.fromkeys(rest, Fraction(0))


def estimate_unequal(strata: Sequence[Checked], level: Fraction = LEVEL) -> Estimate:
    """Return the Horvitz–Thompson share with Deville's variance (1999, as Tillé 2006, section 7.5.2) and its interval.

    With equal chances both are those of a stratified sample. The interval is Clopper–Pearson on the effective sample
    size, kept within what the counts allow; where there is no variance to go by, the counts alone limit the share.
    """
    size = sum(each.size for each in strata)
    if not size:
        raise ValueError("抽样框为空，无法估计")
    results = [result for each in strata for result in each.results]
    found = sum(is_bad for _, is_bad in results)
    least, most = Fraction(found, size), 1 - Fraction(len(results) - found, size)
    limited = (float(least), float(most), "仅由已查明的数量限定")
    if missed := [each.name for each in strata if each.size and not each.results]:
        return Estimate(None, None, *limited, f"{'、'.join(missed)}一家也未检查，不能推算全体")
    share = sum((1 / chance for chance, is_bad in results if is_bad), Fraction()) / size
    share = min(max(share, least), most)  # weights that fit the sample badly may overshoot
    variance = Fraction()
    for each in strata:
        of_stratum = _variance(each)
        if of_stratum is None:
            return Estimate(share, None, *limited, f"{each.name}只检查了一家，算不出抽样误差")
        variance += of_stratum / size**2
    if not variance or share in (0, 1):
        return Estimate(share, None, *limited, "各家结果一致，按权重抽的不能给出更窄的界限")
    effective = float(share * (1 - share) / variance)
    low, high = clopper_pearson(effective * float(share), effective, level)
    method = "按机会加权，有效样本量的 Clopper–Pearson 区间"
    return Estimate(share, math.sqrt(variance), max(low, float(least)), min(high, float(most)), method)


def _variance(stratum: Checked) -> Fraction | None:
    """Return Deville's variance of the total in breach; None where a single uncertain unit leaves it unknown."""
    open_ones = [(chance, is_bad) for chance, is_bad in stratum.results if chance < 1]
    if not open_ones:
        return Fraction()
    if len(open_ones) < 2:
        return None
    parts = [
        ((1 - chance) * Fraction(len(open_ones), len(open_ones) - 1), Fraction(is_bad) / chance)
        for chance, is_bad in open_ones
    ]
    whole = sum((factor for factor, _ in parts), Fraction())
    centre = sum((factor * value for factor, value in parts), Fraction()) / whole
    return sum((factor * (value - centre) ** 2 for factor, value in parts), Fraction())
