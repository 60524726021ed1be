"""Standardize a parameter table: latent variables only, all variables, or all but fixed covariates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.evaluation import evaluate
from mlbc_stats.sem.constraints.system import definition_rows
from mlbc_stats.sem.implied.moments import matrices
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

RowReader = Callable[[Parameter], Floats]
KINDS = ("std_lv", "std_all", "std_nox")


@dataclass(frozen=True, slots=True)
class Spread:
    """Spread of the variables of a group at theta (..., q).

    Attributes
    ----------
    total : (..., v) standard deviations; residual : (..., v) variances of the disturbances.
    raw : (v,) variables left in their own units, with spread 1.
    """

    total: Floats
    residual: Floats
    raw: NDArray[np.bool_]


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
    place = {name: i for i, name in enumerate(rams[0].variables)}
    raw = _kept_raw(table, place, kind)
    spreads = [_spread(ram, theta, raw) for ram in rams]
    read = row_reader(table, rams, theta)
    with np.errstate(invalid="ignore", divide="ignore"):  # of a negative variance, or of none
        values = [_row(row, read, spreads, place) for row in table.parameters]
    known: dict[str, Floats] = {}  # of a label that several parameters share the first stands, as in lavaan
    for row, value in zip(table.parameters, values, strict=True):
        if row.label and row.group:
            known.setdefault(row.label, value)
    for i in definition_rows(table):
        row = table.parameters[i]
        if row.expression is not None:
            values[i] = known[row.lhs] = evaluate(row.expression, known)
    batch = theta.shape[:-1]
    out = np.stack([np.broadcast_to(value, batch) for value in values], axis=-1)
    return np.where(np.isfinite(out), out, np.nan)


def standardizing_factors(
    rows: Sequence[Parameter],
    table: ParameterTable,
    rams: tuple[Ram, ...],
    theta: Floats,
    kind: str = "std_all",
) -> Floats:
    """What a value of each row is multiplied by to standardize it, (..., rows); the rows need not be in the table."""
    place = {name: i for i, name in enumerate(rams[0].variables)}
    raw = _kept_raw(table, place, kind)
    spreads = [_spread(ram, theta, raw) for ram in rams]
    out = np.empty((*theta.shape[:-1], len(rows)), dtype=theta.dtype)
    with np.errstate(invalid="ignore", divide="ignore"):
        for at, row in enumerate(rows):
            out[..., at] = _factor(row, spreads[row.group - 1], place)
    return np.where(np.isfinite(out), out, np.nan)


def standardized_jacobian(
    table: ParameterTable, rams: tuple[Ram, ...], theta: Floats, kind: str = "std_all"
) -> Floats:
    """d standardize / dθ (rows, q) at theta (q,), exact by complex steps in one batch."""
    step = 1e-30
    shifted = theta.astype(complex) + 1j * step * np.eye(len(theta))
    return np.imag(standardize(table, rams, shifted, kind)).T / step


def _kept_raw(table: ParameterTable, place: dict[str, int], kind: str) -> NDArray[np.bool_]:
    """(v,) variables that this kind of standardization leaves in their own units."""
    keep = np.zeros(len(place), dtype=bool)
    if kind == "std_lv":
        keep[: len(table.observed)] = True
    elif kind == "std_nox":
        keep[[place[name] for name in table.exogenous]] = True
    return keep


def _spread(ram: Ram, theta: Floats, raw: NDArray[np.bool_]) -> Spread:
    a, s, _ = matrices(ram, theta)
    inverse = np.linalg.inv(np.eye(a.shape[-1]) - a)
    total = np.einsum("...ij,...jk,...ik->...i", inverse, s, inverse, optimize=True)
    spread = Spread(_root(total), np.diagonal(s, axis1=-2, axis2=-1).copy(), raw)
    spread.total[..., raw] = 1.0
    spread.residual[..., raw] = 1.0
    return spread


def _root(variance: Floats) -> Floats:
    """Square root; NaN for a negative variance, and for the slope of none at all."""
    real = np.real(variance)
    with np.errstate(invalid="ignore"):
        root = np.sqrt(variance)
    return np.where(real > 0, root, np.where((real < 0) | (np.imag(variance) != 0), np.nan, 0.0))


def _row(row: Parameter, read: RowReader, spreads: list[Spread], place: dict[str, int]) -> Floats:
    value = read(row)
    if row.op == "~*~":  # a standardized y* has scaling factor 1
        return value if spreads[row.group - 1].raw[place[row.lhs]] else np.ones_like(value)
    if not row.group or row.op == "|~":
        return value
    return np.where(value == 0, value, value * _factor(row, spreads[row.group - 1], place))


def _factor(row: Parameter, sd: Spread, place: dict[str, int]) -> Floats:
    """What the row's value is multiplied by; not finite where it is measured by a variable without variance."""
    left = place[row.lhs]
    if row.op in {"~1", "|"}:
        return 1 / sd.total[..., left]
    right = place[row.rhs]
    if row.op == "~~":
        if left == right:
            return 1 / sd.total[..., left] ** 2
        product = sd.residual[..., left] * sd.residual[..., right]
        return 1 / _root(product * np.sign(np.real(product)))
    if row.op == "=~":
        return sd.total[..., left] / sd.total[..., right]
    return sd.total[..., right] / sd.total[..., left]


def row_reader(table: ParameterTable, rams: tuple[Ram, ...], theta: Floats) -> RowReader:
    """Value (...,) of any row of the table; what follows for ordinal variables is computed once."""
    place = {name: i for i, name in enumerate(rams[0].variables)}
    derived = [ram.engine.response_scales(ram, theta) for ram in rams]
    zero = np.zeros(theta.shape[:-1], dtype=theta.dtype)

    def read(row: Parameter) -> Floats:
        if not row.group:
            return zero
        own = derived[row.group - 1]
        if own is not None and not row.free and row.lhs == row.rhs and row.lhs in table.ordinal:
            variances, scales = own
            return (scales if row.op == "~*~" else variances)[..., place[row.lhs]]
        return row_value(row, rams[row.group - 1], place, theta)

    return read


def row_value(row: Parameter, ram: Ram, place: dict[str, int], theta: Floats) -> Floats:
    """Value (...,) of a row: free, fixed, or the sample moment of a fixed covariate."""
    if row.free:
        return theta[..., row.free - 1]
    if row.exo:
        if row.op == "~1":
            return ram.m0[..., place[row.lhs]]
        return ram.s0[..., place[row.lhs], place[row.rhs]]
    return np.full(theta.shape[:-1], row.fixed if row.fixed is not None else 0.0, dtype=theta.dtype)
