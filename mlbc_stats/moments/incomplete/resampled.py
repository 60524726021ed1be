"""Saturated moments of many resamples of incomplete data, by EM steps of all of them at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import symmetrize
from mlbc_stats.moments.incomplete.fiml import fiml_value_gradient
from mlbc_stats.moments.incomplete.patterns import Patterns, take_patterns

Array = NDArray[Any]

DECREMENT = 1e-9
"""Squared length of a step, in the metric of the complete data's information, that counts as none: about a thousandth
of a standard error at n = 500, far below what the ends of an interval vary by among resamples."""
MOST = 200


def resampled_moments(patterns: Patterns, mean: Array, cov: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Means (B, p), covariances (B, p, p) and whether the steps converged (B,), from those of the whole sample.

    Parameters
    ----------
    patterns : of B resamples (`resample_patterns`). mean, cov : array [p] and [p, p], where every element begins.

    References
    ----------
    Dempster, Laird & Rubin (1977), https://doi.org/10.1111/j.2517-6161.1977.tb01600.x

    Examples
    --------
    >>> from mlbc_stats.moments.incomplete.patterns import find_patterns, resample_patterns
    >>> x = np.array([[1.0, 2.0], [3.0, 3.0], [2.0, 4.0], [5.0, np.nan]])
    >>> same = resample_patterns(x, find_patterns(x), np.ones((1, 4)))
    >>> found, _, converged = resampled_moments(same, np.zeros(2), np.eye(2))
    >>> found.round(3).tolist(), converged.tolist()
    ([[2.75, 3.375]], [True])
    """
    batch = patterns.n.shape[0]
    means, covs = np.tile(mean, (batch, 1)), np.tile(cov, (batch, 1, 1))
    converged, active = np.zeros(batch, dtype=bool), np.arange(batch)
    with np.errstate(all="ignore"):
        for _ in range(MOST):
            m, s = means[active], covs[active]
            _, d_sigma, d_mu, ok = fiml_value_gradient(patterns, s, m)
            shift = -0.5 * np.einsum("bij,bj->bi", s, d_mu)
            change = symmetrize(-s @ d_sigma @ s)
            decrement = -0.5 * (np.sum(d_mu * shift, axis=-1) + np.sum(d_sigma * change, axis=(-2, -1)))
            go = ok & np.isfinite(decrement)
            means[active[go]] += shift[go]
            covs[active[go]] += change[go] - shift[go][:, :, None] * shift[go][:, None, :]
            converged[active[go & (decrement < DECREMENT)]] = True
            go &= decrement >= DECREMENT
            active = active[go]
            if not len(active):
                break
            patterns = take_patterns(patterns, go)
    return means, covs, converged
