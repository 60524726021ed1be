"""Both steps of ordinal moments for a block of weights, by tables where possible and by cases where needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.case_correlations import case_correlations
from mlbc_stats.moments.margins import Margins, fit_margins
from mlbc_stats.moments.ordinal_layout import Layout, to_original_units
from mlbc_stats.moments.table_moments import TableMoments, spread_influence, table_moments
from mlbc_stats.parallel import chunks

Array = NDArray[Any]

#: Numbers held at once by one chunk of pairs.
HELD = 1 << 22


@dataclass(frozen=True, slots=True)
class Problem:
    """What all blocks of weights share.

    Attributes
    ----------
    x : array [n, p].
    codes : int array [n, v] of the ordinal variables.
    layout : of the moments.
    z : array [n, k].
    gamma : "full", "diagonal" or "none".
    """

    x: Array
    codes: Array
    layout: Layout
    z: Array
    gamma: str

    @property
    def by_tables(self) -> bool:
        """Whether no case has to be looked at on its own."""
        return bool(self.layout.ordinal.all()) and not self.z.shape[1]

    def held_by_one(self) -> int:
        """Numbers that one resample needs at once."""
        n, p = self.x.shape
        most = int(self.layout.categories.max(initial=1)) + 2
        tables = 12 * len(self.layout.i) * most**2 + n * p * most
        cases = 0 if self.by_tables else 20 * n * (len(self.layout.i) + p * most)
        spread = n * (len(self.layout.i) + self.layout.first) if self.gamma == "full" else 0
        return tables + cases + spread


@dataclass(frozen=True, slots=True)
class Steps:
    """Results for B rows of weights; see ``OrdinalMoments``.

    Attributes
    ----------
    moments : array [B, m].
    gamma : array [B, m, m] or None.
    gamma_diagonal : array [B, m] or None.
    correlation : array [B, p, p].
    total : array [B], sums of weights.
    ok : bool array [B].
    tables : array [B, P, c, c] of the pairs of ordinal variables, or None.
    filled, bounded : bool arrays [B, pairs], of all pairs.
    absent : bool array [B, p], a category without cases, or no estimates.
    """

    moments: Array
    gamma: Array | None
    gamma_diagonal: Array | None
    correlation: Array
    total: Array
    ok: Array
    tables: Array | None
    filled: Array
    bounded: Array
    absent: Array


def solve_steps(problem: Problem, weights: Array | None, meat: Array | None) -> Steps:
    """Moments and Γ for each row of weights.

    Parameters
    ----------
    weights : None (one row of ones) or array [B, n].
    meat : weights of products of influences; None for those above.

    Examples
    --------
    >>> from mlbc_stats.moments.ordinal_layout import make_layout
    >>> x = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [20, 10, 10, 20], axis=0)
    >>> layout = make_layout(np.array([2, 2]), 0)
    >>> solve_steps(Problem(x, x.astype(int), layout, np.zeros((60, 0)), "none"), None, None).moments.round(6).tolist()
    [[0.0, 0.0, 0.5]]
    """
    return (_by_tables if problem.by_tables else _by_cases)(problem, weights, meat)


def _by_tables(problem: Problem, weights: Array | None, meat: Array | None) -> Steps:
    layout, codes = problem.layout, problem.codes
    wanted = problem.gamma != "none"
    found = table_moments(codes, layout.categories, layout.i, layout.j, weights, wanted)
    own = _own_thresholds(found, layout)
    moments = np.concatenate([found.thresholds[:, own[0], own[1]], found.rho], -1)
    total = found.counts[:, 0].sum(-1) if weights is None else weights.sum(-1)
    if weights is None:
        total = np.full(1, float(len(codes)))
    gamma = diagonal = None
    if problem.gamma == "full":
        first, second = spread_influence(found, codes, layout.i, layout.j)
        influence = np.concatenate([first[:, own[0], own[1]], second], 1)
        gamma = _products(influence, weights if meat is None else meat, total)
    elif problem.gamma == "diagonal":
        counted = found if meat is None else _count(problem, meat)
        diagonal = _table_diagonal(found, counted, own, total)
    correlation = _matrix(found.rho, layout)
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


def _by_cases(problem: Problem, weights: Array | None, meat: Array | None) -> Steps:
    layout, n = problem.layout, len(problem.x)
    weights = np.ones((1, n)) if weights is None else weights
    centre, scale = problem.z.mean(0), problem.z.std(0)
    codes = np.full(problem.x.shape, -1)
    codes[:, layout.ordinal] = problem.codes
    margins = fit_margins(problem.x, codes, layout.categories, (problem.z - centre) / scale, weights)
    transform = to_original_units(layout, centre, scale)
    first = _own_parameters(margins.theta, layout) @ transform.T
    first_influence = np.matmul(transform, _own_parameters(margins.influence.swapaxes(-1, -2), layout).swapaxes(-1, -2))
    pairs = _pairs(problem, margins, weights)
    variance = np.where(layout.ordinal, 1.0, _variances(margins, layout))
    root = np.sqrt(variance[:, layout.i] * variance[:, layout.j])
    moments = np.concatenate([first, pairs.rho * root], -1)
    total, gamma, diagonal = weights.sum(-1), None, None
    if problem.gamma != "none":
        second = _to_covariances(pairs, margins, layout, root)
        influence = np.concatenate([first_influence, second], 1)
        mass = weights if meat is None else meat
        if problem.gamma == "full":
            gamma = _products(influence, mass, total)
        else:
            diagonal = np.einsum("bmn,bmn,bn->bm", influence, influence, mass) * total[:, None]
    ok = margins.ok.all(-1) & pairs.converged.all(-1) & np.isfinite(moments).all(-1)
    return Steps(
        moments,
        gamma,
        diagonal,
        _matrix(pairs.rho, layout),
        total,
        ok,
        pairs.tables,
        pairs.filled,
        pairs.bounded,
        ~margins.ok,
    )


@dataclass(slots=True)
class _Pairs:
    rho: Array
    influence: Array
    converged: Array
    bounded: Array
    filled: Array
    tables: Array | None


def _pairs(problem: Problem, margins: Margins, weights: Array) -> _Pairs:
    layout = problem.layout
    shape = (len(weights), len(layout.i))
    out = _Pairs(
        np.full(shape, np.nan),
        np.full((*shape, len(problem.x)), np.nan),
        np.zeros(shape, bool),
        np.zeros(shape, bool),
        np.zeros(shape, bool),
        None,
    )
    first, second = layout.ordinal[layout.i], layout.ordinal[layout.j]
    both = np.flatnonzero(first & second)
    if len(both) and not layout.covariates:
        _fill_from_tables(out, problem, weights, both)
    elif len(both):
        _fill_from_cases(out, margins, "ordinal", layout.i[both], layout.j[both], both, weights)
    mixed = np.flatnonzero(first != second)
    i = np.where(first, layout.i, layout.j)[mixed]
    j = np.where(first, layout.j, layout.i)[mixed]
    _fill_from_cases(out, margins, "serial", i, j, mixed, weights)
    none = np.flatnonzero(~first & ~second)
    _fill_from_cases(out, margins, "continuous", layout.i[none], layout.j[none], none, weights)
    return out


def _fill_from_tables(out: _Pairs, problem: Problem, weights: Array, places: Array) -> None:
    layout = problem.layout
    number = np.cumsum(layout.ordinal) - 1
    i, j = number[layout.i[places]], number[layout.j[places]]
    found = table_moments(problem.codes, layout.categories[layout.ordinal], i, j, weights, True)
    out.rho[:, places], out.converged[:, places] = found.rho, found.converged
    out.bounded[:, places], out.filled[:, places] = found.bounded, found.filled
    out.influence[:, places] = spread_influence(found, problem.codes, i, j)[1]
    out.tables = found.tables


def _fill_from_cases(
    out: _Pairs, margins: Margins, kind: str, i: Array, j: Array, places: Array, weights: Array
) -> None:
    for part in chunks(len(places), max(HELD // (30 * weights.size), 1)) if len(places) else ():
        found = case_correlations(margins, kind, i[part], j[part], weights)
        where = places[part]
        out.rho[:, where], out.influence[:, where] = found.rho, found.influence
        out.converged[:, where], out.bounded[:, where] = found.converged, found.bounded


def _to_covariances(pairs: _Pairs, margins: Margins, layout: Layout, root: Array) -> Array:
    """Influence on ρ σ_i σ_j by the delta method; σ = 1 for ordinal variables."""
    variance = _variances(margins, layout)
    spread = np.zeros((*variance.shape, pairs.influence.shape[-1]))
    for v in np.flatnonzero(~layout.ordinal):
        spread[:, v] = margins.influence[:, v, layout.sizes[v] - 1] / (2.0 * variance[:, v, None])
    change = spread[:, layout.i] + spread[:, layout.j]
    return root[..., None] * (pairs.influence + pairs.rho[..., None] * change)


def _variances(margins: Margins, layout: Layout) -> Array:
    """Residual variances [B, p] of continuous variables (of others, whatever stands there)."""
    return margins.theta[:, np.arange(len(layout.sizes)), layout.sizes - 1]


def _own_parameters(padded: Array, layout: Layout) -> Array:
    """From [B, p, q, ...] with padding to [B, Σ sizes, ...] without."""
    if padded.ndim == 4:  # [B, p, n, q], parameters last
        parts = [padded[:, v, :, :size] for v, size in enumerate(layout.sizes)]
        return np.concatenate(parts, -1)
    return np.concatenate([padded[:, v, :size] for v, size in enumerate(layout.sizes)], -1)


def _own_thresholds(found: TableMoments, layout: Layout) -> tuple[Array, Array]:
    cuts = layout.categories - 1
    return layout.threshold_variable, np.concatenate([np.arange(count) for count in cuts])


def _products(influence: Array, mass: Array | None, total: Array) -> Array:
    """Γ = n Σ w IF IF'."""
    weighted = influence if mass is None else influence * mass[:, None, :]
    return np.matmul(influence, weighted.swapaxes(-1, -2)) * total[:, None, None]


def _count(problem: Problem, meat: Array) -> TableMoments:
    layout = problem.layout
    return table_moments(problem.codes, layout.categories, layout.i, layout.j, meat, False)


def _table_diagonal(
    found: TableMoments, counted: TableMoments, own: tuple[Array, Array], total: Array
) -> Array:
    first = np.einsum("bvtc,bvc->bvt", found.influence[..., :-1] ** 2, counted.counts)[:, own[0], own[1]]
    pairs = found.pair_influence
    second = np.einsum("bpac,bpac->bp", np.square(pairs), counted.tables)
    return np.concatenate([first, second], -1) * total[:, None]


def _matrix(rho: Array, layout: Layout) -> Array:
    p = len(layout.sizes)
    out = np.zeros((len(rho), p, p)) + np.eye(p)
    out[:, layout.i, layout.j] = out[:, layout.j, layout.i] = rho
    return out
