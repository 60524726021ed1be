"""Covariance matrices of classes by volume, shape and orientation, each equal over classes (E) or varying (V).

Σ_k = λ_k D_k A_k D_k' with volume λ (a scalar), shape A (diagonal, determinant 1) and orientation D (orthogonal); the
three letters of a structure say which of the three vary, I stands for no shape or no orientation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
INNER, STILL = 100, 1e-10
"""Steps of the structures without closed form, and the change of volumes at which they end."""


def covariances(structure: str, scatter: Array, sizes: Array) -> Array:
    """Maximum-likelihood covariances (S, K, p, p) given scatter matrices (S, K, p, p) and sizes (S, K) of the classes.

    Celeux & Govaert (1995), doi:10.1016/0031-3203(94)00125-6; common orientation: Browne & McNicholas (2014),
    doi:10.1007/s11634-013-0139-1. In R: ``mclust::mstep(X, z, modelName = "VVV")``.

    Examples
    --------
    >>> found = covariances("EEI", np.array([[np.eye(2), 3 * np.eye(2)]]), np.array([[2.0, 2.0]]))
    >>> found[0, 0].tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return STRUCTURES[structure](scatter, sizes)


def covariance_parameters(structure: str, classes: int, p: int) -> int:
    """Free parameters of the covariance matrices.

    Examples
    --------
    >>> covariance_parameters("VVV", 2, 3), covariance_parameters("EEI", 2, 3)
    (12, 3)
    """
    volume, shape, turn = structure[0], structure[1], structure[2]
    count = classes if volume == "V" else 1
    if shape != "I":
        count += (classes if shape == "V" else 1) * (p - 1)
    if turn != "I":
        count += (classes if turn == "V" else 1) * p * (p - 1) // 2
    return count


