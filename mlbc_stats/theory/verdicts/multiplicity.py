"""Levels and p values that keep their promise over several quantities: families by Holm, joint claims by parts."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.theory.verdicts.quantity import Quantity


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


def opposite_level(quantities: Sequence[Quantity], level: float) -> float:
    """Level of the interval by which each of several parts is *opposite*: ``1 − (1 − level)/k``.

    Examples
    --------
    >>> steps = [Quantity(name, 0.3, 0.1, smallest_of=2) for name in ("dp1 > dp2 > dp3", "ti1 > ti2 > ti3")]
    >>> opposite_level(steps, 0.95)
    0.9875
    """
    return 1 - (1 - level) / max(1, sum(one.smallest_of for one in quantities))


def joint_p(quantities: Sequence[Quantity], sign: int) -> float:
    """Smallest α at which a claim about zero is supported or opposite; NaN where a part has no p value.

    Supported takes the largest p value of the parts, when all lie on the predicted side; opposite k times the smallest
    of those on the other side. Never both, so that it is a two-sided p value of the claim as a whole.

    Examples
    --------
    >>> joint_p([Quantity("a", 0.2, 0.1, p=0.04), Quantity("b", 0.3, 0.1, p=0.003)], 1)
    0.04
    >>> joint_p([Quantity("a", -0.2, 0.1, p=0.04), Quantity("b", 0.3, 0.1, p=0.003)], 1)
    0.08
    """
    values = [one.pvalue for one in quantities]
    if any(math.isnan(p) for p in values):
        return math.nan
    count = sum(one.smallest_of for one in quantities)
    against = [p for one, p in zip(quantities, values, strict=True) if sign * one.estimate < 0]
    return min(1.0, count * min(against)) if against else max(values)
