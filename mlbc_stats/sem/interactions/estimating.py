"""Estimate a model with products: climb on a coarse lattice, then to the maximum on a fine one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.interactions.likelihoods.climbing import Climb, Likelihood, approach, polish
from mlbc_stats.sem.interactions.likelihoods.mixture import Mixture
from mlbc_stats.sem.interactions.moderation import (
    Moderation,
    first_mixture,
    next_mixture,
    quasi_likelihood,
    rough_information,
    start_values,
)

COARSE, FINE = (1.2, 1.6), (0.8, 1.1)
"""Steps of the lattice in posterior deviations: on the way, and at the end; of one factor and of several."""
FINER = 1.4
"""What the step is divided by to see whether it is fine enough."""
EXACT = 1e-4
"""Change of log L with a smaller step below which the lattice is fine enough."""
ROUNDS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Moderated:
    """Where estimation ended.

    Attributes
    ----------
    climb : the estimates, log L and the observed information.
    likelihood : what was climbed.
    nodes : most nodes of a group; quadrature : change of log L with a smaller step; both zero for QML.
    """

    climb: Climb
    likelihood: Likelihood
    nodes: int = 0
    quadrature: float = 0.0


def estimate_quasi(found: Moderation, most: int) -> Moderated:
    """Maximum of the quasi-likelihood."""
    likelihood = quasi_likelihood(found)
    information = rough_information(found)
    near = approach(likelihood.value_and_gradient, start_values(found), found.space, information, most)
    return Moderated(
        polish(likelihood.value_and_gradient, near.theta, found.space, _sizes(information)), likelihood
    )


def estimate_mixture(found: Moderation, most: int) -> Moderated:
    """Maximum of the likelihood, by a lattice that is made finer until log L no longer changes."""
    information, start = rough_information(found), start_values(found)
    several = len(found.conditioning.factors) > 1
    coarse = first_mixture(found, start, COARSE[several])
    near = approach(coarse.value_and_gradient, start, found.space, information, most)
    step, last, climb = FINE[several], coarse, near
    for _ in range(ROUNDS):
        fine = next_mixture(found, last, climb.theta, step)
        climb = approach(fine.value_and_gradient, climb.theta, found.space, information, most)
        climb = polish(fine.value_and_gradient, climb.theta, found.space, _sizes(information))
        gap = _gap(found, fine, climb, step)
        if not gap > EXACT:
            break
        step, last = step / FINER, fine
    return Moderated(climb, fine, max(len(part.nodes.values) for part in fine.parts), gap)


def _gap(found: Moderation, fine: Mixture, climb: Climb, step: float) -> float:
    """How far log L moves on nodes placed anew, with a smaller step."""
    if not np.isfinite(climb.value):
        return np.nan
    finer = next_mixture(found, fine, climb.theta, step / FINER)
    values = finer.casewise(climb.theta)
    return abs(sum(float(part @ w) for part, w in zip(values, _mass(found), strict=True)) - climb.value)


def _mass(found: Moderation) -> list[Floats]:
    return [
        np.ones(len(m.raw)) if m.weights is None else np.asarray(m.weights)  # type: ignore[arg-type]
        for m in found.moments
    ]


def _sizes(information: Floats) -> Floats:
    return np.asarray(1 / np.sqrt(np.maximum(np.diag(information), 1e-8)))
