"""Pearson correlations with the covariance of their sampling errors, complete, pairwise or from two stages."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import cov2cor, vech_indices
from mlbc_stats.moments.sample.incomplete import from_incomplete
from mlbc_stats.moments.sample.saturated_curvature import require_determined, saturated_curvature

Array = NDArray[Any]

FLAT = 1e-10
"""Share of its sum of squares about a centre below which a variable's variation about its own mean is rounding."""


def below(p: int) -> tuple[Array, Array]:
    """Rows and columns of the cells below the diagonal, column by column.

    Examples
    --------
    >>> [each.tolist() for each in below(3)]
    [[1, 2, 2], [0, 0, 1]]
    """
    row, col = vech_indices(p)
    return row[row != col], col[row != col]


def pearson(x: Array, gamma: bool) -> tuple[Array, float, Array | None]:
    """Correlations of (n, p), each pair over the cases that have both; the cases behind them; Γ without normality.

    Γ = n Σ_i u_i u_i', u of a pair = (z_a z_b − ½ r(z_a² + z_b²))/n_ab over its n_ab cases (Browne & Shapiro, 1986,
    doi:10.1016/0024-3795(86)90207-2; Steiger & Hakstian, 1982, doi:10.1111/j.2044-8317.1982.tb00654.x).

    Examples
    --------
    >>> r, n, _ = pearson(np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0], [4.0, np.nan]]), False)
    >>> round(float(r[0, 1]), 4), n
    (0.5, 3.0)
    """
    if not np.isnan(x).any():
        z = (x - x.mean(axis=0)) / x.std(axis=0)
        r = z.T @ z / len(z)
        np.fill_diagonal(r, 1.0)
        return (
            r,
            float(len(x)),
            _covariance(z, r[below(x.shape[1])]) if gamma else None,
        )
    return _pairwise(x, gamma)


def pair_correlations(x: Array, weights: Array | None = None) -> Array:
    """Correlations (..., p, p) of answers (..., n, p), each pair over the cases that have both.

    Parameters
    ----------
    weights : (..., n), how often each case counts; once by default.

    Returns
    -------
    r : with ones in the diagonal; NaN where a pair has no correlation.

    Examples
    --------
    >>> x = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0], [4.0, np.nan]])
    >>> pair_correlations(x, np.array([[1.0, 1, 1, 1], [2, 1, 0, 3]]))[:, 0, 1].round(4).tolist()
    [0.5, -1.0]
    """
    there = ~np.isnan(x)
    seen = there.astype(float)
    values = np.where(there, x - np.nanmean(x, axis=-2, keepdims=True), 0.0)
    mass, heavy = (
        (seen, values) if weights is None else (each * weights[..., None] for each in (seen, values))
    )
    sums = heavy.mT @ seen  # [i, j]: of item i over the cases that have j
    squares = (heavy * values).mT @ seen
    with np.errstate(invalid="ignore", divide="ignore"):
        total = mass.mT @ seen
        spread = squares - sums**2 / total
        spread = np.where(spread > FLAT * squares, spread, np.nan)
        r = (heavy.mT @ values - sums * sums.mT / total) / np.sqrt(spread * spread.mT)
    np.einsum("...ii->...i", r)[...] = 1.0
    return r


def _covariance(z: Array, r: Array) -> Array:
    i, j = below(z.shape[1])
    u = z[:, i] * z[:, j] - r * (z[:, i] ** 2 + z[:, j] ** 2) / 2
    return u.T @ u / len(z)


def _pairwise(x: Array, gamma: bool) -> tuple[Array, float, Array | None]:
    i, j = below(x.shape[1])
    both = ~np.isnan(x[:, i]) & ~np.isnan(x[:, j])
    count, r = both.sum(axis=0), pair_correlations(x)
    n = harmonic_mean(count)
    if not gamma or not np.isfinite(r).all():
        return r, n, None
    a, b = np.where(both, x[:, i], np.nan), np.where(both, x[:, j], np.nan)
    a, b = (_standardized(np.where(both, each, 0.0), both, count) for each in (a, b))
    u = (a * b - r[i, j] * (a**2 + b**2) / 2) / count
    return r, n, n * u.T @ u


