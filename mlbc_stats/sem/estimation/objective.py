"""Join models and discrepancies of all groups into one function of theta."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.evaluation import Evaluation
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
    return _value(objective, evaluations(objective, implied_at(objective, theta)))[0]


def slopes(objective: Objective, theta: Floats) -> tuple[Floats, Floats]:
    """F (B,) and its gradient (B, q) at theta (B, q), without any information."""
    moments = implied_at(objective, theta)
    found, gradient = evaluations(objective, moments), np.zeros(theta.shape)
    with np.errstate(all="ignore"):
        for ram, share, implied, got in zip(objective.rams, objective.shares, moments, found, strict=True):
            gradient[..., ram.free] += share * ram.engine.gradient(ram, implied, got.slope, got.mean_slope)
    return _value(objective, found)[0], gradient


def evaluate_at(
    objective: Objective, theta: Floats, moments: Sequence[Implied], observed: bool = False
) -> Point:
    """The same as `evaluate` at theta (..., q), whose implied moments are known."""
    found, parts = evaluations(objective, moments, observed), []
    with np.errstate(all="ignore"):
        for ram, share, implied, got in zip(objective.rams, objective.shares, moments, found, strict=True):
            slope, information = ram.engine.slopes(ram, implied, got, observed)
            parts.append((share * slope, share * information))
    value, ok = _value(objective, found)
    slope, information = parts[0] if len(parts) == 1 else _scatter(objective, parts)
    return Point(theta, value, slope, information, ok)


def evaluations(objective: Objective, moments: Sequence[Implied], observed: bool = False) -> list[Evaluation]:
    """The discrepancy of each group at its implied moments."""
    with np.errstate(all="ignore"):
        return [
            discrepancy.evaluate(*implied.fitted, observed)
            for discrepancy, implied in zip(objective.discrepancies, moments, strict=True)
        ]


def _value(objective: Objective, found: Sequence[Evaluation]) -> tuple[Floats, NDArray[np.bool_]]:
    """F (...,), infinite where some group has none, and where (...,) all groups have one."""
    ok = np.all([got.ok & np.isfinite(got.value) for got in found], axis=0)
    with np.errstate(all="ignore"):
        value = sum(share * got.value for share, got in zip(objective.shares, found, strict=True))
    return np.where(ok, value, np.inf), ok


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
