"""Γ, the asymptotic covariance of sample means and covariances: distribution-free or normal-theory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import vech_indices

Array = NDArray[Any]


def gamma_adf(
    x: Array,
    meanstructure: bool = True,
    weights: Array | None = None,
    cluster: Array | None = None,
    fixed: Sequence[int] = (),
) -> Array:
    """Asymptotically distribution-free Γ of √n (m, vech S).

    Parameters
    ----------
    x : array [n, p], complete.
    meanstructure : with the means first; otherwise of vech S alone.
    weights : array [n], sampling weights.
    cluster : int array [n], codes of the clusters.
    fixed : columns of covariates held fixed; only what varies given them counts, and their own moments have
        zero rows.

    Returns
    -------
    gamma : array [k, k], k = p(p+1)/2, plus p with means. Γ = (1/n) Σ z_i z_i' with z_i as in
        `moment_deviations` (divisor n = Σw). With weights z_i is multiplied by w_i; with J clusters it
        is summed within clusters and Γ multiplied by J/(J-1).

    Raises
    ------
    DataError
        with fewer than two clusters.

    References
    ----------
    Browne (1984), https://doi.org/10.1111/j.2044-8317.1984.tb00789.x

    Notes
    -----
    In R: ``lavInspect(fit, "gamma")`` of a fit with ``estimator = "MLM"`` or ``"MLR"`` and ``cluster``.

    Examples
    --------
    >>> gamma_adf(np.array([[1.0], [2.0], [3.0], [6.0]])).tolist()
    [[3.5, 4.5], [4.5, 12.25]]
    """
    z = moment_deviations(x, meanstructure, weights, fixed)
    sums, factor = pool(z, weights, cluster)
    return sums.T @ sums * factor


def meat(
    x: Array,
    pulled: Array,
    weights: Array | None = None,
    cluster: Array | None = None,
    fixed: Sequence[int] = (),
) -> Array:
    """B'ΓB for B = WΔ [k, q], without forming Γ.

    Parameters
    ----------
    x, weights, cluster, fixed : as in `gamma_adf`.
    pulled : array [k, q]; k tells whether the means are part of the moments.

    Returns
    -------
    meat : array [q, q], in O(nkq) instead of O(nk²).

    Examples
    --------
    >>> x = np.array([[1.0], [2.0], [3.0], [6.0]])
    >>> meat(x, np.array([[1.0], [1.0]])).tolist()
    [[24.75]]
    """
    p = x.shape[1]
    z = moment_deviations(x, pulled.shape[0] > p * (p + 1) // 2, weights, fixed)
    sums, factor = pool(z @ pulled, weights, cluster)
    return sums.T @ sums * factor


def gamma_unbiased(x: Array) -> Array:
    """Browne's unbiased estimate of the covariance of √n vech S, distribution-free.

    Parameters
    ----------
    x : array [n, p], complete, n > 3.

    Returns
    -------
    gamma : array [k, k], k = p(p+1)/2. With N cases, s in the divisor N and w_ijkl the mean of the fourfold products,
        N(N−1)/((N−2)(N−3)) (w_ijkl − s_ij s_kl) − N/((N−2)(N−3)) (s_ik s_jl + s_il s_jk − 2 s_ij s_kl/(N−1)).

    Raises
    ------
    DataError
        with fewer than four cases.

    References
    ----------
    Browne (1984), https://doi.org/10.1111/j.2044-8317.1984.tb00789.x; Du & Bentler (2022),
    https://doi.org/10.1080/10705511.2022.2063870.

    Examples
    --------
    >>> gamma_unbiased(np.array([[1.0], [2.0], [3.0], [6.0]])).round(6).tolist()
    [[40.833333]]
    """
    n = len(x)
    if n < 4:
        raise DataError(f"the unbiased covariance of covariances needs at least 4 cases, got {n}")
    plain = gamma_adf(x, meanstructure=False)
    cov = np.cov(x, rowvar=False, ddof=0).reshape(x.shape[1], x.shape[1])
    i, j = vech_indices(len(cov))
    s = cov[i, j]
    divisor = (n - 2) * (n - 3)
    normal = gamma_nt(cov, meanstructure=False) - 2 / (n - 1) * np.outer(s, s)
    return n * (n - 1) / divisor * plain - n / divisor * normal


def gamma_nt(cov: Array, meanstructure: bool = True) -> Array:
    """Normal-theory Γ: blockdiag(Σ, 2D⁺(Σ⊗Σ)D⁺ᵀ), D the duplication matrix.

    Parameters
    ----------
    cov : array [..., p, p].

    Returns
    -------
    gamma : array [..., k, k]; the element of (s_ij, s_kl) is σ_ik σ_jl + σ_il σ_jk.

    References
    ----------
    Browne (1974), South African Statistical Journal, 8, 1-24.

    Examples
    --------
    >>> gamma_nt(np.array([[2.0]])).tolist()
    [[2.0, 0.0], [0.0, 8.0]]
    """
    p = cov.shape[-1]
    i, j = vech_indices(p)
    second = cov[..., i[:, None], i] * cov[..., j[:, None], j]
    second += cov[..., i[:, None], j] * cov[..., j[:, None], i]
    if not meanstructure:
        return second
    out = np.zeros((*cov.shape[:-2], p + len(i), p + len(i)))
    out[..., :p, :p] = cov
    out[..., p:, p:] = second
    return out


def moment_deviations(
    x: Array, meanstructure: bool = True, weights: Array | None = None, fixed: Sequence[int] = ()
) -> Array:
    """Contribution of every case to (m, vech S), about its mean.

    Returns
    -------
    z : array [n, k], z_i = (d_i, vech(d_i d_i') - vech S) with d_i = x_i - m. With fixed covariates d_i loses
        its regression f_i on them in the means, and vech(f_i f_i') is taken from the products.

    Examples
    --------
    >>> moment_deviations(np.array([[1.0], [2.0], [6.0]])).round(6).tolist()
    [[-2.0, -0.666667], [-1.0, -3.666667], [3.0, 4.333333]]
    """
    i, j = vech_indices(x.shape[1])
    d = x - _mean(x, weights)
    products = d[:, i] * d[:, j]
    if len(fixed):
        fitted = _regression(d, list(fixed), weights)
        products -= fitted[:, i] * fitted[:, j]
        d = d - fitted
    products -= _mean(products, weights)
    return np.concatenate([d, products], axis=1) if meanstructure else products


def _mean(x: Array, weights: Array | None) -> Array:
    return x.mean(0) if weights is None else weights @ x / weights.sum()


def _regression(d: Array, fixed: list[int], weights: Array | None) -> Array:
    predictors = d[:, fixed]
    weighted = predictors if weights is None else predictors * weights[:, None]
    slopes = np.linalg.lstsq(weighted.T @ predictors, weighted.T @ d, rcond=None)[0]
    fitted = predictors @ slopes
    fitted[:, fixed] = predictors  # exactly, so that nothing of theirs varies
    return fitted


def pool(z: Array, weights: Array | None, cluster: Array | None) -> tuple[Array, float]:
    """Casewise contributions (n, k) as sums over clusters or cases, and the factor of their cross products.

    Weights multiply the rows; with J clusters rows are summed within them and the factor is J/(J-1)/n, else 1/n.

    Examples
    --------
    >>> pool(np.array([[1.0], [2.0]]), None, None)
    (array([[1.],
           [2.]]), 0.5)
    """
    total = float(len(z) if weights is None else weights.sum())
    if weights is not None:
        z = z * weights[:, None]
    if cluster is None:
        return z, 1.0 / total
    codes, place = np.unique(cluster, return_inverse=True)
    count = len(codes)
    if count < 2:
        raise DataError(f"{count} cluster; cluster-robust errors need at least 2")
    sums = np.zeros((count, z.shape[1]))
    np.add.at(sums, place, z)
    return sums, count / (count - 1) / total
