"""Casewise scores and moment contributions, through the same rank-two factors as the gradient."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.first_derivatives import factors
from mlbc_stats.sem.implied.ram import Implied, Ram


def complete_scores(ram: Ram, implied: Implied, weight: Floats, centred: Floats, about: Floats) -> Floats:
    """Contribution of every case to Δᵀ W (z_i − z), shape (..., n, q_g).

    Formula: s (uᵀWd)(vᵀWd) − s uᵀWMWv + t uᵀWd with d = centred row and M = `about`. With d about μ̂, M = Σ̂ and
    W = Σ̂⁻¹ these are the scores ∂ℓ_i/∂θ of the normal log-likelihood.

    Parameters
    ----------
    weight : (..., p, p) W; centred : (..., n, p); about : (..., p, p) M.
    """
    cells, slopes = ram.engine.expanded(ram, implied)
    u, v, t = factors(cells, implied)
    pulled = centred @ weight
    along_u = pulled @ u
    constant = np.sum(u * (weight @ about @ weight @ v), axis=-2, keepdims=True)
    out = cells.scale * (along_u * (pulled @ v) - constant) + t * along_u
    return out if slopes is None else out @ slopes


def pattern_scores(
    ram: Ram, implied: Implied, weights: Floats, centred: Floats, pattern: NDArray[np.intp]
) -> Floats:
    """∂ℓ_i/∂θ with missing values, shape (n, q_g).

    Parameters
    ----------
    weights : (K, p, p) inverse of each pattern's observed block of Σ̂, zero elsewhere.
    centred : (n, p) rows about μ̂, zero where missing; pattern : (n,) pattern of each case.
    """
    cells, slopes = ram.engine.expanded(ram, implied)
    u, v, t = factors(cells, implied)
    pulled = np.einsum("np,npr->nr", centred, weights[pattern], optimize=True)
    along_u = pulled @ u
    constant = np.sum(u * (weights @ v), axis=-2)
    out = cells.scale * (along_u * (pulled @ v) - constant[pattern]) + t * along_u
    return out if slopes is None else out @ slopes
