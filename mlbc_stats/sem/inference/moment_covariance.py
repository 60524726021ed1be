"""Sampling variability of a solution's moments and scores, per group, from the raw rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import vech_indices
from mlbc_stats.moments.gamma import gamma_adf, gamma_nt, pool
from mlbc_stats.moments.incomplete.fiml import pattern_inverses
from mlbc_stats.moments.incomplete.information import saturated_gamma
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.moments.sample.saturated_curvature import saturated_curvature
from mlbc_stats.moments.two_level.unrestricted import free_moments
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.estimation.raw_moments import adf, raw_rows
from mlbc_stats.sem.estimation.solution import Solution, constrained_inverse
from mlbc_stats.sem.implied.first_derivatives import moment_jacobian
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.inference.casewise_scores import complete_scores, pattern_scores
from mlbc_stats.sem.inference.sandwich import normal_weight


def moment_covariances(solution: Solution) -> tuple[Floats, ...]:
    """Γ per group (m_g, m_g) over (x̄, vech S): distribution-free from raw rows, or normal-theory where asked."""
    if solution.method.two_stage:
        kind = "sandwich" if solution.method.missing == "robust_two_stage" else "observed"
        return tuple(saturated_covariance(moments, kind) for moments in solution.moments)
    if solution.method.se == "robust.sem.nt":
        return tuple(
            gamma_nt(m.cov, ram.means) for m, ram in zip(solution.moments, solution.rams, strict=True)
        )
    unbiased = solution.method.details.mplus and solution.method.discrepancy != "ML"
    return tuple(
        adf(moments, ram, unbiased) for moments, ram in zip(solution.moments, solution.rams, strict=True)
    )


def saturated_covariance(moments: SampleMoments, kind: str) -> Floats:
    """Γ of the saturated FIML moments (m, m); with fixed covariates their own rows are zero.

    References
    ----------
    Savalei & Bentler (2009), doi:10.1080/10705510903008238; Yuan & Bentler (2000), doi:10.1111/0081-1750.00078.
    """
    patterns, mean = moments.patterns, moments.mean
    if patterns is None or mean is None:
        raise DataError("no patterns of missing values; two-stage errors need incomplete raw data")
    return saturated_gamma(
        patterns, mean, moments.cov, kind, raw_rows(moments), moments.weights, moments.cluster
    )


def available_case_gamma(moments: SampleMoments) -> Floats:
    """Γ over (x̄, vech S) from the answers at hand, divisor n of all cases: unobserved products count as zero."""
    x = raw_rows(moments)
    rows, cols = vech_indices(x.shape[1])
    centred = x - np.nanmean(x, axis=0)
    deviation = np.concatenate([centred, centred[:, rows] * centred[:, cols]], axis=1)
    known = np.nan_to_num(deviation - np.nanmean(deviation, axis=0))
    return known.T @ known / len(x)


def score_products(solution: Solution) -> Floats:
    """Mean cross product of the casewise scores (q, q)."""
    q = len(solution.theta)
    out = np.zeros((q, q))
    for ram, moments, share, scores in zip(
        solution.rams, solution.moments, solution.shares, group_scores(solution), strict=True
    ):
        if moments.levels is None:
            sums, factor = pool(scores, moments.weights, moments.cluster)
        else:
            sums, factor = scores, 1 / float(moments.n)
        out[np.ix_(ram.free, ram.free)] += share * factor * (sums.T @ sums)
    return out


def saturated_trace(solution: Solution) -> float:
    """tr(A₁⁻¹B₁) of the saturated model, all groups; moments of fixed covariates alone are left out."""
    if not solution.saturated:
        return np.nan
    total = 0.0
    for ram, moments in zip(solution.rams, solution.moments, strict=True):
        if moments.levels is not None:
            total += _level_trace(moments, ram, solution.method.information != "expected")
            continue
        if moments.patterns is None:
            total += _normal_trace(moments, np.arange(ram.n_observed), ram.means)
        else:
            total += saturated_curvature(moments).trace()
        if len(ram.exogenous):
            total -= _normal_trace(moments, ram.exogenous, ram.means)
    return total


def _normal_trace(moments: SampleMoments, index: NDArray[np.intp], means: bool) -> float:
    """tr(ΓW) with the distribution-free Γ and W = ½Dᵀ(S⁻¹⊗S⁻¹)D of some of the variables.

    Formula: with e_i = d_iᵀS⁻¹d_i, the covariance part is ½[mean(e²) − p] and the mean part p.
    """
    x = raw_rows(moments)[:, index]
    if moments.weights is not None or moments.cluster is not None:
        gamma = gamma_adf(x, means, moments.weights, moments.cluster)
        weight = normal_weight(np.linalg.inv(moments.cov[np.ix_(index, index)]), means)
        return float(np.sum(gamma * weight))
    centred = x - x.mean(axis=0)
    cov = centred.T @ centred / len(x)
    distance = np.einsum("ni,ni->n", centred @ np.linalg.inv(cov), centred)
    return float(0.5 * (np.mean(distance**2) - len(cov)) + (len(cov) if means else 0))


def group_scores(solution: Solution) -> list[Floats]:
    """∂ℓ_i/∂θ of each group's own parameters, (n_g, q_g) each; with two levels of every cluster, (J_g, q_g)."""
    out = []
    for ram, moments, implied in zip(solution.rams, solution.moments, solution.implied(), strict=True):
        if moments.levels is not None:
            sigma, mu = implied.fitted
            scores = moments.levels.data.scores(sigma, np.asarray(mu))
            out.append(scores @ moment_jacobian(ram, implied))
            continue
        x = raw_rows(moments)
        if moments.patterns is not None and implied.mu is not None:
            weights = pattern_inverses(moments.patterns, implied.sigma)[0]
            centred = np.where(np.isnan(x), 0.0, x - implied.mu)
            out.append(pattern_scores(ram, implied, weights, centred, moments.patterns.case))
            continue
        centre = np.asarray(moments.mean if implied.mu is None else implied.mu)
        weight = np.linalg.inv(implied.sigma)
        out.append(complete_scores(ram, implied, weight, x - centre, implied.sigma))
    return out


def _level_trace(moments: SampleMoments, ram: Ram, observed: bool) -> float:
    """tr(A⁻¹B) of the unrestricted model of a group: A its information, B the mean cross product of cluster scores.

    Moments of fixed covariates alone are left out.
    """
    levels = moments.levels
    if levels is None or moments.mean is None:
        raise DataError("no clusters; this is a fault of the package")
    places = _modelled(moments, ram)
    p = len(moments.names)
    unit = np.zeros((p + p * (p + 1) // 2, len(places)))
    unit[places, np.arange(len(places))] = 1.0
    information = levels.data.likely(moments.cov, moments.mean, observed).pairing(unit)
    scores = levels.data.scores(moments.cov, moments.mean)[:, places]
    spread = scores.T @ scores / float(moments.n)
    return float(np.sum(constrained_inverse(information, None).matrix * spread))


def _modelled(moments: SampleMoments, ram: Ram) -> Ints:
    """Places in (μ, vech Σ) of the free moments that are not of fixed covariates alone."""
    if moments.levels is None:
        return np.zeros(0, dtype=np.intp)
    p = len(moments.names)
    i, j = vech_indices(p)
    fixed = np.isin(np.arange(p), ram.exogenous)
    given = np.concatenate([fixed, fixed[i] & fixed[j]])
    places = free_moments(moments.levels.data.layout)
    return np.asarray(places[~given[places]])
