"""How the fitted correlations move with loadings, correlations of factors and uniquenesses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.factor.correlation.product_moment import below

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Slopes:
    """Expected curvature and pull of a discrepancy at a solution with q parameters and k correlations.

    Attributes
    ----------
    curvature : (q, q), ½ tr(V dΣ_a V dΣ_b). pull : (q, k), how the gradient moves with each correlation.
    jacobian : (q, k), d of the fitted correlations.
    """

    curvature: Array
    pull: Array
    jacobian: Array


def slopes(loadings: Array, phi: Array, weight: Array, oblique: bool, free: Array) -> Slopes:
    """Of parameters in the order Λ by rows, Φ below the diagonal (oblique), ψ where free.

    Parameters
    ----------
    weight : (p, p) V of the discrepancy, or (k, k) W over correlations; with W uniquenesses are no parameters.
    free : bool (p,), uniquenesses that no bound holds.
    """
    moves = derivatives(loadings, phi, oblique)
    i, j = below(len(loadings))
    if weight.shape[0] != len(loadings):
        jacobian = moves[:, i, j]
        return Slopes(jacobian @ weight @ jacobian.T, jacobian @ weight, jacobian)
    unique = np.eye(len(loadings))[free]
    moves = np.concatenate([moves, unique[:, :, None] * unique[:, None, :]])
    turned = weight @ moves
    curvature = np.einsum("aij,bji->ab", turned, turned, optimize=True) / 2
    return Slopes(curvature, (turned @ weight)[:, i, j], moves[:, i, j])


def derivatives(loadings: Array, phi: Array, oblique: bool) -> Array:
    """dΣ (q, p, p) for Σ = ΛΦΛ' + Ψ by the cells of Λ and, oblique, of Φ.

    Examples
    --------
    >>> derivatives(np.array([[0.8], [0.6]]), np.eye(1), False)[0].tolist()
    [[1.6, 0.6], [0.6, 0.0]]
    """
    p, m = loadings.shape
    reach = loadings @ phi
    by_loading = np.zeros((p, m, p, p))
    for item in range(p):
        by_loading[item, :, item, :] += reach.T
        by_loading[item, :, :, item] += reach.T
    out = by_loading.reshape(p * m, p, p)
    if not oblique:
        return out
    row, col = below(m)
    products = loadings.T[row][:, :, None] * loadings.T[col][:, None, :]
    return np.concatenate([out, products + products.transpose(0, 2, 1)])
