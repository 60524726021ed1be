"""Cohen's f² of every path and the adjusted R²."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.weighting.inner import regress

Array = NDArray[Any]


def effect_sizes(cov: Array, r2: Array, model: Specification) -> Array:
    """f² (B, t, t) of the path to the row's term from the column's, (R² − R² without it)/(1 − R²), scores held.

    References
    ----------
    Cohen (1988), Statistical power analysis for the behavioral sciences. In R: ``cSEM::calculatef2``.
    """
    out = np.full(cov.shape, np.nan)
    for target in np.flatnonzero(model.adjacency.any(axis=1)):
        sources = np.flatnonzero(model.adjacency[target])
        for source in sources:
            without = _explained(cov, int(target), sources[sources != source])
            with np.errstate(divide="ignore", invalid="ignore"):
                out[:, target, source] = (r2[:, target] - without) / (1 - r2[:, target])
    return out


def _explained(cov: Array, target: int, sources: Array) -> Array:
    if not len(sources):
        return np.zeros(len(cov))
    found = regress(cov, target, sources)
    return np.einsum("bi,bi->b", found, cov[:, target, sources]) / cov[:, target, target]


def adjusted(r2: Array, n: float, predictors: Array) -> Array:
    """1 − (1 − R²)(n − 1)/(n − k − 1); NaN when no degrees of freedom are left.

    Examples
    --------
    >>> round(float(adjusted(np.array(0.5), 101, np.array(4))), 4)
    0.4792
    """
    left = n - predictors - 1
    return 1 - (1 - r2) * (n - 1) / np.where(left > 0, left, np.nan)
