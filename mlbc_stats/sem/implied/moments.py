"""Compile a parameter table to the reticular action model and compute what it implies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.implied.cell_pairs import Pairs, make_pairs
from mlbc_stats.sem.implied.ordinal_cells import exogenous_places, find_categories
from mlbc_stats.sem.implied.ordinal_moments import (
    Categories,
    residual_variances,
    stacked_moments,
    thresholds,
)
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

Floats = NDArray[Any]
Ints = NDArray[np.intp]

DIRECTED = {"=~", "~", "<~"}
_KINDS = dict.fromkeys(DIRECTED, 0) | {"~~": 1, "~1": 2}


@dataclass(frozen=True, slots=True)
class Ram:
    """One group's model: Σ = F(I−A)⁻¹S(I−A)⁻ᵀFᵀ and μ = F(I−A)⁻¹m.

    Attributes
    ----------
    variables : names, observed first; v = p + m of them.
    n_observed : p.
    a0, s0, m0 : (v, v), (v, v) and (v,) fixed values; s0 and m0 may carry leading batch axes once
        `fill_exogenous` has put sample moments of fixed covariates in.
    free : (q,) index of each cell's parameter in theta.
    row, col : (q,) place of the cell. `side` is `col` for symmetric cells and `v + col` for directed ones.
    scale : (q,) s of dΣ = s(uvᵀ + vuᵀ): 1, ½ on the diagonal of S, 0 for means; pairs : of the cells.
    directed, symmetric, mean : (q,) masks.
    exogenous : (k,) positions of fixed covariates, in the observed order.
    order : length of the longest directed path, or -1 when the model has a loop.
    means : whether the mean structure is modelled.
    categories : the ordinal part of a model with ordinal variables; its thresholds and scaling factors are cells that
        move neither A, S nor m (row, col, side and scale zero).
    """

    variables: tuple[str, ...]
    n_observed: int
    a0: Floats
    s0: Floats
    m0: Floats
    free: Ints
    row: Ints
    col: Ints
    side: Ints
    scale: Floats
    pairs: Pairs
    directed: NDArray[np.bool_]
    symmetric: NDArray[np.bool_]
    mean: NDArray[np.bool_]
    exogenous: Ints
    order: int
    means: bool
    categories: Categories | None = None


@dataclass(frozen=True, slots=True)
class Implied:
    """Moments a theta implies, with the factors its derivatives are made of; ordinal data: given the covariates.

    Attributes
    ----------
    sigma : (..., p, p); mu : (..., p) or None without a mean structure.
    inverse : (..., v, v) B = (I−A)⁻¹; disturbance : (..., v, v) S.
    total : (..., p, v) G = FB; cross : (..., v, p) C = BSGᵀ.
    expected : (..., v) Bm.
    tau : (..., t) thresholds; stacked : (..., m) moments of ordinal data, see `stacked_moments`; None without.
    """

    sigma: Floats
    mu: Floats | None
    inverse: Floats
    disturbance: Floats
    total: Floats
    cross: Floats
    expected: Floats | None
    tau: Floats | None = None
    stacked: Floats | None = None

    @property
    def fitted(self) -> tuple[Floats, Floats | None]:
        """What a discrepancy compares with the sample: (Σ, μ), or the stacked moments of ordinal data and None."""
        return (self.sigma, self.mu) if self.stacked is None else (self.stacked, None)


def compile_table(table: ParameterTable) -> tuple[Ram, ...]:
    """One `Ram` per group of the table."""
    return tuple(_compile_group(table, group + 1) for group in range(table.n_groups))


def imply(ram: Ram, theta: Floats) -> Implied:
    """Moments implied by theta (..., q) of the whole model, for this group."""
    a, s, m = matrices(ram, theta)
    if ram.categories is not None:
        _condition(ram.categories, s, m)
    inverse = _total_effects(a, ram.order)
    total = inverse[..., : ram.n_observed, :]
    cross = inverse @ (s @ total.mT)
    sigma = cross[..., : ram.n_observed, :]
    if not ram.means:
        return Implied(sigma, None, inverse, s, total, cross, None)
    expected = (inverse @ m[..., None])[..., 0]
    implied = Implied(sigma, expected[..., : ram.n_observed], inverse, s, total, cross, expected)
    return implied if ram.categories is None else _with_categories(ram, ram.categories, theta, implied)


def _condition(part: Categories, s: Floats, m: Floats) -> None:
    """Hold the covariates at zero, in place."""
    x = part.covariates
    s[..., x, :] = 0.0
    s[..., :, x] = 0.0
    m[..., x] = 0.0


def _with_categories(ram: Ram, part: Categories, theta: Floats, implied: Implied) -> Implied:
    tau = thresholds(part, theta[..., ram.free])
    return replace(implied, tau=tau, stacked=stacked_moments(part, tau, implied))


def matrices(ram: Ram, theta: Floats) -> tuple[Floats, Floats, Floats]:
    """A (..., v, v), S (..., v, v) and m (..., v) at theta (..., q)."""
    own = theta[..., ram.free]
    a = _batched(ram.a0, own)
    s = _batched(ram.s0, own)
    m = _batched(ram.m0, own, axes=1)
    a[..., ram.row[ram.directed], ram.col[ram.directed]] = own[..., ram.directed]
    values = own[..., ram.symmetric]
    s[..., ram.row[ram.symmetric], ram.col[ram.symmetric]] = values
    s[..., ram.col[ram.symmetric], ram.row[ram.symmetric]] = values
    m[..., ram.row[ram.mean]] = own[..., ram.mean]
    part = ram.categories
    if part is not None and not part.theta:
        o = np.flatnonzero(part.ordinal)
        s[..., o, o] = residual_variances(part, own, _total_effects(a, ram.order), s)
    return a, s, m


def fill_exogenous(ram: Ram, cov: Floats, mean: Floats | None) -> Ram:
    """The same model with the sample moments of its fixed covariates in place (batch axes kept)."""
    x = ram.exogenous
    if not len(x):
        return ram
    s0 = np.broadcast_to(ram.s0, cov.shape[:-2] + ram.s0.shape[-2:]).copy()
    s0[..., x[:, None], x] = cov[..., x[:, None], x]
    m0 = ram.m0
    if ram.means and mean is not None:
        m0 = np.broadcast_to(ram.m0, mean.shape[:-1] + ram.m0.shape[-1:]).copy()
        m0[..., x] = mean[..., x]
    return replace(ram, s0=s0, m0=m0)


def take_batch(ram: Ram, keep: Ints | NDArray[np.bool_]) -> Ram:
    """The same model for some elements of its batch axis (only covariate moments can carry one)."""
    if ram.s0.ndim == 2:
        return ram
    m0 = ram.m0[keep] if ram.m0.ndim > 1 else ram.m0
    return replace(ram, s0=ram.s0[keep], m0=m0)


def _batched(fixed: Floats, own: Floats, axes: int = 2) -> Floats:
    batch = own.shape[:-1]
    if fixed.ndim == axes:
        out = np.empty(batch + fixed.shape, dtype=own.dtype)
        out[...] = fixed
        return out
    shape = np.broadcast_shapes(batch, fixed.shape[: fixed.ndim - axes]) + fixed.shape[fixed.ndim - axes :]
    out = np.empty(shape, dtype=own.dtype)
    out[...] = fixed
    return out


def _total_effects(a: Floats, order: int) -> Floats:
    """(I−A)⁻¹: a short power series where A is nilpotent, else a solve (NaN where singular)."""
    identity = np.eye(a.shape[-1])
    if order < 0:
        return _inverse_or_nan(identity - a)
    total = identity + a
    power, reached = a, 1
    while reached < order:
        power = power @ power
        total = total + power @ total
        reached = 2 * reached + 1
    return total


def _inverse_or_nan(matrix: Floats) -> Floats:
    try:
        return np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        bad = np.abs(np.linalg.det(matrix)) == 0
        safe = np.where(bad[..., None, None], np.eye(matrix.shape[-1]), matrix)
        return np.where(bad[..., None, None], np.nan, np.linalg.inv(safe))


def _compile_group(table: ParameterTable, group: int) -> Ram:
    variables = table.observed + table.latent
    place = {name: i for i, name in enumerate(variables)}
    v = len(variables)
    a0, s0, m0 = np.zeros((v, v)), np.zeros((v, v)), np.zeros(v)
    free: list[Parameter] = []
    for row in table.parameters:
        if row.group != group:
            continue
        if row.free:
            free.append(row)
        elif not row.exo and row.op in DIRECTED | {"~~", "~1"}:
            _put_fixed(a0, s0, m0, row, place)
    cells = [_cell(row, place) for row in free]
    kind = np.array([_KINDS.get(row.op, 3) for row in free], dtype=np.intp)
    rows = np.array([r for r, _ in cells], dtype=np.intp)
    cols = np.array([c for _, c in cells], dtype=np.intp)
    scale = np.where(kind > 1, 0.0, np.where((kind == 1) & (rows == cols), 0.5, 1.0))
    side = np.where(kind == 0, cols + v, cols)
    pattern = _paths(a0, rows[kind == 0], cols[kind == 0])
    return Ram(
        variables=variables,
        n_observed=len(table.observed),
        a0=a0,
        s0=s0,
        m0=m0,
        free=np.array([row.free - 1 for row in free], dtype=np.intp),
        row=rows,
        col=cols,
        side=side,
        scale=scale,
        pairs=make_pairs(rows, side, scale, 2 * v),
        directed=kind == 0,
        symmetric=kind == 1,
        mean=kind == 2,
        exogenous=exogenous_places(table, group, place),
        order=_longest_path(pattern),
        means=table.meanstructure,
        categories=find_categories(table, group, place, free, pattern) if table.ordinal else None,
    )


def _cell(row: Parameter, place: dict[str, int]) -> tuple[int, int]:
    """(row, col) of a parameter: the effect's target first; for ``f =~ x`` the target is x."""
    if row.op == "=~":
        return place[row.rhs], place[row.lhs]
    if row.op == "~1":
        return place[row.lhs], 0
    if row.op in {"|", "~*~"}:
        return 0, 0
    return place[row.lhs], place[row.rhs]


def _put_fixed(a0: Floats, s0: Floats, m0: Floats, row: Parameter, place: dict[str, int]) -> None:
    i, j = _cell(row, place)
    value = float(row.fixed or 0.0)
    if row.op in DIRECTED:
        a0[i, j] = value
    elif row.op == "~~":
        s0[i, j] = s0[j, i] = value
    else:
        m0[i] = value


def _paths(a0: Floats, rows: Ints, cols: Ints) -> Floats:
    """(v, v) pattern of A: 1 where a directed path is free or fixed at another value than zero."""
    pattern = (a0 != 0).astype(float)
    pattern[rows, cols] = 1.0
    return pattern


def _longest_path(pattern: Floats) -> int:
    """Longest directed path of the pattern of A, or -1 for a loop."""
    reach, length = pattern, 0
    while reach.any():
        length += 1
        if length > len(pattern):
            return -1
        reach = np.minimum(reach @ pattern, 1.0)
    return length
