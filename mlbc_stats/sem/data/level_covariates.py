"""Sample moments of the variables of a single level, as they are in the rows and in the clusters."""

from __future__ import annotations

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.moments.two_level.sample import LevelSample
from mlbc_stats.sem.arrays import Floats


def put_covariates(levels: LevelSample, cov: Floats, mean: Floats, weights: Floats) -> None:
    """Write the moments of what stands at one level alone into cov (B, P, P) and mean (B, P), in place.

    Parameters
    ----------
    weights : (B, J) of the clusters.
    """
    if levels.rows is None or levels.cluster is None:
        raise DataError("no rows of clusters; this is a fault of the package")
    layout = levels.data.layout
    first = np.unique(levels.cluster, return_index=True)[1]
    parts = (
        (levels.rows[:, : layout.n_within], weights[:, levels.cluster], layout.within, 0),
        (levels.rows[first, layout.n_within :], weights, layout.only_between, layout.n_within),
    )
    for x, mass, names, offset in parts:
        held = layout.within if not offset else layout.between
        own = [i for i, name in enumerate(names) if (name in layout.between) == bool(offset)]
        places = np.array([offset + held.index(names[i]) for i in own], dtype=np.intp)
        found = _weighted(x[:, own], mass)
        mean[:, places], cov[:, places[:, None], places] = found


def _weighted(x: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Means (B, p) and covariance matrices (B, p, p) of rows under weights (B, n); missing values count as the mean."""
    x = np.where(np.isnan(x), np.nanmean(x, axis=0), x) if x.size else x
    share = weights / weights.sum(axis=1, keepdims=True)
    mean = share @ x
    products = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    second = (share @ products).reshape(len(weights), x.shape[1], x.shape[1])
    return mean, second - mean[:, :, None] * mean[:, None, :]
