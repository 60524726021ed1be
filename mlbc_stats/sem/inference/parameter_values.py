"""Values, errors and standardized values of every row of a parameter table."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.evaluation import evaluate
from mlbc_stats.sem.constraints.system import defined_values, definition_rows
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.inference.functions.function_errors import (
    Columns,
    Function,
    FunctionErrors,
    function_columns,
)
from mlbc_stats.sem.inference.standardized import read_rows, standardize, standardized_jacobian
from mlbc_stats.sem.inference.uncertainty import Uncertainty, wald_columns
from mlbc_stats.sem.specification.levels import parameter_text
from mlbc_stats.sem.specification.parameter_table import ParameterTable


def estimate_columns(
    table: ParameterTable,
    rams: tuple[Ram, ...],
    theta: Floats,
    uncertainty: Uncertainty,
    how: FunctionErrors | None = None,
    level: float = 0.95,
) -> Columns:
    """Unstandardized estimates with their errors, definitions by `how`; fixed rows have error zero and no test."""
    est = row_values(table, rams, theta)
    se = np.zeros(len(est))
    free = _free(table)
    se[free > 0] = standard_errors(uncertainty)[free[free > 0] - 1]
    columns = Columns(est, se, *wald_columns(est, se, level))
    defined = [i for i, row in enumerate(table.parameters) if row.op == ":="]
    if defined:
        _fill(columns, defined, function_columns(definitions(table), theta, uncertainty, how, level))
    return columns


def definitions(table: ParameterTable) -> Function:
    """The defined parameters (`:=`) as functions of theta."""
    return Function(
        lambda theta: defined_values(table, theta)[0], lambda theta: defined_values(table, theta)[1]
    )


def standardized_columns(
    table: ParameterTable,
    rams: tuple[Ram, ...],
    theta: Floats,
    uncertainty: Uncertainty,
    kind: str = "std_all",
    how: FunctionErrors | None = None,
    level: float = 0.95,
) -> Columns:
    """Standardized estimates with delta-method errors, of the order that `how` asks for; definitions by `how`."""
    how = how or FunctionErrors()
    function = Function(
        lambda at: standardize(table, rams, at, kind), lambda at: standardized_jacobian(table, rams, at, kind)
    )
    delta = how if how.kind == "second_order" else FunctionErrors()
    columns = function_columns(function, theta, uncertainty, delta, level)
    se = np.where(columns.se < 1e-8, 0.0, columns.se)
    columns = Columns(columns.est, se, *wald_columns(columns.est, se, level))
    defined = [i for i, row in enumerate(table.parameters) if row.op == ":="]
    if defined and how.kind == "monte_carlo":
        rows = Function(
            lambda at: function.values(at)[..., defined], lambda at: function.jacobian(at)[defined]
        )
        _fill(columns, defined, function_columns(rows, theta, uncertainty, how, level))
    return columns


def _fill(columns: Columns, at: list[int], found: Columns) -> None:
    """Errors, tests and intervals of some rows, in place."""
    for each in fields(Columns)[1:]:
        getattr(columns, each.name)[at] = getattr(found, each.name)


def row_values(table: ParameterTable, rams: tuple[Ram, ...], theta: Floats) -> Floats:
    """Unstandardized value of every row (rows,); for a constraint its left minus its right side."""
    out = read_rows(table, rams, theta)
    expressions = [
        i for i, row in enumerate(table.parameters) if row.expression is not None and row.op != ":="
    ]
    known: dict[str, float | NDArray[np.float64]] = {}
    for i, row in enumerate(table.parameters):
        if row.group:
            known[row.plabel] = out[i]
            if row.label:
                known.setdefault(row.label, out[i])
    for i in [*definition_rows(table), *expressions]:
        row = table.parameters[i]
        if row.expression is not None:
            out[i] = evaluate(row.expression, known)
            if row.op == ":=":
                out[i] = out[i] if np.isfinite(out[i]) else np.nan  # a ratio to zero
                known[row.lhs] = out[i]
    return out


def standard_errors(uncertainty: Uncertainty) -> Floats:
    """√diag of vcov (q,); NaN where negative or undetermined."""
    variance = np.diag(uncertainty.vcov)
    with np.errstate(invalid="ignore"):
        return np.where(uncertainty.undetermined, np.nan, np.sqrt(variance))


def coefficient_names(table: ParameterTable) -> list[str]:
    """Name of every free parameter: its label, or lhs-op-rhs with ``.g2`` for later groups and ``.l2`` for level 2."""
    return [
        row.label or parameter_text(row.lhs, row.op, row.rhs, row.group)
        for row in table.parameters
        if row.free
    ]


def explained_rows(table: ParameterTable) -> dict[tuple[str, int], int]:
    """Row of the residual variance of every endogenous variable, by (name, group); R² is 1 − its standardized value."""
    dependent = {
        (row.rhs if row.op == "=~" else row.lhs, row.group)
        for row in table.parameters
        if row.op in {"=~", "~"} or (row.op == "<~" and not table.blocks)
    }
    return {
        (row.lhs, row.group): i
        for i, row in enumerate(table.parameters)
        if row.op == "~~" and row.lhs == row.rhs and (row.lhs, row.group) in dependent
    }


def _free(table: ParameterTable) -> NDArray[np.intp]:
    return np.array([row.free for row in table.parameters], dtype=np.intp)


def row_batches(
    table: ParameterTable, rams: tuple[Ram, ...], theta: Floats, kind: str | None = None
) -> Floats:
    """Values (B, rows) at theta (B, q), of a standardized kind or unstandardized; constraint rows are then NaN."""
    if kind is not None:
        return standardize(table, rams, theta, kind)
    out = read_rows(table, rams, theta)
    out[:, [i for i, row in enumerate(table.parameters) if not row.group]] = np.nan
    defined = [i for i, row in enumerate(table.parameters) if row.op == ":="]
    if defined:
        out[:, defined] = defined_values(table, theta)[0]
    return out
