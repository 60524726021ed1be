"""Values of every row of a parameter table for a whole batch of estimates."""

from __future__ import annotations

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.system import defined_values
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.inference.standardized import row_reader, standardize
from mlbc_stats.sem.specification.parameter_table import ParameterTable


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
