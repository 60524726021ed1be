"""Sampling variability of a solution's moments and scores, per group, from the raw rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import vech_indices
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.casewise import complete_scores
from mlbc_stats.sem.moment_space import normal_gamma
from mlbc_stats.sem.ram import Floats
from mlbc_stats.sem.solution import Solution


def moment_covariances(solution: Solution) -> tuple[Floats, ...]:
    """Γ per group (m_g, m_g) over (x̄, vech S): distribution-free from raw rows, or normal-theory where asked."""
    normal = solution.method.se == "robust.sem.nt"
    return tuple(
        normal_gamma(moments.cov, ram.means) if normal else adf_gamma(moments, ram.means)
        for moments, ram in zip(solution.moments, solution.rams, strict=True)
    )


def adf_gamma(moments: SampleMoments, means: bool) -> Floats:
    """Asymptotically distribution-free Γ, divisor n.

    References
    ----------
    Browne (1984), doi:10.1111/j.2044-8317.1984.tb00789.x.
    """
    x = raw_rows(moments)
    rows, cols = vech_indices(x.shape[1])
    centred = x - x.mean(axis=0)
    products = centred[:, rows] * centred[:, cols]
    if means:
        products = np.concatenate([centred, products], axis=1)
    products = products - products.mean(axis=0)
    return products.T @ products / len(x)


def score_products(solution: Solution) -> Floats:
    """Mean cross product of the casewise scores (q, q)."""
    q = len(solution.theta)
    out = np.zeros((q, q))
    for ram, share, scores in zip(solution.rams, solution.shares, group_scores(solution), strict=True):
        out[np.ix_(ram.free, ram.free)] += share * (scores.T @ scores) / len(scores)
    return out


def saturated_trace(solution: Solution) -> float:
    """tr(A₁⁻¹B₁) of the saturated model, all groups; moments of fixed covariates alone are left out."""
    total = 0.0
    for ram, moments in zip(solution.rams, solution.moments, strict=True):
        total += _normal_trace(moments, np.arange(ram.n_observed), ram.means)
        if len(ram.exogenous):
            total -= _normal_trace(moments, ram.exogenous, ram.means)
    return total


def _normal_trace(moments: SampleMoments, index: NDArray[np.intp], means: bool) -> float:
    """tr(ΓW) with the distribution-free Γ and W = ½Dᵀ(S⁻¹⊗S⁻¹)D of some of the variables.

    Formula: with e_i = d_iᵀS⁻¹d_i, the covariance part is ½[mean(e²) − p] and the mean part p.
    """
    x = raw_rows(moments)[:, index]
    centred = x - x.mean(axis=0)
    cov = centred.T @ centred / len(x)
    distance = np.einsum("ni,ni->n", centred @ np.linalg.inv(cov), centred)
    return float(0.5 * (np.mean(distance**2) - len(cov)) + (len(cov) if means else 0))


def group_scores(solution: Solution) -> list[Floats]:
    """∂ℓ_i/∂θ of each group's own parameters, (n_g, q_g) each."""
    out = []
    for ram, moments, implied in zip(solution.rams, solution.moments, solution.implied(), strict=True):
        x = raw_rows(moments)
        centre = x.mean(axis=0) if implied.mu is None else implied.mu
        weight = np.linalg.inv(implied.sigma)
        out.append(complete_scores(ram, implied, weight, x - centre, implied.sigma))
    return out


def raw_rows(moments: SampleMoments) -> Floats:
    """The rows behind the moments; an error where only a covariance matrix was given."""
    if moments.raw is None:
        raise DataError(
            "robust and first-order errors need the raw rows, but only a covariance matrix was given; "
            "pass the data or use estimator='ML' with se='standard'"
        )
    return moments.raw
