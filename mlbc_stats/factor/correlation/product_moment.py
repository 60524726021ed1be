"""Pearson correlations with the covariance of their sampling errors, complete, pairwise or from two stages."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import cov2cor, vech_indices
from mlbc_stats.moments.sample.incomplete import from_incomplete
from mlbc_stats.moments.sample.saturated_curvature import require_determined, saturated_curvature

Array = NDArray[Any]


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


def _covariance(z: Array, r: Array) -> Array:
    i, j = below(z.shape[1])
    u = z[:, i] * z[:, j] - r * (z[:, i] ** 2 + z[:, j] ** 2) / 2
    return u.T @ u / len(z)


def _pairwise(x: Array, gamma: bool) -> tuple[Array, float, Array | None]:
    p = x.shape[1]
    i, j = below(p)
    both = ~np.isnan(x[:, i]) & ~np.isnan(x[:, j])
    count = both.sum(axis=0)
    a, b = np.where(both, x[:, i], np.nan), np.where(both, x[:, j], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b = (_standardized(np.where(both, each, 0.0), both, count) for each in (a, b))
        pairs = (a * b).sum(axis=0) / count
    r = np.eye(p)
    r[i, j] = r[j, i] = pairs
    spread = None
    if gamma and np.isfinite(pairs).all():
        u = (a * b - pairs * (a**2 + b**2) / 2) / count
        spread = u.T @ u
    n = float(len(count) / np.sum(1 / np.maximum(count, 1)))
    return r, n, None if spread is None else n * spread


def _standardized(values: Array, both: Array, count: Array) -> Array:
    centred = np.where(both, values - values.sum(axis=0) / count, 0.0)
    return centred / np.sqrt((centred**2).sum(axis=0) / count)


def ranked(x: Array) -> Array:
    """Ranks (n, p) with ties in their middle; missing stays missing. With pairwise gaps ranks are over all answers.

    Examples
    --------
    >>> ranked(np.array([[3.0], [np.nan], [1.0], [3.0]])).ravel().tolist()
    [2.5, nan, 1.0, 2.5]
    """
    from scipy.stats import rankdata

    return np.asarray(rankdata(x, axis=0, nan_policy="omit"))


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
