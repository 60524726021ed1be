"""Join models and discrepancies of all groups into one function of theta."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.discrepancy.functions import Discrepancy, Evaluation, Keep
from mlbc_stats.sem.discrepancy.second_derivatives import add_curvature, half_hessian
from mlbc_stats.sem.implied.first_derivatives import gradient, moment_jacobian, normal_information
from mlbc_stats.sem.implied.moments import Floats, Implied, Ram, imply, take_batch
from mlbc_stats.sem.implied.ordinal_moments import Categories, response_slopes


@dataclass(frozen=True, slots=True)
class Objective:
    """F(θ) = Σ_g share_g F_g(θ).

    Attributes
    ----------
    rams : a model per group; discrepancies : bound data per group.
    shares : (G,) n_g / n.
    n_parameters : q.
    """

    rams: tuple[Ram, ...]
    discrepancies: tuple[Discrepancy, ...]
    shares: Floats
    n_parameters: int

    @property
    def scoring_only(self) -> bool:
        """Whether there is no second derivative to finish with (ordinal data whose scales are estimated)."""
        return any(ram.categories is not None and not ram.categories.linear for ram in self.rams)


@dataclass(frozen=True, slots=True)
class Point:
    """The objective at theta (B, q): value (B,), gradient (B, q), unit information (B, q, q), ok (B,).

    The information is the expected one, or the observed one (half the Hessian) where that was asked for.
    """

    theta: Floats
    value: Floats
    gradient: Floats
    information: Floats
    ok: NDArray[np.bool_]


def evaluate(objective: Objective, theta: Floats, observed: bool = False) -> Point:
    """Value, gradient and information at theta (B, q), from one pass over the moments."""
    informed = half_hessian if observed else group_information
    parts, value, ok = [], np.zeros(len(theta)), np.ones(len(theta), dtype=bool)
    with np.errstate(all="ignore"):
        for ram, discrepancy, share in zip(
            objective.rams, objective.discrepancies, objective.shares, strict=True
        ):
            implied = imply(ram, theta)
            got = discrepancy.evaluate(*implied.fitted, observed)
            value += share * got.value
            ok &= got.ok & np.isfinite(got.value)
            if ram.categories is None:
                slope, information = (
                    gradient(ram, implied, got.slope, got.mean_slope),
                    informed(ram, implied, got),
                )
            else:
                slope, information = _categorical(ram, ram.categories, implied, got, observed)
            parts.append((share * slope, share * information))
        value[~ok] = np.inf
    slope, information = parts[0] if len(parts) == 1 else _scatter(objective, parts)
    return Point(theta, value, slope, information, ok)


def _categorical(
    ram: Ram, part: Categories, implied: Implied, got: Evaluation, observed: bool
) -> tuple[Floats, Floats]:
    """Gradient and information of a group with ordinal variables, from one Jacobian."""
    delta = moment_jacobian(ram, implied)
    information = got.information(delta)
    if observed:
        d_sigma, d_mu = response_slopes(part, implied, got.slope)
        information = add_curvature(information, ram, implied, replace(got, slope=d_sigma, mean_slope=d_mu))
    return (got.slope[..., None, :] @ delta)[..., 0, :], information


def _scatter(objective: Objective, parts: list[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """Gradient (B, q) and information (B, q, q) of all parameters from those of each group's own."""
    batch, q = len(parts[0][0]), objective.n_parameters
    slope, information = np.zeros((batch, q)), np.zeros((batch, q, q))
    for ram, (own_slope, own_information) in zip(objective.rams, parts, strict=True):
        slope[:, ram.free] += own_slope
        information[:, ram.free[:, None], ram.free] += own_information
    return slope, information


def group_information(ram: Ram, implied: Implied, got: Evaluation) -> Floats:
    """Unit information of a group's parameters (..., q_g, q_g) under the evaluation's weight."""
    if not got.full:
        return normal_information(ram, implied, got.weight)
    return got.information(moment_jacobian(ram, implied))


def take(objective: Objective, keep: Keep) -> Objective:
    """The same objective for some elements of the batch axis."""
    return replace(
        objective,
        rams=tuple(take_batch(ram, keep) for ram in objective.rams),
        discrepancies=tuple(d.take(keep) for d in objective.discrepancies),
    )


def take_point(point: Point, keep: Keep) -> Point:
    """The same point for some elements of the batch axis."""
    return Point(
        point.theta[keep], point.value[keep], point.gradient[keep], point.information[keep], point.ok[keep]
    )
