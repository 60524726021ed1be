"""How far the composites of two groups are the same: of their weights, and of the scores of the pooled model."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.sample.correlations import correlations
from mlbc_stats.composites.sample.reading import Sample

Array = NDArray[Any]


def weight_agreement(weights: Array, cov: Array) -> Array:
    """c (B, m), the correlation of composites by the weights of two groups, over all cases.

    Parameters
    ----------
    weights : (B, 2, m, p). cov : (p, p) covariances of the variables that the weights are applied to.

    Examples
    --------
    >>> weights = np.array([[[[1.0, 0.0]], [[0.6, 0.8]]]])
    >>> weight_agreement(weights, np.eye(2)).tolist()
    [[0.6]]
    """
    one, other = weights[:, 0], weights[:, 1]
    across = np.einsum("bmp,pq,bmq->bm", one, cov, other, optimize=True)
    first = np.einsum("bmp,pq,bmq->bm", one, cov, one, optimize=True)
    second = np.einsum("bmp,pq,bmq->bm", other, cov, other, optimize=True)
    variance = first * second
    return np.asarray(across / np.sqrt(np.where(variance > 0, variance, np.nan)))


def pooled_moments(sample: Sample, inside: Array) -> tuple[Array, Array]:
    """Correlations (p, p) and standard deviations (p,) of some cases."""
    mass = _mass(sample, inside)
    r = correlations(sample.rows, sample.names, sample.ordered, sample.missing, mass[None])[0]
    return r, _moments(sample.rows, mass)[1]


def pooled_scores(sample: Sample, inside: Array, weights: Array) -> Array:
    """Scores (n, m) by weights (m, p) on indicators standardized over some cases; NaN where an answer is missing."""
    mean, deviation = _moments(sample.rows, _mass(sample, inside))
    return np.asarray((sample.rows - mean) / deviation @ weights.T)


def _mass(sample: Sample, inside: Array) -> Array:
    return inside.astype(float) if sample.weights is None else inside * sample.weights


def _moments(x: Array, mass: Array) -> tuple[Array, Array]:
    """Means and standard deviations (n − 1) of the answers that are there."""
    seen = ~np.isnan(x) * mass[:, None]
    total = seen.sum(axis=0)
    mean = np.sum(np.nan_to_num(x) * seen, axis=0) / total
    gap = np.nan_to_num(x - mean)
    variance = np.sum(gap**2 * seen, axis=0) / (total - 1)
    return mean, np.sqrt(np.where(variance > 0, variance, np.nan))


def differences_of_scores(scores: Array, groups: Array, weights: Array | None) -> tuple[Array, Array]:
    """Means of the first group less those of the second, and logarithms of the ratio of variances, each (B, m).

    Parameters
    ----------
    scores : (n, m); cases with NaN are left out. groups : (B, 2, n) bool. weights : (n,) of the cases or None.

    Examples
    --------
    >>> scores = np.array([[1.0], [3.0], [0.0], [0.5]])
    >>> groups = np.array([[[True, True, False, False], [False, False, True, True]]])
    >>> mean, ratio = differences_of_scores(scores, groups, None)
    >>> mean.tolist(), ratio.round(3).tolist()
    ([[1.75]], [[2.773]])
    """
    whole = np.isfinite(scores).all(axis=1)
    values = scores[whole]
    mass = groups[:, :, whole] * (1.0 if weights is None else weights[whole])
    total = mass.sum(axis=2)[..., None]
    total = np.where(total > 1, total, np.nan)
    centre = values.mean(axis=0) if len(values) else 0.0
    mean = mass @ (values - centre) / total
    square = mass @ (values - centre) ** 2 / total
    variance = (square - mean**2) * total / (total - 1)
    ratio = np.log(np.where(variance > 0, variance, np.nan))
    return mean[:, 0] - mean[:, 1], ratio[:, 0] - ratio[:, 1]
