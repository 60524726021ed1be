"""Search the rotation that minimizes a criterion, for a batch of loading matrices and starts at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.rotation.criteria import Complexity, Floats

COARSE = 1e-2
"""Projected gradient, relative to that of the worst start, at which Newton steps take over from descent."""

DESCENT, NEWTON, HALVINGS = 50, 100, 12
"""Most steps of each kind."""

LONGEST = 0.5
"""Longest Newton step: one factor moves by half of another."""

ROUNDING = 1e-15
"""Promised fall of the criterion, relative to 1 + |Q|, at which it has converged."""

STATIONARY = 1e-6
"""Gradient, relative to 1 + |Q|, that counts as zero."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is minimized.

    Attributes
    ----------
    loadings : (N, p, m) A, one matrix per start.
    complexity : of rotated loadings; orthogonal : whether T must be.
    """

    loadings: Floats
    complexity: Complexity
    orthogonal: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Where each start ended.

    Attributes
    ----------
    rotation : (N, m, m) T with columns of length 1; rotated loadings are A T⁻ᵀ, factor correlations TᵀT.
    value : (N,) the criterion; converged : (N,) whether its gradient vanishes.
    """

    rotation: Floats
    value: Floats
    converged: NDArray[np.bool_]


def search_rotations(loadings: Floats, complexity: Complexity, orthogonal: bool, starts: Floats) -> Found:
    """Local minima for loadings (N, p, m), or one matrix (p, m), from starts (N, m, m).

    A few gradient projection steps, then Newton steps on the same set of rotations: gradient projection alone converges
    linearly and needs hundreds of steps for geomin.

    References
    ----------
    Jennrich (2001), doi:10.1007/BF02294840; Jennrich (2002), doi:10.1007/BF02294706.
    """
    own = np.broadcast_to(loadings, (len(starts), *loadings.shape[-2:]))
    search = Search(own, complexity, orthogonal)
    rotation = _refine(search, _descend(search, starts))
    value = _value(search, rotation)
    slope = np.abs(_slope(search, rotation)).max(axis=-1, initial=0.0)
    return Found(rotation, value, slope < STATIONARY * (1 + np.abs(value)))


def random_starts(m: int, count: int, seed: int) -> Floats:
    """The identity and `count` random orthogonal matrices (count + 1, m, m)."""
    normal = np.random.default_rng(seed).standard_normal((count, m, m))
    return np.concatenate([np.eye(m)[None], np.linalg.qr(normal)[0]])


def rotated(loadings: Floats, rotation: Floats, orthogonal: bool) -> Floats:
    """A T⁻ᵀ, which for orthogonal T is A T."""
    return loadings @ (rotation if orthogonal else np.linalg.inv(rotation).mT)


def slope_at(loadings: Floats, phi: Floats, complexity: Complexity, orthogonal: bool) -> Floats:
    """Gradient along the allowed rotations (..., k), zero at a minimum, from rotated loadings and correlations.

    With T → T(I + Δ), columns scaled to length 1 (oblique): the m(m − 1) off-diagonal cells of
    Φ diag(GᵀΛ) − GᵀΛ, G = dQ/dΛ. With Δ skew (orthogonal): the m(m − 1)/2 cells of ΛᵀG − GᵀΛ above the diagonal.

    References
    ----------
    Jennrich (1973), doi:10.1007/BF02291497; Archer & Jennrich (1973), doi:10.1007/BF02291495.
    """
    product = complexity(loadings)[1].mT @ loadings
    row, col = _cells(loadings.shape[-1], orthogonal)
    if orthogonal:
        return product[..., col, row] - product[..., row, col]
    diagonal = np.einsum("...ii->...i", product)
    return phi[..., row, col] * diagonal[..., col] - product[..., row, col]


def _descend(search: Search, starts: Floats) -> Floats:
    """Gradient projection with step-halving; starts leave the batch as they arrive."""
    final = np.array(starts, dtype=float)
    active, rotation, step = np.arange(len(final)), final, np.ones(len(final))
    direction = _direction(search, rotation)
    enough = COARSE * float(_size(direction).max(initial=0.0))
    for _ in range(DESCENT):
        go = _size(direction) > enough
        if not go.any():
            break
        active, rotation, direction, step = active[go], rotation[go], direction[go], 2 * step[go]
        search = _take(search, go)
        rotation, step, moved = _fall(search, rotation, direction, step)
        final[active] = rotation
        active, rotation, step, search = active[moved], rotation[moved], step[moved], _take(search, moved)
        direction = _direction(search, rotation)
    return final


