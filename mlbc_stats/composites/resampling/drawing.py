"""Estimates of many resamples, chunk by chunk over threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats import parallel
from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.finite import finite
from mlbc_stats.composites.resampling.counts import Counts
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.solving import Solved, solve

Array = NDArray[Any]


def draw(
    fit: CompositeResult,
    counts: Sequence[Counts],
    reference: Solved | None,
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> tuple[Estimates, Array]:
    """Estimates of all resamples, chunk by chunk; an element of counts makes (b, n) when called."""

    def one(make: Counts) -> tuple[Estimates, Array]:
        found = solve(fit.sample, make(), fit.plan, fit.options, reference)
        return found.estimates, found.turned

    parts = parallel.run(one, counts, workers=workers, progress=progress)
    joined = {
        field.name: np.concatenate([getattr(part, field.name) for part, _ in parts])
        for field in fields(Estimates)
    }
    return Estimates(**joined), np.concatenate([turned for _, turned in parts])


def solved(found: Estimates) -> Array:
    """(B,) whether the weights converged and every path exists."""
    return np.asarray(found.converged & finite(found.paths))


def take(found: Estimates, keep: Array) -> Estimates:
    """Some elements of a batch."""
    return Estimates(**{field.name: getattr(found, field.name)[keep] for field in fields(Estimates)})
