"""Which matrices of a batch hold numbers only."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def finite(a: Array) -> Array:
    """(...) bool of matrices (..., k, l): whether every cell is finite.

    Examples
    --------
    >>> finite(np.array([[[1.0]], [[np.nan]]])).tolist()
    [True, False]
    """
    return np.asarray(np.isfinite(a).all(axis=(-2, -1)))
