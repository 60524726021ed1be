"""Whether covariates separate the categories of an ordinal variable, so that no finite estimate exists."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Array = NDArray[Any]

#: Gain of a case, in units of the largest coefficient, above which a direction counts as one of separation.
GAIN = 1e-6


def separated(upper: Array, lower: Array) -> bool:
    """Whether some direction of thresholds and slopes fits some case better and no case worse.

    A direction d does so when, over all cases, u_i·d ≥ 0 for the derivatives u of their upper limits and l_i·d ≤ 0 for
    those of the lower ones, one of them strictly. The likelihood then rises without end along d. A linear program
    decides: its optimum is zero, or as large as a case's gain, never in between, so that rounding cannot decide.

    Parameters
    ----------
    upper, lower : arrays [T+k, n], zero for limits that are infinite.

    References
    ----------
    Albert & Anderson (1984), https://doi.org/10.1093/biomet/71.1.1

    Examples
    --------
    >>> x, y = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0, 0, 1, 1])
    >>> design = np.stack([np.ones(4), -x])
    >>> separated(design * (y == 0), design * (y == 1))
    True
    """
    gains = np.unique(np.concatenate([upper.T, -lower.T]), axis=0)
    gains = gains[np.any(gains != 0, axis=1)]
    if not len(gains):
        return True
    found = linprog(
        -gains.sum(axis=0), A_ub=-gains, b_ub=np.zeros(len(gains)), bounds=(-1, 1), method="highs"
    )
    return bool(found.status != 0 or (gains @ found.x).max() > GAIN)
