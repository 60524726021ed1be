"""Both steps of ordinal moments where no case has to be looked at on its own: tables of pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.margins.moment_layout import Layout
from mlbc_stats.moments.ordinal.problem import Problem, Steps, correlation_matrix, sampling_covariance
from mlbc_stats.moments.ordinal.table_moments import (
    TableMoments,
    count_pairs,
    spread_influence,
    table_moments,
)

Array = NDArray[Any]


def moments_by_tables(problem: Problem, weights: Array | None, meat: Array | None) -> Steps:
    """Moments and Γ of ordinal variables without covariates, for each row of weights.

    Parameters
    ----------
    weights : None (one row of ones) or array [B, n].
    meat : array [B, n], weights of products of influences; None for those above.

    Examples
    --------
    >>> from mlbc_stats.moments.margins.moment_layout import make_layout
    >>> x = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [20, 10, 10, 20], axis=0)
    >>> problem = Problem(x, x.astype(int), make_layout(np.array([2, 2]), 0), np.zeros((60, 0)), "none")
    >>> moments_by_tables(problem, None, None).moments.round(6).tolist()
    [[0.0, 0.0, 0.5]]
    """
    layout, codes = problem.layout, problem.codes
    wanted = problem.gamma != "none"
    found = table_moments(codes, layout.categories, layout.i, layout.j, weights, wanted, problem.filling)
    own = _own_thresholds(found, layout)
    moments = np.concatenate([found.thresholds[:, own[0], own[1]], found.rho], -1)
    total = found.counts[:, 0].sum(-1) if weights is None else weights.sum(-1)
    if weights is None:
        total = np.full(1, float(len(codes)))
    gamma = diagonal = None
    if problem.gamma == "full":
        first, second = spread_influence(found, codes, layout.i, layout.j)
        influence = np.concatenate([first[:, own[0], own[1]], second], 1)
        gamma, diagonal = sampling_covariance(problem, influence, weights, meat, total)
    elif problem.gamma == "diagonal":
        sums = found.tables, found.counts
        if meat is not None:
            sums = count_pairs(codes, layout.categories, layout.i, layout.j, meat)
        diagonal = _table_diagonal(found, *sums, own, total)
    correlation = correlation_matrix(found.rho, layout)
    ok = found.ok.all(-1) & found.converged.all(-1) & np.isfinite(moments).all(-1)
    return Steps(
        moments,
        gamma,
        diagonal,
        correlation,
        total,
        ok,
        found.tables,
        found.filled,
        found.bounded,
        ~found.ok,
    )


def _own_thresholds(found: TableMoments, layout: Layout) -> tuple[Array, Array]:
    cuts = layout.categories - 1
    return layout.threshold_variable, np.concatenate([np.arange(count) for count in cuts])


def _table_diagonal(
    found: TableMoments, tables: Array, counts: Array, own: tuple[Array, Array], total: Array
) -> Array:
    """n Σ w IF² from the sums of weights of tables and categories."""
    first = np.einsum("bvtc,bvc->bvt", found.influence[..., :-1] ** 2, counts)[:, own[0], own[1]]
    pairs = np.empty(tables.shape) if found.pair_influence is None else found.pair_influence
    second = np.einsum("bpac,bpac,bpac->bp", pairs, pairs, tables)
    return np.concatenate([first, second], -1) * total[:, None]
