"""The affine space that linear equality constraints leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.constraints.system import ConstraintSystem


@dataclass(frozen=True, slots=True)
class Space:
    """The affine set theta = basis z + origin that linear equality constraints leave (basis None: all of it).

    Attributes
    ----------
    basis : (q, r) or None; origin : (q,).
    """

    basis: NDArray[Any] | None
    origin: NDArray[Any]


def linear_space(system: ConstraintSystem) -> Space:
    """theta = basis z + origin for every theta with R theta = rhs."""
    if not len(system.R):
        return Space(None, np.zeros(system.n_parameters))
    _, singular, right = np.linalg.svd(system.R)
    rank = int(np.sum(singular > 1e-10 * singular.max(initial=0.0)))
    return Space(right[rank:].T.copy(), np.linalg.lstsq(system.R, system.rhs, rcond=None)[0])
