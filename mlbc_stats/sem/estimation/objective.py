"""Join models and discrepancies of all groups into one function of theta."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.functions import Discrepancy, Keep
from mlbc_stats.sem.implied.moments import imply, take_batch
from mlbc_stats.sem.implied.ram import Implied, Ram


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
        return not all(ram.engine.has_second for ram in self.rams)


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
    return evaluate_at(objective, theta, implied_at(objective, theta), observed)


def implied_at(objective: Objective, theta: Floats) -> tuple[Implied, ...]:
    """Implied moments of each group at theta (..., q), finite or not."""
    with np.errstate(all="ignore"):
        return tuple(imply(ram, theta) for ram in objective.rams)


def values(objective: Objective, theta: Floats) -> Floats:
    """F alone at theta (B, q): a fraction of the cost where trial steps are only compared."""
    out, ok = np.zeros(theta.shape[:-1]), np.ones(theta.shape[:-1], dtype=bool)
    with np.errstate(all="ignore"):
        for ram, discrepancy, share in zip(
            objective.rams, objective.discrepancies, objective.shares, strict=True
        ):
            got = discrepancy.evaluate(*imply(ram, theta).fitted)
            out = out + share * got.value
            ok = ok & got.ok & np.isfinite(got.value)
    return np.where(ok, out, np.inf)


def slopes(objective: Objective, theta: Floats) -> tuple[Floats, Floats]:
    """F (B,) and its gradient (B, q) at theta (B, q), without any information."""
    out, ok, gradient = np.zeros(len(theta)), np.ones(len(theta), dtype=bool), np.zeros(theta.shape)
    with np.errstate(all="ignore"):
        for ram, discrepancy, share in zip(
            objective.rams, objective.discrepancies, objective.shares, strict=True
        ):
            implied = imply(ram, theta)
            got = discrepancy.evaluate(*implied.fitted)
            out = out + share * got.value
            ok = ok & got.ok & np.isfinite(got.value)
            gradient[..., ram.free] += share * ram.engine.gradient(ram, implied, got.slope, got.mean_slope)
    return np.where(ok, out, np.inf), gradient


def evaluate_at(
    objective: Objective, theta: Floats, moments: Sequence[Implied], observed: bool = False
) -> Point:
    """The same at theta (..., q), whose implied moments are known."""
    batch = theta.shape[:-1]
    parts, value, ok = [], np.zeros(batch), np.ones(batch, dtype=bool)
    with np.errstate(all="ignore"):
        for ram, discrepancy, share, implied in zip(
            objective.rams, objective.discrepancies, objective.shares, moments, strict=True
        ):
            got = discrepancy.evaluate(*implied.fitted, observed)
            value = value + share * got.value
            ok = ok & got.ok & np.isfinite(got.value)
            slope, information = ram.engine.slopes(ram, implied, got, observed)
            parts.append((share * slope, share * information))
        value = np.where(ok, value, np.inf)
    slope, information = parts[0] if len(parts) == 1 else _scatter(objective, parts)
    return Point(theta, value, slope, information, ok)


def _scatter(objective: Objective, parts: list[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    """Gradient (B, q) and information (B, q, q) of all parameters from those of each group's own."""
    batch, q = parts[0][0].shape[:-1], objective.n_parameters
    slope, information = np.zeros((*batch, q)), np.zeros((*batch, q, q))
    for ram, (own_slope, own_information) in zip(objective.rams, parts, strict=True):
        slope[..., ram.free] += own_slope
        information[..., ram.free[:, None], ram.free] += own_information
    return slope, information


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


def expected_information(objective: Objective, theta: Floats) -> Floats:
    """½ E[d²F/dθdθᵀ] (q, q) at theta (q,)."""
    return evaluate(objective, theta[None]).information[0]


def observed_information(objective: Objective, theta: Floats) -> Floats:
    """½ d²F/dθdθᵀ (q, q) at theta (q,), analytic."""
    return evaluate(objective, theta[None], observed=True).information[0]
