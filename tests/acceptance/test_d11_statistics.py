"""D11: estimates equal published survey-sampling references on textbook data, to 1e-9.

The data are those of S. L. Lohr, Sampling: Design and Analysis (3rd edition, CRC Press, 2021; the same sets in the 1st, Duxbury,
1999): `agstrat`, the stratified sample of 300 of 3078 counties of the 1992 Census of Agriculture (stratified means, chapter 3);
the survey of members of learned societies (stratified shares, chapter 3); and `agsrs`, the simple random sample of 300 counties
(a single share, chapter 2). Total and error of `agstrat`, 909,736,035 and 50,417,248, are also what the R package `survey` gives for
the book's file, as published recomputations of it show. The published results are given to the digits printed; the reference beside
them is computed here with decimals of fifty digits, by formulas written down apart from the product's, and agrees to 1e-9.
"""

from decimal import Decimal, localcontext
from fractions import Fraction
from math import comb

import pytest

from enforcement.statistics.bounds import clopper_pearson, hypergeometric, most_unseen
from enforcement.statistics.health import drawn_by_group, funnel, goodness_of_fit
from enforcement.statistics.rates import Stratum, estimate, mean_and_variance, share_variance
from enforcement.statistics.special import beta_below, chi_square_above

COUNTIES = [  # size, drawn, mean acres, variance
    (220, 21, "97629.8", "7647472708"),
    (1054, 103, "300504.2", "29618183543"),
    (1382, 135, "211315.0", "53587487856"),
    (422, 41, "662295.5", "396185950266"),
]
SOCIETIES = [  # members, valid returns, percent women
    ("literature", 9100, 636, 38),
    ("classics", 1950, 451, 27),
    ("philosophy", 5500, 481, 18),
    ("history", 10850, 611, 19),
    ("linguistics", 2100, 493, 36),
    ("political science", 5500, 575, 13),
    ("sociology", 9000, 588, 26),
]
LEVEL = Fraction(95, 100)


def test_stratified_means_of_the_counties():
    mean, variance = mean_and_variance([(n, k, Fraction(m), Fraction(v)) for n, k, m, v in COUNTIES])
    with localcontext() as context:
        context.prec = 50
        total = sum(n * Decimal(m) for n, _, m, _ in COUNTIES)
        spread = sum((Decimal(n) * n / k - n) * Decimal(v) for n, k, _, v in COUNTIES)  # of the total
        error = spread.sqrt()

    assert float(mean * 3078) == pytest.approx(float(total), rel=1e-9)
    assert float(variance) ** 0.5 * 3078 == pytest.approx(float(error), rel=1e-9)
    assert float(mean * 3078) == pytest.approx(909_736_035, abs=100)  # as printed, from means of more digits
    assert float(error) == pytest.approx(50_417_248, abs=1)


def test_stratified_shares_of_the_societies():
    # Whole counts of women, as near to the printed percentages as the returns allow.
    strata = [Stratum(name, n, k, round(k * percent / 100)) for name, n, k, percent in SOCIETIES]
    found = estimate(strata)
    with localcontext() as context:
        context.prec = 50
        whole = Decimal(44_000)
        share = sum(Decimal(s.size) * s.found / s.drawn for s in strata) / whole
        spread = Decimal(0)
        for s in strata:
            p, n, k = Decimal(s.found) / s.drawn, Decimal(s.size), Decimal(s.drawn)
            spread += n * (n - k) * p * (1 - p) / (k - 1)
        error = spread.sqrt() / whole

    assert float(found.share) == pytest.approx(float(share), abs=1e-9)
    assert found.standard_error == pytest.approx(float(error), abs=1e-9)
    assert float(share) == pytest.approx(0.2465, abs=0.0003)  # as printed
    assert round(found.standard_error, 4) == 0.0071  # as printed
    assert found.low < found.share < found.high
    raw = Fraction(sum(s.found for s in strata), sum(s.drawn for s in strata))
    assert abs(raw - found.share) > Fraction(1, 1000), "the raw ratio is something else"


def test_a_single_share_of_the_counties():
    stratum = Stratum("counties", 3078, 300, 153)

    found = estimate([stratum])

    assert found.share == Fraction(51, 100)
    assert found.standard_error == pytest.approx(
        float(((1 - Decimal(300) / 3078) * Decimal("0.51") * Decimal("0.49") / 299).sqrt()), abs=1e-9
    )
    assert round(found.standard_error, 4) == 0.0275  # as printed
    assert (found.low, found.high) == pytest.approx((0.456, 0.564), abs=0.004)  # printed by the normal likeness


@pytest.mark.parametrize(
    ("found", "drawn", "size"), [(0, 10, 60), (3, 10, 60), (10, 10, 60), (1, 25, 40), (7, 8, 8 + 9)]
)
def test_hypergeometric_limits_are_those_of_trying_every_number(found, drawn, size):
    tail = Fraction(5, 100) if found in (0, drawn) else Fraction(25, 1000)
    likely = [
        total
        for total in range(found, size - drawn + found + 1)
        if (found == 0 or _tail(range(found, drawn + 1), total, drawn, size) > tail)
        and (found == drawn or _tail(range(found + 1), total, drawn, size) > tail)
    ]

    assert hypergeometric(found, drawn, size, LEVEL) == (likely[0], likely[-1])


def _tail(values, total, drawn, size):
    return Fraction(sum(comb(total, x) * comb(size - total, drawn - x) for x in values), comb(size, drawn))


