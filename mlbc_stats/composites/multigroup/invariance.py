"""Measurement invariance of composites in three steps (MICOM)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats import parallel
from mlbc_stats.composites.multigroup.agreement import (
    differences_of_scores,
    pooled_moments,
    pooled_scores,
    weight_agreement,
)
from mlbc_stats.composites.multigroup.invariance_result import CompositeInvariance, PairInvariance
from mlbc_stats.composites.multigroup.permuting import batches
from mlbc_stats.composites.multigroup.splitting import Groups, read_groups
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.solving import Solved, solve
from mlbc_stats.errors import ConvergenceWarning, ModelError, NotServedError

Array = NDArray[Any]


def invariance(
    fit: CompositeResult,
    groups: Any,
    permutations: Any = 1000,
    seed: int | None = None,
    level: float = 0.95,
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> CompositeInvariance:
    """Measurement invariance of composites (MICOM): configural, compositional, equal means and variances.

    1. Configural: both groups are estimated with the same indicators, data treatment and options, which holds here by
    construction; whether this makes sense is for the reader. 2. Compositional: c, the correlation over the pooled cases
    of the scores by the weights of one group with those by the weights of the other, is not below the quantile of its
    permutation distribution. 3. Equal means and variances: the scores of the pooled model do not differ in mean and
    logarithm of the variance by more than permuted groups do.

    Parameters
    ----------
    fit : from `composites.fit`, of all groups together.
    groups : one label per case used or per row of the table. More than two groups are compared pair by pair.
    permutations : how many; or rows (B, n) that say whose label each case receives, of two groups.
    seed : of the permutations. level : one minus the error rate of every test.
    workers : threads. progress : called with (done, total) batches of a pair.

    Returns
    -------
    CompositeInvariance

    Raises
    ------
    ModelError, DataError, NotServedError

    References
    ----------
    Henseler, Ringle & Sarstedt (2016), doi:10.1108/IMR-09-2014-0304. In R: ``cSEM::testMICOM``, which applies the
    weights to indicators as they are (``scores="raw"`` in the table).

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause = rng.normal(size=200)
    >>> data = {f"x{i}": cause + rng.normal(size=200) for i in (1, 2)}
    >>> data |= {f"y{i}": 0.6 * cause + rng.normal(size=200) for i in (1, 2)}
    >>> fit = composites.fit("f <~ x1 + x2; g <~ y1 + y2; g ~ f", data)
    >>> found = composites.invariance(fit, ["a", "b"] * 100, permutations=99, seed=1)
    >>> found.table[["construct", "invariance"]].to_dict("list")
    {'construct': ['f', 'g'], 'invariance': ['full', 'full']}
    """
    split = read_groups(groups, fit.sample)
    _check(fit, split, permutations, level)
    seeds = np.random.SeedSequence(seed).spawn(len(split.pairs))
    pairs = [
        _compare(fit, split, pair, permutations, own, workers, progress)
        for pair, own in zip(split.pairs, seeds, strict=True)
    ]
    failed = sum(pair.failures for pair in pairs)
    if failed:
        text = f"{failed} permutations have no solution in one of the groups and are left out"
        warnings.warn(text, ConvergenceWarning, stacklevel=2)
    return CompositeInvariance(fit, split.names, split.sizes, tuple(pairs), level, seed)


def _compare(
    fit: CompositeResult,
    split: Groups,
    pair: tuple[int, int],
    permutations: Any,
    seed: np.random.SeedSequence,
    workers: int | None,
    progress: parallel.Progress | None,
) -> PairInvariance:
    """One pair: the pooled model is that of its cases alone, and permutations leave it as it is."""
    member = split.member[list(pair)]
    inside = np.asarray(member.any(axis=0))
    pooled = _solve(fit, inside[None], fit.solved)
    correlation, deviation = pooled_moments(fit.sample, inside)
    scores = pooled_scores(fit.sample, inside, pooled.score_weights[0])

    def one(groups: Array) -> dict[str, Array]:
        found = _solve(fit, groups.reshape(-1, groups.shape[-1]), pooled)
        weights = found.score_weights.reshape(len(groups), 2, *found.score_weights.shape[1:])
        good = np.asarray(found.estimates.converged.reshape(len(groups), 2).all(axis=1))
        weights = np.where(good[:, None, None, None], weights, np.nan)
        mean, ratio = differences_of_scores(scores, groups, fit.sample.weights)
        return {
            "c": weight_agreement(weights, correlation),
            "c_raw": weight_agreement(weights, correlation * deviation[:, None] * deviation),
            "mean_difference": mean,
            "log_variance_ratio": ratio,
        }

    observed = {name: value[0] for name, value in one(member[None]).items()}
    parts = parallel.run(
        lambda make: one(make()), batches(member, permutations, seed), workers=workers, progress=progress
    )
    drawn = {name: np.concatenate([part[name] for part in parts]) for name in observed}
    failures = int((~np.isfinite(drawn["c"]).all(axis=1)).sum())
    return PairInvariance((split.names[pair[0]], split.names[pair[1]]), observed, drawn, failures)


def _solve(fit: CompositeResult, counts: Array, reference: Solved) -> Solved:
    return solve(fit.sample, counts.astype(float), fit.plan, fit.options, reference)


def _check(fit: CompositeResult, split: Groups, permutations: Any, level: float) -> None:
    if not 0 < level < 1:
        raise ModelError(f"level={level}; it lies between 0 and 1")
    if fit.plan.product_blocks:
        raise NotServedError(
            "invariance of products with indicators of their own is not served; use 'two_stage'"
        )
    if np.ndim(permutations) and len(split.names) > 2:
        raise NotServedError(f"given permutations serve two groups; there are {len(split.names)}")
