"""What lies above a ceiling: its zone, the effect size, and how much of the scope it leaves free."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.necessity.ceilings import Ceiling
from mlbc_stats.necessity.corners import Corners, Floats, find_corners

ABOVE = 1e-9
"""Height above a ceiling, in units of the outcome's range, from which a case counts as above it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The rectangle of possible cases: x_low, x_high, y_low, y_high."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float

    @property
    def area(self) -> float:
        """Its area."""
        return (self.x_high - self.x_low) * (self.y_high - self.y_low)


@dataclass(frozen=True, slots=True)
class Effect:
    """A ceiling's numbers.

    Attributes
    ----------
    zone : area above the ceiling within the scope; size : zone / scope, from 0 to 1.
    above : cases above the ceiling; accuracy : per cent of cases on or below it.
    fit : zone in per cent of that of the steps (ce_fdh).
    condition_inefficiency : per cent of the condition's range where it no longer limits the outcome.
    outcome_inefficiency : per cent of the outcome's range that needs nothing of the condition.
    """

    zone: float
    size: float
    above: int
    accuracy: float
    fit: float
    condition_inefficiency: float
    outcome_inefficiency: float

    @property
    def relative_inefficiency(self) -> float:
        """Per cent of the scope in which the condition or the outcome is free: both inefficiencies together."""
        kept = (100 - self.condition_inefficiency) * (100 - self.outcome_inefficiency)
        return 100 - kept / 100


def effect(ceiling: Ceiling, x: Floats, y: Floats, scope: Scope, steps: float) -> Effect:
    """The numbers of a ceiling for cases (x, y); `steps` is the zone of ce_fdh. NaN for a line through one corner.

    References
    ----------
    Dul (2016), doi:10.1177/1094428115584005.
    """
    if ceiling.line and not np.isfinite(ceiling.slope):
        nothing = (np.nan,) * 2
        return Effect(*nothing, 0, np.nan, np.nan, *nothing)
    zone = ceiling_zone(ceiling, scope)
    over = y - ceiling.height(x) > ABOVE * (scope.y_high - scope.y_low)
    n_above = int(over.sum())
    reach = float(np.clip(ceiling.needed(np.array([scope.y_high]))[0], scope.x_low, scope.x_high))
    if not ceiling.line and scope.y_high >= ceiling.y[-1]:
        reach = min(float(ceiling.x[-1]), scope.x_high)
    floor = float(np.clip(_start(ceiling, scope), scope.y_low, scope.y_high))
    return Effect(
        zone,
        zone / scope.area,
        n_above,
        100 * (1 - n_above / len(x)),
        100 * zone / steps if steps > 0 else np.nan,
        100 * (scope.x_high - reach) / (scope.x_high - scope.x_low),
        100 * (floor - scope.y_low) / (scope.y_high - scope.y_low),
    )


def ceiling_zone(ceiling: Ceiling, scope: Scope) -> float:
    """Area between the ceiling and the top of the scope."""
    if ceiling.line:
        return float(_above_line(np.array(ceiling.intercept), np.array(ceiling.slope), scope))
    x = np.concatenate([[scope.x_low], np.clip(ceiling.x, scope.x_low, scope.x_high), [scope.x_high]])
    if ceiling.steps:
        y = np.concatenate([[scope.y_low], ceiling.y])
        return float(np.sum((scope.y_high - np.clip(y, scope.y_low, scope.y_high)) * np.diff(x)))
    lead = (scope.y_high - scope.y_low) * (x[1] - x[0])
    y = np.clip(np.concatenate([ceiling.y, ceiling.y[-1:]]), scope.y_low, scope.y_high)
    gaps = scope.y_high - y
    return float(lead + np.sum((gaps[1:] + gaps[:-1]) / 2 * np.diff(x[1:])))


def step_sizes(x: Floats, y: Floats, scope: Scope) -> tuple[Floats, Floats]:
    """Effect sizes of ce_fdh and cr_fdh (...,) for outcomes y (..., n), all permutations at once.

    NaN of cr_fdh where a single corner gives no line.

    Examples
    --------
    >>> x, y = np.array([0.0, 0.5, 1.0]), np.array([[0.0, 0.5, 1.0], [1.0, 0.5, 0.0]])
    >>> steps, lines = step_sizes(x, y, Scope(0, 1, 0, 1))
    >>> steps.tolist(), lines.tolist()
    ([0.75, 0.0], [0.5, nan])
    """
    found = find_corners(x, y)
    ends = np.concatenate([found.x[..., 1:], np.full((*found.x.shape[:-1], 1), scope.x_high)], axis=-1)
    lead = (found.x[..., 0] - scope.x_low) * (scope.y_high - scope.y_low)
    zone = lead + np.sum((scope.y_high - found.top) * (ends - found.x), axis=-1)
    intercept, slope = _peer_lines(found)
    return zone / scope.area, _above_line(intercept, slope, scope) / scope.area


def _peer_lines(found: Corners) -> tuple[Floats, Floats]:
    """Least squares through the peers (...,), by sums over a mask."""
    mask = found.peer.astype(float)
    count = mask.sum(axis=-1)
    mean_x, mean_y = ((mask * v).sum(axis=-1) / count for v in (found.x, found.y))
    gap = (found.x - mean_x[..., None]) * mask
    square = np.sum(gap**2, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(square > 0, np.sum(gap * found.y, axis=-1) / square, np.nan)
    return mean_y - slope * mean_x, slope


def _above_line(intercept: Floats, slope: Floats, scope: Scope) -> Floats:
    """Area (...,) of the scope above lines; none above one that falls, which is no ceiling of the upper left."""
    rises = np.where(slope > 0, slope, np.nan)
    low, high = (
        np.clip((value - intercept) / rises, scope.x_low, scope.x_high)
        for value in (scope.y_low, scope.y_high)
    )
    free = (low - scope.x_low) * (scope.y_high - scope.y_low)
    left, right = (
        scope.y_high - np.clip(intercept + rises * at, scope.y_low, scope.y_high) for at in (low, high)
    )
    area = free + (left + right) / 2 * (high - low)
    return np.where(slope <= 0, 0.0, area)


def _start(ceiling: Ceiling, scope: Scope) -> float:
    """Height of the ceiling where the condition is at its least."""
    if not ceiling.line and ceiling.x[0] > scope.x_low:
        return scope.y_low
    return float(ceiling.height(np.array([scope.x_low]))[0])
