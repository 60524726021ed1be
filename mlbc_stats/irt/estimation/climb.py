"""Climb to the maximum: EM with Newton steps inside, then Newton on the marginal likelihood itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.irt.estimation.marginal import (
    Expectation,
    Problem,
    complete_curvature,
    expectation,
    gradient,
    information,
)

Array = NDArray[Any]

EM_CYCLES, NEAR = 200, 0.05
"""EM hands over to Newton after so many cycles, or when the largest step falls below this."""
NEWTON_STEPS, DECREMENT = 100, 1e-11
"""Newton ends when the log-likelihood that is left to gain (half the squared decrement) falls below this."""
FLAT = 1e-9
"""A curvature above this share of the largest, with a minus sign, is zero and not that of a saddle."""
LONGEST = 1.0
"""No parameter moves further in one step."""
STEEP = 15.0
"""A slope beyond this runs away: the answers to the item separate the cases, and no node sees the difference."""


@dataclass(frozen=True, slots=True)
class Climb:
    """Estimate (f,), log-likelihood, observed information (f, f), its gradient, steps taken, and whether it is done."""

    theta: Array
    expectation: Expectation
    information: Array
    gradient: Array
    iterations: int
    converged: bool


def climb(problem: Problem, start: Array, em_cycles: int = EM_CYCLES, most: int = NEWTON_STEPS) -> Climb:
    """Maximize the marginal likelihood from a start.

    Bock & Aitkin (1981), doi:10.1007/BF02293801, for the first part; the second converges quadratically.
    """
    theta, found, cycles = _em(problem, start, em_cycles)
    return _newton(problem, theta, found, cycles, most)


def _em(problem: Problem, theta: Array, cycles: int) -> tuple[Array, Expectation, int]:
    found = expectation(problem, theta)
    for cycle in range(cycles):
        slope, curved = gradient(problem, theta, found), complete_curvature(problem, theta, found)
        step = _bounded(_ascent(curved, slope))
        theta, found = _search(problem, theta, found, step)
        if np.abs(step).max(initial=0) < NEAR:
            return theta, found, cycle + 1
    return theta, found, cycles


def _newton(problem: Problem, theta: Array, found: Expectation, cycles: int, most: int) -> Climb:
    """The curvature of one point serves the next ones while their decrement falls a hundredfold each."""
    slope, curved = gradient(problem, theta, found), information(problem, theta, found)
    before, fresh, step = np.inf, True, 0
    while step < most and not _steep(problem, theta):
        move = _ascent(curved, slope)
        left = 0.5 * float(slope @ move)
        if not fresh and (left < DECREMENT or left > 0.01 * before):
            curved, fresh = information(problem, theta, found), True
            continue
        if left < DECREMENT:
            if _is_top(curved) or not (away := _off_the_saddle(problem, theta, found, curved)):
                break
            theta, found = away
        else:
            theta, found = _search(problem, theta, found, _bounded(move))
        slope, before, fresh, step = gradient(problem, theta, found), left, False, step + 1
    curved = curved if fresh else information(problem, theta, found)
    left = 0.5 * float(slope @ _ascent(curved, slope))
    done = left < 100 * DECREMENT and _is_top(curved) and not _steep(problem, theta)
    return Climb(theta, found, curved, slope, cycles + step, done)


def _is_top(curved: Array) -> bool:
    values = np.linalg.eigvalsh(curved)
    return bool(values[0] > -FLAT * values[-1])


def _off_the_saddle(
    problem: Problem, theta: Array, found: Expectation, curved: Array
) -> tuple[Array, Expectation] | None:
    """The highest of points along the direction in which the likelihood curves upwards; None if none is higher."""
    way = np.linalg.eigh(curved)[1][:, 0]
    points = [theta + size * way for size in (0.5, -0.5, 0.1, -0.1)]
    best = max(((each, expectation(problem, each)) for each in points), key=lambda pair: pair[1].loglik)
    return best if best[1].loglik > found.loglik + 1e-9 * abs(found.loglik) else None


def _search(problem: Problem, theta: Array, found: Expectation, step: Array) -> tuple[Array, Expectation]:
    """The step, halved until the likelihood does not fall."""
    for _ in range(30):
        at = expectation(problem, theta + step)
        if at.loglik >= found.loglik - 1e-10 * abs(found.loglik):
            return theta + step, at
        step = step / 2
    return theta, found


def _ascent(curved: Array, slope: Array) -> Array:
    """Newton step; directions in which the likelihood is not concave are taken as if it were."""
    values, vectors = np.linalg.eigh(curved)
    sure = np.maximum(np.abs(values), 1e-8 * np.abs(values).max(initial=1e-300))
    return np.asarray(vectors @ ((vectors.T @ slope) / sure))


def _bounded(step: Array) -> Array:
    return np.asarray(step * min(1.0, LONGEST / max(float(np.abs(step).max(initial=0)), 1e-300)))


def _steep(problem: Problem, theta: Array) -> bool:
    gamma = problem.items(theta)
    return any(bool((np.abs(gamma[block.parameters[:, 0]]) > STEEP).any()) for block in problem.layout.blocks)
