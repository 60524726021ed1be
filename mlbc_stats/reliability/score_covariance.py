"""Covariances of ordinal scores from the thresholds and correlations of the responses behind them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from mlbc_stats.moments.margins.bivariate_normal import grid_cdf
from mlbc_stats.reliability.items import Floats


def score_covariance(cuts: Floats, steps: Floats, correlation: Floats, same: bool = False) -> Floats:
    """Covariances of scores whose responses y* are standard bivariate normal in pairs.

    A score jumps by s_ia where y*_i passes the cut τ_ia, so Cov(y_i, y_j) =
    Σ_a Σ_b s_ia s_jb [Φ₂(τ_ia, τ_jb; ρ_ij) − Φ(τ_ia) Φ(τ_jb)].

    Parameters
    ----------
    cuts : (..., k, t) cuts of y* on its standardized scale; an item with fewer than t is filled with +∞.
    steps : (k, t) differences of neighbouring codes, zero where filled.
    correlation : (..., k, k) of y*; that of an item with itself counts as of two parallel answers to it.
    same : the diagonal holds variances of the scores (ρ = 1) instead.

    Returns
    -------
    array (..., k, k); NaN where a correlation is beyond 1.

    References
    ----------
    Green & Yang (2009), doi:10.1007/s11336-008-9099-3, equations 20–21 for codes one apart.

    Examples
    --------
    >>> halves = score_covariance(np.zeros((2, 1)), np.ones((2, 1)), np.array([[1.0, 0.5], [0.5, 1.0]]), same=True)
    >>> halves.round(4).tolist()
    [[0.25, 0.0833], [0.0833, 0.25]]
    """
    k = cuts.shape[-2]
    first, second = np.tril_indices(k, -1 if same else 0)
    below = ndtr(cuts)
    grid = np.moveaxis(cuts, -1, 0)
    joint = grid_cdf(grid[..., first], grid[..., second], correlation[..., first, second])
    apart = np.moveaxis(below[..., first, :, None] * below[..., second, None, :], (-2, -1), (0, 1))
    values = np.einsum("xa,ab...x,xb->...x", steps[first], joint - apart, steps[second])
    out = np.empty((*values.shape[:-1], k, k))
    out[..., first, second] = out[..., second, first] = values
    if same:
        lesser = np.minimum(below[..., :, None], below[..., None, :])
        own = lesser - below[..., :, None] * below[..., None, :]
        np.einsum("...ii->...i", out)[...] = np.einsum("ka,...kab,kb->...k", steps, own, steps)
    return out


def code_steps(levels: Sequence[Floats | None]) -> Floats:
    """Differences of neighbouring codes (k, t), zero behind the last one and for items without categories.

    Examples
    --------
    >>> code_steps([np.array([1.0, 2.0, 4.0]), np.array([0.0, 1.0])]).tolist()
    [[1.0, 2.0], [1.0, 0.0]]
    """
    most = max((len(level) for level in levels if level is not None), default=1) - 1
    out = np.zeros((len(levels), most))
    for i, level in enumerate(levels):
        if level is not None:
            out[i, : len(level) - 1] = np.diff(level)
    return out
