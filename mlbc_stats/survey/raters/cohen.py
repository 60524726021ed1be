"""Cohen's κ: agreement of two raters beyond chance, plain or weighted."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from mlbc_stats.errors import DataError
from mlbc_stats.survey.raters.index import Index

SOURCE = (
    "Cohen (1960) doi 10.1177/001316446002000104; errors: Fleiss, Cohen & Everitt (1969) doi 10.1037/h0028106; "
    "threshold: Landis & Koch (1977) doi 10.2307/2529310"
)
SUBSTANTIAL = 0.61

Weights = Literal["none", "linear", "quadratic"]


def cohen_kappa(first: ArrayLike, second: ArrayLike, weights: Weights = "none", level: float = 0.95) -> Index:
    """Cohen's κ = (p_o − p_e)/(1 − p_e), with p_o the (weighted) share of agreement and p_e that of chance.

    Weights are 1 − |i − j|/(c − 1) (linear) or 1 − (i − j)²/(c − 1)² (quadratic) over the c categories that
    occur, in ascending order; only categories in their order matter, not the distances of their codes.

    Parameters
    ----------
    first, second : (units,) categories given by the two raters, numbers or texts; units that one of them left
        out are not counted.
    weights : ``"none"`` for categories without an order.
    level : confidence level of the interval, κ ± z · error.

    Returns
    -------
    Index
        `error` is the large-sample standard error, `pvalue` the two-sided test of κ = 0 by its error under
        that hypothesis; `n` counts units. NaN when only one category occurs. The threshold .61 is the lower
        bound of "substantial" and no more than a habit.

    Raises
    ------
    DataError
        when lengths differ, no unit has both ratings, or `weights` is unknown.

    Notes
    -----
    Cohen (1960), doi:10.1177/001316446002000104; with weights Cohen (1968), doi:10.1037/h0026256.
    In R: ``psych::cohen.kappa`` gives the same κ, weighted or not, and the same error of the plain one; its error
    of a weighted κ is another one than the delta method's. ``statsmodels.stats.inter_rater.cohens_kappa`` gives
    all numbers.

    Examples
    --------
    >>> found = cohen_kappa(["a", "b", "a", "b", "a"], ["a", "b", "b", "b", "a"])
    >>> round(found.value, 3)
    0.615
    """
    table = _table(first, second)
    n = int(table.sum())
    shares, w = table / n, _weights(len(table), weights)
    kappa, error, null = _estimate(shares, w, n)
    half = stats.norm.ppf((1 + level) / 2) * error
    pvalue = 2 * stats.norm.sf(abs(kappa) / null) if null > 0 else math.nan
    return Index(
        "Cohen's κ" if weights == "none" else f"Cohen's κ, {weights} weights",
        kappa,
        max(-1.0, kappa - half),
        min(1.0, kappa + half),
        level,
        n,
        SUBSTANTIAL,
        "large-sample normal interval; n counts units",
        SOURCE,
        error,
        float(pvalue),
        "only one category occurs, so chance agreement is complete" if math.isnan(kappa) else "",
    )


def _table(first: ArrayLike, second: ArrayLike) -> np.ndarray:
    """Cross table (categories, categories) of the units that both rated."""
    one, two = np.asarray(first, dtype=object).ravel(), np.asarray(second, dtype=object).ravel()
    if len(one) != len(two):
        raise DataError(f"two raters: expected as many ratings from each, got {len(one)} and {len(two)}")
    both = ~(pd.isna(one) | pd.isna(two))
    if not both.any():
        raise DataError("two raters: no unit has ratings of both")
    codes, categories = pd.factorize(np.concatenate([one[both], two[both]]), sort=True)
    size, n = len(categories), int(both.sum())
    return np.bincount(codes[:n] * size + codes[n:], minlength=size * size).reshape(size, size).astype(float)


def _weights(size: int, kind: str) -> np.ndarray:
    """Agreement weights (categories, categories), 1 on the diagonal."""
    distance = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / max(size - 1, 1)
    known = {"none": (distance == 0).astype(float), "linear": 1 - distance, "quadratic": 1 - distance**2}
    if kind not in known:
        raise DataError(f"weights: expected none, linear or quadratic, got {kind!r}")
    return known[kind]


def _estimate(p: np.ndarray, w: np.ndarray, n: int) -> tuple[float, float, float]:
    """κ, its standard error, and its standard error when κ is zero."""
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    chance_table = np.outer(rows, columns)
    observed, chance = float(np.sum(w * p)), float(np.sum(w * chance_table))
    if np.isclose(chance, 1.0, rtol=0, atol=1e-12):
        return math.nan, math.nan, math.nan
    kappa = (observed - chance) / (1 - chance)
    means = (w @ columns)[:, None] + (rows @ w)[None, :]
    spread = np.sum(p * (w - means * (1 - kappa)) ** 2) - (kappa - chance * (1 - kappa)) ** 2
    null = np.sum(chance_table * (w - means) ** 2) - chance**2
    scale = n * (1 - chance) ** 2
    return kappa, math.sqrt(max(spread, 0.0) / scale), math.sqrt(max(null, 0.0) / scale)
