"""Sample moments of complete cases: listwise deletion, sampling weights, resamples by one matrix product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import symmetrize, unvech, vech_indices
from mlbc_stats.moments.sample.moments import SampleMoments, divisor_of
from mlbc_stats.moments.weights import normalize_weights

Array = NDArray[Any]


def from_raw(
    x: Array,
    names: Sequence[str],
    weights: Array | None = None,
    cluster: Array | None = None,
    likelihood: str = "normal",
    rows: Array | None = None,
    normalize: bool = True,
) -> SampleMoments:
    """Moments of the complete rows of a data matrix (listwise deletion).

    Parameters
    ----------
    x : array [n, p]; rows with a NaN are dropped and counted.
    names : the p variables.
    weights : array [n] of sampling weights.
    cluster : int array [n] of cluster codes.
    likelihood : "normal" (divisor n) or "wishart" (divisor n-1).
    rows : int array [n], input row of every row of ``x`` when it is itself a part of a table.
    normalize : rescale the weights of the rows kept to sum to their number. With several groups lavaan
        rescales over all groups together: do so first and pass False.

    Returns
    -------
    moments : with m = Σ w_i x_i / Σ w_i, S = Σ w_i (x_i - m)(x_i - m)' / d and d = Σ w_i, or Σ w_i - 1.

    Raises
    ------
    DataError
        when no complete row is left, or weights are negative, missing or all zero.

    Notes
    -----
    In R: ``cov(x) * (n - 1) / n``; weighted ``cov.wt(x, w, method = "ML")`` (as lavaan).

    Examples
    --------
    >>> sample = from_raw(np.array([[1.0, 2.0], [3.0, 6.0], [np.nan, 1.0]]), ["a", "b"])
    >>> sample.cov.tolist(), sample.mean.tolist(), sample.n, sample.dropped
    ([[1.0, 2.0], [2.0, 4.0]], [2.0, 4.0], 2, 1)
    """
    x = np.asarray(x, float)
    rows = np.arange(len(x)) if rows is None else np.asarray(rows)
    kept = np.asarray(~np.isnan(x).any(axis=1))
    if not kept.all():
        x, rows = x[kept], rows[kept]
    if not len(x):
        raise DataError(_nothing_left(kept, names))
    mass = None if weights is None else np.asarray(weights, float)[kept]
    if mass is not None and normalize:
        mass = normalize_weights(mass)
    mean, cov = _moments(x, mass, divisor := divisor_of(likelihood))
    return SampleMoments(
        tuple(names), cov, mean, len(x), divisor, len(kept), x, mass, rows,
        cluster=None if cluster is None else np.asarray(cluster)[kept],
    )  # fmt: skip


def resample(
    x: Array, weights: Array, likelihood: str = "normal", names: Sequence[str] = ()
) -> SampleMoments:
    """Moments of many reweighted samples by one matrix product.

    Parameters
    ----------
    x : array [n, p], complete.
    weights : array [B, n], how often (or how much) case i counts in resample b.
    likelihood : "normal" (divisor Σw) or "wishart" (divisor Σw - 1).

    Returns
    -------
    moments : cov [B, p, p], mean [B, p], n [B] (the sums of the weights).

    Notes
    -----
    With Z = [x, vech(xx')] (columns centred at the full-sample mean first, against cancellation),
    W Z holds every sum that the B samples need.

    Examples
    --------
    >>> moments = resample(np.array([[1.0], [2.0], [3.0]]), np.array([[1.0, 1.0, 1.0], [3.0, 0.0, 0.0]]))
    >>> moments.mean.ravel().tolist(), moments.cov.ravel().round(6).tolist()
    ([2.0, 1.0], [0.666667, 0.0])
    """
    x = np.asarray(x, float)
    p = x.shape[1]
    centre = x.mean(0)
    deviation = x - centre
    i, j = vech_indices(p)
    z = np.concatenate([deviation, deviation[:, i] * deviation[:, j]], axis=1)
    total = weights.sum(-1, dtype=float)
    sums = (np.asarray(weights, float) @ z) / total[:, None]
    shift, products = sums[:, :p], sums[:, p:]
    products -= shift[:, i] * shift[:, j]
    if (divisor := divisor_of(likelihood)) == "n-1":
        products *= (total / (total - 1))[:, None]
    labels = tuple(names) or tuple(f"x{k + 1}" for k in range(p))
    return SampleMoments(labels, unvech(products), centre + shift, total, divisor, len(x))


def _moments(x: Array, weights: Array | None, divisor: str) -> tuple[Array, Array]:
    total = len(x) if weights is None else weights.sum()
    weighted = x if weights is None else x * weights[:, None]
    mean = weighted.sum(0) / total
    deviation = x - mean
    weighted = deviation if weights is None else deviation * weights[:, None]
    products = deviation.T @ weighted
    return mean, symmetrize(products) / (total if divisor == "n" else max(total - 1, 1))


def _nothing_left(kept: Array, names: Sequence[str]) -> str:
    if not len(kept):
        return "the data have no rows; expected one per case"
    return (
        f"no complete row: each of the {len(kept)} rows misses at least one of {', '.join(names)}; "
        "use missing='fiml' or leave out the emptiest variable"
    )
