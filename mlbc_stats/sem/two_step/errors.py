"""Sampling covariance of estimates made in two steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.estimation.objective import expected_information, observed_information
from mlbc_stats.sem.estimation.solution import Solution, constrained_inverse


def first_covariance(q: int, blocks: Sequence[tuple[Ints, Floats]]) -> Floats:
    """Covariance (q, q) of what the blocks estimate, from (places in theta, covariance) of each; blocks apart."""
    out = np.zeros((q, q))
    for places, vcov in blocks:
        own = places >= 0
        out[np.ix_(places[own], places[own])] = vcov[np.ix_(own, own)]
    return out


def two_step_covariance(solution: Solution, first: Floats, later: Ints, basis: Floats | None) -> Floats:
    """vcov (q, q) of all estimates by maximum likelihood, the later ones made given the first.

    Formula: with the joint information I at the estimates, 1 for the first and 2 for the later parameters,
    V₂₂ = I₂₂⁻¹/n + I₂₂⁻¹I₂₁V₁₁I₁₂I₂₂⁻¹ and V₂₁ = −I₂₂⁻¹I₂₁V₁₁.

    Parameters
    ----------
    first : (q, q) V₁₁ in its places, zero elsewhere.
    later : places of the later parameters; basis : directions that their constraints leave.

    References
    ----------
    Rosseel & Loh (2022), doi:10.1037/met0000503; Gong & Samaniego (1981), doi:10.1214/aos/1176345526.
    """
    inform = expected_information if solution.method.information == "expected" else observed_information
    information = inform(solution.objective, solution.theta)
    inverse = constrained_inverse(information[np.ix_(later, later)], basis).matrix
    carried = inverse @ information[later]
    carried[:, later] = 0.0
    out = first.copy()
    across = carried @ first
    out[later] -= across
    out[:, later] -= across.T
    out[np.ix_(later, later)] = inverse / solution.n + across @ carried.T
    return (out + out.T) / 2


def least_squares_covariance(
    solution: Solution, first: Floats, later: Ints, influences: Sequence[Floats], gammas: Sequence[Floats]
) -> Floats:
    """vcov (q, q) of estimates by least squares of ordinal data in two steps.

    Formula: Σ_g TΓ_gTᵀ/n_g, T the derivatives of the estimates with respect to the sample moments; among the first
    parameters V₁₁ of the blocks.
    """
    out = np.sum(
        [
            t @ gamma @ t.T / (share * solution.n)
            for t, gamma, share in zip(influences, gammas, solution.shares, strict=True)
        ],
        axis=0,
    )
    kept = np.setdiff1d(np.arange(len(out)), later)
    out[np.ix_(kept, kept)] = first[np.ix_(kept, kept)]
    return np.asarray(out)
