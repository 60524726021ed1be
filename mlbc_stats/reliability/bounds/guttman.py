"""Guttman's lower bounds of reliability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.reliability.bounds.signs import differences, exchanged, random_splits
from mlbc_stats.reliability.items import Floats, judge_keying, read_items
from mlbc_stats.showing import Shown

MOST_ITEMS = 20  # all splits of more items than this are too many to look at
STARTS = 200
"""Splits from which exchanges of items start where there are more items."""


@dataclass(frozen=True, slots=True, repr=False)
class Guttman(Shown):
    """Lower bounds of the reliability of a sum of items.

    Attributes
    ----------
    lambda1, lambda2, lambda3, lambda5, lambda6 : Guttman's; lambda3 is α.
    lambda4 : the best of all split halves, of any size; lambda4_exact : whether every split was looked at (up to 20
        items; with more, the best that exchanges of items find from 200 splits).
    mu : (4,) ten Berge and Zegers's series μ₀ ≤ μ₁ ≤ μ₂ ≤ μ₃, of which μ₀ is α and μ₁ is λ₂.
    """

    lambda1: float
    lambda2: float
    lambda3: float
    lambda4: float
    lambda5: float
    lambda6: float
    lambda4_exact: bool
    mu: tuple[float, float, float, float]


def guttman_bounds(
    data: Any, items: Sequence[str] | None = None, missing: str = "listwise", standardized: bool = False
) -> Guttman:
    """Guttman's λ₁ to λ₆ from the covariances, and ten Berge and Zegers's μ.

    With T = 1'S1 and S₀ the covariances without their diagonal: λ₁ = 1 − tr S/T,
    λ₂ = λ₁ + √(k/(k−1) · Σ S₀²)/T, λ₃ = k/(k−1) λ₁, λ₄ the largest of 1 − w'Sw/T over signs w of split halves
    (groups of any size), λ₅ = λ₁ + 2 max_j √(Σ_i S₀_ij²)/T, λ₆ = 1 − Σ e²/T with e² the residual variance of each item
    given the others. μ_r = [p₀ + √(p₁ + √(p₂ + … √p_r))]/T with p_h = Σ S₀^(2^h), each entry to this power; the last of
    them times k/(k−1).

    Parameters
    ----------
    data : table (n, k) of keyed items. items : columns; all by default. missing : "listwise" or "pairwise".
    standardized : of the sum of standardized items, from the correlations.

    Raises
    ------
    DataError
        as in `alpha`; items that covary negatively on average; collinear items (λ₆); a total without variance.

    References
    ----------
    Guttman (1945), doi:10.1007/BF02288892; ten Berge & Zegers (1978), doi:10.1007/BF02293815. In R: ``psych::guttman``
    and ``psych::tenberge`` on correlations (without reversing items); its λ₄ is of even halves.

    Examples
    --------
    >>> bounds = guttman_bounds({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 5], "c": [1, 3, 3, 4, 4]})
    >>> round(bounds.lambda2, 3)
    0.958
    """
    scale = read_items(data, items, missing)
    cov = scale.correlation if standardized else scale.cov
    judge_keying(scale.names, cov)
    return bounds_of_cov(cov)


def bounds_of_cov(cov: Floats) -> Guttman:
    """Guttman's bounds from a covariance (or correlation) matrix (k, k).

    Raises
    ------
    DataError
        collinear items, a total without variance.

    Examples
    --------
    >>> round(bounds_of_cov(np.array([[1.0, 0.5], [0.5, 1.0]])).lambda4, 3)
    0.667
    """
    k, total, trace = len(cov), float(cov.sum()), float(np.trace(cov))
    if not total > 0:
        raise DataError("the total score of the items has no variance; check which items are reversed")
    off = cov - np.diag(np.diagonal(cov))
    first = 1 - trace / total
    mu = ten_berge(off, total)
    return Guttman(
        lambda1=first,
        lambda2=mu[1],
        lambda3=k / (k - 1) * first,
        lambda4=_best_split(cov) / total,
        lambda5=first + 2 * float(np.sqrt(np.max(np.sum(off**2, axis=0)))) / total,
        lambda6=1 - float(np.sum(unique_variances(cov))) / total,
        lambda4_exact=k <= MOST_ITEMS,
        mu=mu,
    )


def ten_berge(off: Floats, total: float) -> tuple[float, float, float, float]:
    """μ₀ to μ₃ from covariances (k, k) with zeros on the diagonal and the variance of the sum.

    Examples
    --------
    >>> [round(value, 3) for value in ten_berge(np.array([[0.0, 0.5], [0.5, 0.0]]), 3.0)]
    [0.667, 0.667, 0.667, 0.667]
    """
    k = len(off)
    sums = [float(np.sum(off ** (2**h))) for h in range(4)]
    found = []
    for last in range(4):
        inner = k / (k - 1) * sums[last]
        for h in range(last, 0, -1):
            inner = sums[h - 1] + sqrt(inner)
        found.append(float(inner) / total)
    return found[0], found[1], found[2], found[3]


def unique_variances(cov: Floats) -> Floats:
    """Residual variance of each variable given all others, 1/(S⁻¹)_ii (k,).

    Raises
    ------
    DataError
        if the variables are collinear.

    Examples
    --------
    >>> unique_variances(np.array([[1.0, 0.5], [0.5, 1.0]])).tolist()
    [0.75, 0.75]
    """
    if np.linalg.cond(cov) > 1e12:
        raise DataError("the items are collinear: one is a sum of others; leave it out")
    return 1 / np.diagonal(np.linalg.inv(cov))


def _best_split(cov: Floats) -> float:
    """Largest T − w'Sw over signs w; the first item stays in the first half."""
    k = len(cov)
    if k > MOST_ITEMS:
        starts = random_splits(k, STARTS, np.random.default_rng(0))
        signs = exchanged(cov, starts, sizes_may_change=True)
        return float(cov.sum() - differences(cov, signs).min())
    codes = np.arange(1, 2 ** (k - 1))
    signs = np.ones((len(codes), k))
    signs[:, 1:] -= 2 * ((codes[:, None] >> np.arange(k - 1)) & 1)
    return float(cov.sum() - np.min(np.sum((signs @ cov) * signs, axis=1)))
