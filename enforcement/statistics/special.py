"""The two incomplete integrals that exact limits and chi-square tests rest on, in floating point.

Series and continued fractions after Press et al., Numerical Recipes (3rd edition), sections 6.2 and 6.4.
"""

from __future__ import annotations

import math

_TINY, _CLOSE, _MOST = 1e-300, 1e-16, 10_000


def beta_below(x: float, a: float, b: float) -> float:
    """Return the share of a beta distribution (a, b) that lies below `x`: the regularised incomplete beta function."""
    if not (a > 0 and b > 0 and 0 <= x <= 1):
        raise ValueError(f"beta({a}, {b}) at {x}")
    if x in (0, 1):
        return x
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x),
    )
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1 - front * _beta_fraction(1 - x, b, a) / b


def beta_quantile(share: float, a: float, b: float) -> float:
    """Return the point below which `share` of a beta distribution lies, by halving."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        if beta_below(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def chi_square_above(value: float, freedom: int) -> float:
    """Return the probability that a chi-square variable with `freedom` degrees exceeds `value`."""
    if value < 0 or freedom < 1:
        raise ValueError(f"chi-square {value} with {freedom} degrees of freedom")
    if value == 0:
        return 1.0
    a, x = freedom / 2, value / 2
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        n = a
        while term > total * _CLOSE:
            n += 1
            term *= x / n
            total += term
        return 1 - front * total
    return front * _gamma_fraction(a, x)


def _gamma_fraction(a: float, x: float) -> float:
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    h = d
    for i in range(1, _MOST):
        step = -i * (i - a)
        b += 2
        d = 1 / _away(step * d + b)
        c = _away(b + step / c)
        h *= d * c
        if abs(d * c - 1) < _CLOSE * 4:
            break
    return h


def _beta_fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    h = d
    for m in range(1, _MOST):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away(1 + step * d)
            c = _away(1 + step / c)
            h *= d * c
        if abs(d * c - 1) < _CLOSE * 4:
            break
    return h


def _away(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
