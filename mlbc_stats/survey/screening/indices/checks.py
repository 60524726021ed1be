"""Attention checks: questions that say which answer to choose."""

from __future__ import annotations

import numpy as np


def failed_checks(answers: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Number of attention checks (n,) answered otherwise than instructed; unanswered ones are not counted.

    Parameters
    ----------
    answers : (n, c) float, NaN where missing.
    expected : (c,) the instructed codes. doi:10.1037/a0028085

    Examples
    --------
    >>> failed_checks(np.array([[2.0, 6], [2, 5], [np.nan, 5]]), np.array([2.0, 6]))
    array([0., 1., 1.])
    """
    return (~np.isnan(answers) & (answers != expected)).sum(axis=1).astype(float)