def test_nothing_found_gives_an_exact_bound_over_strata():
    strata = [(30, 3), (20, 5), (12, 6)]

    def escapes(*counts):
        product = Fraction(1)
        for (size, drawn), count in zip(strata, counts, strict=True):
            product *= Fraction(comb(size - count, drawn), comb(size, drawn))
        return product

    worst = {}
    for a in range(31):
        for b in range(21):
            for c in range(13):
                worst[a + b + c] = max(worst.get(a + b + c, Fraction()), escapes(a, b, c))
    expected = max(total for total, chance in worst.items() if chance > Fraction(5, 100))

    assert most_unseen(strata, LEVEL) == expected
    found = estimate([Stratum(str(n), size, drawn, 0) for n, (size, drawn) in enumerate(strata)])
    assert (found.share, found.low, found.high) == (0, 0.0, expected / 62)
    assert most_unseen([(60, 10)], LEVEL) == hypergeometric(0, 10, 60, LEVEL)[1]
    assert most_unseen([(5, 5)], LEVEL) == 0, "who was counted in full hides nothing"


def test_clopper_pearson_limits_solve_their_equations():
    low, high = clopper_pearson(7, 50, LEVEL)
    above = sum(comb(50, x) * low**x * (1 - low) ** (50 - x) for x in range(7, 51))
    below = sum(comb(50, x) * high**x * (1 - high) ** (50 - x) for x in range(8))

    assert (above, below) == pytest.approx((0.025, 0.025), abs=1e-9)
    assert clopper_pearson(0, 50, LEVEL) == (0.0, pytest.approx(1 - 0.05 ** (1 / 50), abs=1e-12))
    assert clopper_pearson(50, 50, LEVEL) == (pytest.approx(0.05 ** (1 / 50), abs=1e-12), 1.0)


@pytest.mark.parametrize(("x", "a", "b"), [(0.1, 3, 9), (0.5, 20, 20), (0.93, 40, 4), (0.02, 1, 300)])
def test_the_incomplete_beta_is_a_binomial_tail(x, a, b):
    n = a + b - 1
    exact = sum(comb(n, k) * Fraction(x) ** k * (1 - Fraction(x)) ** (n - k) for k in range(a, n + 1))

    assert beta_below(x, a, b) == pytest.approx(float(exact), abs=1e-9)


@pytest.mark.parametrize(
    ("value", "freedom"), [("0.3", 2), ("3", 4), ("5.991464547107979", 2), ("40", 10), ("9", 30), ("90", 60)]
)
def test_chi_square_is_a_poisson_sum_for_even_degrees(value, freedom):
    with localcontext() as context:
        context.prec = 50
        half, term, total = Decimal(value) / 2, Decimal(1), Decimal(0)
        for k in range(freedom // 2):
            total += term
            term *= half / (k + 1)
        exact = total * (-half).exp()

    assert chi_square_above(float(value), freedom) == pytest.approx(float(exact), abs=1e-9)


def test_chi_square_tables():
    # The upper five per cent points that every table prints.
    for freedom, point in ((1, 3.841), (3, 7.815), (5, 11.070), (9, 16.919)):
        assert chi_square_above(point, freedom) == pytest.approx(0.05, abs=2e-5)


def test_mendels_peas_fit():
    # Mendel's 556 peas against 9:3:3:1: the printed chi-square is 0.47, with three degrees of freedom.
    fit = goodness_of_fit([315, 108, 101, 32], [Fraction(556 * n, 16) for n in (9, 3, 3, 1)])

    assert (round(fit.statistic, 2), fit.freedom) == (0.47, 3)
    assert fit.p == pytest.approx(0.925, abs=0.001)


def test_a_biased_draw_is_seen_and_a_fair_one_is_not():
    fair = [{"甲": (60, 6), "乙": (40, 4)}] * 5
    biased = [{"甲": (60, 9), "乙": (40, 1)}] * 5

    assert drawn_by_group(fair).p == 1.0
    assert drawn_by_group(biased).p < 0.001
    assert "应有数不足5" in drawn_by_group(fair[:1]).reason
    with pytest.raises(ValueError, match="不能合并检验"):
        drawn_by_group([*fair, {"甲": (60, 5), "乙": (40, 4)}])


def test_the_funnel_narrows_and_marks_who_lies_outside():
    points = {p.inspector: p for p in funnel({"A": (100, 10), "B": (400, 40), "C": (100, 40), "D": (0, 0)})}

    assert points.keys() == {"A", "B", "C"}
    assert [name for name, point in points.items() if point.is_outside] == ["C"]
    assert points["B"].high - points["B"].low < points["A"].high - points["A"].low


def test_what_cannot_be_estimated_says_why():
    missed = estimate([Stratum("高风险", 10, 5, 1), Stratum("低风险", 100, 0, 0)])
    alone = estimate([Stratum("高风险", 10, 5, 1), Stratum("低风险", 100, 1, 0)])
    mixed = estimate([Stratum("高风险", 10, 10, 4), Stratum("低风险", 100, 30, 0)])

    assert missed.share is None
    assert "低风险一家也未检查" in missed.reason
    assert "只检查了一家" in alone.reason
    assert (mixed.low, mixed.share) == (4 / 110, Fraction(4, 110))
    assert mixed.high > 4 / 110, "uniform in the sample is not uniform outside it"
    assert share_variance([Stratum("x", 10, 10, 4)]) == 0
    with pytest.raises(ValueError, match="「x」应有"):
        Stratum("x", 10, 5, 6)
    with pytest.raises(ValueError, match="抽样框为空"):
        estimate([])
