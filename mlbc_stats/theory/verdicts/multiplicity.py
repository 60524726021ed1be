"""Interval levels that keep Holm's promise over a confirmatory family."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def holm_levels(pvalues: Sequence[float], alpha: float = 0.05) -> NDArray[np.float64]:
    """Confidence level at which each member's interval excludes zero exactly when Holm rejects it.

    The m members are ordered by p value. While every member before it was rejected, the j-th gets the level
    ``1 − α/(m − j + 1)``. The first member that is not rejected stops the procedure, and all later ones keep
    its level: their p values are no smaller, so their intervals hold zero too. The error rate over the
    family, that any true zero is excluded, is then at most α. The intervals are the test turned inside out;
    taken together they do not have simultaneous coverage 1 − α.

    Parameters
    ----------
    pvalues : (m,) two-sided p values of the whole family; NaN counts as 1.
    alpha : error rate of the family.

    Returns
    -------
    (m,) confidence levels in the order given.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65–70. R: ``p.adjust(p, "holm") <= alpha``.

    Examples
    --------
    >>> holm_levels([0.001, 0.04, 0.02], alpha=0.06).round(3).tolist()
    [0.98, 0.94, 0.97]
    """
    p = np.nan_to_num(np.asarray(pvalues, dtype=float), nan=1.0)
    levels, step = np.empty(p.size), alpha
    stopped = False
    for rank, member in enumerate(np.argsort(p, kind="stable")):
        if not stopped:
            step = alpha / (p.size - rank)
            stopped = bool(p[member] > step)
        levels[member] = 1 - step
    return levels
