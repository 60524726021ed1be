"""Generalized structured component analysis with unique parts: factors free of the errors of their indicators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.finite import finite
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.weighting.gsca import block_inverses, sweep
from mlbc_stats.composites.weighting.iterate import Weights, scaled

Array = NDArray[Any]
SMALLEST = 1e-12
"""Share of the largest eigenvalue below which a direction of the unique parts is left open."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Products of indicators Z with unique scores U and of what remains of them, X = Z − UD.

    Attributes
    ----------
    unique : (B, p, p) Z'U. sizes : (B, p) D. common : (B, p, p) X'X. crossed : (B, p, p) X'Z.
    """

    unique: Array
    sizes: Array
    common: Array
    crossed: Array


def common_component_weights(r: Array, model: Specification, tolerance: float, max_iter: int) -> Weights:
    """Weights and loadings of GSCA_M, and of its mixture with components (IGSCA) where constructs are of both kinds.

    Each indicator of a common factor has a unique part, z = λγ + du + e: u has unit variance, and neither constructs
    nor other unique parts go with it. Constructs are components of X = Z − UD: the weights of a factor are proportional
    to its loadings; those of a composite (whose indicators keep all they have) minimize the residuals. Given
    constructs, U is the orthonormal matrix nearest to (Z − ΓC)D outside of the space of Γ and D = diag(Z'U). All steps
    need the correlations of the indicators alone, if there are at least p + m cases. The steps lower no common
    criterion: with factors of two indicators, and for components beside factors, where they end depends in the fourth
    decimal on their order, here U, D, loadings and paths, weights, from equal ones.

    Returns
    -------
    weights : scaled so that the composites of Z have unit variance. loadings : (B, m, p) Γ'Z of the factors' own
        indicators, NaN elsewhere.

    References
    ----------
    Hwang, Takane & Jung (2017), doi:10.3389/fpsyg.2017.02137; Hwang, Cho, Jung, Falk, Flake, Jin & Lee (2021),
    doi:10.1037/met0000336. In R: ``cSEM::csem(.approach_weights = "GSCA", .disattenuate = TRUE)``, for factors alone.

    Examples
    --------
    >>> from mlbc_stats.composites.specification.model_text import read_model
    >>> model = read_model("f =~ a + b + c; g =~ d + e + h; g ~ f", "modeA")
    >>> λ = np.kron(np.eye(2), np.full((3, 1), 0.8)); r = λ @ np.array([[1, 0.5], [0.5, 1]]) @ λ.T
    >>> np.fill_diagonal(r, 1)
    >>> found = common_component_weights(r[None], model, 1e-9, 500)
    >>> found.loadings[0, 0, :3].round(4).tolist()
    [0.8, 0.8, 0.8]
    """
    good = finite(r)
    r = np.where(good[:, None, None], r, np.eye(r.shape[-1]))
    inverses, usable = block_inverses(r, model)
    unique = np.asarray(model.member[model.factors].any(axis=0))
    values = np.full((len(r), *model.member.shape), np.nan)
    loadings = np.full_like(values, np.nan)
    converged, steps = np.zeros(len(r), bool), np.zeros(len(r), int)
    active = np.flatnonzero(good & usable)
    own = np.where(model.factors[:, None], model.member, False)
    w = scaled(np.broadcast_to(model.member.astype(float), (len(active), *own.shape)), r[active])
    held = _beginning(r[active], unique)
    with np.errstate(all="ignore"):
        for step in range(1, max_iter + 1):
            if not len(active):
                break
            held = _unique_parts(r[active], w, held, unique)
            new = sweep(held.common, w, model, {j: x[active] for j, x in inverses.items()}, model.factors)
            moved = np.abs(new - w).max(axis=(1, 2))
            crossed = new @ held.crossed
            values[active], steps[active] = scaled(new, r[active]), step
            loadings[active] = np.where(own, crossed, np.nan)
            converged[active[moved < tolerance]] = True
            go = moved >= tolerance
            active, w = active[go], new[go]
            held = Moments(held.unique[go], held.sizes[go], held.common[go], held.crossed[go])
    return Weights(values, converged, steps, loadings)


def _beginning(r: Array, unique: Array) -> Moments:
    return Moments(np.zeros_like(r), np.broadcast_to(unique.astype(float), r.shape[:2]), r, r)


def _unique_parts(r: Array, w: Array, held: Moments, unique: Array) -> Moments:
    """U from the polar factor of (Z − ΓC)D, by eigenvalues of its cross-products; then D, X'X and X'Z."""
    shared = w @ held.crossed  # Γ'Z
    standing = w @ held.common @ w.mT  # Γ'Γ
    rest = r - shared.mT @ np.linalg.pinv(standing, hermitian=True) @ shared
    d = held.sizes * unique
    outside = rest * d[:, None, :]
    value, vector = np.linalg.eigh(d[:, :, None] * outside)
    open_ = value <= SMALLEST * value[:, -1:]
    root = np.where(open_, 0.0, 1 / np.sqrt(np.where(open_, 1.0, value)))
    found = outside @ (vector * root[:, None, :]) @ vector.mT
    sizes = np.einsum("bii->bi", found).copy()
    part = found * sizes[:, None, :]
    common = r - part - part.mT
    np.einsum("bii->bi", common)[...] += sizes**2
    return Moments(found, sizes, common, r - part.mT)
