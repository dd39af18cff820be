"""Watch the draws themselves: whether past draws fit their chances, loads are even, and findings of inspectors alike."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist

from enforcement.statistics.special import chi_square_above

_LEAST_EXPECTED = 5  # below it the chi-square distribution is no fair likeness (Cochran 1954)


@dataclass(frozen=True, slots=True)
class Fit:
    """A chi-square test; `p` None where there is too little to test, `reason` says so."""

    statistic: float | None
    freedom: int
    p: float | None
    reason: str = ""


def goodness_of_fit(observed: Sequence[int], expected: Sequence[Fraction]) -> Fit:
    """Test counts against what they should be by design (Pearson's chi-square)."""
    if len(observed) != len(expected) or sum(observed) != sum(expected):
        raise ValueError("实际数与应有数的组数、合计须相同")
    freedom = len(observed) - 1
    if freedom < 1:
        return Fit(None, freedom, None, "不足两组，无法检验")
    if min(expected) < _LEAST_EXPECTED:
        return Fit(None, freedom, None, f"有的组应有数不足{_LEAST_EXPECTED}，无法检验；请合并各组或者累积更多抽取")
    statistic = sum(((seen - due) ** 2 / due for seen, due in zip(observed, expected, strict=True)), Fraction())
    return Fit(float(statistic), freedom, chi_square_above(float(statistic), freedom))


def drawn_by_group(draws: Iterable[Mapping[str, tuple[int, int]]]) -> Fit:
    """Test whether, over past draws, groups were drawn as often as their size says.

    Each draw gives (size, drawn) by group, within one stratum. Groups compete for a fixed number without replacement,
    which makes counts less spread than Pearson's test takes them for; the squares are scaled by (N − 1) ÷ (N − n).
    Only draws of the same shape may be pooled so: raise ValueError otherwise.
    """
    pooled = list(draws)
    if not pooled:
        return Fit(None, 0, None, "还没有抽取")
    shape = {name: size for name, (size, _) in pooled[0].items()}
    number = sum(drawn for _, drawn in pooled[0].values())
    for each in pooled:
        if {name: size for name, (size, _) in each.items()} != shape or sum(n for _, n in each.values()) != number:
            raise ValueError("各次抽取的分组、规模不同，不能合并检验；请分别检验")
    whole = sum(shape.values())
    if number in (0, whole):
        return Fit(None, len(shape) - 1, None, "全部抽取或者一家未抽，无从检验")
    seen = [sum(each[name][1] for each in pooled) for name in shape]
    due = [Fraction(size * number * len(pooled), whole) for size in shape.values()]
    fit = goodness_of_fit(seen, due)
    if fit.statistic is None:
        return fit
    scaled = fit.statistic * float(Fraction(whole - 1, whole - number))
    return Fit(scaled, fit.freedom, chi_square_above(scaled, fit.freedom))


@dataclass(frozen=True, slots=True)
class Load:
    """How many visits inspectors had: least, most and the mean; `spread` is the most less the least."""

    least: int
    most: int
    mean: Fraction

    @property
    def spread(self) -> int:
        """Return the distance between the most and the least loaded."""
        return self.most - self.least


def load(visits: Mapping[str, int]) -> Load:
    """Return how evenly visits fell on the inspectors who could be drawn, those with none included."""
    if not visits:
        raise ValueError("没有可抽取的检查人员")
    return Load(min(visits.values()), max(visits.values()), Fraction(sum(visits.values()), len(visits)))


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """One inspector: visits, finding rate, and the limits within which chance alone would mostly keep him."""

    inspector: str
    visits: int
    rate: Fraction
    low: float
    high: float

    @property
    def is_outside(self) -> bool:
        """Tell whether the rate lies outside its limits: a reason to look, never a finding."""
        return not self.low <= self.rate <= self.high


def funnel(results: Mapping[str, tuple[int, int]], level: Fraction = Fraction(998, 1000)) -> tuple[FunnelPoint, ...]:
    """Return the points of a funnel plot (Spiegelhalter 2005) from (visits, findings) by inspector.

    The limits are p ± z·√(p(1 − p)/n) about the rate of all. Teams differ in what they are drawn to, so that points
    outside call for a look at the cases.
    """
    visits, findings = sum(n for n, _ in results.values()), sum(x for _, x in results.values())
    if any(not 0 <= x <= n for n, x in results.values()):
        raise ValueError("查出数应在0与检查次数之间")
    if not visits:
        return ()
    p = findings / visits
    z = NormalDist().inv_cdf(float((1 + level) / 2))
    points = []
    for inspector, (n, x) in sorted(results.items()):
        if n:
            reach = z * math.sqrt(p * (1 - p) / n)
            points.append(FunnelPoint(inspector, n, Fraction(x, n), max(0.0, p - reach), min(1.0, p + reach)))
    return tuple(points)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; `value` None where there is no whole."""

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise ValueError("部分不能大于全体，也不能为负")

    @property
    def value(self) -> Fraction | None:
        """Return the share, exactly."""
        return Fraction(self.part, self.whole) if self.whole else None
