"""Carry the estimates of one model over to another one, by the names of its parameters."""

from __future__ import annotations

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.ram import DIRECTED, Ram
from mlbc_stats.sem.inference.parameter_values import row_values
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

Key = tuple[str, str, str, int]


def carry(table: ParameterTable, rams: tuple[Ram, ...], theta: Floats, target: ParameterTable) -> Floats:
    """Free parameters (q') of `target` at the values that a fitted model gives them.

    A parameter that the fitted model does not have is zero there. The values of parameters that `target` fixes
    are lost, so the result stands for the same moments only where they agree.

    Parameters
    ----------
    table, rams, theta : the fitted model; theta (q,).
    """
    values = row_values(table, rams, theta)
    known = {name_key(row): value for row, value in zip(table.parameters, values, strict=True) if row.group}
    return np.array([known.get(name_key(row), 0.0) for row in free_rows(target)])


def free_rows(table: ParameterTable) -> list[Parameter]:
    """Rows of the free parameters, in the order of theta."""
    return sorted((row for row in table.parameters if row.free), key=lambda row: row.free)


def free_places(table: ParameterTable) -> dict[Key, int]:
    """Position in theta (from 0) of every free parameter, by name."""
    return {name_key(row): row.free - 1 for row in table.parameters if row.free}


def name_key(row: Parameter) -> Key:
    """What names a parameter over models: a covariance either way round, a loading as the path it is."""
    lhs, op, rhs = row.lhs, row.op, row.rhs
    if op == "~~" and rhs < lhs:
        lhs, rhs = rhs, lhs
    if op == "=~":
        lhs, rhs = rhs, lhs
    return lhs, "~" if op in DIRECTED else op, rhs, row.group
