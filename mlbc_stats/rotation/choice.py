"""Choose among the minima that many starts found, and bring the factors into an order with signs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.rotation.criteria import Criterion, Floats
from mlbc_stats.rotation.search import Found, rotated

SAME = 1e-6
"""Difference of criterion values, relative to 1 + |Q|, that counts as the same optimum."""

SALIENT = 0.8
"""Loadings of at least this share of a factor's largest decide its place in the order."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The lowest of the minima.

    Attributes
    ----------
    matrix : (m, m) T; rotated loadings are ΛT⁻ᵀ, factor covariances TᵀΨT.
    value : the criterion there; optima : distinct minima met; reached : share of the starts that met the lowest.
    converged : whether the criterion's gradient vanishes.
    """

    matrix: Floats
    value: float
    optima: int
    reached: float
    converged: bool


def choose(found: Found) -> Choice:
    """The first of the lowest, so that rounding has no say.

    Examples
    --------
    >>> two = np.array([np.eye(2), -np.eye(2), np.eye(2)])
    >>> choice = choose(Found(two, np.array([2.0, 1.0, 1.0]), np.array([True, True, True])))
    >>> choice.value, choice.optima, round(choice.reached, 2)
    (1.0, 2, 0.67)
    """
    lowest = float(found.value.min())
    slack = SAME * (1 + abs(lowest))
    best = int(np.argmax(found.value <= lowest + slack))
    return Choice(
        matrix=found.rotation[best],
        value=float(found.value[best]),
        optima=1 + int(np.sum(np.diff(np.sort(found.value)) > slack)),
        reached=float(np.mean(found.value <= lowest + slack)),
        converged=bool(found.converged[best]),
    )


def settle(
    raw: Floats, matrix: Floats, criterion: Criterion, by: str = "index", reflect: bool = True
) -> Floats:
    """T (m, m) with factors ordered and reflected.

    Where a target tells factors or signs apart they stay; so does the general factor of a bifactor criterion.

    Parameters
    ----------
    raw : (p, m) unrotated loadings; matrix : (m, m) the rotation found.
    by : "index", the mean position of the salient loadings, as lavaan does; "sumofsquares", falling; or "none".
    reflect : whether every factor is to have loadings with a sum that is not negative.
    """
    loadings = rotated(raw, matrix, criterion.orthogonal)
    by = "none" if criterion.labelled else by
    order = np.arange(len(matrix))
    if by == "index":
        salient = np.abs(loadings) >= SALIENT * np.abs(loadings).max(axis=0)
        place = (np.arange(len(raw))[:, None] * salient).sum(axis=0) / salient.sum(axis=0)
        order = np.argsort(place, kind="stable")
    elif by == "sumofsquares":
        order = np.argsort(-np.sum(loadings**2, axis=0), kind="stable")
    if criterion.name.startswith("bi"):
        order = np.concatenate([[0], order[order != 0]])
    signs = np.where((reflect and not criterion.signed) & (loadings.sum(axis=0) < 0), -1.0, 1.0)
    return (matrix * signs)[:, order]


def towards(loadings: Floats, goal: Floats, orthogonal: bool) -> Floats:
    """T (B, m, m) with ΛT⁻ᵀ nearest to the goal by least squares, made a rotation: where a resample's search starts.

    Examples
    --------
    >>> table = np.array([[0.8, 0.1], [0.7, 0.2], [0.1, 0.6]])
    >>> towards(table[None], -table, True).round(9).tolist()
    [[[-1.0, -0.0], [0.0, -1.0]]]
    """
    if orthogonal:
        left, _, right = np.linalg.svd(loadings.mT @ goal)
        return left @ right
    matrix = np.linalg.pinv(np.linalg.pinv(loadings) @ goal).mT
    return matrix / np.linalg.norm(matrix, axis=-2, keepdims=True)
