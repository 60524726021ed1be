"""Standardize a parameter table: latent variables only, all variables, or all but fixed covariates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.constraints.evaluation import evaluate
from mlbc_stats.sem.constraints.system import definition_rows
from mlbc_stats.sem.implied.moments import matrices, total_effects
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.specification.levels import marked
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

KINDS = ("std_lv", "std_all", "std_nox")

MEAN, VARIANCE, COVARIANCE, LOADING, REGRESSION, SCALE, OTHER = range(7)
_KINDS = {
    "~1": MEAN,
    "|": MEAN,
    "~~": COVARIANCE,
    "=~": LOADING,
    "~": REGRESSION,
    "<~": REGRESSION,
    "~*~": SCALE,
}


@dataclass(frozen=True, slots=True)
class Spread:
    """Spread of the variables of a group at theta (..., q).

    Attributes
    ----------
    total : (..., v) standard deviations; residual : (..., v) variances of the disturbances.
    """

    total: Floats
    residual: Floats

    def kept(self, raw: NDArray[np.bool_]) -> Spread:
        """The same where some variables (v,) are left in their own units, with spread 1."""
        return Spread(np.where(raw, 1.0, self.total), np.where(raw, 1.0, self.residual))


def standardize(table: ParameterTable, rams: tuple[Ram, ...], theta: Floats, kind: str = "std_all") -> Floats:
    """Standardized value of every row of the table, shape (..., rows).

    Loadings and regressions are multiplied by sd(source)/sd(target), intercepts divided by sd, variances by the total
    variance, covariances of disturbances by the disturbances' standard deviations (of a negative variance, those of its
    absolute value). Defined parameters are evaluated on the standardized values. Which variables are standardized:
    ``kind`` in std_lv, std_all, std_nox.

    References
    ----------
    Bollen (1989), Structural Equations with Latent Variables, doi:10.1002/9781118619179.
    """
    return standardized_kinds(table, rams, theta, (kind,))[kind]


def standardized_kinds(
    table: ParameterTable, rams: tuple[Ram, ...], theta: Floats, kinds: Sequence[str] = KINDS
) -> dict[str, Floats]:
    """`standardize` of several kinds, from one look at the model."""
    values, own = read_rows(table, rams, theta), [_moments(table, ram, theta) for ram in rams]
    return {kind: _of_kind(table, rams, values, own, kind) for kind in kinds}


def _of_kind(
    table: ParameterTable, rams: tuple[Ram, ...], values: Floats, own: Sequence[Spread], kind: str
) -> Floats:
    raw = _kept_raw(table, {name: i for i, name in enumerate(rams[0].variables)}, kind)
    out = values.copy()
    with np.errstate(invalid="ignore", divide="ignore"):  # of a negative variance, or of none
        for at, moments in zip(row_places(table), own, strict=True):
            spread = moments.kept(raw)
            factor = _factors(at, spread)
            value = values[..., at.rows]
            out[..., at.rows] = np.where(value == 0, value, value * factor)
            scaled = at.rows[(at.kind == SCALE) & ~raw[at.left]]
            out[..., scaled] = 1.0  # a standardized y* has scaling factor 1
    return np.where(np.isfinite(out := _defined(table, out)), out, np.nan)


def _defined(table: ParameterTable, values: Floats) -> Floats:
    """The values with definitions evaluated on them, in place."""
    definitions = definition_rows(table)
    known: dict[str, Floats] = {}  # of a label that several parameters share the first stands, as in lavaan
    for i, row in enumerate(table.parameters) if definitions else ():
        if row.label and row.group:
            known.setdefault(row.label, values[..., i])
    for i in definitions:
        row = table.parameters[i]
        if row.expression is not None:
            values[..., i] = known[row.lhs] = evaluate(row.expression, known)
    return values


def standardizing_factors(
    rows: Sequence[Parameter],
    table: ParameterTable,
    rams: tuple[Ram, ...],
    theta: Floats,
    kind: str = "std_all",
) -> Floats:
    """What a value of each row is multiplied by to standardize it, (..., rows); the rows need not be in the table."""
    raw = _kept_raw(table, {name: i for i, name in enumerate(rams[0].variables)}, kind)
    out = np.empty((*theta.shape[:-1], len(rows)), dtype=theta.dtype)
    with np.errstate(invalid="ignore", divide="ignore"):
        for at, ram in zip(_places(rows, rams[0].variables, len(rams)), rams, strict=True):
            out[..., at.rows] = _factors(at, _moments(table, ram, theta).kept(raw))
    return np.where(np.isfinite(out), out, np.nan)


def standardized_jacobian(
    table: ParameterTable, rams: tuple[Ram, ...], theta: Floats, kind: str = "std_all"
) -> Floats:
    """d standardize / dθ (rows, q) at theta (q,), exact by complex steps in one batch."""
    step = 1e-30
    moving = _moving(table, len(theta))
    shifted = theta.astype(complex) + 1j * step * np.eye(len(theta))
    out = np.empty((len(theta), len(table.parameters)), dtype=complex)
    out[moving] = standardize(table, rams, shifted[moving], kind)
    values = read_rows(table, rams, theta).astype(complex) + np.zeros((int((~moving).sum()), 1))
    rows, places, _ = _cells(table)
    values[:, rows] = shifted[~moving][:, places]
    out[~moving] = _of_kind(table, rams, values, [_moments(table, ram, theta) for ram in rams], kind)
    return np.imag(out).T / step


def _moving(table: ParameterTable, q: int) -> NDArray[np.bool_]:
    """(q,) whether a parameter moves the spread of a variable; intercepts and thresholds do not."""
    moving = np.zeros(q, dtype=bool)
    moving[[row.free - 1 for row in table.parameters if row.free and row.op not in ("~1", "|")]] = True
    return moving


def _kept_raw(table: ParameterTable, place: dict[str, int], kind: str) -> NDArray[np.bool_]:
    """(v,) variables that this kind of standardization leaves in their own units."""
    keep = np.zeros(len(place), dtype=bool)
    if kind == "std_lv":
        keep[: len(table.observed)] = True
    elif kind == "std_nox":
        keep[[place[name] for name in table.exogenous]] = True
    return keep


def _moments(table: ParameterTable, ram: Ram, theta: Floats) -> Spread:
    """Spreads of a group; covariances within a composite are not residual, so total variances alone scale them."""
    a, s, _ = matrices(ram, theta)
    inverse = total_effects(ram, a)
    total = np.sum((inverse @ s) * inverse, axis=-1)
    residual = np.diagonal(s, axis1=-2, axis2=-1)
    if table.blocks:
        residual = np.where(np.isin(ram.variables, list(table.block_of)), total, residual)
    return Spread(_root(total), residual)


def _root(variance: Floats) -> Floats:
    """Square root; NaN for a negative variance, and for the slope of none at all."""
    real = np.real(variance)
    with np.errstate(invalid="ignore"):
        root = np.sqrt(variance)
    return np.where(real > 0, root, np.where((real < 0) | (np.imag(variance) != 0), np.nan, 0.0))


def _factors(at: RowPlaces, spread: Spread) -> Floats:
    """What each row of a group is multiplied by (..., rows); not finite where its variable has no variance."""
    left, right = spread.total[..., at.left], spread.total[..., at.right]
    product = spread.residual[..., at.left] * spread.residual[..., at.right]
    choices = {
        MEAN: 1 / left,
        VARIANCE: 1 / left**2,
        COVARIANCE: 1 / _root(product * np.sign(np.real(product))),
        LOADING: left / right,
        REGRESSION: right / left,
        SCALE: np.ones_like(left),
        OTHER: np.ones_like(left),  # the instruments of an equation stand beside the model
    }
    return np.select([at.kind == kind for kind in choices], list(choices.values()))


@dataclass(frozen=True, slots=True)
class RowPlaces:
    """Rows of one group: their places in the table, their kinds, and those of their variables, each (rows,)."""

    rows: Ints
    kind: Ints
    left: Ints
    right: Ints


@lru_cache(maxsize=64)
def row_places(table: ParameterTable) -> tuple[RowPlaces, ...]:
    """Where the rows of each group of a table are."""
    return _places(table.parameters, table.observed + table.latent, table.n_groups)


def _places(rows: Sequence[Parameter], variables: Sequence[str], n_groups: int) -> tuple[RowPlaces, ...]:
    place = {name: i for i, name in enumerate(variables)}
    out = []
    for group in range(1, n_groups + 1):
        own = [(i, row) for i, row in enumerate(rows) if row.group == group]
        columns = [
            [i for i, _ in own],
            [
                VARIANCE if row.op == "~~" and row.lhs == row.rhs else _KINDS.get(row.op, OTHER)
                for _, row in own
            ],
            [place.get(row.lhs, 0) for _, row in own],
            [place.get(row.rhs, 0) for _, row in own],
        ]
        out.append(RowPlaces(*(np.array(column, dtype=np.intp) for column in columns)))
    return tuple(out)


@lru_cache(maxsize=64)
def _cells(table: ParameterTable) -> tuple[Ints, Ints, Floats]:
    """Rows that are free, their places in theta, and the fixed value of every row (zero without)."""
    free = np.array([row.free for row in table.parameters], dtype=np.intp)
    rows = np.flatnonzero(free)
    return rows, free[rows] - 1, np.array([float(row.fixed or 0.0) for row in table.parameters])


def read_rows(table: ParameterTable, rams: tuple[Ram, ...], theta: Floats) -> Floats:
    """Value (..., rows) of every row of the table, sample moments of fixed covariates among them; zero for constraints.

    What follows for ordinal variables and composites from the rest is computed.
    """
    rows, places, fixed = _cells(table)
    following = {*table.ordinal, *table.composites}
    if table.two_level:
        following |= set(map(marked, table.ordinal))
    out = np.empty((*theta.shape[:-1], len(fixed)), dtype=theta.dtype)
    out[...] = fixed
    out[..., rows] = theta[..., places]
    for group, (ram, at) in enumerate(zip(rams, row_places(table), strict=True), start=1):
        derived = ram.engine.response_scales(ram, theta) if following else None
        for i, kind, left, right in zip(at.rows, at.kind, at.left, at.right, strict=True):
            row = table.parameters[i]
            if row.exo and row.group == group:
                out[..., i] = ram.m0[..., left] if kind == MEAN else ram.s0[..., left, right]
            elif derived is not None and not row.free and row.lhs == row.rhs and row.lhs in following:
                out[..., i] = derived[1 if kind == SCALE else 0][..., left]
    return out
