"""Sampling errors of sample moments and of their residuals, in any method's metric."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import vech_indices
from mlbc_stats.moments.incomplete.information import saturated_information
from mlbc_stats.moments.incomplete.patterns import Patterns
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.raw_moments import adf
from mlbc_stats.sem.estimation.solution import Solution, constrained_inverse
from mlbc_stats.sem.implied.first_derivatives import moment_jacobian
from mlbc_stats.sem.implied.moments import given_covariances
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.inference.moment_covariance import moment_covariances
from mlbc_stats.sem.inference.sandwich import full_weight

KINDS = {"expected": "expected", "observed": "observed", "first.order": "first_order"}


@dataclass(frozen=True, slots=True)
class MomentErrors:
    """Variances of one group's m moments (x̄ with a mean structure, vech S).

    Attributes
    ----------
    sample : (m,) of the sample moments; residual : (m,) of sample minus implied moments.
    """

    sample: Floats
    residual: Floats


def moment_errors(solution: Solution) -> tuple[MomentErrors, ...]:
    """Variances of sample moments and residuals, per group.

    Formula: to first order the residuals are Q(s − σ₀), Q = I − share Δ A ΔᵀH with A the constrained inverse of
    Σ share ΔᵀHΔ over all groups; H is the information of the moments at the model (its kind that of the fit) and Γ/n
    the sampling covariance of s: the inverse of the saturated information, or a sandwich for robust errors, given fixed
    covariates. What the other groups' sampling adds through equality constraints is left out, as in lavaan.
    """
    groups = [_group(solution, g) for g in range(len(solution.moments))]
    bread = np.sum([s * (d.T @ h @ d) for s, (d, h, _) in zip(solution.shares, groups, strict=True)], axis=0)
    inverse = constrained_inverse(bread, solution.tangent).matrix
    out = []
    for (delta, weight, gamma), moments, share in zip(groups, solution.moments, solution.shares, strict=True):
        n, fitted = float(moments.total_weight), share * (weight @ delta @ inverse @ delta.T)
        left = gamma - fitted.T @ gamma
        out.append(MomentErrors(np.diag(gamma) / n, np.diag(left - left @ fitted) / n))
    return tuple(out)


def _group(solution: Solution, g: int) -> tuple[Floats, Floats, Floats]:
    """Δ (m, q), H (m, m) and Γ (m, m) of a group."""
    ram, implied = solution.rams[g], solution.implied()[g]
    own = moment_jacobian(ram, implied)
    delta = np.zeros((len(own), len(solution.theta)))
    delta[:, ram.free] = own
    return delta, _model_weight(solution, g, ram, implied), _sampling(solution, g, ram)


def _model_weight(solution: Solution, g: int, ram: Ram, implied: Implied) -> Floats:
    """H: information of the moments at the implied ones, or the weight of least squares."""
    method, moments = solution.method, solution.moments[g]
    if method.discrepancy != "ML" or method.two_stage:
        got = solution.objective.discrepancies[g].evaluate(*implied.fitted)
        return full_weight(got, ram.means)
    return _information(moments, method.information, implied.mu, implied.sigma, ram.means)


def _sampling(solution: Solution, g: int, ram: Ram) -> Floats:
    """Γ of √n_g times the sample moments; zero for those of fixed covariates alone."""
    method, moments = solution.method, solution.moments[g]
    robust = method.se.startswith("robust")
    if method.two_stage or method.se == "robust.sem.nt":
        return moment_covariances(solution)[g]
    if moments.ordinal is not None or method.discrepancy == "WLS" or (robust and moments.patterns is None):
        return adf(moments, ram)
    vary = ~_fixed(ram)
    block = np.ix_(vary, vary)
    if moments.provisional is not None:
        return np.full((len(vary), len(vary)), np.nan)
    bread = _information(moments, method.information, moments.mean, moments.cov, ram.means)[block]
    inverse = constrained_inverse(bread, None).matrix
    if robust:
        scores = _information(moments, "first.order", moments.mean, moments.cov, ram.means)
        inverse = inverse @ scores[block] @ inverse
    gamma = np.zeros((len(vary), len(vary)))
    gamma[block] = inverse
    return gamma


def _fixed(ram: Ram) -> NDArray[np.bool_]:
    """(m,) moments of fixed covariates alone, and those within the blocks of composites."""
    fixed = given_covariances(ram)[vech_indices(ram.n_observed)]
    return np.r_[np.isin(np.arange(ram.n_observed), ram.exogenous), fixed] if ram.means else fixed


def _information(moments: SampleMoments, kind: str, mu: Floats | None, sigma: Floats, means: bool) -> Floats:
    """Information of the moments at (μ, Σ); without a mean structure that of vech Σ alone, at the sample means."""
    p = len(sigma)
    sample = np.zeros(p) if moments.mean is None else moments.mean
    centre = sample if mu is None else mu
    got = saturated_information(
        moments.patterns or _one_pattern(moments, sample),
        centre,
        sigma,
        KINDS[kind],
        moments.raw,
        moments.weights,
        moments.cluster,
    )
    return got if means else got[p:, p:]


def _one_pattern(moments: SampleMoments, mean: Floats) -> Patterns:
    """Complete data as one pattern of missing values."""
    p, n = len(mean), np.array([float(moments.n)])
    case = np.zeros(0 if moments.raw is None else len(moments.raw), dtype=np.intp)
    full = np.ones((1, p, p), dtype=bool)
    return Patterns(full[:, 0], full, n, mean[None], moments.cov[None], case, n[0])
