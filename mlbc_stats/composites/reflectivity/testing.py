"""Reflective or formative: tetrads of every construct and their bootstrap (CTA-PLS)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats import parallel
from mlbc_stats.composites.finite import finite
from mlbc_stats.composites.reflectivity.tetrads_result import Block, CompositeTetrads
from mlbc_stats.composites.reflectivity.together import joint_test
from mlbc_stats.composites.reflectivity.vanishing import nonredundant, tetrads_of
from mlbc_stats.composites.resampling.counts import Counts, draw_counts
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.sample.correlations import correlations
from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.sem.inference.intervals import KINDS

Array = NDArray[Any]

FEWEST, MOST = 4, 40
"""Indicators of a construct whose tetrads are tested."""


def tetrads(
    fit: CompositeResult,
    replications: int = 5000,
    seed: int | None = None,
    level: float = 0.05,
    interval: str = "normal",
    borrowed: Mapping[str, str] | None = None,
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> CompositeTetrads:
    """Whether the tetrads σ_gh σ_ij − σ_gi σ_hj of each construct vanish, as they do when one factor causes them all.

    k indicators have k(k − 3)/2 tetrads that do not follow from one another. A construct none of whose intervals leaves
    out zero may be reflective; otherwise one factor with uncorrelated errors is rejected, and it is called formative.

    Parameters
    ----------
    fit : from `composites.fit`; its sample and blocks count, not its estimates.
    replications, seed, workers, progress : as in `bootstrap`.
    level : error rate of one construct, shared by its tetrads (Bonferroni).
    interval : "normal" (corrected for bias, as in SmartPLS), "bc", "percentile" or "basic".
    borrowed : for a construct of three indicators one of another construct that joins the test, `{"f": "y1"}`: its
        tetrads vanish as well, if both are reflective.

    Raises
    ------
    ModelError : no construct with four indicators, unknown names, options. DataError : too few resamples with
        correlations.

    References
    ----------
    Gudergan, Ringle, Wende & Will (2008), doi:10.1016/j.jbusres.2008.01.012; Bollen & Ting (2000),
    doi:10.1037/1082-989X.5.1.3.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause = rng.normal(size=300)
    >>> data = {f"x{i}": cause + rng.normal(size=300) for i in (1, 2, 3, 4)} | {"y": cause + rng.normal(size=300)}
    >>> fit = composites.fit("f <~ x1 + x2 + x3 + x4; y ~ f", data)
    >>> composites.tetrads(fit, 200, seed=1).table["decision"].to_dict()
    {'f': 'reflective'}
    """
    if interval not in KINDS or interval == "bca":
        known = ", ".join(kind for kind in KINDS if kind != "bca")
        raise ModelError(f"interval={interval!r} is not known here; use one of {known}")
    if not 0 < level < 1:
        raise ModelError(f"level={level:g}: expected an error rate between 0 and 1, such as 0.05")
    groups = _groups(fit, dict(borrowed or {}))
    drawn = _drawn(fit, draw_counts(fit.n, replications, seed), workers, progress)
    good = finite(drawn)
    if int(good.sum()) < 2:
        raise DataError(
            f"{int(good.sum())} of {len(good)} resamples have correlations; at least two are needed"
        )
    blocks = tuple(_block(fit, name, columns, drawn[good]) for name, columns in groups.items())
    untested = tuple(
        c.name for c in fit.specification.constructs if len(c.indicators) > 1 and c.name not in groups
    )
    return CompositeTetrads(blocks, level, interval, int((~good).sum()), untested)


def _groups(fit: CompositeResult, borrowed: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Per construct the columns whose tetrads are tested."""
    known, out = set(fit.sample.names), {}
    constructs = [*fit.specification.constructs, *(fit.plan.first.constructs if fit.plan.first else ())]
    for construct in constructs:
        columns = construct.indicators
        if construct.name in borrowed:
            columns = (*columns, _checked(fit, construct.name, columns, borrowed.pop(construct.name)))
        if FEWEST <= len(columns) <= MOST and set(columns) <= known:
            out[construct.name] = columns
    if borrowed:
        raise ModelError(f"borrowed: {next(iter(borrowed))} is no construct of the model")
    if not out:
        raise ModelError(
            f"no construct has {FEWEST} to {MOST} indicators of its own; one of three can borrow an indicator of "
            "another construct: name both under borrowed"
        )
    return out


def _checked(fit: CompositeResult, name: str, columns: tuple[str, ...], other: str) -> str:
    if other not in fit.sample.names or other in columns:
        raise ModelError(f"borrowed: {other} is no indicator of a construct other than {name}")
    if len(columns) != FEWEST - 1:
        raise ModelError(
            f"borrowed: {name} has {len(columns)} indicators; one can be borrowed for a construct of three, whose "
            "tetrads all vanish then"
        )
    return other


def _drawn(
    fit: CompositeResult, counts: list[Counts], workers: int | None, progress: parallel.Progress | None
) -> Array:
    """Correlations (B, p, p) of resamples."""
    sample = fit.sample

    def one(make: Counts) -> Array:
        mass = make() if sample.weights is None else make() * sample.weights
        return correlations(sample.rows, sample.names, sample.ordered, sample.missing, mass)

    return np.concatenate(parallel.run(one, counts, workers=workers, progress=progress))


def _block(fit: CompositeResult, name: str, columns: tuple[str, ...], drawn: Array) -> Block:
    at = np.array([fit.sample.names.index(column) for column in columns])
    places = nonredundant(len(at))
    values = tetrads_of(fit.sample.correlation[np.ix_(at, at)], places)
    draws = tetrads_of(drawn[:, at[:, None], at], places)
    x = fit.sample.rows[:, at]
    plain = not fit.sample.ordered and not np.isnan(x).any()
    test = joint_test(x, places, fit.sample.weights) if plain else (float("nan"), float("nan"))
    return Block(name, columns, places, values, draws, *test)
