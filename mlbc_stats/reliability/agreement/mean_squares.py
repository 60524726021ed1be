"""Two-way analysis of variance of targets by raters, one rating in each cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.reliability.items import Floats

NOTHING = 1e-12
"""A share of the whole variation below this is rounding."""


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Mean squares of n targets and k raters.

    Attributes
    ----------
    n, k : numbers of targets and of raters.
    targets, raters, residual : mean squares with n − 1, k − 1 and (n − 1)(k − 1) degrees of freedom.
    within : of the ratings of one target, with n(k − 1).
    """

    n: int
    k: int
    targets: float
    raters: float
    residual: float
    within: float


def mean_squares(ratings: Floats) -> MeanSquares:
    """Mean squares of complete ratings (n, k); what is only rounding counts as zero.

    Examples
    --------
    >>> found = mean_squares(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    >>> found.targets, found.raters, found.residual, found.within
    (8.0, 1.5, 0.0, 0.5)
    """
    n, k = ratings.shape
    centred = ratings - ratings.mean()
    rows, columns = centred.mean(axis=1), centred.mean(axis=0)
    whole = float(np.sum(centred**2))
    left = float(np.sum((centred - rows[:, None] - columns) ** 2))
    spread = float(np.sum((centred - rows[:, None]) ** 2))
    left, spread = (value if value > NOTHING * whole else 0.0 for value in (left, spread))
    return MeanSquares(
        n=n,
        k=k,
        targets=k * float(np.sum(rows**2)) / (n - 1),
        raters=n * float(np.sum(columns**2)) / (k - 1),
        residual=left / ((n - 1) * (k - 1)),
        within=spread / (n * (k - 1)),
    )
