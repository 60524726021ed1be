"""Fleiss' κ: agreement of several raters on categories beyond chance."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from mlbc_stats.errors import DataError
from mlbc_stats.survey.raters.index import Index

SOURCE = (
    "Fleiss (1971) doi 10.1037/h0031619; test: Fleiss, Nee & Landis (1979) doi 10.1037/0033-2909.86.5.974; "
    "error: Gwet (2021) doi 10.1177/0013164420973080; threshold: Landis & Koch (1977) doi 10.2307/2529310"
)
SUBSTANTIAL = 0.61


def fleiss_kappa(counts: ArrayLike, level: float = 0.95) -> Index:
    """Fleiss' κ = (P̄ − P̄_e)/(1 − P̄_e) of m raters per unit.

    P_i = Σ_k c_ik(c_ik − 1)/(m(m − 1)) is the share of agreeing pairs on unit i, P̄ their mean; P̄_e = Σ_k π_k²
    with π_k the share of category k in all ratings.

    Parameters
    ----------
    counts : (units, categories), how many raters put the unit into the category; as many raters on each unit
        (`category_counts` makes it from ratings).
    level : confidence level of the interval, κ ± t(units − 1) · error.

    Returns
    -------
    Index
        `error` is the large-sample error over units (linearization); `pvalue` the two-sided test of κ = 0 by
        the error under that hypothesis; `n` counts units. NaN when only one category occurs.

    Raises
    ------
    DataError
        when units have different numbers of ratings or fewer than two: use Krippendorff's α there.

    Notes
    -----
    Fleiss (1971), doi:10.1037/h0031619.
    In R: ``irr::kappam.fleiss``, ``irrCAC::fleiss.kappa.raw`` (same error and interval). In Python:
    ``statsmodels.stats.inter_rater.fleiss_kappa``.

    Examples
    --------
    >>> round(fleiss_kappa([[3, 0], [0, 3], [2, 1]]).value, 3)
    0.55
    """
    table = np.asarray(counts, dtype=float)
    m = _raters(table)
    n, shares = len(table), table.sum(axis=0) / table.sum()
    chance = float(np.sum(shares**2))
    if np.isclose(chance, 1.0, rtol=0, atol=1e-12):
        note = "only one category occurs, so chance agreement is complete"
        return Index("Fleiss' κ", math.nan, level=level, n=n, threshold=SUBSTANTIAL, source=SOURCE, note=note)
    agreement = np.sum(table * (table - 1), axis=1) / (m * (m - 1))
    kappa = (float(agreement.mean()) - chance) / (1 - chance)
    error = _error(table, m, agreement, kappa, chance)
    half = stats.t.ppf((1 + level) / 2, n - 1) * error if n > 1 else math.nan
    return Index(
        "Fleiss' κ",
        kappa,
        max(-1.0, kappa - half),
        min(1.0, kappa + half),
        level,
        n,
        SUBSTANTIAL,
        f"linearization over units, t({n - 1}); n counts units, {m:.0f} raters each",
        SOURCE,
        error,
        float(2 * stats.norm.sf(abs(kappa) / _null_error(shares, n, m))),
    )


def _raters(table: np.ndarray) -> float:
    """The number of raters, the same on every unit."""
    if table.ndim != 2 or not table.size:
        raise DataError("counts: expected units × categories with at least one unit")
    raters = np.unique(table.sum(axis=1))
    if len(raters) > 1 or raters[0] < 2:
        raise DataError(
            f"counts: expected the same number of raters, two or more, on every unit, got {raters.tolist()}; "
            "leave out incomplete units, or use krippendorff_alpha, which allows for them"
        )
    return float(raters[0])


def _error(table: np.ndarray, m: float, agreement: np.ndarray, kappa: float, chance: float) -> float:
    """Standard error of κ from the influence of each unit on agreement and on chance."""
    n = len(table)
    shares = table.sum(axis=0) / table.sum()
    per_unit_chance = table @ shares / m
    influence = (agreement - chance) / (1 - chance)
    influence = influence - 2 * (1 - kappa) * (per_unit_chance - chance) / (1 - chance)
    return math.sqrt(np.sum((influence - kappa) ** 2) / (n * (n - 1))) if n > 1 else math.nan


def _null_error(shares: np.ndarray, n: int, m: float) -> float:
    """Standard error of κ when ratings are by chance."""
    pq = shares * (1 - shares)
    total = pq.sum()
    inner = total**2 - np.sum(pq * (1 - 2 * shares))
    return math.sqrt(2 * inner / (n * m * (m - 1))) / total
