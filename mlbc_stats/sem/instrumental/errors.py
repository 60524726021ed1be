"""Sampling covariance of coefficients from instruments and of the variances estimated after them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlbc_stats.moments.gamma import gamma_nt
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.estimation.raw_moments import adf
from mlbc_stats.sem.estimation.solution import Solution, constrained_inverse
from mlbc_stats.sem.inference.sandwich import moment_space
from mlbc_stats.sem.instrumental.cells import covariance_cells, over_moments
from mlbc_stats.sem.instrumental.fitted_equations import FittedEquation


def estimate_covariance(
    solution: Solution,
    later: Ints,
    basis: Floats | None,
    fitted: Sequence[FittedEquation],
    moments: tuple[SampleMoments, ...],
) -> Floats:
    """vcov (q, q) of the coefficients and of what was estimated given them.

    Formula: with s the sample moments, dθ₁ = K ds of the equations and dθ₂ = H(ds − Δ₁dθ₁),
    H = (Δ₂ᵀWΔ₂)⁻¹Δ₂ᵀW at the estimates, so that dθ = T ds and vcov = TΓTᵀ/n.

    ``se="robust.sem"`` and ``"robust.sem.nt"`` take all of TΓTᵀ/n, with the distribution-free and the normal-theory Γ.
    ``se="standard"`` is lavaan's: textbook errors of two-stage least squares for each equation, normal-theory TΓTᵀ/n
    for the variances (at Σ(θ), or at S with instruments from outside), and zero covariance between equations and
    between coefficients and variances.

    Parameters
    ----------
    solution : all parameters at the estimates.
    later : places in theta of what was estimated given the coefficients; basis : directions its constraints leave.
    moments : with the instruments from outside the model, as the equations were estimated.

    References
    ----------
    Bollen & Maydeu-Olivares (2007), doi:10.1007/s11336-007-9006-3.
    """
    traces, kind = influence(solution, later, basis, fitted, moments), solution.method.se
    out = np.zeros((len(solution.theta),) * 2)
    for ram, trace, each, implied, share in zip(
        solution.rams, traces, moments, solution.implied(), solution.shares, strict=True
    ):
        if kind == "robust.sem" or each.ordinal is not None:
            gamma = adf(each, ram)
        else:
            whole = kind == "standard" and len(each.names) == ram.n_observed
            gamma = gamma_nt(implied.sigma if whole else each.cov, ram.means)
        out += trace @ gamma @ trace.T / (share * solution.n)
    if kind == "standard":
        inner = out[np.ix_(later, later)].copy()
        out[...] = 0.0
        out[np.ix_(later, later)] = inner
        for equation in fitted:
            at = equation.equation.parameters
            out[np.ix_(at, at)] = equation.vcov
    return out


def influence(
    solution: Solution,
    later: Ints,
    basis: Floats | None,
    fitted: Sequence[FittedEquation],
    moments: tuple[SampleMoments, ...],
) -> list[Floats]:
    """T per group (q, m): derivatives of the estimates with respect to the group's sample moments, to first order."""
    space = moment_space(solution, ())
    firsts = [_first(solution, g, fitted, each) for g, each in enumerate(moments)]
    pulled = space.pulled()
    information = sum(
        share * d[:, later].T @ w[:, later]
        for share, d, w in zip(solution.shares, space.delta, pulled, strict=True)
    )
    inverse = constrained_inverse(np.asarray(information), basis).matrix
    out = []
    for g, (share, delta, own, first) in enumerate(
        zip(solution.shares, space.delta, pulled, firsts, strict=True)
    ):
        gap = _selection(solution, g, moments[g]) - delta @ first
        first[later] = share * inverse @ own[:, later].T @ gap
        out.append(first)
    return out


def _first(solution: Solution, g: int, fitted: Sequence[FittedEquation], moments: SampleMoments) -> Floats:
    """K (q, m): derivatives of the coefficients, zero rows for all else."""
    means = solution.rams[g].means
    rows, _, lead = covariance_cells(moments, means)
    out = np.zeros((len(solution.theta), lead + len(rows)))
    for each in fitted:
        if each.group == g + 1:
            out[each.equation.parameters] = over_moments(each.slopes, moments, means)
    return out


def _selection(solution: Solution, g: int, moments: SampleMoments) -> Floats:
    """(m_g, m) which of the moments with outside instruments are those of the model."""
    rows, cols, lead = covariance_cells(moments, solution.rams[g].means)
    own = solution.rams[g].n_observed
    inside = np.ones(lead + len(rows), dtype=bool)
    if own < len(moments.names):
        inside[:lead] = np.arange(lead) < own
        inside[lead:] = (rows < own) & (cols < own)
    return np.eye(len(inside))[inside]