def _fall(
    search: Search, rotation: Floats, direction: Floats, step: Floats
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Step down, halving for the starts that do not fall far enough; says which fell."""
    value, fall = _value(search, rotation), _size(direction) ** 2 / 2
    new, left = rotation.copy(), np.arange(len(rotation))
    for _ in range(HALVINGS):
        trial = _allowed(rotation[left] - step[left, None, None] * direction[left], search.orthogonal)
        fell = _value(_take(search, left), trial) <= value[left] - step[left] * fall[left]
        new[left[fell]] = trial[fell]
        left = left[~fell]
        if not len(left):
            break
        step[left] /= 2
    return new, step, _all_but(left, len(rotation))


def _refine(search: Search, rotation: Floats) -> Floats:
    """Newton steps with step-halving, until the gradient is rounding error."""
    final = rotation.copy()
    active, value = np.arange(len(final)), _value(search, rotation)
    for _ in range(NEWTON):
        step, promise = _newton_step(search, rotation)
        go = promise > ROUNDING * (1 + np.abs(value))
        if not go.any():
            break
        active, rotation, value, step = active[go], rotation[go], value[go], step[go]
        search = _take(search, go)
        rotation, value, moved = _shorten(search, rotation, value, step)
        final[active] = rotation
        active, rotation, value, search = active[moved], rotation[moved], value[moved], _take(search, moved)
        if not len(active):
            break
    return final


def _newton_step(search: Search, rotation: Floats) -> tuple[Floats, Floats]:
    """Step (N, k), no cell longer than LONGEST, and the fall (N,) it promises.

    The Hessian is the symmetric part of the gradient's exact Jacobian by complex steps; its eigenvalues are taken in
    absolute value, so that a saddle repels.
    """
    slope = _slope(search, rotation)
    nudged = _turn(rotation[:, None], 1e-30j * np.eye(slope.shape[-1]), search.orthogonal)
    wide = Search(search.loadings[:, None], search.complexity, search.orthogonal)
    jacobian = _slope(wide, nudged).imag / 1e-30
    values, vectors = np.linalg.eigh((jacobian + jacobian.mT) / 2)
    values = np.abs(values)
    floor = np.maximum(values, 1e-9 * values.max(axis=-1, keepdims=True, initial=0.0) + 1e-300)
    along = (vectors.mT @ slope[..., None])[..., 0]
    step = -(vectors @ (along / floor)[..., None])[..., 0]
    step = step / np.maximum(1, np.abs(step).max(axis=-1, keepdims=True, initial=0.0) / LONGEST)
    return step, -(step * slope).sum(axis=-1)


def _shorten(
    search: Search, rotation: Floats, value: Floats, step: Floats
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Take the step, halving it where the criterion would rise beyond rounding; says which moved."""
    new, new_value, left = rotation.copy(), value.copy(), np.arange(len(value))
    limit = value + ROUNDING * (1 + np.abs(value))
    for _ in range(HALVINGS):
        trial = _turn(rotation[left], step[left], search.orthogonal)
        trial_value = _value(_take(search, left), trial)
        fell = trial_value <= limit[left]
        new[left[fell]], new_value[left[fell]] = trial[fell], trial_value[fell]
        left = left[~fell]
        if not len(left):
            break
        step[left] /= 2
    return new, new_value, _all_but(left, len(value))


def _value(search: Search, rotation: Floats) -> Floats:
    return search.complexity(rotated(search.loadings, rotation, search.orthogonal))[0]


def _slope(search: Search, rotation: Floats) -> Floats:
    turned = rotated(search.loadings, rotation, search.orthogonal)
    return slope_at(turned, rotation.mT @ rotation, search.complexity, search.orthogonal)


def _direction(search: Search, rotation: Floats) -> Floats:
    """Gradient with respect to T (N, m, m), its part along the set of allowed rotations."""
    if search.orthogonal:
        gradient = search.loadings.mT @ search.complexity(search.loadings @ rotation)[1]
        product = rotation.mT @ gradient
        return gradient - rotation @ (product + product.mT) / 2
    inverse = np.linalg.inv(rotation)
    turned = search.loadings @ inverse.mT
    gradient = -(turned.mT @ search.complexity(turned)[1] @ inverse).mT
    return gradient - rotation * (rotation * gradient).sum(axis=-2, keepdims=True)


def _turn(rotation: Floats, cells: Floats, orthogonal: bool) -> Floats:
    """T(I + Δ) with columns scaled to length 1, or T(I − Δ/2)⁻¹(I + Δ/2) with Δ skew."""
    m = rotation.shape[-1]
    move = np.zeros((*cells.shape[:-1], m, m), dtype=cells.dtype)
    row, col = _cells(m, orthogonal)
    move[..., row, col] = cells
    if orthogonal:
        half = (move - move.mT) / 2
        return rotation @ np.linalg.solve(np.eye(m) - half, np.eye(m) + half)
    return _unit(rotation @ (np.eye(m) + move))


def _allowed(rotation: Floats, orthogonal: bool) -> Floats:
    """The nearest rotation: orthogonal, or with columns of length 1."""
    if not orthogonal:
        return _unit(rotation)
    left, _, right = np.linalg.svd(rotation)
    return left @ right


def _unit(rotation: Floats) -> Floats:
    return rotation / np.sqrt((rotation * rotation).sum(axis=-2, keepdims=True))


def _size(direction: Floats) -> Floats:
    return np.sqrt((direction * direction).sum(axis=(-2, -1)))


def _cells(m: int, orthogonal: bool) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the cells above the diagonal (orthogonal) or off it."""
    pairs = combinations(range(m), 2) if orthogonal else permutations(range(m), 2)
    cells = np.array(list(pairs), dtype=np.intp).reshape(-1, 2)
    return cells[:, 0], cells[:, 1]


def _take(search: Search, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Search:
    return Search(search.loadings[keep], search.complexity, search.orthogonal)


def _all_but(left: NDArray[np.intp], count: int) -> NDArray[np.bool_]:
    out = np.ones(count, dtype=bool)
    out[left] = False
    return out
