"""Measures of prediction errors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def prediction_errors(error: Array, naive: Array, mass: Array) -> dict[str, Array]:
    """Root mean square and mean absolute error, and Q²predict = 1 − Σe²/Σe₀², over repetitions and cases.

    Parameters
    ----------
    error : (R, n, q), NaN where a case was not predicted. naive : (R, n, q) errors of the training mean.
    mass : (n,) weights of the cases.

    References
    ----------
    Shmueli et al. (2016), doi:10.1016/j.jbusres.2016.03.049.

    Examples
    --------
    >>> found = prediction_errors(np.array([[[1.0], [-3.0]]]), np.array([[[2.0], [-4.0]]]), np.ones(2))
    >>> {name: float(value[0].round(3)) for name, value in found.items()}
    {'rmse': 2.236, 'mae': 2.0, 'q2_predict': 0.5}
    """
    good = np.isfinite(error) & np.isfinite(naive)
    share = good * mass[:, None]
    total = np.sum(share, axis=(0, 1))
    total = np.where(total > 0, total, np.nan)
    squares = np.sum(np.where(good, error, 0.0) ** 2 * share, axis=(0, 1))
    absolute = np.sum(np.abs(np.where(good, error, 0.0)) * share, axis=(0, 1))
    baseline = np.sum(np.where(good, naive, 0.0) ** 2 * share, axis=(0, 1))
    return {
        "rmse": np.sqrt(squares / total),
        "mae": absolute / total,
        "q2_predict": 1 - squares / np.where(baseline > 0, baseline, np.nan),
    }
