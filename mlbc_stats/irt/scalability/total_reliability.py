"""Reliability of the total score from shares of item steps: Molenaar and Sijtsma's coefficient."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.irt.scalability.coefficients import steps

Array = NDArray[Any]
TIED = 1e-12
"""Difference of shares up to which two steps are equally frequent."""


def molenaar_sijtsma(x: Array) -> float:
    """Reliability of the sum: what two independent administrations would share, over the variance.

    P(reach step s and, again, step t of the same item) is not observed. It is put together from steps of other items,
    for s and for t in turn and averaged: from steps of the same share where there are some, else from the next more
    frequent and the next rarer ones, once as if shares were proportional and once as if their complements were. It
    cannot be larger than the smaller of the two shares.

    Molenaar & Sijtsma (1988); van der Ark (2010). In R: ``mokken::check.reliability(X)`` (differences up to .00004,
    where a rare step stands at the end of the order).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> theta = rng.normal(size=(2000, 1))
    >>> x = (theta + rng.logistic(size=(2000, 8)) > np.linspace(-1, 1, 8)) * 1.0
    >>> again = (theta + rng.logistic(size=(2000, 8)) > np.linspace(-1, 1, 8)) * 1.0
    >>> bool(abs(molenaar_sijtsma(x) - np.corrcoef(x.sum(1), again.sum(1))[0, 1]) < 0.05)
    True
    """
    n = len(x)
    cov = np.cov(x, rowvar=False, ddof=0)
    reached, item, height = steps(x)
    share = reached.mean(axis=0)
    again = _halves(share, reached.T @ reached / n, item)
    again = np.minimum((again + again.T) / 2, np.minimum.outer(share, share))
    excess = np.where(item[:, None] == item, again - np.outer(share, share), 0.0)
    between = float(np.sum(cov) - np.trace(cov))
    return (between + float(height @ excess @ height)) / float(np.sum(cov))


def _halves(share: Array, joint: Array, item: Array) -> Array:
    """(S, S) P(row's step and, again, the column's), of one item, by what stands beside the row's step."""
    out = np.outer(share, share)
    for s in range(len(share)):
        found = [
            np.mean([_carried(s, k, share, joint) for k in near], axis=0) for near in _beside(s, share, item)
        ]
        if found:
            own = item == item[s]
            out[s, own] = np.nanmean(np.concatenate(found)[:, own], axis=0)
    return out


def _carried(step: int, near: int, share: Array, joint: Array) -> Array:
    """(2, S) the joint shares of a step nearby, by ratios of shares and of their complements (NaN without one)."""
    ratio = share[step] / share[near] * joint[near]
    if share[near] == 1:
        return np.stack([ratio, np.full_like(ratio, np.nan)])
    rest = (1 - share[step]) / (1 - share[near])
    return np.stack([ratio, share - rest * (share - joint[near])])


def _beside(step: int, share: Array, item: Array) -> list[Array]:
    """Steps of other items with the same share; without such the nearest more frequent and the nearest rarer ones."""
    others = np.flatnonzero(item != item[step])
    gap = share[others] - share[step]
    same = np.abs(gap) < TIED
    if same.any():
        return [others[same]]
    sides = [(gap > 0, 1.0), (gap < 0, -1.0)]
    return [
        others[side & (np.abs(gap - sign * np.abs(gap[side]).min()) < TIED)]
        for side, sign in sides
        if side.any()
    ]
