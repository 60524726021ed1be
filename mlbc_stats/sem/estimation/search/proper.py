"""Whether a point is proper: its variances and covariance matrices could be those of variables."""

from __future__ import annotations

import numpy as np

from mlbc_stats.linalg import cholesky_flag
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.moments import imply
from mlbc_stats.sem.implied.ram import Ram

ROUNDING = 1e-9
"""How far below zero an eigenvalue may lie by rounding, in units of the implied variances."""


def proper(rams: tuple[Ram, ...], theta: Floats, auxiliary: int = 0) -> bool:
    """Whether no variance is negative and Ψ and Θ are positive semidefinite at theta (q,), in every group.

    Ψ holds the (residual) covariances of the latent variables, Θ those of the observed ones; the last `auxiliary` of
    these may correlate with all residuals as they like. Both are judged in units of the variables' implied variances.

    References
    ----------
    Wothke (1993), in Bollen & Long (eds), Testing Structural Equation Models, 256-293.
    """
    for ram in rams:
        implied = imply(ram, theta)
        size = np.sqrt(np.maximum(np.abs(implied.variances), ROUNDING))
        scaled = implied.disturbance / (size[:, None] * size)
        p = ram.n_observed
        blocks = (scaled[p:, p:], scaled[: p - auxiliary, : p - auxiliary])
        if not all(_semidefinite(block) for block in blocks if len(block)):
            return False
    return True


def _semidefinite(matrix: Floats) -> bool:
    return bool(cholesky_flag(matrix + ROUNDING * np.eye(len(matrix)))[1])
