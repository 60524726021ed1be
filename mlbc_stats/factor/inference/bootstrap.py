"""Bootstrap of rotated loadings: resamples are extracted and rotated together, towards the full sample's solution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, NotServedError
from mlbc_stats.factor.correlation.resamples import answers_of, resampled
from mlbc_stats.factor.correlation.sample import Correlations
from mlbc_stats.factor.extraction.extract import extract
from mlbc_stats.factor.turning.names import criterion_of, promax_solution
from mlbc_stats.factor.turning.rotate import Rotated, weighted
from mlbc_stats.linalg import cholesky_flag
from mlbc_stats.moments.weights import bootstrap_weights
from mlbc_stats.parallel import chunks, run, spawn_generators
from mlbc_stats.rotation.choice import towards
from mlbc_stats.rotation.search import rotated, search_rotations

Array = NDArray[Any]

CHUNK = 100
FEWEST = 0.5
"""Share of the resamples that must have a solution."""


@dataclass(frozen=True, slots=True)
class Resamples:
    """Solutions of the resamples that have one: loadings (b, p, m), phi (b, m, m), of `drawn` resamples."""

    loadings: Array
    phi: Array
    drawn: int


def bootstrap_loadings(
    sample: Correlations,
    solution: Rotated,
    method: str,
    lowest: float,
    options: Mapping[str, Any] | None,
    draws: int,
    seed: int,
) -> Resamples:
    """Loadings of `draws` resamples of cases, factors in the order and signs of the full sample's solution.

    The search of each resample starts where its loadings come closest to that solution, so that factors are neither
    switched nor reflected (Zhang, Preacher & Luo, 2010, doi:10.1080/00273171003680237).

    Raises
    ------
    NotServedError, DataError
        without answers; when fewer than half of the resamples have a solution.
    """
    if method not in ("minres", "ml", "gls"):
        raise NotServedError(
            f"bootstrap of method {method!r} is not served; use errors='robust', or method='minres'"
        )
    n, parts = len(answers_of(sample)), chunks(draws, CHUNK)

    def solve(task: tuple[slice, np.random.Generator]) -> tuple[Array, Array]:
        part, generator = task
        counts = bootstrap_weights(generator, n, part.stop - part.start)
        return _solutions(resampled(sample, counts), solution, method, lowest, options)

    found = run(solve, list(zip(parts, spawn_generators(seed, len(parts)), strict=True)))
    loadings, phi = (np.concatenate(each) for each in zip(*found, strict=True))
    if len(loadings) < FEWEST * draws:
        raise DataError(
            f"only {len(loadings)} of {draws} resamples have a solution: too few for errors; use fewer factors, or "
            "errors='normal'"
        )
    return Resamples(loadings, phi, draws)


def _solutions(
    r: Array, solution: Rotated, method: str, lowest: float, options: Mapping[str, Any] | None
) -> tuple[Array, Array]:
    keep = np.asarray(np.isfinite(r).all(axis=(1, 2)))
    if method != "minres":
        keep = keep & cholesky_flag(np.where(keep[:, None, None], r, np.eye(r.shape[1])))[1]
    found = extract(r[keep], solution.loadings.shape[1], method, lowest)
    loadings, phi, fine = _rotations(found.loadings[found.converged], solution, options)
    return loadings[fine], phi[fine]


def _rotations(
    raw: Array, solution: Rotated, options: Mapping[str, Any] | None
) -> tuple[Array, Array, NDArray[np.bool_]]:
    goal, (p, m) = solution.loadings, solution.loadings.shape
    if solution.rotation == "none":
        signs = np.where(np.sum(raw * goal, axis=1, keepdims=True) < 0, -1.0, 1.0)
        return raw * signs, np.broadcast_to(np.eye(m), (len(raw), m, m)), np.ones(len(raw), dtype=bool)
    criterion = criterion_of(solution.rotation, p, m, options)
    turned = search_rotations(
        weighted(raw, criterion),
        criterion.complexity,
        criterion.orthogonal,
        towards(raw, goal, criterion.orthogonal),
    )
    loadings = rotated(raw, turned.rotation, criterion.orthogonal)
    if solution.rotation == "promax":
        return *promax_solution(loadings, options), turned.converged
    return loadings, turned.rotation.mT @ turned.rotation, turned.converged
