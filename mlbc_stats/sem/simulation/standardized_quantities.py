"""Some standardized regressions and definitions of one model at many points, with their exact slopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.evaluation import evaluate, gradient
from mlbc_stats.sem.implied.moments import matrices, total_effects
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable


@dataclass(frozen=True, slots=True)
class Quantities:
    """Estimates (B, k) of k standardized quantities and their slopes (B, k, q) by the free parameters."""

    estimates: Floats
    slopes: Floats


@dataclass(frozen=True, slots=True)
class _Spreads:
    """Of all variables at theta (B, q): B = (I−A)⁻¹ and BSBᵀ, (B, v, v)."""

    inverse: Floats
    covariance: Floats


def standardized_quantities(
    table: ParameterTable, ram: Ram, theta: Floats, wanted: Sequence[Parameter]
) -> Quantities:
    """Completely standardized values of regressions and definitions, and their derivatives.

    Formula: b* = b sd(x)/sd(y), so that d b* = sd(x)/sd(y) db + b* (dVar(x)/2Var(x) − dVar(y)/2Var(y)), where a cell
    (i, j) of A moves Var(k) by 2 B_ki (BSBᵀ)_jk and one of S by B_ki B_kj, twice off the diagonal.

    Parameters
    ----------
    theta : (B, q). wanted : k rows of the table, with the operators ``~`` and ``:=``.

    Raises
    ------
    NotServedError
        for several groups, composites and ordinal variables.

    References
    ----------
    Bollen (1989), doi:10.1002/9781118619179. In R: ``standardizedSolution(fit)``.
    """
    if table.n_groups > 1 or table.blocks or table.ordinal:
        raise NotServedError(
            "standardized values of many samples are served for one group of continuous variables"
        )
    a, s, _ = matrices(ram, theta)
    inverse = total_effects(ram, a)
    spreads = _Spreads(inverse, inverse @ s @ inverse.mT)
    labelled = {
        row.label: row for row in reversed(table.parameters) if row.label and row.op == "~" and row.free
    }
    found = [_definition(row, labelled, ram, theta, spreads) for row in wanted]
    return Quantities(
        np.stack([value for value, _ in found], axis=-1), np.stack([slope for _, slope in found], axis=-2)
    )


def find_quantity(table: ParameterTable, name: str) -> Parameter:
    """The row of "y ~ x" or of "name := expression".

    Raises
    ------
    ModelError
        when the model does not hold it once.
    """
    left, _, right = name.partition(":=") if ":=" in name else name.partition("~")
    op = ":=" if ":=" in name else "~"
    rows = [
        row
        for row in table.parameters
        if row.op == op and row.lhs == left.strip() and (op == ":=" or row.rhs == right.strip())
    ]
    if len(rows) != 1:
        raise ModelError(f"the model holds {name!r} {len(rows)} times, expected once")
    return rows[0]


def _definition(
    row: Parameter, labelled: dict[str, Parameter], ram: Ram, theta: Floats, spreads: _Spreads
) -> tuple[Floats, Floats]:
    """Value (B,) and slopes (B, q) of a regression, or of a definition over the standardized labels it names."""
    if row.expression is None or row.op != ":=":
        return _path(row, ram, theta, spreads)
    names = row.expression.names
    absent = [name for name in names if name not in labelled]
    if absent:
        raise NotServedError(f"{row.lhs} := {row.rhs}: {absent[0]} is no label of a regression")
    parts = {name: _path(labelled[name], ram, theta, spreads) for name in names}
    values = {name: value for name, (value, _) in parts.items()}
    outer = gradient(row.expression, values, names)
    slopes = np.stack([slope for _, slope in parts.values()], axis=-2)
    value = np.broadcast_to(evaluate(row.expression, values), theta.shape[:-1])
    return value, np.sum(np.broadcast_to(outer, slopes.shape[:-1])[..., None] * slopes, axis=-2)


def _path(row: Parameter, ram: Ram, theta: Floats, spreads: _Spreads) -> tuple[Floats, Floats]:
    target, source = ram.variables.index(row.lhs), ram.variables.index(row.rhs)
    variances = np.einsum("...ii->...i", spreads.covariance)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.sqrt(variances[..., source] / variances[..., target])
        raw = theta[..., row.free - 1] if row.free else np.full(theta.shape[:-1], float(row.fixed or 0.0))
        value = raw * ratio
        moved = [
            _variance_slopes(ram, theta, spreads, k) / (2 * variances[..., k, None]) for k in (source, target)
        ]
        slopes = value[..., None] * (moved[0] - moved[1])
    if row.free:
        slopes[..., row.free - 1] += ratio
    return value, slopes


def _variance_slopes(ram: Ram, theta: Floats, spreads: _Spreads, variable: int) -> Floats:
    """dVar/dθ (B, q) of one variable."""
    reach, shared = spreads.inverse[..., variable, :], spreads.covariance[..., variable, :]
    rows, cols = ram.row, ram.col
    directed = 2 * reach[..., rows] * shared[..., cols]
    symmetric = np.where(rows == cols, 1.0, 2.0) * reach[..., rows] * reach[..., cols]
    cells = np.where(ram.directed, directed, np.where(ram.symmetric, symmetric, 0.0))
    out = np.zeros((*cells.shape[:-1], theta.shape[-1]))
    out[..., ram.free] = cells
    return out
