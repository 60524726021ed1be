"""Tests whose p value comes from smoothed eigenvalues of UΓ (Foldnes, Moss and Grønneberg)."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtri

from mlbc_stats.errors import DataError, NotServedError
from mlbc_stats.linalg import vech_indices
from mlbc_stats.moments.gamma import gamma_nt
from mlbc_stats.moments.sample.moments import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.test_names import Smoothing
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.inference.chi_square import ChiSquareTest
from mlbc_stats.sem.inference.further_tests.mixture import mixture_tail
from mlbc_stats.sem.inference.moment_covariance import moment_covariances
from mlbc_stats.sem.inference.sandwich import MomentSpace, moment_space


def eigenvalue_test(solution: Solution, test: str, how: Smoothing, source: ChiSquareTest) -> ChiSquareTest:
    """P(Σ λ̃_i χ²_1 > T) with λ̃ the eigenvalues of UΓ, smoothed.

    T is the likelihood-ratio statistic or, for names that end in ``_rls``, Browne's browne.residual.nt.model. The
    eigenvalues λ_1 ≥ … ≥ λ_d, d the degrees of freedom, with mean m, become

    - all: λ_i; pall: (λ_i + m)/2;
    - eba<j>: the mean of their block, j blocks of ⌈d/j⌉; peba<j>: (that + m)/2;
    - pols<g>: m + (b/g)(i − (d + 1)/2), b the slope of λ on i, not below zero.

    ``_ug`` takes Browne's unbiased estimate of Γ. The statistic shown is the χ²_d with the same p value.

    Raises
    ------
    NotServedError
        for ``_ug`` with fixed covariates, weights or clusters.

    References
    ----------
    Foldnes, Moss & Grønneberg (2024), doi:10.1080/10705511.2024.2372028; Browne (1984), eq. 3.8,
    doi:10.1111/j.2044-8317.1984.tb00789.x. In R (lavaan 0.7): ``lavTest(fit, test = "peba4_rls")``.
    """
    df = int(source.df)
    if df <= 0:
        return ChiSquareTest(test, source.stat, df, np.nan)
    gamma = moment_covariances(solution)
    if how.unbiased:
        gamma = tuple(
            _unbiased(each, moments, ram)
            for each, moments, ram in zip(gamma, solution.moments, solution.rams, strict=True)
        )
    values = eigenvalues(moment_space(solution, gamma), solution)[:df]
    pvalue = mixture_tail(smooth(values, how), source.stat)
    return ChiSquareTest(test, float(chdtri(df, pvalue)), df, pvalue)


def eigenvalues(space: MomentSpace, solution: Solution) -> Floats:
    """Eigenvalues of UΓ from the largest, U = W − WΔ(Δ'WΔ)⁻¹Δ'W over all groups."""
    roots = [np.linalg.cholesky(each).T for each in (_square(w) for w in space.weight)]
    basis = np.eye(len(solution.theta)) if solution.basis is None else solution.basis
    pulled = np.vstack(
        [np.sqrt(s) * root @ d @ basis for s, root, d in zip(space.shares, roots, space.delta, strict=True)]
    )
    kept = np.eye(len(pulled)) - pulled @ np.linalg.pinv(pulled)
    sizes = [len(root) for root in roots]
    spread, at = np.zeros((sum(sizes), sum(sizes))), 0
    for root, gamma, size in zip(roots, space.gamma, sizes, strict=True):
        spread[at : at + size, at : at + size] = root @ gamma @ root.T
        at += size
    return np.linalg.eigvalsh(kept @ spread @ kept)[::-1]


def smooth(values: Floats, how: Smoothing) -> Floats:
    """Smoothed eigenvalues (d,) of ordered ones.

    Examples
    --------
    >>> smooth(np.array([3.0, 2.0, 1.0, 0.0]), Smoothing("peba", 2)).tolist()
    [2.0, 2.0, 1.0, 1.0]
    """
    d, mean = len(values), float(values.mean())
    if how.kind in ("eba", "peba"):
        block = np.arange(d) // -(-d // int(how.number))
        values = (np.bincount(block, values) / np.bincount(block))[block]
    if how.kind == "pols":
        rank = np.arange(d) - (d - 1) / 2
        slope = float(rank @ values / (rank @ rank)) if d > 1 else 0.0
        return np.maximum(mean + slope / how.number * rank, 0.0)
    return (values + mean) / 2 if how.kind in ("pall", "peba") else values


def _square(weight: Floats) -> Floats:
    return np.diagflat(weight) if weight.shape[-1] == 1 else weight


def _unbiased(gamma: Floats, moments: SampleMoments, ram: Ram) -> Floats:
    """Browne's unbiased Γ: N(N−1)/((N−2)(N−3)) Γ − N/((N−2)(N−3)) (Γ_NT − 2ss'/(N−1)) over the covariances."""
    if len(ram.exogenous) or moments.weights is not None or moments.cluster is not None:
        raise NotServedError(
            "the unbiased Γ is for plain rows without fixed covariates; leave out _ug or fixed_x"
        )
    n, p = float(moments.n), len(moments.cov)
    if n <= 3:
        raise DataError(f"the unbiased Γ needs more than three cases, got {n:.0f}")
    rows, cols = vech_indices(p)
    cov = moments.cov if moments.divisor == "n" else moments.cov * (n - 1) / n
    s, out = cov[rows, cols], gamma.copy()
    own = slice(p if ram.means else 0, None)
    normal = gamma_nt(cov, False) - 2 / (n - 1) * np.outer(s, s)
    out[own, own] = (n * (n - 1) * gamma[own, own] - n * normal) / ((n - 2) * (n - 3))
    return out
