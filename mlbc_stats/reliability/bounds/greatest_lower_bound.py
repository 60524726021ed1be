"""The greatest lower bound of the reliability of a sum of items, by semidefinite programming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.factor.extraction.extract import extract
from mlbc_stats.linalg import cholesky_flag, spd_inverse_logdet
from mlbc_stats.reliability.bounds.guttman import unique_variances
from mlbc_stats.reliability.items import Floats, judge_keying, read_items
from mlbc_stats.showing import Shown

SHRINK, LAST, STEPS = 5.0, 1e-11, 60
"""Factor by which the barrier falls, its last size relative to the mean variance, and Newton steps at each size."""
CENTRED = 1e-2
"""Newton decrement at which the barrier falls on."""


@dataclass(frozen=True, slots=True, repr=False)
class GreatestLowerBound(Shown):
    """Least reliability that a sum of items can have, given their covariances.

    Attributes
    ----------
    glb : 1 − Σθ/T at the largest error variances that leave the common covariances without a negative eigenvalue.
    communalities : (k,) share of each item that is then common.
    by_factors : the same with the error variances of a minres factor analysis, an approximation that may lie on
        either side; n_factors : how many it has.
    n : cases; items : (k,) their names.
    """

    glb: float
    communalities: tuple[float, ...]
    by_factors: float
    n_factors: int
    n: int
    items: tuple[str, ...]


def greatest_lower_bound(
    data: Any,
    items: Sequence[str] | None = None,
    missing: str = "listwise",
    standardized: bool = False,
    n_factors: int | None = None,
) -> GreatestLowerBound:
    """Greatest lower bound: 1 − max Σθ/T over error variances θ ≥ 0 with S − diag θ positive semidefinite.

    No assumption but uncorrelated errors is made: any smaller reliability contradicts S. In samples it is too high,
    because the maximum takes advantage of chance: of ten items with ρ = .8 by about .06 in 100 cases and .02 in 1,000
    (ten Berge and Sočan advise 1,000 or more). It is never below α and the other bounds of `guttman_bounds`.

    Parameters
    ----------
    data : table (n, k) of keyed items. items : columns; all by default. missing : "listwise" or "pairwise".
    standardized : of the sum of standardized items, from the correlations.
    n_factors : of the approximation by factors; by default as many as the correlations with squared multiple
        correlations on the diagonal have positive eigenvalues.

    Raises
    ------
    DataError
        as in `alpha`; items that covary negatively on average; collinear items, which leave some θ no room.

    References
    ----------
    Jackson & Agunwamba (1977), doi:10.1007/BF02295979; ten Berge & Sočan (2004), doi:10.1007/BF02289858. In R:
    ``psych::glb.algebraic(cov)$glb``; ``psych::glb.fa(cor)$glb`` for `by_factors`, whose rule for the number of factors
    differs in some scales.

    Examples
    --------
    >>> found = greatest_lower_bound({"a": [1, 2, 3, 4, 5, 3], "b": [2, 2, 3, 5, 5, 1], "c": [1, 3, 2, 4, 4, 4]})
    >>> round(found.glb, 3)
    0.939
    """
    scale = read_items(data, items, missing)
    cov = scale.correlation if standardized else scale.cov
    judge_keying(scale.names, cov)
    smooth = unique_variances(scale.correlation)  # refuses collinear items
    if not cholesky_flag(cov[None])[1][0]:
        raise DataError(
            "the pairwise covariances of the items are not positive definite; use missing='listwise'"
        )
    if not cov.sum() > 0:
        raise DataError("the total score of the items has no variance; check which items are reversed")
    errors = largest_errors(cov[None])[0]
    factors, unique = _by_factors(scale.correlation, smooth, n_factors)
    own = np.diagonal(cov)
    return GreatestLowerBound(
        glb=float(1 - errors.sum() / cov.sum()),
        communalities=tuple((1 - errors / own).tolist()),
        by_factors=float(1 - (unique * own).sum() / cov.sum()),
        n_factors=factors,
        n=scale.n,
        items=scale.names,
    )


def glb_of_covs(covs: Floats) -> Floats:
    """Greatest lower bounds (B,) from covariances (B, k, k); NaN where these are not positive definite.

    Examples
    --------
    >>> glb_of_covs(np.array([[[1.0, 0.5], [0.5, 1.0]], [[1.0, 1.0], [1.0, 1.0]]])).round(6).tolist()
    [0.666667, nan]
    """
    total = covs.sum(axis=(-2, -1))
    errors = largest_errors(covs).sum(axis=-1)
    return np.where(total > 0, 1 - errors / np.where(total > 0, total, 1.0), np.nan)


def largest_errors(covs: Floats) -> Floats:
    """Error variances θ (B, k) of the largest sum with S − diag θ ⪰ 0 and θ ≥ 0; NaN where S (B, k, k) is not definite.

    Newton's method on Σθ + μ[log |S − diag θ| + Σ log θ], whose maximum is within 2kμ of the largest sum, for a falling
    μ; steps of length 1/(1 + δ), δ the Newton decrement, stay where the logarithms exist (Nesterov & Nemirovskii).

    Examples
    --------
    >>> largest_errors(np.array([[[1.0, 0.5], [0.5, 1.0]]])).round(6).tolist()
    [[0.5, 0.5]]
    """
    batch, k = covs.shape[0], covs.shape[-1]
    definite = cholesky_flag(covs)[1]
    size = np.einsum("bii->b", covs) / k
    safe = np.where(definite[:, None, None], covs, np.eye(k)) / np.where(definite, size, 1.0)[:, None, None]
    lowest = np.linalg.eigvalsh(safe)[:, 0]
    theta = np.repeat(np.maximum(lowest, 1e-13)[:, None] / 2, k, axis=1)
    barrier = 1.0
    while barrier > LAST:
        barrier /= SHRINK
        theta = _centre(safe, theta, barrier)
    return np.where(definite[:, None], theta * size[:, None], np.full((batch, k), np.nan))


def _centre(covs: Floats, theta: Floats, barrier: float) -> Floats:
    """Errors (B, k) at the maximum for this barrier."""
    places = np.arange(covs.shape[-1])
    theta = theta.copy()
    active = np.arange(len(theta))
    for _ in range(STEPS):
        here = theta[active]
        common = covs[active].copy()
        common[:, places, places] -= here
        inverse, _, inside = spd_inverse_logdet(common)
        active, here, inverse = active[inside], here[inside], inverse[inside]
        if not len(active):
            break
        slope = 1 / barrier - np.einsum("bii->bi", inverse) + 1 / here
        bend = inverse * inverse
        bend[:, places, places] += 1 / here**2
        step = np.linalg.solve(bend, slope[:, :, None])[:, :, 0]
        decrement = np.sqrt(np.maximum(np.sum(slope * step, axis=1), 0.0))
        theta[active] = here + step / np.where(decrement < 0.25, 1.0, 1 + decrement)[:, None]
        active = active[decrement > CENTRED]
        if not len(active):
            break
    return theta


def _by_factors(correlation: Floats, unique: Floats, n_factors: int | None) -> tuple[int, Floats]:
    """Number of factors and the uniquenesses (k,) that minres gives with them."""
    k = len(correlation)
    reduced = correlation - np.diag(unique)
    most = max(k - 1, 1)
    count = int((np.linalg.eigvalsh(reduced) > 0).sum()) if n_factors is None else n_factors
    if not 1 <= count <= most:
        raise DataError(f"n_factors={count}: expected 1 to {most} for {k} items")
    return count, extract(correlation[None], count, "minres").uniqueness[0]
