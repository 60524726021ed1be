"""Moments of the latent variables that measurement blocks and sample moments give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.linalg import vech, vech_indices
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.moments import matrices
from mlbc_stats.sem.implied.ram import Ram

STEP = 1e-20
"""Imaginary step of the derivatives, which are exact whatever its size."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A measurement block of one group beside the sample moments.

    Attributes
    ----------
    ram : the block's model; theta : (q_b,) its estimates.
    items, factors : places of its indicators among the observed and of its latent variables among the structural ones.
    """

    ram: Ram
    theta: Floats
    items: Ints
    factors: Ints


@dataclass(frozen=True, slots=True)
class Mapping:
    """The linear map from observed to structural variables, with leading batch axes.

    Attributes
    ----------
    weights : (..., m, p) M, MΛ = I; errors : (..., p, p) Θ; intercepts : (..., p) ν, zero without means.
    """

    weights: Floats
    errors: Floats
    intercepts: Floats

    def moments(self, cov: Floats, mean: Floats, share: float = 1.0) -> tuple[Floats, Floats]:
        """Var(η) = M(S − share Θ)Mᵀ (..., m, m) and E(η) = M(x̄ − ν) (..., m)."""
        m = self.weights
        centre = (m @ (mean - self.intercepts)[..., None])[..., 0]
        return m @ (cov - share * self.errors) @ m.mT, centre


def map_observed(blocks: Sequence[Placed], outside: Sequence[tuple[int, int]], p: int, m: int) -> Mapping:
    """M, Θ and ν of one group from its blocks at their estimates.

    Formula: M = (ΛᵀΘ⁻¹Λ)⁻¹ΛᵀΘ⁻¹ of each block, computed as (ΛᵀΣ⁻¹Λ)⁻¹ΛᵀΣ⁻¹ with Σ = ΛΨΛᵀ + Θ, which is the same and
    exists where an error variance is zero; with ordinal variables M = (ΛᵀΛ)⁻¹Λᵀ, as in lavaan.

    Parameters
    ----------
    outside : (structural place, observed place) of every variable that is itself structural; it has no error.

    References
    ----------
    Rosseel & Loh (2022), doi:10.1037/met0000503; Bartlett (1937), doi:10.1111/j.2044-8295.1937.tb00863.x.
    """
    return _map([(each, each.theta) for each in blocks], outside, p, m)


def _map(
    blocks: Sequence[tuple[Placed, Floats]], outside: Sequence[tuple[int, int]], p: int, m: int
) -> Mapping:
    batch = np.broadcast_shapes(*(theta.shape[:-1] for _, theta in blocks))
    kind = np.result_type(*(theta.dtype for _, theta in blocks))
    weights, errors = np.zeros((*batch, m, p), dtype=kind), np.zeros((*batch, p, p), dtype=kind)
    intercepts = np.zeros((*batch, p), dtype=kind)
    for place, observed in outside:
        weights[..., place, observed] = 1.0
    for block, theta in blocks:
        a, s, centre = matrices(block.ram, theta)
        k = block.ram.n_observed
        loadings, psi, own = a[..., :k, k:], s[..., k:, k:], s[..., :k, :k]
        unweighted = block.ram.engine.conditional
        pulled = loadings if unweighted else np.linalg.solve(loadings @ psi @ loadings.mT + own, loadings)
        rows, cols = block.factors[:, None], block.items
        weights[..., rows, cols] = np.linalg.solve(loadings.mT @ pulled, pulled.mT)
        errors[..., block.items[:, None], cols] = own
        intercepts[..., cols] = centre[..., :k]
    return Mapping(weights, errors, intercepts)


def block_slopes(
    blocks: Sequence[Placed],
    outside: Sequence[tuple[int, int]],
    cov: Floats,
    mean: Floats,
    m: int,
    share: float = 1.0,
) -> list[Floats]:
    """d(E(η), vech Var(η))/dθ (m + m(m+1)/2, q_b) of each block, exact by complex steps."""
    out = []
    for i, block in enumerate(blocks):
        shifted = block.theta.astype(complex) + 1j * STEP * np.eye(len(block.theta))
        mapped = _map(
            [(each, shifted if i == j else each.theta.astype(complex)) for j, each in enumerate(blocks)],
            outside,
            len(cov),
            m,
        )
        variance, centre = mapped.moments(cov.astype(complex), mean, share)
        stacked = np.concatenate([centre.imag, vech(variance.imag)], axis=-1)
        out.append(stacked.T / STEP)
    return out


def sample_slopes(weights: Floats) -> Floats:
    """d(E(η), vech Var(η))/d(x̄, vech S) at fixed M (m, p)."""
    m, p = weights.shape
    a, b = vech_indices(m)
    i, j = vech_indices(p)
    second = weights[a][:, i] * weights[b][:, j] + weights[a][:, j] * weights[b][:, i]
    second *= np.where(i == j, 0.5, 1.0)
    out = np.zeros((m + len(a), p + len(i)))
    out[:m, :p] = weights
    out[m:, p:] = second
    return out


def error_share(mapping: Mapping, cov: Floats, n: float, names: Sequence[str]) -> float:
    """How much of the error variance may be taken off, so that Var(η) stays positive definite; 1 in most samples.

    Formula: with λ the smallest root of |MSMᵀ − λMΘMᵀ|, 1 where λ ≥ 1 + 1/(n−1), else λ − 1/(n−1).

    Raises
    ------
    ModelError
        where the latent variables' moments would not be positive definite even so.

    References
    ----------
    Fuller (1987), Measurement Error Models, doi:10.1002/9780470316665.
    """
    total = mapping.weights @ cov @ mapping.weights.T
    error = mapping.weights @ mapping.errors @ mapping.weights.T
    lower = np.linalg.cholesky(total)
    scaled = np.linalg.solve(lower, np.linalg.solve(lower, error).T)
    largest = float(np.linalg.eigvalsh((scaled + scaled.T) / 2)[-1])
    smallest = 1 / largest if largest > 0 else np.inf
    if smallest >= 1 + 1 / (n - 1):
        return 1.0
    share = smallest - 1 / (n - 1)
    if share <= 0:
        raise ModelError(
            f"the measurement leaves no covariance of {', '.join(names)} that could be one; fit the model with sem.fit"
        )
    return share
