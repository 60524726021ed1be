"""Sampling covariance of the latent variables' moments: of the sample moments, and of the measurement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.instrumental.cells import covariance_cells
from mlbc_stats.sem.two_step.influence import block_influence, sample_gamma
from mlbc_stats.sem.two_step.latent import Placed, block_slopes, sample_slopes


def latent_gamma(
    moments: SampleMoments,
    blocks: Sequence[Placed],
    solutions: Sequence[Solution],
    outside: Sequence[tuple[int, int]],
    weights: Floats,
    share: float,
    group: int,
) -> Floats:
    """Γ of √n (E(η), vech Var(η)) of complete data of one group.

    Formula: with s the sample moments, the blocks' estimates move by dθ₁ = I⁻¹ΔᵀW ds, I the observed information, so
    that d(E(η), vech Var(η)) = (∂/∂s + ∂/∂θ₁ I⁻¹ΔᵀW) ds = T ds and Γ = T Γ(s) Tᵀ with the Γ(s) of `sample_gamma`.

    References
    ----------
    Rosseel & Loh (2022), doi:10.1037/met0000503.
    """
    mean = np.zeros(len(moments.cov)) if moments.mean is None else moments.mean
    total = _over_moments(sample_slopes(weights), moments)
    moved = block_slopes(blocks, outside, moments.cov, mean, len(weights), share)
    for block, solution, slopes in zip(blocks, solutions, moved, strict=True):
        total = total + slopes @ block_influence(solution, block.items, moments, group, observed=True)
    return total @ sample_gamma(moments) @ total.T


def _over_moments(slopes: Floats, moments: SampleMoments) -> Floats:
    """Slopes over (x̄, vech S) as slopes over the sample moments; what is no sample moment of ordinal data is fixed."""
    if moments.ordinal is None:
        return slopes
    p = len(moments.names)
    rows, cols, lead = covariance_cells(moments, means=True)
    plain_rows, plain_cols, start = covariance_cells(replace(moments, ordinal=None), means=True)
    place = np.zeros((p, p), dtype=np.intp)
    place[plain_rows, plain_cols] = place[plain_cols, plain_rows] = start + np.arange(len(plain_rows))
    out = np.zeros((len(slopes), lead + len(rows)))
    out[:, lead:] = slopes[:, place[rows, cols]]
    return out
