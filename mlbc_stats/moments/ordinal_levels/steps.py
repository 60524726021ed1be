"""The two steps over all items and pairs: estimates, and what every cluster adds to each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from mlbc_stats.moments.ordinal_levels.item import item_likelihood
from mlbc_stats.moments.ordinal_levels.pair import pair_likelihood
from mlbc_stats.moments.ordinal_levels.search import maximize

Array = NDArray[Any]

NOTHING = 1e-6
"""Variance between clusters from which searches are kept, in units of that within."""

LIMIT = 0.995
"""Correlations are kept below."""


@dataclass(frozen=True, slots=True)
class Step:
    """Estimates of one item or pair.

    Attributes
    ----------
    theta : array [q], thresholds and ψ, or ρ and ψ₁₂.
    influence : array [J, q], what each cluster adds to them.
    converged : whether they are the maximum.
    """

    theta: Array
    influence: Array
    converged: bool


def item_step(codes: Array, categories: int, cluster: Array, nodes: int | None) -> Step:
    """First step: ordered probit with an effect of the cluster, by maximum likelihood.

    Influence: (Σ s_j s_jᵀ)⁻¹ s_j, with the scores s_j of the clusters.

    Parameters
    ----------
    codes : int array [n], −1 where missing; cluster : int array [n], 0 … J−1.
    """
    counts = cluster_counts(codes, categories, cluster)
    share = np.cumsum(counts.sum(0))[:-1] / counts.sum()
    start = np.append(ndtri(share) * np.sqrt(1.25), 0.25)
    bounds = [(None, None)] * len(share) + [(NOTHING, None)]
    found = maximize(lambda theta: item_likelihood(counts, theta, nodes), start, bounds)
    if found.theta[-1] <= 10 * NOTHING:
        return Step(found.theta, np.full((len(counts), categories), np.nan), False)
    scores = item_likelihood(counts, found.theta, nodes).scores
    return Step(found.theta, np.linalg.solve(scores.T @ scores, scores.T).T, found.converged)


def pair_step(
    codes: tuple[Array, Array],
    categories: tuple[int, int],
    cluster: Array,
    items: tuple[Step, Step],
    nodes: int | None,
) -> Step:
    """Second step: correlation within and covariance between, the first step's estimates held.

    Influence: A₂₂⁻¹(s_j − A₂₁ IF_j), IF_j that of the first step, A₂₂ = Σ s_j s_jᵀ and A₂₁ = Σ s_j t_jᵀ, t_j the
    scores of the pair by the parameters of the first step: as with one level, cross products estimate information.
    """
    both = (codes[0] >= 0) & (codes[1] >= 0)
    cell = np.where(both, codes[0] * categories[1] + codes[1], -1)
    counts = cluster_counts(cell, categories[0] * categories[1], cluster)
    first, second = (each.theta for each in items)
    most = LIMIT * np.sqrt(first[-1] * second[-1])
    found = maximize(
        lambda joint: pair_likelihood(counts, first, second, joint, count=nodes),
        np.zeros(2),
        [(-LIMIT, LIMIT), (-most, most)],
    )
    every = pair_likelihood(counts, first, second, found.theta, True, nodes).scores
    scores, others = every[:, :2], every[:, 2:]
    before = np.concatenate([each.influence for each in items], axis=1) @ (others.T @ scores)
    return Step(found.theta, np.linalg.solve(scores.T @ scores, (scores - before).T).T, found.converged)


def cluster_counts(codes: Array, categories: int, cluster: Array) -> Array:
    """Answers by category [J, C] of each cluster; −1 is no answer.

    Examples
    --------
    >>> cluster_counts(np.array([0, 1, 1, -1]), 2, np.array([0, 0, 1, 1])).tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    size = int(cluster.max()) + 1
    seen = codes >= 0
    place = cluster[seen] * categories + codes[seen]
    return np.bincount(place, minlength=size * categories).reshape(size, categories).astype(float)
