"""Climb a log-likelihood: quasi-Newton steps from a known curvature, then Newton steps with the observed one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.estimation.search.variable_metric import Memory

Function = Callable[[Floats], tuple[float, Floats]]

NEAR = 1e-9
"""Squared Newton decrement of log L from which Newton steps take over."""
STATIONARY = 1e-10
"""The same at a maximum: no estimate is off by more than 1e-5 of its standard error."""
MOST, NEWTON = 300, 12
"""Steps of either kind."""
DESCENT, HALVINGS = 1e-4, 30
STALE, SETTLED = 1e-6, 1e-2
"""Squared decrement of a step from which the information is found anew, and below which that is worth while."""
DIFFERENCE = 1e-3
"""Step of differences of the gradient, in standard errors: the error is its square."""


class Likelihood(Protocol):
    """What is climbed: a log-likelihood over groups of cases."""

    def value_and_gradient(self, theta: Floats) -> tuple[float, Floats]: ...

    def casewise(self, theta: Floats) -> list[Floats]: ...


@dataclass(frozen=True, slots=True)
class Climb:
    """Where a climb ended.

    Attributes
    ----------
    theta : (q,); value : log L.
    decrement : squared Newton decrement, about twice what log L lacks; NaN where the information is not positive.
    information : (r, r) observed information over the directions that linear constraints leave; None before `polish`.
    iterations : steps.
    """

    theta: Floats
    value: float
    decrement: float
    information: Floats | None
    iterations: int

    @property
    def converged(self) -> bool:
        """Whether the point is a maximum: stationary, with positive information."""
        return bool(np.isfinite(self.decrement) and self.decrement < STATIONARY)


def approach(function: Function, start: Floats, space: Space, information: Floats, most: int = MOST) -> Climb:
    """Quasi-Newton steps from `start` (q,) with a rough information (q, q) until a maximum is near."""
    basis = np.eye(len(start)) if space.basis is None else space.basis
    inverse, _, ok = spd_inverse_logdet(basis.T @ information @ basis)
    if not ok:
        inverse = np.diag(1 / np.maximum(np.diag(basis.T @ information @ basis), 1e-8))
    memory = Memory(2 * inverse)
    theta = start
    value, gradient = function(theta)
    slope, decrement = -gradient @ basis, np.inf
    for iteration in range(most):
        direction = memory.direction(slope[None])[0]
        decrement = -float(direction @ slope)
        if not np.isfinite(decrement) or decrement < NEAR:
            return Climb(theta, value, decrement, None, iteration)
        moved = _search(function, theta, value, basis @ direction, decrement)
        if moved is None:
            return Climb(theta, value, decrement, None, iteration)
        new, value, gradient, share = moved
        change = -gradient @ basis - slope
        memory.learn((share * direction)[None], change[None])
        slope, theta = slope + change, new
    return Climb(theta, value, decrement, None, most)


def polish(function: Function, start: Floats, space: Space, size: Floats) -> Climb:
    """Newton steps until the gradient vanishes; `size` (q,) are rough standard errors."""
    basis = np.eye(len(start)) if space.basis is None else space.basis
    theta = start
    value, gradient = function(theta)
    information, stale = observed_information(function, theta, basis, size), False
    decrement = np.nan
    for iteration in range(NEWTON):
        inverse, _, ok = spd_inverse_logdet(information)
        slope = basis.T @ gradient
        if not ok or not np.isfinite(slope).all():
            return Climb(theta, value, np.nan, information, iteration)
        direction = inverse @ slope
        decrement = float(direction @ slope)
        if decrement < STATIONARY / 100:
            break
        moved = _search(function, theta, value, basis @ direction, decrement)
        if moved is None:
            break
        stale = stale or decrement > STALE
        theta, value, gradient, _ = moved
        if stale and decrement < SETTLED:
            information, stale = observed_information(function, theta, basis, size), False
    if stale:
        information = observed_information(function, theta, basis, size)
    return Climb(theta, value, decrement, information, iteration)


def observed_information(function: Function, theta: Floats, basis: Floats, size: Floats) -> Floats:
    """−d²log L (r, r) over directions (q, r), from central differences of the exact gradient.

    `size` (q,) are rough standard errors, the unit of the differences.
    """
    r = basis.shape[1]
    out = np.empty((r, r))
    for at in range(r):
        step = DIFFERENCE / float(np.linalg.norm(basis[:, at] / size))
        shift = step * basis[:, at]
        near = function(theta + shift)[1] - function(theta - shift)[1]
        out[at] = -(near @ basis) / (2 * step)
    return (out + out.T) / 2


def _search(
    function: Function, theta: Floats, value: float, direction: Floats, decrement: float
) -> tuple[Floats, float, Floats, float] | None:
    """The first point along `direction`, halved as needed, with enough ascent; None where there is none."""
    share = 1.0
    for _ in range(HALVINGS):
        new = theta + share * direction
        found, gradient = function(new)
        if found >= value + DESCENT * share * decrement - 1e-13 * (1 + abs(value)):
            return new, found, gradient, share
        share /= 2
    return None