def harmonic_mean(counts: Array) -> float:
    """Of cases behind each pair of items.

    Examples
    --------
    >>> harmonic_mean(np.array([100, 50]))
    66.66666666666667
    """
    return float(len(counts) / np.sum(1 / np.maximum(counts, 1)))


def _standardized(values: Array, both: Array, count: Array) -> Array:
    centred = np.where(both, values - values.sum(axis=0) / count, 0.0)
    return centred / np.sqrt((centred**2).sum(axis=0) / count)


def ranked(x: Array, counts: Array) -> Array:
    """Ranks (B, n, p) of answers (n, p) in samples that hold each case so often as counts (B, n) say.

    Ties are in their middle; missing stays missing. With pairwise gaps ranks are over all answers.

    Examples
    --------
    >>> x = np.array([[3.0], [np.nan], [1.0], [3.0]])
    >>> ranked(x, np.array([[1, 1, 1, 1], [1, 0, 3, 0]]))[..., 0].tolist()
    [[2.5, nan, 1.0, 2.5], [4.0, nan, 2.0, 4.0]]
    """
    out = np.full((len(counts), *x.shape), np.nan)
    for k, column in enumerate(x.T):
        seen = np.flatnonzero(~np.isnan(column))
        order = seen[np.argsort(column[seen], kind="stable")]
        first = np.flatnonzero(np.diff(column[order], prepend=-np.inf))
        mass = np.add.reduceat(counts[:, order], first, axis=1)  # of each value
        middle = np.cumsum(mass, axis=1) - mass / 2 + 0.5
        out[:, order, k] = np.repeat(middle, np.diff(first, append=len(order)), axis=1)
    return out


def two_stage(
    x: Array, names: tuple[str, ...], gamma: bool
) -> tuple[Array, tuple[str, ...], str, str, float, Array | None]:
    """Correlations of the saturated maximum-likelihood covariances, and their Γ by the sandwich H⁻¹BH⁻¹.

    References
    ----------
    Savalei & Bentler (2009), doi:10.1080/10705510903008238. In R: ``lavaan::lavCor(data, missing = "ml")``.
    """
    moments = from_incomplete(x, names)
    r = cov2cor(moments.cov)
    if not gamma:
        return r, names, "pearson", "two.stage", float(moments.n), None
    require_determined(moments)
    curve, p = saturated_curvature(moments), len(names)
    bread = np.linalg.inv(curve.information)[:, p:]
    spread = bread.T @ (curve.factor * curve.scores.T @ curve.scores) @ bread
    turn = correlation_jacobian(moments.cov)
    return r, names, "pearson", "two.stage", float(moments.n), turn @ spread @ turn.T


def correlation_jacobian(cov: Array) -> Array:
    """d r / d vech S (k, p(p+1)/2), r the correlations below the diagonal.

    dr_ij = ds_ij/√(s_ii s_jj) − ½ r_ij(ds_ii/s_ii + ds_jj/s_jj).

    Examples
    --------
    >>> correlation_jacobian(np.array([[1.0, 0.5], [0.5, 1.0]])).tolist()
    [[-0.25, 1.0, -0.25]]
    """
    p = len(cov)
    row, col = vech_indices(p)
    place = {(int(a), int(b)): k for k, (a, b) in enumerate(zip(row, col, strict=True))}
    i, j = below(p)
    r, variance = cov2cor(cov)[i, j], np.diagonal(cov)
    out = np.zeros((len(i), len(row)))
    pairs = np.arange(len(i))
    out[pairs, [place[a, b] for a, b in zip(i.tolist(), j.tolist(), strict=True)]] = 1 / np.sqrt(
        variance[i] * variance[j]
    )
    for side in (i, j):
        out[pairs, [place[a, a] for a in side.tolist()]] += -r / 2 / variance[side]
    return out
