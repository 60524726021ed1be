"""Henze and Zirkler's test of multivariate normality."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from mlbc_stats.reliability.items import Floats

ROWS = 500
"""Rows of a block of distances, so that no n × n table is kept."""


def henze_zirkler(z: Floats) -> tuple[float, float]:
    """Statistic and p value from cases (n, k) centred and scaled so that their covariances (divisor n) are I.

    HZ = n[n⁻² Σᵢⱼ e^(−β²Dᵢⱼ/2) − 2(1 + β²)^(−k/2) n⁻¹ Σᵢ e^(−β²Dᵢ/(2(1 + β²))) + (1 + 2β²)^(−k/2)], D squared distances
    of two cases and of a case from the centre, β = ((2k + 1)n/4)^(1/(k + 4))/√2; its distribution is taken as lognormal
    with the mean and variance that normal cases give it.

    References
    ----------
    Henze & Zirkler (1990), doi:10.1080/03610929008830400. In R: ``MVN::mvn(data, mvnTest = "hz")``.

    Examples
    --------
    >>> x = np.random.default_rng(1).normal(size=(200, 1))
    >>> statistic, pvalue = henze_zirkler((x - x.mean()) / x.std())
    >>> pvalue > 0.05
    True
    """
    n, k = z.shape
    square = ((2 * k + 1) * n / 4) ** (2 / (k + 4)) / 2  # β²
    own = np.sum(z**2, axis=1)
    pairs = sum(
        float(np.exp(-square / 2 * _distances(z[start : start + ROWS], z, own, start)).sum())
        for start in range(0, n, ROWS)
    )
    centre = float(np.exp(-square / (2 * (1 + square)) * own).sum())
    statistic = pairs / n - 2 * (1 + square) ** (-k / 2) * centre + n * (1 + 2 * square) ** (-k / 2)
    mean, variance = _moments(square, k)
    spread = np.log1p(variance / mean**2)
    z_value = (np.log(max(statistic, 1e-300)) - np.log(mean) + spread / 2) / np.sqrt(spread)
    return statistic, float(ndtr(-z_value))


def _distances(rows: Floats, z: Floats, own: Floats, start: int) -> Floats:
    cross = rows @ z.T
    return np.maximum(own[start : start + len(rows), None] + own - 2 * cross, 0.0)


def _moments(b: float, k: int) -> tuple[float, float]:
    """Mean and variance of the statistic of normal cases; b is β²."""
    a, w = 1 + 2 * b, (1 + b) * (1 + 3 * b)
    mean = 1 - a ** (-k / 2) * (1 + k * b / a + k * (k + 2) * b**2 / (2 * a**2))
    variance = (
        2 * (1 + 4 * b) ** (-k / 2)
        + 2 * a**-k * (1 + 2 * k * b**2 / a**2 + 3 * k * (k + 2) * b**4 / (4 * a**4))
        - 4 * w ** (-k / 2) * (1 + 3 * k * b**2 / (2 * w) + k * (k + 2) * b**4 / (2 * w**2))
    )
    return mean, variance