def _root(values: Array) -> Array:
    """Geometric mean over the last axis; zero where one is not positive."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.exp(np.log(np.maximum(values, 0.0)).mean(-1)))


def _diagonal(scatter: Array) -> Array:
    return np.diagonal(scatter, axis1=-2, axis2=-1)


def _spread(values: Array) -> Array:
    """Diagonal matrices from their diagonals."""
    return values[..., None] * np.eye(values.shape[-1])


def _spherical(scatter: Array, sizes: Array, equal: bool) -> Array:
    p, trace = scatter.shape[-1], _diagonal(scatter).sum(-1)
    volume = trace.sum(-1, keepdims=True) / sizes.sum(-1, keepdims=True) if equal else trace / sizes
    return _spread(np.broadcast_to((volume / p)[..., None], (*sizes.shape, p)))


def _equal(scatter: Array, sizes: Array) -> Array:
    pooled = scatter.sum(1, keepdims=True) / sizes.sum(1)[:, None, None, None]
    return np.broadcast_to(pooled, scatter.shape)


def _equal_volume(values: Array, sizes: Array) -> Array:
    """Diagonals (S, K, p) brought to one volume, shapes as they are."""
    root = _root(values)
    volume = root.sum(-1) / sizes.sum(-1)
    return values / np.where(root > 0, root, 1.0)[..., None] * volume[:, None, None]


def _equal_shape(values: Array, sizes: Array) -> Array:
    """Diagonals (S, K, p) brought to one shape, volumes as they are, by turns."""
    p = values.shape[-1]
    volume = values.sum(-1) / (p * sizes)
    for _ in range(INNER):
        shape = (values / _safe(volume)[..., None]).sum(1)
        shape = shape / _safe(_root(shape))[:, None]
        new = (values / _safe(shape)[:, None]).sum(-1) / (p * sizes)
        done = np.abs(new - volume).max(initial=0) <= STILL * np.abs(volume).max(initial=0)
        volume = new
        if done:
            break
    return volume[..., None] * shape[:, None]


def _safe(values: Array) -> Array:
    return np.where(values > 0, values, 1e-300)


def _pooled_shape(scatter: Array, sizes: Array) -> Array:
    """VEE: λ_k C with one matrix C of determinant 1."""
    p = scatter.shape[-1]
    volume = _diagonal(scatter).sum(-1) / (p * sizes)
    for _ in range(INNER):
        common = (scatter / _safe(volume)[..., None, None]).sum(1)
        values, vectors = np.linalg.eigh(common)
        values = _safe(values) / _safe(_root(values))[:, None]
        inverse = (vectors / values[:, None]) @ np.swapaxes(vectors, -1, -2)
        new = np.einsum("skij,sji->sk", scatter, inverse) / (p * sizes)
        done = np.abs(new - volume).max(initial=0) <= STILL * np.abs(volume).max(initial=0)
        volume = new
        if done:
            break
    matrix = (vectors * values[:, None]) @ np.swapaxes(vectors, -1, -2)
    return volume[..., None, None] * matrix[:, None]


def _own_orientation(scatter: Array, sizes: Array, rule: Callable[[Array, Array], Array]) -> Array:
    """Each class keeps its eigenvectors; `rule` sets the eigenvalues, in descending order."""
    values, vectors = np.linalg.eigh(scatter)
    kept = rule(values[..., ::-1], sizes)[..., ::-1]
    return (vectors * kept[..., None, :]) @ np.swapaxes(vectors, -1, -2)


def _pooled_values(values: Array, sizes: Array) -> Array:
    total = values.sum(1, keepdims=True) / sizes.sum(1)[:, None, None]
    return np.broadcast_to(total, values.shape)


def _common_orientation(scatter: Array, sizes: Array, rule: Callable[[Array, Array], Array]) -> Array:
    """EVE and VVE: one orientation, by majorization: each step minimizes a bound of Σ_k tr(D'W_kDΛ_k⁻¹)."""
    turn = np.linalg.eigh(scatter.sum(1))[1]
    top = np.linalg.eigvalsh(scatter)[..., -1]
    for _ in range(INNER):
        values = rule(_along(scatter, turn), sizes)
        inverse = 1 / _safe(values)
        pull = np.einsum("skp,sjp,skji->spi", inverse, turn, scatter)
        pull -= np.einsum("sk,skp,sip->spi", top, inverse, turn)
        left, _, right = np.linalg.svd(pull)
        new = np.swapaxes(-left @ right, -1, -2)
        done = np.abs(new - turn).max(initial=0) < 1e-9
        turn = new
        if done:
            break
    values = rule(_along(scatter, turn), sizes)
    return np.einsum("sip,skp,sjp->skij", turn, values, turn)


def _along(scatter: Array, turn: Array) -> Array:
    """Diagonals of D'W_kD, (S, K, p)."""
    return np.einsum("sip,skij,sjp->skp", turn, scatter, turn)


def _by_class(values: Array, sizes: Array) -> Array:
    return values / sizes[..., None]


STRUCTURES: dict[str, Callable[[Array, Array], Array]] = {
    "EII": lambda w, n: _spherical(w, n, True),
    "VII": lambda w, n: _spherical(w, n, False),
    "EEI": lambda w, n: _spread(_pooled_values(_diagonal(w), n)),
    "VEI": lambda w, n: _spread(_equal_shape(_diagonal(w), n)),
    "EVI": lambda w, n: _spread(_equal_volume(_diagonal(w), n)),
    "VVI": lambda w, n: _spread(_by_class(_diagonal(w), n)),
    "EEE": _equal,
    "VEE": _pooled_shape,
    "EVE": lambda w, n: _common_orientation(w, n, _equal_volume),
    "VVE": lambda w, n: _common_orientation(w, n, _by_class),
    "EEV": lambda w, n: _own_orientation(w, n, _pooled_values),
    "VEV": lambda w, n: _own_orientation(w, n, _equal_shape),
    "EVV": lambda w, n: _own_orientation(w, n, _equal_volume),
    "VVV": lambda w, n: w / n[..., None, None],
}
