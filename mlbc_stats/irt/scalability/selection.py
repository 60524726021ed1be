"""Automated item selection: scales grown from the best pair, item by item."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from mlbc_stats.irt.scalability.coefficients import parts, z_values

Array = NDArray[Any]


def select(x: Array, lower_bound: float, alpha: float) -> Array:
    """Number of each item's scale (p,) from 1; 0 where an item fits none.

    A scale begins with the pair of the largest H_ij that is significant and at least `lower_bound`. The next item is
    the
    one that leaves the scale's H largest among those with positive H_ij with every item of the scale and an H_i that is
    at least `lower_bound` and significant. What is left begins the next scale. The level is divided by the number of
    tests so far.

    Mokken (1971); Hemker, Sijtsma & Molenaar (1995), doi:10.1177/014662169501900404. In R: ``mokken::aisp(X)``.

    Examples
    --------
    >>> x = np.array([[0, 0, 1], [1, 1, 0], [1, 1, 1], [0, 0, 0]] * 20, dtype=float)
    >>> select(x, 0.3, 0.05).tolist()
    [1, 1, 0]
    """
    found = parts(x)
    errors, expected = found.errors.mean(0), found.expected.mean(0)
    z, scale = z_values(x)[0], np.zeros(x.shape[1], dtype=int)
    number = 1
    while (free := np.flatnonzero(scale == 0)).size > 1:
        members = _grown(x, errors, expected, z, free, lower_bound, alpha)
        if not members:
            break
        scale[members] = number
        number += 1
    return scale


def _grown(
    x: Array, errors: Array, expected: Array, z: Array, free: Array, lower_bound: float, alpha: float
) -> list[int]:
    """One scale from the free items, in the order in which they entered."""
    h = _h(errors, expected)
    tests = len(free) * (len(free) - 1) / 2
    pairs = [
        (h[i, j], -i, -j) for a, i in enumerate(free) for j in free[a + 1 :] if _sure(z[i, j], alpha, tests)
    ]
    pairs = [each for each in pairs if each[0] >= lower_bound and each[0] > 0]
    if not pairs:
        return []
    members = [-max(pairs)[1], -max(pairs)[2]]
    while rest := [k for k in free if k not in members]:
        tests += len(rest)
        fit = [k for k in rest if _fits(x, errors, expected, h, members, k, lower_bound, alpha, tests)]
        if not fit:
            break
        members.append(max(fit, key=lambda k: (_scale_h(errors, expected, [*members, k]), -k)))
    return members


def _fits(
    x: Array, errors: Array, expected: Array, h: Array, members: list[int], k: int, bound: float, alpha: float,
    tests: float,
) -> bool:  # fmt: skip
    if (h[k, members] <= 0).any():
        return False
    own = 1 - errors[k, members].sum() / expected[k, members].sum()
    cov = np.cov(x[:, [k, *members]], rowvar=False)
    value = cov[0, 1:].sum() * np.sqrt(len(x) - 1) / np.sqrt(cov[0, 0] * np.diagonal(cov)[1:].sum())
    return bool(own >= bound) and _sure(value, alpha, tests)


def _sure(z: float, alpha: float, tests: float) -> bool:
    return bool(z > ndtri(1 - alpha / tests))


def _h(errors: Array, expected: Array) -> Array:
    return 1 - errors / np.where(expected > 0, expected, np.nan)


def _scale_h(errors: Array, expected: Array, members: list[int]) -> float:
    own = np.ix_(members, members)
    return float(1 - errors[own].sum() / expected[own].sum())
