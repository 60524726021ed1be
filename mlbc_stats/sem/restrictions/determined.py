"""Which expected changes are numbers: those whose unit the data determine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.estimation.solution import LOOSE, Solution
from mlbc_stats.sem.inference.standardized import standardizing_factors
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

STEP = 1e-30
"""Complex step: nothing is subtracted, so that it may be as small as one likes."""


def determined_sizes(
    solution: Solution, table: ParameterTable, rows: Sequence[Parameter]
) -> NDArray[np.bool_]:
    """Which rows (r,), in the table or not, have a unit that no undetermined direction of the solution changes.

    Where a model leaves the variance of a factor open, say, a change of its loadings can be tested, but has no size.
    The unit is what standardizes the row; it is differentiated along the flat directions.
    """
    flat = solution.flat
    if not flat.shape[1] or not rows:
        return np.ones(len(rows), dtype=bool)
    along = solution.theta + 1j * STEP * flat.T
    unit = standardizing_factors(rows, table, solution.rams, along)
    with np.errstate(all="ignore"):
        change = np.abs(np.imag(unit) / STEP / np.real(unit))
    return np.asarray((change <= LOOSE).all(axis=0))
