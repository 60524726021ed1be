"""First and second margins of answers: those expected by a model, their covariance and their slopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Margins:
    """Expected margins (a,) of a model, covariance (a, a) of √n times observed ones, slopes (a, f) by free parameters.

    The first are shares of categories (`by_category`) or mean scores of items, then come mean products of two items.
    """

    expected: Array
    covariance: Array
    slopes: Array


def observed_margins(codes: Array, categories: tuple[int, ...], by_category: bool) -> Array:
    """(a,) of complete answers (n, p), in the order of `expected_margins`."""
    i, j = np.triu_indices(codes.shape[1], 1)
    x = codes.astype(float)
    if by_category:
        first = np.concatenate(
            [(codes[:, item, None] == np.arange(1, k)).mean(0) for item, k in enumerate(categories)]
        )
    else:
        first = x.mean(0)
    return np.concatenate([first, (x.T @ x / len(x))[i, j]])


def expected_margins(
    probabilities: Array, slopes: Array, weights: Array, categories: tuple[int, ...], by_category: bool
) -> Margins:
    """Margins under a model.

    Given θ the answers are independent, so that every margin is a sum over items of functions of one answer, plus, for
    products, one that belongs to the pair; the covariance given θ adds over these parts.

    Parameters
    ----------
    probabilities : (q, C) at the nodes; slopes : (q, C, f) their derivatives; weights : (q,).
    categories : (p,). by_category : shares of categories (C₂) instead of mean scores (M₂*).
    """
    p, score = len(categories), np.concatenate([np.arange(k) for k in categories]).astype(float)
    item = np.repeat(np.arange(p), categories)
    member = (item[:, None] == np.arange(p)).astype(float)
    mean = (probabilities * score) @ member
    variance = (probabilities * score**2) @ member - mean**2
    i, j = np.triu_indices(p, 1)
    first = np.eye(len(score))[:, score > 0] if by_category else member * score[:, None]
    parts = _parts(first, mean, score, member, i, j)
    given = np.concatenate([probabilities @ first, mean[:, i] * mean[:, j]], axis=1)
    expected = weights @ given
    within = _within(parts, probabilities, weights, member)
    pairs = np.arange(first.shape[1], given.shape[1])
    within[pairs, pairs] += weights @ (variance[:, i] * variance[:, j])
    between = (weights[:, None] * (given - expected)).T @ (given - expected)
    slope = np.einsum("q,qca,qcf->af", weights, parts, slopes, optimize=True)
    return Margins(expected, within + between, slope)


def _parts(first: Array, mean: Array, score: Array, member: Array, i: Array, j: Array) -> Array:
    """(q, C, a) how each margin depends on the answer to each item, the others at their mean."""
    own = member * score[:, None]
    pairs = own[:, i] * mean[:, None, j] + own[:, j] * mean[:, None, i]
    return np.concatenate([np.broadcast_to(first, (len(mean), *first.shape)), pairs], axis=2)


def _within(parts: Array, probabilities: Array, weights: Array, member: Array) -> Array:
    """Σ_q weights Σ_items covariance of the parts given θ."""
    out = np.zeros((parts.shape[2], parts.shape[2]))
    for own, share, weight in zip(parts, probabilities, weights, strict=True):
        centre = member.T @ (share[:, None] * own)
        out += weight * (own.T @ (share[:, None] * own) - centre.T @ centre)
    return out
