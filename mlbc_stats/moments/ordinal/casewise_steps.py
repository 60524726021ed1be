"""Both steps of ordinal moments case by case: continuous variables among the ordinal ones, or covariates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.correlations.casewise_likelihood import case_correlations
from mlbc_stats.moments.margins.moment_layout import Layout, to_original_units
from mlbc_stats.moments.margins.univariate import Margins, fit_margins
from mlbc_stats.moments.ordinal.problem import Problem, Steps, correlation_matrix, sampling_covariance
from mlbc_stats.moments.ordinal.table_moments import spread_influence, table_moments
from mlbc_stats.parallel import chunks

Array = NDArray[Any]

#: Numbers held at once by one chunk of pairs.
HELD = 1 << 22


def moments_by_cases(problem: Problem, weights: Array | None, meat: Array | None) -> Steps:
    """Moments and Γ of mixed variables, or given covariates, for each row of weights.

    Parameters
    ----------
    weights : None (one row of ones) or array [B, n].
    meat : array [B, n], weights of products of influences; None for those above.

    Examples
    --------
    >>> from mlbc_stats.moments.margins.moment_layout import make_layout
    >>> x = np.array([[0.0, 1.0], [1.0, 2.0], [0.0, 3.0], [1.0, 6.0]])
    >>> problem = Problem(x, x[:, :1].astype(int), make_layout(np.array([2, 0]), 0), np.zeros((4, 0)), "none")
    >>> moments_by_cases(problem, None, None).moments.round(4).tolist()
    [[0.0, 3.0, 3.5, 1.2297]]
    """
    layout, n = problem.layout, len(problem.x)
    weights = np.ones((1, n)) if weights is None else weights
    centre, scale = problem.z.mean(0), problem.z.std(0)
    codes = np.full(problem.x.shape, -1)
    codes[:, layout.ordinal] = problem.codes
    margins = fit_margins(problem.x, codes, layout.categories, (problem.z - centre) / scale, weights)
    transform = to_original_units(layout, centre, scale)
    first = _transformed(_own_parameters(margins.theta, layout), transform)
    pairs = _pairs(problem, margins, weights)
    variance = np.where(layout.ordinal, 1.0, _variances(margins, layout))
    root = np.sqrt(variance[:, layout.i] * variance[:, layout.j])
    moments = np.concatenate([first, pairs.rho * root], -1)
    total, gamma, diagonal = weights.sum(-1), None, None
    if problem.gamma != "none":
        own = _own_parameters(margins.influence.swapaxes(-1, -2), layout)
        first_influence = _transformed(own, transform).swapaxes(-1, -2)
        second = _to_covariances(pairs, margins, layout, root)
        influence = np.concatenate([first_influence, second], 1)
        if problem.gamma == "full":
            gamma, diagonal = sampling_covariance(problem, influence, weights, meat, total)
        else:
            mass = weights if meat is None else meat
            diagonal = np.einsum("bmn,bmn,bn->bm", influence, influence, mass) * total[:, None]
    ok = margins.ok.all(-1) & pairs.converged.all(-1) & np.isfinite(moments).all(-1)
    return Steps(
        moments,
        gamma,
        diagonal,
        correlation_matrix(pairs.rho, layout),
        total,
        ok,
        pairs.tables,
        pairs.filled,
        pairs.bounded,
        ~margins.ok,
    )


def _transformed(parameters: Array, transform: Array) -> Array:
    """A product in which a NaN reaches only what depends on it."""
    lost = np.isnan(parameters)
    out = np.where(lost, 0.0, parameters) @ transform.T
    return np.where(lost @ (transform != 0).T, np.nan, out) if lost.any() else out


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
        np.full((*shape, len(problem.x) if problem.gamma != "none" else 0), np.nan),
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
    found = table_moments(
        problem.codes,
        layout.categories[layout.ordinal],
        i,
        j,
        weights,
        out.influence.size > 0,
        problem.filling,
    )
    out.rho[:, places], out.converged[:, places] = found.rho, found.converged
    out.bounded[:, places], out.filled[:, places] = found.bounded, found.filled
    if out.influence.size:
        out.influence[:, places] = spread_influence(found, problem.codes, i, j)[1]
    out.tables = found.tables


def _fill_from_cases(
    out: _Pairs, margins: Margins, kind: str, i: Array, j: Array, places: Array, weights: Array
) -> None:
    for part in chunks(len(places), max(HELD // (30 * weights.size), 1)) if len(places) else ():
        found = case_correlations(margins, kind, i[part], j[part], weights, out.influence.size > 0)
        where = places[part]
        out.rho[:, where] = found.rho
        if found.influence is not None:
            out.influence[:, where] = found.influence
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
