"""Draw the sample moments of resamples: cases with replacement, normal data, or data in which the model holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from mlbc_stats import parallel
from mlbc_stats.errors import ModelError
from mlbc_stats.moments.incomplete.patterns import resample_patterns
from mlbc_stats.moments.sample import SampleMoments, resample
from mlbc_stats.moments.weights import bootstrap_weights, jackknife_weights
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.data.level_sample import reweighted_levels
from mlbc_stats.sem.data.ordinal_sample import group_moments
from mlbc_stats.sem.estimation.raw_moments import raw_rows
from mlbc_stats.sem.results.fitted_model import FittedModel
from mlbc_stats.sem.results.levels import require_continuous, require_one_level
from mlbc_stats.sem.results.normal_root import normal_root

KINDS = ("nonparametric", "parametric", "bollen_stine")

Draw = Callable[[], tuple[SampleMoments, ...]]
"""Makes the moments (B, p, p) of one chunk of resamples, one set per group."""


def make_draws(fit: FittedModel, kind: str, replications: int, seed: int | None, chunk: int) -> list[Draw]:
    """One draw per chunk; each has its own random stream, so that workers do not matter."""
    if kind not in KINDS:
        raise ModelError(f"kind={kind!r} is not known; use one of {', '.join(KINDS)}")
    if replications < 1:
        raise ModelError(f"replications={replications}; at least one is needed")
    if kind != "nonparametric" and fit.method.ordinal:
        raise ModelError(
            f"kind={kind!r} draws continuous data; use kind='nonparametric' with ordinal variables"
        )
    require_continuous(fit, "resamples", "errors come from the clusters (se='robust.sem')")
    if kind != "nonparametric":
        require_one_level(
            fit, f"resamples of kind {kind!r}", "whole clusters are drawn with kind='nonparametric'"
        )
    parts = parallel.chunks(replications, chunk)
    streams = parallel.spawn_generators(seed, len(parts))
    if kind == "parametric":
        return [
            partial(_normal_moments, fit, rng, part.stop - part.start)
            for rng, part in zip(streams, parts, strict=True)
        ]
    if fit.table.two_level:
        return [
            partial(_cluster_moments, fit, rng, part.stop - part.start)
            for rng, part in zip(streams, parts, strict=True)
        ]
    rows = model_rows(fit) if kind == "bollen_stine" else [raw_rows(m) for m in fit.moments]
    return [
        partial(_case_moments, fit, rows, rng, part.stop - part.start)
        for rng, part in zip(streams, parts, strict=True)
    ]


def jackknife_draws(fit: FittedModel) -> list[Draw]:
    """One draw per group, each leaving out one of its cases (or clusters) at a time."""
    return [partial(_without_one, fit, g) for g in range(len(fit.moments))]


def model_rows(fit: FittedModel) -> list[Floats]:
    """Rows of each group turned so that their moments are the implied ones.

    Formula: (x − x̄) S^{-½} Σ̂^{½} + μ̂ with Cholesky roots.

    References
    ----------
    Bollen & Stine (1992), doi:10.1177/0049124192021002004.
    """
    out = []
    for moments, implied in zip(fit.moments, fit.solution.implied(), strict=True):
        x = raw_rows(moments)
        if moments.patterns is not None:
            raise ModelError(
                "a Bollen–Stine bootstrap needs complete rows; use kind='nonparametric' with FIML"
            )
        mean = x.mean(axis=0)
        cov = np.cov(x.T, bias=True)
        turn = np.linalg.solve(normal_root(cov, "sample").T, normal_root(implied.sigma, "implied").T)
        out.append((x - mean) @ turn + (mean if implied.mu is None else implied.mu))
    return out


def _likelihood(fit: FittedModel) -> str:
    return "normal" if fit.moments[0].divisor == "n" else "wishart"


def _case_moments(
    fit: FittedModel, rows: list[Floats], rng: np.random.Generator, count: int
) -> tuple[SampleMoments, ...]:
    out = []
    for x, moments in zip(rows, fit.moments, strict=True):
        weights = bootstrap_weights(rng, len(x), count, moments.cluster)
        if moments.weights is not None:
            weights = weights * moments.weights
        out.append(_reweighted(fit, moments, x, weights))
    return tuple(out)


def _reweighted(fit: FittedModel, moments: SampleMoments, x: Floats, weights: Floats) -> SampleMoments:
    """Moments of the rows under weights (B, n); with FIML their patterns, and only fixed covariates have moments."""
    if moments.ordinal is not None:
        codes = {
            name: levels
            for name, levels in zip(moments.ordinal.names, moments.ordinal.levels, strict=True)
            if levels is not None
        }
        return group_moments(x, fit.table, fit.method, codes, weights=weights)
    if moments.patterns is None:
        return resample(x, weights, _likelihood(fit), moments.names)
    complete = resample(np.where(np.isnan(x), 0.0, x), weights, "normal", moments.names)
    return replace(complete, patterns=resample_patterns(x, moments.patterns, weights))


def _without_one(fit: FittedModel, group: int) -> tuple[SampleMoments, ...]:
    if fit.table.two_level:
        left = jackknife_weights(len(_sizes(fit.moments[group])))
        ones = [np.ones((len(left), len(_sizes(each)))) for each in fit.moments]
        return tuple(
            reweighted_levels(each, left if g == group else ones[g]) for g, each in enumerate(fit.moments)
        )
    out = []
    left = jackknife_weights(len(raw_rows(fit.moments[group])), fit.moments[group].cluster)
    for g, moments in enumerate(fit.moments):
        x = raw_rows(moments)
        weights = left if g == group else np.ones((len(left), len(x)))
        if moments.weights is not None:
            weights = weights * moments.weights
        out.append(_reweighted(fit, moments, x, weights))
    return tuple(out)


def _cluster_moments(fit: FittedModel, rng: np.random.Generator, count: int) -> tuple[SampleMoments, ...]:
    """Whole clusters drawn with replacement within groups."""
    return tuple(
        reweighted_levels(each, bootstrap_weights(rng, len(_sizes(each)), count)) for each in fit.moments
    )


def _sizes(moments: SampleMoments) -> Floats:
    """Rows (J,) of every cluster of a two-level model."""
    return np.zeros(0) if moments.levels is None else moments.levels.data.cluster_sizes


def _normal_moments(fit: FittedModel, rng: np.random.Generator, count: int) -> tuple[SampleMoments, ...]:
    out = []
    for moments, implied in zip(fit.moments, fit.solution.implied(), strict=True):
        n, p = int(moments.n), len(moments.names)
        root = normal_root(implied.sigma, "implied")
        x = rng.standard_normal((count, n, p)) @ root.T
        centre = np.zeros(p) if moments.mean is None else moments.mean
        mean = x.mean(axis=1)
        gap = x - mean[:, None]
        lost = 0 if _likelihood(fit) == "normal" else 1
        mu = centre if implied.mu is None else implied.mu
        out.append(
            SampleMoments(
                moments.names,
                gap.mT @ gap / (n - lost),
                mean + mu,
                np.full(count, float(n)),
                moments.divisor,
                n,
            )
        )
    return tuple(out)
