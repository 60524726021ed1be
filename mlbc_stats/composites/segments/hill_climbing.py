"""Move cases between segments while the constructs are explained better: each candidate is two more fits of a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.segments.equations_of_scores import equations_of
from mlbc_stats.composites.solving import Solved, solve
from mlbc_stats.moments.sample import resample

Array = NDArray[Any]

PASSES = 30
"""Rounds in which all cases move at once to the segment that predicts them best."""
GAIN = 1e-9
"""Rise of the objective below which a move is none."""


@dataclass(frozen=True, slots=True)
class Climb:
    """How a partition is judged: value of estimates and sizes (B,), fewest cases a segment, candidates at once."""

    fit: CompositeResult
    value: Callable[[Estimates, Array], Array]
    smallest: int
    depth: int

    def values(self, members: Array) -> tuple[Array, Solved]:
        """What each of B groups of cases (B, n) adds to the objective, −∞ without a solution, and their fits."""
        counts = members.astype(float)
        options = replace(self.fit.options, consistent=False)
        found = solve(self.fit.sample, counts, self.fit.plan, options, self.fit.solved)
        size = members.sum(axis=1)
        value = self.value(found.estimates, size)
        good = found.estimates.converged & np.isfinite(value) & (size >= self.smallest)
        return np.where(good, value, -np.inf), found

    def distances(self, members: Array, found: Solved) -> Array:
        """(n, K) squared residuals of a case in each segment's equations, over their variances there, summed."""
        x, model = self.fit.sample.rows, self.fit.specification
        mass = members.astype(float)
        if self.fit.sample.weights is not None:
            mass = mass * self.fit.sample.weights
        moments = resample(x, mass)
        spread = np.sqrt(np.einsum("kii->ki", np.asarray(moments.cov)))
        z = (x - np.asarray(moments.mean)[:, None]) / spread[:, None]
        scores, own = z @ found.score_weights.mT, found.estimates
        out = np.zeros((len(x), len(members)))
        for target, sources in equations_of(model):
            gap = scores[..., target] - np.einsum(
                "kns,ks->kn", scores[..., sources], own.paths[:, target, sources]
            )
            out += (gap**2 / np.maximum(1 - own.r2[:, target], 1e-12)[:, None]).T
        return out


def spread_out(climb: Climb, label: Array, segments: int) -> tuple[Array, float]:
    """Labels (n,) after rounds in which every case goes to its nearest segment, while the objective rises."""
    height, found, members = _judged(climb, label, segments)
    for _ in range(PASSES):
        if not np.isfinite(height):
            break
        new = climb.distances(members, found).argmin(axis=1)
        ahead = _judged(climb, new, segments)
        if ahead[0] <= height + GAIN:
            break
        label, (height, found, members) = new, ahead
    return label, height


def climb_up(climb: Climb, label: Array, segments: int, most: int) -> tuple[Array, list[float], bool]:
    """Labels after single moves, the objective after each, and whether no case left would raise it.

    Candidates are tried in the order of how much nearer another segment is; of each `depth` the best move is taken.
    """
    label = label.copy()
    parts, found = climb.values(_members(label, segments))
    history = [float(parts.sum())]
    while len(history) <= most:
        away = climb.distances(_members(label, segments), found)
        case, target = _candidates(away, label)
        for begin in range(0, len(case), climb.depth):
            tried = slice(begin, begin + climb.depth)
            gain = _gains(climb, label, segments, parts, case[tried], target[tried])
            if gain.max(initial=-np.inf) > GAIN:
                best = int(np.argmax(gain))
                label[case[tried][best]] = target[tried][best]
                parts, found = climb.values(_members(label, segments))
                history.append(float(parts.sum()))
                break
        else:
            return label, history, True
    return label, history, False


def _candidates(away: Array, label: Array) -> tuple[Array, Array]:
    """Cases and where they might go, nearest relative to where they are first."""
    gain = away[np.arange(len(label)), label][:, None] - away
    gain[np.arange(len(label)), label] = -np.inf
    order = np.argsort(-gain, axis=None, kind="stable")[: len(label) * (away.shape[1] - 1)]
    case, target = np.unravel_index(order, gain.shape)
    return np.asarray(case), np.asarray(target)


def _gains(climb: Climb, label: Array, segments: int, parts: Array, case: Array, target: Array) -> Array:
    """(c,) what each single move adds to the objective."""
    members, at = _members(label, segments), np.arange(len(case))
    left, right = members[label[case]].copy(), members[target].copy()
    left[at, case], right[at, case] = False, True
    values, _ = climb.values(np.concatenate([left, right]))
    return np.asarray(values[: len(case)] + values[len(case) :] - parts[label[case]] - parts[target])


def _judged(climb: Climb, label: Array, segments: int) -> tuple[float, Solved, Array]:
    members = _members(label, segments)
    values, found = climb.values(members)
    return float(values.sum()), found, members


def _members(label: Array, segments: int) -> Array:
    return np.asarray(label == np.arange(segments)[:, None])
