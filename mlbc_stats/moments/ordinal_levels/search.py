"""Find the maximum of the likelihood of one item, or of a pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mlbc_stats.moments.ordinal_levels.item import Scored

Array = NDArray[Any]

LITTLE = 0.05
"""Share of the largest information that a parameter is taken to have at least."""

FLAT = 1e-5
"""Slope, in units of what one step along the curvature would bring, below which a point is the maximum."""


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where a likelihood is largest.

    Attributes
    ----------
    theta : array [q]; converged : whether the slopes vanish there.
    """

    theta: Array
    converged: bool


def maximize(
    likelihood: Callable[[Array], Scored], start: Array, bounds: Sequence[tuple[Any, Any]]
) -> Maximum:
    """The maximum of Σ_j log L_j within bounds, by limited-memory BFGS.

    Examples
    --------
    >>> parabola = lambda x: Scored(-((x - 2.0) ** 2), -2 * (x - 2.0)[:, None])
    >>> float(maximize(parabola, np.zeros(1), [(None, None)]).theta.round(6)[0])
    2.0
    """

    unit = 1 / _size(likelihood(start))

    def lost(scaled: Array) -> tuple[float, Array]:
        found = likelihood(unit * scaled)
        return -float(found.value.sum()), -unit * found.scores.sum(0)

    limits: Any = [
        tuple(None if end is None else end / u for end in pair) for pair, u in zip(bounds, unit, strict=True)
    ]
    options: Any = {"ftol": 1e-15, "gtol": FLAT / 10}
    found = minimize(lost, start / unit, jac=True, method="L-BFGS-B", bounds=limits, options=options)
    end = likelihood(unit * found.x)
    flat = np.abs(end.scores.sum(0)) <= FLAT * _size(end)
    return Maximum(unit * found.x, bool(flat.all()))


def _size(found: Scored) -> Array:
    """√ of the information of each parameter by itself, in no case much less than that of the others."""
    size = np.sqrt(np.sum(found.scores**2, axis=0))
    return np.asarray(np.maximum(size, max(LITTLE * size.max(), LITTLE)))
