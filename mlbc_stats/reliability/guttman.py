"""Guttman's lower bounds of reliability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.reliability.items import Floats, read_items
from mlbc_stats.showing import Shown

MOST_ITEMS = 20  # all splits of more items than this are too many to look at


@dataclass(frozen=True, slots=True, repr=False)
class Guttman(Shown):
    """Lower bounds of the reliability of a sum of items; `lambda4` is the best of all split halves."""

    lambda1: float
    lambda2: float
    lambda3: float
    lambda4: float
    lambda6: float


def guttman_bounds(data: Any, items: Sequence[str] | None = None, missing: str = "listwise") -> Guttman:
    """Guttman's λ₁, λ₂, λ₃ (α), λ₄ and λ₆ from the covariances.

    With T = 1'S1 and S₀ the covariances without their diagonal: λ₁ = 1 − tr S/T,
    λ₂ = λ₁ + √(k/(k−1) · Σ S₀²)/T, λ₃ = k/(k−1) λ₁, λ₄ the largest of 1 − w'Sw/T over signs w of split halves
    (groups of any size), λ₆ = 1 − Σ e²/T with e² the residual variance of each item given the others.

    Raises
    ------
    DataError
        for more than 20 items (λ₄ looks at every split), or collinear items (λ₆).

    References
    ----------
    Guttman (1945), doi:10.1007/BF02288892. In R: ``psych::guttman`` (without reversing items).

    Examples
    --------
    >>> bounds = guttman_bounds({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 5], "c": [1, 3, 3, 4, 4]})
    >>> round(bounds.lambda2, 3)
    0.958
    """
    cov = read_items(data, items, missing).cov
    k, total, trace = len(cov), float(cov.sum()), float(np.trace(cov))
    if k > MOST_ITEMS:
        raise DataError(f"{k} items: split halves are looked at one by one, for at most {MOST_ITEMS} items")
    off = cov - np.diag(np.diagonal(cov))
    first = 1 - trace / total
    return Guttman(
        lambda1=first,
        lambda2=first + float(np.sqrt(k / (k - 1) * np.sum(off**2))) / total,
        lambda3=k / (k - 1) * first,
        lambda4=_best_split(cov) / total,
        lambda6=1 - float(np.sum(unique_variances(cov))) / total,
    )


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
    codes = np.arange(1, 2 ** (k - 1))
    signs = np.ones((len(codes), k))
    signs[:, 1:] -= 2 * ((codes[:, None] >> np.arange(k - 1)) & 1)
    return float(cov.sum() - np.min(np.sum((signs @ cov) * signs, axis=1)))
