"""Reliability of the total score from shares of item steps: Molenaar and Sijtsma's coefficient."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.irt.scalability.coefficients import steps

Array = NDArray[Any]


def molenaar_sijtsma(x: Array) -> float:
    """Reliability of the sum: what two independent administrations would share, over the variance.

    P(reach step s and, again, step t of the same item) is not observed; it is put together from the next step of
    another item to either side, once as if shares were proportional and once as if their complements were, and the
    mean of these approximations is taken.

    Molenaar & Sijtsma (1988); van der Ark (2010). In R: ``mokken::check.reliability(X)``, which averages a little
    differently (differences of about .001).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> theta = rng.normal(size=(2000, 1))
    >>> x = (theta + rng.logistic(size=(2000, 8)) > np.linspace(-1, 1, 8)) * 1.0
    >>> again = (theta + rng.logistic(size=(2000, 8)) > np.linspace(-1, 1, 8)) * 1.0
    >>> bool(abs(molenaar_sijtsma(x) - np.corrcoef(x.sum(1), again.sum(1))[0, 1]) < 0.05)
    True
    """
    cov = np.cov(x, rowvar=False)
    total, n = float(cov.sum()), len(x)
    reached, item, height = steps(x)
    share = reached.mean(axis=0)
    joint = reached.T @ reached / n
    order = np.argsort(-share, kind="stable")
    between = float(np.sum(cov) - np.trace(cov)) * (n - 1) / n
    same = 0.0
    for i in range(x.shape[1]):
        own = np.flatnonzero(item == i).tolist()
        for a in own:
            for b in own:
                again = _again(a, b, share, joint, item, order)
                same += height[a] * height[b] * (again - share[a] * share[b])
    return (between + same) / total


def _again(a: int, b: int, share: Array, joint: Array, item: Array, order: Array) -> float:
    found = []
    for step, other in ((a, b), (b, a)):
        for near in _neighbours(step, item, order):
            found.append(share[step] * joint[near, other] / share[near])
            if share[near] < 1:
                rest = (1 - share[step]) / (1 - share[near])
                found.append(share[other] - rest * (share[other] - joint[near, other]))
    return float(np.mean(found)) if found else float(share[a] * share[b])


def _neighbours(step: int, item: Array, order: Array) -> list[int]:
    """The next more frequent and the next rarer step of another item."""
    place = int(np.flatnonzero(order == step)[0])
    before = [int(k) for k in order[:place] if item[k] != item[step]]
    after = [int(k) for k in order[place + 1 :] if item[k] != item[step]]
    return before[-1:] + after[:1]
