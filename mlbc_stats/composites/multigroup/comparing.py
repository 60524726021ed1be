"""Differences between groups: permutations, Henseler's comparison of bootstrap draws, and parametric tests."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats import parallel
from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.multigroup.comparison_result import CompositeGroups, Drawn
from mlbc_stats.composites.multigroup.permuting import batches
from mlbc_stats.composites.multigroup.splitting import Groups, read_groups
from mlbc_stats.composites.resampling.counts import CHUNK
from mlbc_stats.composites.resampling.drawing import draw, solved, take
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.errors import ConvergenceWarning, ModelError
from mlbc_stats.moments.weights import bootstrap_weights

Array = NDArray[Any]


def compare_groups(
    fit: CompositeResult,
    groups: Any,
    permutations: int = 1000,
    replications: int = 1000,
    seed: int | None = None,
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> CompositeGroups:
    """Fit a composite model in every group and compare the groups pair by pair.

    Parameters
    ----------
    fit : from `composites.fit`, of all groups together; composites of groups and resamples take its signs.
    groups : one label per case used or per row of the table.
    permutations : of the labels, for every pair of groups (and for all groups together when there are more than two).
    replications : bootstrap resamples within each group.
    seed : of both. workers : threads. progress : called with (done, total) batches.

    Returns
    -------
    CompositeGroups
        With tables of estimates per group, differences with all tests, and distances between groups.

    Raises
    ------
    ModelError, DataError

    Notes
    -----
    Compare composites only where `composites.invariance` found compositional invariance.

    References
    ----------
    Chin & Dibbern (2010), doi:10.1007/978-3-540-32827-8_8 (permutation); Henseler, Ringle & Sinkovics (2009),
    doi:10.1108/S1474-7979(2009)0000020014; Sarstedt, Henseler & Ringle (2011), doi:10.1108/S1474-7979(2011)0000022012
    (parametric); Klesel, Schuberth, Henseler & Niehaves (2019), doi:10.1108/IntR-11-2017-0418 (distances). In R:
    ``cSEM::testMGD``, ``seminr::estimate_pls_mga``.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause, slope = rng.normal(size=200), np.repeat([0.2, 0.8], 100)
    >>> data = {f"x{i}": cause + 0.5 * rng.normal(size=200) for i in (1, 2)}
    >>> data |= {f"y{i}": slope * cause + rng.normal(size=200) for i in (1, 2)}
    >>> fit = composites.fit("f <~ x1 + x2; g <~ y1 + y2; g ~ f", data)
    >>> found = composites.compare_groups(fit, np.repeat(["low", "high"], 100), 199, 199, seed=1)
    >>> found.groups, bool(found.differences()["permutation_pvalue"][0] < 0.05)
    (('high', 'low'), True)
    """
    for name, count in (("permutations", permutations), ("replications", replications)):
        if count < 2:
            raise ModelError(f"{name}={count}; at least two are needed")
    split = read_groups(groups, fit.sample)
    estimates, _ = draw(fit, [partial(np.asarray, split.member.astype(float))], fit.solved, workers)
    _tell_unsolved(estimates, split)
    sets = [list(pair) for pair in split.pairs]
    if len(split.names) > 2:
        sets.append(list(range(len(split.names))))
    first, second = np.random.SeedSequence(seed).spawn(2)
    permuted = [
        _permuted(fit, split.member[own], permutations, each, workers, progress)
        for own, each in zip(sets, first.spawn(len(sets)), strict=True)
    ]
    drawn = [
        _resampled(fit, own, replications, each, workers, progress)
        for own, each in zip(split.member, second.spawn(len(split.names)), strict=True)
    ]
    return CompositeGroups(fit, split.names, split.sizes, estimates, tuple(permuted), tuple(drawn), seed)


def _permuted(
    fit: CompositeResult,
    member: Array,
    permutations: int,
    seed: np.random.SeedSequence,
    workers: Any,
    progress: Any,
) -> Drawn:
    """Estimates of permuted groups, (B · G) with the groups of a permutation together."""
    makers = [partial(_flat, make) for make in batches(member, permutations, seed)]
    found, _ = draw(fit, makers, fit.solved, workers, progress)
    good = solved(found).reshape(-1, len(member)).all(axis=1)
    return Drawn(take(found, np.repeat(good, len(member))), int((~good).sum()))


def _flat(make: Callable[[], Array]) -> Array:
    groups = make()
    return groups.reshape(-1, groups.shape[-1]).astype(float)


def _resampled(
    fit: CompositeResult,
    inside: Array,
    replications: int,
    seed: np.random.SeedSequence,
    workers: Any,
    progress: Any,
) -> Drawn:
    """Estimates of resamples of one group."""
    parts = parallel.chunks(replications, CHUNK)
    streams = parallel.spawn_generators(seed, len(parts))
    makers = [
        partial(_within, rng, inside, part.stop - part.start)
        for rng, part in zip(streams, parts, strict=True)
    ]
    found, _ = draw(fit, makers, fit.solved, workers, progress)
    good = solved(found)
    return Drawn(take(found, good), int((~good).sum()))


def _within(rng: np.random.Generator, inside: Array, count: int) -> Array:
    out = np.zeros((count, len(inside)))
    out[:, inside] = bootstrap_weights(rng, int(inside.sum()), count)
    return out


def _tell_unsolved(found: Estimates, split: Groups) -> None:
    bad = [name for name, fine in zip(split.names, solved(found), strict=True) if not fine]
    if bad:
        text = (
            f"no solution in {', '.join(bad)}: its estimates and differences are missing or not to be trusted"
        )
        warnings.warn(text, ConvergenceWarning, stacklevel=3)
