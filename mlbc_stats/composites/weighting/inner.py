"""Inner approximation: how strongly each neighbour of a construct counts for its proxy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import spd_inverse_logdet

Array = NDArray[Any]

SCHEMES = ("path", "centroid", "factorial")


def inner_weights(c: Array, adjacency: Array, scheme: str, everyone: bool = False) -> Array:
    """Inner weights (..., m, m), rows the constructs to be approximated, columns their neighbours.

    centroid: the sign of the correlation; factorial: the correlation; path: the regression weight of predecessors,
    the correlation with successors.

    Parameters
    ----------
    c : (..., m, m) correlations of the composites.
    adjacency : (m, m) bool, whether a path leads to the row from the column.
    everyone : every other construct is a neighbour, not only those a path joins it with.

    References
    ----------
    Lohmöller (1989), doi:10.1007/978-3-642-52512-4, chapter 2. In R: ``cSEM::csem(.PLS_weight_scheme_inner = )``.

    Examples
    --------
    >>> c = np.array([[1.0, -0.5], [-0.5, 1.0]])
    >>> inner_weights(c, np.array([[False, False], [True, False]]), "centroid").tolist()
    [[0.0, -1.0], [-1.0, 0.0]]
    """
    neighbours = ~np.eye(len(adjacency), dtype=bool) if everyone else adjacency | adjacency.T
    if scheme == "centroid":
        return np.sign(c) * neighbours
    out = c * neighbours
    return _with_regressions(out, c, adjacency) if scheme == "path" else out


def _with_regressions(out: Array, c: Array, adjacency: Array) -> Array:
    for target in np.flatnonzero(adjacency.any(axis=1)).tolist():
        sources = np.flatnonzero(adjacency[target])
        out[..., target, sources] = regress(c, target, sources)
    return out


def regress(c: Array, target: int, sources: Array) -> Array:
    """Coefficients (..., k) of the regression of one variable on k others, from covariances (..., v, v).

    NaN where the predictors are collinear.

    Examples
    --------
    >>> regress(np.array([[1.0, 0.5], [0.5, 1.0]]), 1, np.array([0])).tolist()
    [0.5]
    """
    if len(sources) == 1:
        return c[..., target, sources] / c[..., sources, sources]
    inverse, _, ok = spd_inverse_logdet(c[..., sources[:, None], sources])
    found = np.einsum("...ij,...j->...i", inverse, c[..., target, sources])
    return np.where(np.asarray(ok)[..., None], found, np.nan)
