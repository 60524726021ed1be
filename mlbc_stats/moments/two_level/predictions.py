"""What rows and clusters deviate from their expectation by, weighed by the inverse of its covariance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.two_level.cells import Cells
from mlbc_stats.moments.two_level.incomplete_likelihood import point_at

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Weighed deviations at some moments.

    Attributes
    ----------
    within : array [n, p_w], W_i(y_i − E v_j) of every row, v_j of its cluster expected given all its rows.
    between : array [J, k], Ω_j⁻¹ d_j of every cluster, d_j what it shows less its expectation.
    """

    within: Array
    between: Array


def predict_parts(data: Cells, rows: Array, cluster: Array, sigma: Array, mu: Array) -> Parts:
    """Weighed deviations of the rows behind `data` at Σ [P, P] and μ [P].

    Parameters
    ----------
    rows : array [n, p_w], NaN where missing; cluster : int array [n], codes 0 … J−1.
    """
    point, w = point_at(data, sigma, mu), data.layout.n_within
    known = ~np.isnan(rows)
    _, pattern = np.unique(known, axis=0, return_inverse=True)
    gap = np.where(known, rows - data.centre[:w] - point.at[cluster], 0.0)
    within = np.einsum("nab,nb->na", point.weight[pattern], gap)
    return Parts(within, point.pull)
