"""Thresholds and polychoric correlations of ordinal variables without covariates, from contingency tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.correlations.contingency_likelihood import table_correlations, table_influence
from mlbc_stats.moments.margins.contingency import STANDARD, Filling, cross_tables, fill_empty, indicators
from mlbc_stats.moments.margins.thresholds import normal_thresholds, threshold_influence

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class TableMoments:
    """Estimates from B sets of weights, for v ordinal variables of at most C categories and P pairs of them.

    Attributes
    ----------
    thresholds : array [B, v, C-1], 38.5 beyond a variable's own.
    influence : array [B, v, C-1, C+1], of a case in each category (the last one: missing) on the thresholds.
    rho : array [B, P].
    pair_influence : array [B, P, C+1, C+1] or None.
    tables : array [B, P, C+1, C+1] of counts; the last row and column are of missing values.
    counts : array [B, v, C].
    filled, bounded, converged : bool arrays [B, P].
    ok : bool array [B, v], every category present.
    """

    thresholds: Array
    influence: Array
    rho: Array
    pair_influence: Array | None
    tables: Array
    counts: Array
    filled: Array
    bounded: Array
    converged: Array
    ok: Array


def table_moments(
    codes: Array,
    categories: Array,
    i: Array,
    j: Array,
    weights: Array | None,
    influence: bool,
    filling: Filling = STANDARD,
) -> TableMoments:
    """Two-step estimates of all pairs (i, j), for every row of weights.

    Parameters
    ----------
    codes : int array [n, v], -1 where missing.
    categories : int array [v].
    i, j : int arrays [P].
    weights : None (every case once, B = 1) or array [B, n].
    influence : whether the influence of the correlations is wanted.
    filling : what is added to empty cells.

    Examples
    --------
    >>> codes = np.repeat([[0, 0], [0, 1], [1, 0], [1, 1]], [20, 10, 10, 20], axis=0)
    >>> found = table_moments(codes, np.array([2, 2]), np.array([1]), np.array([0]), None, False)
    >>> found.rho.round(6).tolist()
    [[0.5]]
    """
    tables, counts = count_pairs(codes, categories, i, j, weights)
    thresholds, ok = normal_thresholds(counts, categories)
    first = np.zeros((*thresholds.shape, tables.shape[-1]))
    first[..., :-1] = threshold_influence(counts, thresholds)
    adjusted, filled = fill_empty(tables[..., :-1, :-1], categories[i], categories[j], filling)
    flat = _cells_first(adjusted)
    cuts = (_cells_first(thresholds[:, i], 1), _cells_first(thresholds[:, j], 1))
    found = table_correlations(flat, *cuts)
    pairs = None
    if influence:
        sides = (_cells_first(first[:, i, :, :-1]), _cells_first(first[:, j, :, :-1]))
        # As in lavaan the scores are those of the cases counted, empty cells not filled.
        counted = _cells_first(tables[..., :-1, :-1])
        pairs = np.moveaxis(table_influence(counted, found.rho, cuts, sides), -1, 0).reshape(tables.shape)
    shape = tables.shape[:2]
    return TableMoments(
        thresholds,
        first,
        found.rho.reshape(shape),
        pairs,
        tables,
        counts,
        filled,
        found.bounded.reshape(shape),
        found.converged.reshape(shape),
        ok,
    )


def count_pairs(
    codes: Array, categories: Array, i: Array, j: Array, weights: Array | None
) -> tuple[Array, Array]:
    """Tables [B, P, C+1, C+1] of the pairs, the last category being missing, and counts [B, v, C] of the variables.

    Examples
    --------
    >>> found = count_pairs(np.array([[0, 1], [1, 1]]), np.array([2, 2]), np.array([1]), np.array([0]), None)
    >>> [part.tolist() for part in found]
    [[[[[0.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]]], [[[1.0, 1.0], [0.0, 2.0]]]]
    """
    everything = cross_tables(indicators(codes, int(categories.max()), True), weights)
    everything = everything[None] if weights is None else everything
    # Advanced indices on both sides of a slice go first: [P, B, c, c].
    tables = everything[:, i, :, j, :].swapaxes(0, 1)
    own = np.arange(len(categories))
    return tables, np.einsum("vbcc->bvc", everything[:, own, :, own, :])[..., :-1]


def spread_influence(found: TableMoments, codes: Array, i: Array, j: Array) -> tuple[Array, Array]:
    """Influence of every case: on the thresholds [B, v, C-1, n] and on the correlations [B, P, n].

    Examples
    --------
    >>> codes = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [1, 1], [0, 0]])
    >>> pair = (np.array([1]), np.array([0]))
    >>> found = table_moments(codes, np.array([2, 2]), *pair, None, True)
    >>> [part.shape for part in spread_influence(found, codes, *pair)]
    [(1, 2, 1, 6), (1, 1, 6)]
    """
    place = np.where(codes < 0, found.influence.shape[-1] - 1, codes).T
    variable = np.arange(len(place))[:, None]
    first = np.moveaxis(found.influence.swapaxes(-1, -2)[:, variable, place], -1, -2)
    pair = np.arange(len(i))[:, None]
    second = np.empty((len(first), 0, codes.shape[0]))
    if found.pair_influence is not None:
        second = found.pair_influence[:, pair, place[i], place[j]]
    return first, second


def _cells_first(part: Array, cells: int = 2) -> Array:
    """From [B, P, cells] to [cells, B·P], in memory too."""
    flat = part.reshape(-1, *part.shape[-cells:])
    return np.ascontiguousarray(np.moveaxis(flat, 0, -1))
