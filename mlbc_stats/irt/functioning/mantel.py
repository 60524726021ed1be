"""Mantel-Haenszel statistics of an item in two groups, cases matched on a score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtri

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Mantel:
    """Common odds ratio (above 1 favours the second group; NaN of more than two categories) with its interval on the
    log
    scale, ETS delta, chi-square with and without continuity correction, difference of mean scores (second less first
    group, standardized to the second), strata with both groups and two answers or more."""

    odds_ratio: float
    log_odds_lower: float
    log_odds_upper: float
    ets_delta: float
    chi_square: float
    chi_square_corrected: float
    mean_difference: float
    strata: int


def mantel_haenszel(score: Array, second: Array, match: Array, level: float = 0.95) -> Mantel:
    """Statistics over strata of the matching score.

    Parameters
    ----------
    score : (n,) item score. second : (n,) bool, of the second group. match : (n,) matching score.

    Notes
    -----
    Mantel & Haenszel (1959); Mantel (1963), doi:10.1080/01621459.1963.10500879, for ordinal scores; variance of the log
    odds ratio: Robins, Breslow & Greenland (1986), doi:10.2307/2531052. In R: ``mantelhaen.test(group, y, match)``.

    Examples
    --------
    >>> y, g = np.array([0, 1, 1, 1, 0, 0, 1, 1]), np.array([0, 0, 0, 0, 1, 1, 1, 1], dtype=bool)
    >>> round(mantel_haenszel(y, g, np.zeros(8)).odds_ratio, 3)
    0.333
    """
    _, stratum = np.unique(match, return_inverse=True)
    kept = _informative(score, second, stratum)
    score, second, stratum = score[kept], second[kept], stratum[kept]
    if not len(score):
        nan = float("nan")
        return Mantel(nan, nan, nan, nan, nan, nan, nan, 0)
    _, stratum = np.unique(stratum, return_inverse=True)
    n = np.bincount(stratum).astype(float)
    m = np.bincount(stratum, second)
    total, square = np.bincount(stratum, score), np.bincount(stratum, score**2)
    observed = np.bincount(stratum, score * second)
    gap = float(np.sum(observed - m * total / n))
    variance = float(np.sum(m * (n - m) * (n * square - total**2) / (n**2 * np.maximum(n - 1, 1))))
    mean = observed / m - (total - observed) / (n - m)
    ratio, low, high = _odds(score, second, stratum, level)
    corrected = max(abs(gap) - min(0.5, abs(gap)), 0.0) ** 2 / variance
    return Mantel(
        ratio, low, high, -2.35 * float(np.log(ratio)) if ratio > 0 else float("nan"), gap**2 / variance, corrected,
        float(m @ mean / m.sum()), len(n),
    )  # fmt: skip


def pvalue(chi_square: float) -> float:
    return float(chdtrc(1, chi_square)) if chi_square == chi_square else float("nan")


def _informative(score: Array, second: Array, stratum: Array) -> Array:
    """Cases of strata with both groups and more than one answer."""
    n = np.bincount(stratum)
    m = np.bincount(stratum, second)
    low, high = np.full(len(n), np.inf), np.full(len(n), -np.inf)
    np.minimum.at(low, stratum, score)
    np.maximum.at(high, stratum, score)
    return ((m > 0) & (m < n) & (low < high))[stratum]


def _odds(score: Array, second: Array, stratum: Array, level: float) -> tuple[float, float, float]:
    """Common odds ratio and the limits of its logarithm."""
    values = np.unique(score)
    if len(values) != 2:
        return float("nan"), float("nan"), float("nan")
    right = score == values[1]
    count = [
        np.bincount(stratum, a & b)
        for a, b in ((~second, ~right), (~second, right), (second, ~right), (second, right))
    ]
    n = sum(count)
    r, s = count[0] * count[3] / n, count[1] * count[2] / n
    p, q = (count[0] + count[3]) / n, (count[1] + count[2]) / n
    if r.sum() == 0 or s.sum() == 0:
        return float("inf") if r.sum() else 0.0, float("nan"), float("nan")
    spread = (
        (p @ r) / (2 * r.sum() ** 2)
        + (p @ s + q @ r) / (2 * r.sum() * s.sum())
        + (q @ s) / (2 * s.sum() ** 2)
    )
    log_ratio, reach = float(np.log(r.sum() / s.sum())), float(ndtri((1 + level) / 2) * np.sqrt(spread))
    return float(np.exp(log_ratio)), log_ratio - reach, log_ratio + reach
