"""Values, errors and standardized values of every row of a parameter table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.evaluation import evaluate
from mlbc_stats.sem.constraints.system import defined_values, definition_rows
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.inference.standardized import row_reader, standardize, standardized_jacobian
from mlbc_stats.sem.inference.uncertainty import Uncertainty, delta_errors, wald_columns
from mlbc_stats.sem.specification.parameter_table import ParameterTable


@dataclass(frozen=True, slots=True)
class Columns:
    """One value per row of the table: est, se, z, pvalue, ci_lower, ci_upper, each (rows,)."""

    est: Floats
    se: Floats
    z: Floats
    pvalue: Floats
    ci_lower: Floats
    ci_upper: Floats


def estimate_columns(
    table: ParameterTable, rams: tuple[Ram, ...], theta: Floats, uncertainty: Uncertainty, level: float = 0.95
) -> Columns:
    """Unstandardized estimates with their errors; fixed rows have error zero and no test."""
    est = row_values(table, rams, theta)
    se = np.zeros(len(est))
    free = _free(table)
    se[free > 0] = standard_errors(uncertainty)[free[free > 0] - 1]
    defined = [i for i, row in enumerate(table.parameters) if row.op == ":="]
    if defined:
        values, jacobian = defined_values(table, theta)
        se[defined] = delta_errors(jacobian, values, uncertainty)
    return Columns(est, se, *wald_columns(est, se, level))


def standardized_columns(
    table: ParameterTable,
    rams: tuple[Ram, ...],
    theta: Floats,
    uncertainty: Uncertainty,
    kind: str = "std_all",
    level: float = 0.95,
) -> Columns:
    """Standardized estimates with delta-method errors."""
    est = standardize(table, rams, theta, kind)
    se = delta_errors(standardized_jacobian(table, rams, theta, kind), est, uncertainty)
    se = np.where(se < 1e-8, 0.0, se)
    return Columns(est, se, *wald_columns(est, se, level))


def row_values(table: ParameterTable, rams: tuple[Ram, ...], theta: Floats) -> Floats:
    """Unstandardized value of every row (rows,); for a constraint its left minus its right side."""
    read = row_reader(table, rams, theta)
    out = np.zeros(len(table.parameters))
    known: dict[str, float | NDArray[np.float64]] = {}
    for i, row in enumerate(table.parameters):
        if row.group:
            out[i] = read(row)
            known[row.plabel] = out[i]
            if row.label:
                known.setdefault(row.label, out[i])
    expressions = [
        i for i, row in enumerate(table.parameters) if row.expression is not None and row.op != ":="
    ]
    for i in [*definition_rows(table), *expressions]:
        row = table.parameters[i]
        if row.expression is not None:
            out[i] = evaluate(row.expression, known)
            if row.op == ":=":
                known[row.lhs] = out[i]
    return out


def standard_errors(uncertainty: Uncertainty) -> Floats:
    """√diag of vcov (q,); NaN where negative or undetermined."""
    variance = np.diag(uncertainty.vcov)
    with np.errstate(invalid="ignore"):
        return np.where(uncertainty.undetermined, np.nan, np.sqrt(variance))


def coefficient_names(table: ParameterTable) -> list[str]:
    """Name of every free parameter: its label, or lhs-op-rhs with ``.g2`` and so on for later groups."""
    names = []
    for row in table.parameters:
        if row.free:
            suffix = f".g{row.group}" if row.group > 1 else ""
            plain = f"{row.lhs}{row.op}{row.rhs}{suffix}"
            names.append(row.label or plain)
    return names


def r_squared(
    table: ParameterTable, standardized: Mapping[tuple[str, int], float]
) -> dict[tuple[str, int], float]:
    """1 − residual/total variance of every endogenous variable, by (name, group)."""
    dependent = {
        (row.rhs if row.op == "=~" else row.lhs, row.group)
        for row in table.parameters
        if row.op in {"=~", "~", "<~"}
    }
    return {key: 1 - value for key, value in standardized.items() if key in dependent}


def _free(table: ParameterTable) -> NDArray[np.intp]:
    return np.array([row.free for row in table.parameters], dtype=np.intp)


def row_batches(table: ParameterTable, rams: tuple[Ram, ...], theta: Floats, standardized: bool) -> Floats:
    """Values (B, rows) at theta (B, q), unstandardized or completely standardized; constraint rows are NaN."""
    if standardized:
        return standardize(table, rams, theta)
    read = row_reader(table, rams, theta)
    out = np.full((len(theta), len(table.parameters)), np.nan)
    for i, row in enumerate(table.parameters):
        if row.group:
            out[:, i] = read(row)
    defined = [i for i, row in enumerate(table.parameters) if row.op == ":="]
    if defined:
        out[:, defined] = defined_values(table, theta)[0]
    return out
