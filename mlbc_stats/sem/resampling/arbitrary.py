"""Which values have draws that mean nothing, since the data leave open what they follow from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.implied.ram import Ram

STEP = 1e-4
"""Step along a flat direction, in units of the information."""

MOVED, ROUNDING = 1e-3, 1e-9
"""Change of a value per step, relative to its deviation per case and to the value, up to which it does not change."""


def arbitrary(
    solution: Solution, value: Callable[[tuple[Ram, ...], Floats], Floats], se: Floats
) -> NDArray[np.bool_]:
    """Which values (k,) with errors se (k,) a direction moves that the data leave undetermined.

    `value` gives them (B, k) at theta (B, q); its slopes along the flat directions are central differences.
    """
    step = STEP * solution.flat.T
    if not len(step):
        return np.zeros(len(se), dtype=bool)
    at = value(solution.rams, np.concatenate([solution.theta + step, solution.theta - step]))
    moves = np.abs(at[: len(step)] - at[len(step) :]).max(axis=0) / (2 * STEP)
    spread = np.where(np.isfinite(se), se, 0.0) * np.sqrt(solution.n)
    return np.asarray(~(moves <= MOVED * spread + ROUNDING * np.abs(at).max(axis=0)))
