"""Copula terms of scores, and how far scores are from normal."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import norm

Array = NDArray[Any]


def copula_terms(scores: Array, mass: Array) -> Array:
    """Φ⁻¹(H(x)) of scores (B, n, k), H(x) = Σ w[x_j ≤ x]/(Σ w + 1) with the weights (B, n) of the cases.

    Equal scores get the same term; a case of weight zero gets the one that its score would have.

    References
    ----------
    Park & Gupta (2012), doi:10.1287/mksc.1120.0718; Becker, Proksch & Ringle (2022), doi:10.1007/s11747-021-00805-y
    (for the divisor).

    Examples
    --------
    >>> scores = np.array([[[3.0], [1.0], [2.0], [2.0]]])
    >>> copula_terms(scores, np.ones((1, 4)))[0, :, 0].round(3).tolist()
    [0.842, -0.842, 0.253, 0.253]
    """
    order = np.argsort(scores, axis=1, kind="stable")
    ordered = np.take_along_axis(scores, order, axis=1)
    weights = np.take_along_axis(np.broadcast_to(mass[..., None], scores.shape), order, axis=1)
    upto = np.cumsum(weights, axis=1)
    tied = np.zeros(scores.shape, bool)
    tied[:, :-1] = ordered[:, :-1] == ordered[:, 1:]
    upto = np.minimum.accumulate(np.where(tied, np.inf, upto)[:, ::-1], axis=1)[:, ::-1]
    share = upto / (mass.sum(axis=1)[:, None, None] + 1)
    out = np.empty_like(scores)
    np.put_along_axis(out, order, share, axis=1)
    return np.asarray(ndtri(np.clip(out, 1e-6, 1 - 1e-6)))


def normality(x: Array) -> tuple[float, float]:
    """Anderson and Darling's A² for a normal distribution with mean and variance from the sample, and its p value.

    References
    ----------
    D'Agostino & Stephens (1986), Goodness-of-fit techniques, table 4.9. In R: ``nortest::ad.test``.

    Examples
    --------
    >>> a, p = normality(np.random.default_rng(1).exponential(size=100))
    >>> bool(a > 2), bool(p < 0.001)
    (True, True)
    """
    n = len(x)
    z = np.sort((x - x.mean()) / x.std(ddof=1))
    odd = 2 * np.arange(1, n + 1) - 1
    value = float(-n - np.mean(odd * (norm.logcdf(z) + norm.logsf(z[::-1]))))
    return value, _tail(value * (1 + 0.75 / n + 2.25 / n**2))


def _tail(a: float) -> float:
    if a >= 0.6:
        return float(np.exp(1.2937 - 5.709 * min(a, 13.0) + 0.0186 * min(a, 13.0) ** 2))
    if a > 0.34:
        return float(np.exp(0.9177 - 4.279 * a - 1.38 * a**2))
    if a > 0.2:
        return float(1 - np.exp(-8.318 + 42.796 * a - 59.938 * a**2))
    return float(1 - np.exp(-13.436 + 101.14 * a - 223.73 * a**2))
