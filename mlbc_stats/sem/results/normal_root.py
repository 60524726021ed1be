"""The root by which draws get a covariance matrix."""

from __future__ import annotations

from mlbc_stats.errors import ModelError
from mlbc_stats.linalg import cholesky_flag
from mlbc_stats.sem.arrays import Floats

NEGLIGIBLE = 1e-12
"""Pivot, relative to the variance, below which a covariance matrix is singular; rounding alone would invert it."""


def normal_root(cov: Floats, which: str) -> Floats:
    """Lower Cholesky root (p, p) of a covariance matrix, `which` in words ("implied", "sample").

    Raises
    ------
    ModelError
        when the matrix is not positive definite, so that no data have it, or none can be turned to it.

    Examples
    --------
    >>> import numpy as np
    >>> normal_root(np.diag([4.0, 1.0]), "implied").tolist()
    [[2.0, 0.0], [0.0, 1.0]]
    """
    root, definite = cholesky_flag(cov)
    if not definite or (root.diagonal() ** 2 < NEGLIGIBLE * cov.diagonal()).any():
        raise ModelError(
            f"the {which} covariance matrix is not positive definite, so there is nothing to draw from; see "
            "fit.warnings, then revise the model or draw cases (kind='nonparametric')"
        )
    return root
