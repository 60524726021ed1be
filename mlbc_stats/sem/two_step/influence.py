"""How the estimates of both steps move with the sample moments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlbc_stats.moments.gamma import gamma_adf, gamma_nt, gamma_unbiased
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.estimation.objective import expected_information, observed_information
from mlbc_stats.sem.estimation.solution import Solution, constrained_inverse
from mlbc_stats.sem.inference.sandwich import moment_space
from mlbc_stats.sem.instrumental.cells import covariance_cells


def sample_gamma(moments: SampleMoments) -> Floats:
    """Γ of √n times the sample moments (x̄, vech S), or thresholds and correlations.

    Distribution-free, with Browne's unbiased covariance of the covariances; normal-theory without rows.

    References
    ----------
    Browne (1984), doi:10.1111/j.2044-8317.1984.tb00789.x.
    """
    if moments.ordinal is not None:
        return np.asarray(moments.ordinal.gamma)
    if moments.raw is None:
        return gamma_nt(moments.cov)
    p = moments.raw.shape[1]
    gamma = gamma_adf(moments.raw)
    gamma[p:, p:] = gamma_unbiased(moments.raw)
    return gamma


def block_influence(
    solution: Solution, items: Ints, moments: SampleMoments, group: int, observed: bool
) -> Floats:
    """dθ₁/ds = I⁻¹ΔᵀW (q_b, m) of a block's estimates over all sample moments of one group."""
    inform = observed_information if observed else expected_information
    inverse = constrained_inverse(inform(solution.objective, solution.theta), solution.tangent).matrix
    own = solution.shares[group] * inverse @ moment_space(solution, ()).pulled()[group].T
    rows, _, lead = covariance_cells(moments, means=True)
    out = np.zeros((len(own), lead + len(rows)))
    out[:, _places(solution.moments[group], solution.rams[group].means, items, moments)] = own
    return out


def both_steps(
    solution: Solution, firsts: Sequence[Floats], later: Ints, basis: Floats | None
) -> list[Floats]:
    """dθ/ds per group (q, m) of all parameters, from that of the first step.

    Formula: dθ₂ = (Δ₂ᵀWΔ₂)⁻¹Δ₂ᵀW(ds − Δ₁dθ₁), over all groups.

    Parameters
    ----------
    firsts : per group (q, m), zero rows for the later parameters.
    later : places of these; basis : directions that their constraints leave.
    """
    space = moment_space(solution, ())
    information = space.bread()
    inverse = constrained_inverse(information[np.ix_(later, later)], basis).matrix
    out = []
    for g, (share, pulled, first) in enumerate(zip(space.shares, space.pulled(), firsts, strict=True)):
        whole = first.copy()
        own = share * pulled[:, later].T @ modelled(solution, g, first.shape[1])
        whole[later] = inverse @ (own - information[later] @ first)
        out.append(whole)
    return out


def modelled(solution: Solution, g: int, size: int) -> Floats:
    """(m_g, m) which of a group's sample moments the model has: all but the means without a mean structure."""
    if solution.rams[g].means:
        return np.eye(size)
    return np.eye(size)[len(solution.moments[g].names) :]


def residual_trace(solution: Solution, influences: Sequence[Floats], gammas: Sequence[Floats]) -> float:
    """Expectation of Σ n_g eᵀWe, e = s − σ(θ) to first order, when the model holds.

    Formula: Σ_g Σ_h n_g/n_h tr(W_g R_gh Γ_h R_ghᵀ) with R_gh = δ_gh I − Δ_g dθ/ds_h.

    References
    ----------
    Yuan & Chan (2002), doi:10.1348/000711002159699.
    """
    space, total = moment_space(solution, ()), 0.0
    for g, (delta, weight) in enumerate(zip(space.delta, space.weight, strict=True)):
        for h, (moved, gamma) in enumerate(zip(influences, gammas, strict=True)):
            left = -delta @ moved
            if g == h:
                left += modelled(solution, g, moved.shape[1])
            pulled = weight * left if weight.shape[-1] == 1 else weight @ left
            total += space.shares[g] / space.shares[h] * float(np.sum(pulled * (left @ gamma)))
    return total


def _places(block: SampleMoments, means: bool, items: Ints, moments: SampleMoments) -> Ints:
    """Where the moments of a block's items are among those of all variables."""
    rows, cols, lead = covariance_cells(moments, means=True)
    own_rows, own_cols, own_lead = covariance_cells(block, means)
    table = {
        frozenset(pair): lead + k for k, pair in enumerate(zip(rows.tolist(), cols.tolist(), strict=True))
    }
    second = [
        table[frozenset(pair)]
        for pair in zip(items[own_rows].tolist(), items[own_cols].tolist(), strict=True)
    ]
    return np.array([*_leading(items, moments)[:own_lead], *second], dtype=np.intp)


def _leading(items: Ints, moments: SampleMoments) -> list[int]:
    """Places of means, or of thresholds and means of ordinal data."""
    if moments.ordinal is None:
        return items.tolist()
    owner = moments.ordinal.threshold_variable
    return [int(k) for i in items for k in np.flatnonzero(owner == i)]
