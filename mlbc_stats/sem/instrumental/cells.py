"""Where the cells of a covariance matrix are among the sample moments, and derivatives over the one in the other."""

from __future__ import annotations

import numpy as np

from mlbc_stats.linalg import vech_indices
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats, Ints


def covariance_cells(moments: SampleMoments, means: bool) -> tuple[Ints, Ints, int]:
    """Rows and columns of the covariances that are sample moments, in their order, and how many other moments lead."""
    p = len(moments.names)
    if moments.ordinal is None:
        return (*vech_indices(p), p if means else 0)
    above = np.triu_indices(p, 1)
    own = np.flatnonzero(~moments.ordinal.ordinal)
    rows, cols = np.concatenate([own, above[1]]), np.concatenate([own, above[0]])
    return rows, cols, moments.ordinal.moments.shape[-1] - len(rows)


def over_moments(slopes: Floats, moments: SampleMoments, means: bool) -> Floats:
    """Derivatives (k, m) with respect to the sample moments, from symmetric ones (k, p, p) with respect to S."""
    rows, cols, lead = covariance_cells(moments, means)
    count = np.where(rows == cols, 1.0, 2.0)
    return np.pad(slopes[:, rows, cols] * count, ((0, 0), (lead, 0)))
