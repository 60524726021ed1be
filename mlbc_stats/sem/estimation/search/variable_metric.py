"""Minimize an objective for a batch of similar samples by gradients alone, from a curvature known beforehand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.estimation.objective import Objective, observed_information, slopes, take
from mlbc_stats.sem.estimation.scoring import ROUNDING, Estimate
from mlbc_stats.sem.estimation.solution import Solution

MEMORY = 12
"""Pairs of steps and changes of the gradient that correct the curvature."""
MOST = 60
"""Steps after which an element is left to a search with its own second derivatives."""
SHARE = 1e-3
"""Of the tolerance that Newton steps are held to: their last one squares the decrement, these do not."""
DESCENT = 1e-4
"""Share of the promised decrease that a step must bring."""
HALVINGS = 12


def descend(objective: Objective, start: Floats, space: Space, inverse: Floats, tolerance: float) -> Estimate:
    """Limited-memory BFGS steps for every element of a batch, which leave it as they converge.

    A resample's curvature differs little from that of the whole sample, so that ten or twenty gradients replace four
    informations, which for incomplete data cost hundreds of gradients.

    Parameters
    ----------
    start : (B, q). inverse : (r, r) inverse unit information, half the inverse of the Hessian, in the space's r
        directions. tolerance : Newton decrement.

    Returns
    -------
    Estimate
        elements that did not converge within `MOST` steps say so.

    References
    ----------
    Nocedal (1980), doi:10.1090/S0025-5718-1980-0572855-7.
    """
    batch = len(start)
    theta, iterations = start.copy(), np.zeros(batch, dtype=np.intp)
    value, gradient = slopes(objective, start)
    out_value, norm = value.copy(), np.full(batch, np.inf)
    converged, active, memory = np.zeros(batch, dtype=bool), np.arange(batch), Memory(inverse)
    here = start
    for iteration in range(MOST + 1):
        reduced = gradient if space.basis is None else gradient @ space.basis
        direction = memory.direction(reduced)
        decrement = -np.sum(direction * reduced, axis=-1)
        theta[active], out_value[active], iterations[active] = here, value, iteration
        norm[active] = np.sqrt(np.maximum(decrement, 0.0))
        done = np.isfinite(value) & (decrement >= 0) & (decrement < SHARE * tolerance * (1 + np.abs(value)))
        converged[active] = done
        go = ~done & (decrement > 0)
        if not go.any() or iteration == MOST:
            break
        active, objective, memory = active[go], take(objective, go), memory.take(go)
        here, value, reduced = here[go], value[go], reduced[go]
        step, new_value, gradient, moved = _step(objective, here, value, direction[go], decrement[go], space)
        change = (gradient if space.basis is None else gradient @ space.basis) - reduced
        memory.learn(step, change)
        here = here + (step if space.basis is None else step @ space.basis.T)
        value = new_value
        if not moved.all():
            active, objective, memory = active[moved], take(objective, moved), memory.take(moved)
            here, value, gradient = here[moved], value[moved], gradient[moved]
            if not len(active):
                break
    return Estimate(theta, out_value, norm, iterations, converged)


def known_inverse(solution: Solution, space: Space) -> Floats | None:
    """Inverse unit information (r, r) at a solution in the space's directions; None where it is no metric.

    Ordinal data are left out: their information costs no more than a few gradients.
    """
    if solution.method.ordinal:
        return None
    information = observed_information(solution.objective, solution.theta)
    if space.basis is not None:
        information = space.basis.T @ information @ space.basis
    inverse, _, ok = spd_inverse_logdet(information)
    return inverse if ok else None


class Memory:
    """The inverse curvature of each element: a common one, corrected by its own last steps."""

    def __init__(self, inverse: Floats, pairs: list[tuple[Floats, Floats, Floats]] | None = None) -> None:
        self.inverse = inverse
        self.pairs = pairs or []

    def direction(self, gradient: Floats) -> Floats:
        """−H g (B, r) by the two-loop recursion; H is half the inverse unit information to begin with."""
        left, weights = gradient.copy(), []
        for step, change, rho in reversed(self.pairs):
            alpha = rho * np.sum(step * left, axis=-1)
            left -= alpha[:, None] * change
            weights.append(alpha)
        out = 0.5 * left @ self.inverse
        for (step, change, rho), alpha in zip(self.pairs, reversed(weights), strict=True):
            beta = rho * np.sum(change * out, axis=-1)
            out += (alpha - beta)[:, None] * step
        return -out

    def learn(self, step: Floats, change: Floats) -> None:
        """Keep a pair; one without positive curvature corrects nothing."""
        product = np.sum(step * change, axis=-1)
        small = 1e-12 * np.sqrt(np.sum(step**2, axis=-1) * np.sum(change**2, axis=-1))
        usable = product > small
        rho = np.where(usable, 1.0 / np.where(usable, product, 1.0), 0.0)
        self.pairs = [*self.pairs[-MEMORY + 1 :], (step, change, rho)]

    def take(self, keep: NDArray[np.bool_]) -> Memory:
        """The same for some elements."""
        if keep.all():
            return self
        return Memory(self.inverse, [(s[keep], y[keep], rho[keep]) for s, y, rho in self.pairs])


def _step(
    objective: Objective, theta: Floats, value: Floats, direction: Floats, decrement: Floats, space: Space
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """The step (B, r), halved where F does not fall enough, with value and gradient there, and which could move."""
    step, share = direction.copy(), np.ones(len(direction))

    def at(which: NDArray[np.intp]) -> tuple[Floats, Floats]:
        whole = step[which] if space.basis is None else step[which] @ space.basis.T
        part = objective if len(which) == len(theta) else take(objective, which)
        return slopes(part, theta[which] + whole)

    new, gradient = at(np.arange(len(theta)))
    high = _high(new, value, share, decrement)
    for _ in range(HALVINGS):
        if not len(high):
            break
        step[high] /= 2
        share[high] /= 2
        new[high], gradient[high] = at(high)
        high = high[np.isin(high, _high(new, value, share, decrement))]
    moved = np.ones(len(theta), dtype=bool)
    moved[high] = False
    return step, new, gradient, moved


def _high(new: Floats, value: Floats, share: Floats, decrement: Floats) -> NDArray[np.intp]:
    """Elements whose F is above what the step must bring, rounding aside."""
    limit = value - DESCENT * share * decrement + ROUNDING * (1 + np.abs(value))
    return np.flatnonzero(~(new <= limit))
