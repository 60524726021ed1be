"""Moments of ordinal items in clusters: thresholds, covariances within and between, and their sampling covariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import cov2cor
from mlbc_stats.moments.columns.checks import listed
from mlbc_stats.moments.ordinal.moments import OrdinalMoments, residual_covariance
from mlbc_stats.moments.ordinal_levels.steps import LIMIT, Step, item_step, pair_step

Array = NDArray[Any]


def level_moments(
    codes: Array,
    categories: Sequence[Array],
    cluster: Array,
    names: Sequence[str],
    nodes: tuple[int, int] | None = None,
) -> OrdinalMoments:
    """Two-step estimates for v items, y*_ij = u_j + e_ij cut at thresholds, Var(e) = 1, u and e normal.

    The moments, in order: thresholds item by item, variances between clusters, correlations within of the pairs (1,0),
    (2,0), …, and covariances between of the same pairs. All in units of the deviation within clusters.

    Parameters
    ----------
    codes : int array [n, v], places among the categories, −1 where missing; pairs count rows that have both answers.
    categories : the values of each item, ascending.
    cluster : int array [n], 0 … J−1.
    names : 2v names, those of the items within clusters, then those of their parts between, in the same order.
    nodes : None for as many as it takes, or numbers of Gauss–Hermite nodes a dimension, for items and for pairs.

    Returns
    -------
    moments : Γ = n Σ_j IF_j IF_jᵀ over the clusters, as with two levels of continuous variables without a factor
        J/(J−1).

    Raises
    ------
    DataError
        items without variance between clusters.

    References
    ----------
    Asparouhov & Muthén (2007), Computationally efficient estimation of multilevel high-dimensional latent variable
    models, Proceedings of the Joint Statistical Meetings, 2531–2535.

    Notes
    -----
    In R (lavaan 0.7): ``lavInspect(fit, "wls.obs")`` of a two-level fit with ``ordered``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> cluster = np.repeat(np.arange(40), 8)
    >>> y = rng.normal(size=(40, 2))[cluster] + rng.normal(size=(320, 2))
    >>> found = level_moments((y > 0).astype(int), [np.arange(2.0)] * 2, cluster, ["a", "b", "a@2", "b@2"])
    >>> len(found.moments), found.gamma.shape
    (6, (6, 6))
    """
    v = codes.shape[1]
    sizes = [len(values) for values in categories]
    of_items, of_pairs = (None, None) if nodes is None else nodes
    items = [item_step(codes[:, i], sizes[i], cluster, of_items) for i in range(v)]
    _require_between(
        [name for name, item in zip(names, items, strict=False) if np.isnan(item.influence).any()]
    )
    columns, rows = np.triu_indices(v, 1)
    pairs = [
        pair_step((codes[:, j], codes[:, i]), (sizes[j], sizes[i]), cluster, (items[j], items[i]), of_pairs)
        for i, j in zip(rows, columns, strict=True)
    ]
    moments = _stack([each.theta[None] for each in items], [each.theta[None] for each in pairs])[0]
    influence = _stack([each.influence for each in items], [each.influence for each in pairs])
    gamma = len(codes) * influence.T @ influence
    found = OrdinalMoments(
        names=tuple(names),
        ordinal=np.arange(2 * v) < v,
        covariates=(),
        levels=(*categories, *[None] * v),
        threshold_variable=np.repeat(np.arange(v), np.array(sizes) - 1),
        moments=moments,
        gamma=gamma,
        gamma_diagonal=np.diag(gamma).copy(),
        correlation=np.eye(2 * v),
        n=len(codes),
        ok=np.asarray(True),
        notes=tuple(_notes(items, pairs, names)),
        n_within=v,
    )
    return replace(found, correlation=cov2cor(residual_covariance(found)))


def _stack(items: list[Array], pairs: list[Array]) -> Array:
    """Columns in the order of the moments, from those of every item (thresholds, ψ) and pair (ρ, ψ₁₂)."""
    return np.concatenate(
        [
            *[each[:, :-1] for each in items],
            *[each[:, -1:] for each in items],
            *[each[:, :1] for each in pairs],
            *[each[:, 1:] for each in pairs],
        ],
        axis=1,
    )


def _require_between(flat: list[str]) -> None:
    if flat:
        raise DataError(
            f"{listed(flat)}: the likelihood of the answers is largest without variance between clusters, so that "
            "there is no part between to model; leave the item out, or leave the level: lines out and keep cluster="
        )


def _notes(items: list[Step], pairs: list[Step], names: Sequence[str]) -> list[str]:
    """What a reader must know: searches without an end, correlations at their limit."""
    v = len(items)
    columns, rows = np.triu_indices(v, 1)
    notes, lost = [], [name for name, item in zip(names, items, strict=False) if not item.converged]
    edge = []
    for i, j, pair in zip(rows.tolist(), columns.tolist(), pairs, strict=True):
        between = pair.theta[1] / np.sqrt(items[i].theta[-1] * items[j].theta[-1])
        if max(abs(pair.theta[0]), abs(between)) > LIMIT - 1e-4:
            edge.append(f"{names[i]} and {names[j]}")
        elif not pair.converged:
            lost.append(f"{names[i]} with {names[j]}")
    if lost:
        notes.append(f"the likelihood of the answers to {listed(lost)} was not brought to its maximum")
    if edge:
        notes.append(
            f"the answers to {listed(edge)} put a correlation of a level at its limit, {LIMIT:g}: what rests on it "
            "means little, its error included"
        )
    return notes
