"""Case weights: sampling weights brought to lavaan's scale, resampling as weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError

Array = NDArray[Any]


def bootstrap_weights(
    rng: np.random.Generator, n: int, replications: int, cluster: Array | None = None
) -> Array:
    """How often each case is drawn in each nonparametric bootstrap sample.

    Parameters
    ----------
    rng : source of random numbers.
    n : number of cases.
    replications : number of samples B.
    cluster : int array [n], codes of J clusters; whole clusters are drawn with replacement.

    Returns
    -------
    weights : float array [B, n] of counts; without clusters every row sums to n.

    Examples
    --------
    >>> bootstrap_weights(np.random.default_rng(1), 5, 2).sum(1).tolist()
    [5.0, 5.0]
    """
    cluster = None if cluster is None else np.unique(cluster, return_inverse=True)[1]
    units = n if cluster is None else int(cluster.max()) + 1
    drawn = rng.integers(0, units, (replications, units))
    drawn += np.arange(replications)[:, None] * units
    counts = np.bincount(drawn.ravel(), minlength=replications * units).reshape(replications, units)
    return (counts if cluster is None else counts[:, cluster]).astype(float)


def jackknife_weights(n: int, cluster: Array | None = None) -> Array:
    """Weights [J, n] that leave out one case (or one cluster) at a time.

    Examples
    --------
    >>> jackknife_weights(2).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    cluster = np.arange(n) if cluster is None else np.unique(cluster, return_inverse=True)[1]
    return (np.arange(int(cluster.max()) + 1)[:, None] != cluster).astype(float)


def normalize_weights(weights: Array) -> Array:
    """Sampling weights rescaled to sum to their number, as lavaan does.

    Raises
    ------
    DataError
        negative, missing or infinite weights, or a sum of zero.

    Examples
    --------
    >>> normalize_weights(np.array([1.0, 3.0])).tolist()
    [0.5, 1.5]
    """
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if len(bad):
        row = int(bad[0])
        raise DataError(
            f"sampling weights must be finite and not negative: row {row + 1} has {weights[row]}"
            f" ({len(bad)} such rows); correct or drop them"
        )
    total = weights.sum()
    if not total > 0:
        raise DataError("every sampling weight is zero; at least one case must count")
    return weights * (len(weights) / total)
