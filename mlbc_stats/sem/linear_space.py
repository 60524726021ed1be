"""The affine space that linear equality constraints leave."""

from __future__ import annotations

import numpy as np

from mlbc_stats.sem.constraints import ConstraintSystem
from mlbc_stats.sem.estimate import Space


def linear_space(system: ConstraintSystem) -> Space:
    """theta = basis z + origin for every theta with R theta = rhs."""
    if not len(system.R):
        return Space(None, np.zeros(system.n_parameters))
    _, singular, right = np.linalg.svd(system.R)
    rank = int(np.sum(singular > 1e-10 * singular.max(initial=0.0)))
    return Space(right[rank:].T.copy(), np.linalg.lstsq(system.R, system.rhs, rcond=None)[0])
