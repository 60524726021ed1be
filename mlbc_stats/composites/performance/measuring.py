"""Importance and performance of constructs and indicators (IPMA)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.performance.importance_result import CompositeImportance
from mlbc_stats.composites.performance.ranges import read_ranges
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.structural.effects import total_effects
from mlbc_stats.errors import DataError, NotServedError

Array = NDArray[Any]


def importance(
    fit: CompositeResult,
    ranges: tuple[float, float] | Mapping[str, tuple[float, float]] | None = None,
) -> CompositeImportance:
    """Importance (total effects) and performance (mean scores from 0 to 100) of constructs and indicators.

    Indicators are brought to 0 … 100 by the ends of their scales. Weights without standardization, w_i/s_i, are normed
    to the sum one in each construct, so that its score lies between 0 and 100, too. Performance is the mean; importance
    is the total effect in these units: by how many points the target moves per point of the construct.

    Parameters
    ----------
    fit : from `composites.fit`.
    ranges : ends (lowest, highest) of the scale of all indicators, or of each by name. None takes the smallest and the
        largest answer, with a note: fine where all of a scale was used.

    Returns
    -------
    CompositeImportance

    Raises
    ------
    DataError : answers outside of their range, weights of a construct that cancel. NotServedError : products, repeated
        indicators.

    References
    ----------
    Ringle & Sarstedt (2016), doi:10.1108/IMDS-10-2015-0449. In R: ``cSEM::doIPMA(csem(rescaled, model))``.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause = rng.normal(size=300)
    >>> answer = lambda score: np.clip(np.round(4 + score + rng.normal(size=300)), 1, 7)
    >>> data = {f"x{i}": answer(cause) for i in (1, 2)} | {f"y{i}": answer(0.6 * cause) for i in (1, 2)}
    >>> found = composites.importance(composites.fit("f <~ x1 + x2; g <~ y1 + y2; g ~ f", data), (1, 7))
    >>> found.table.round(2).to_dict("records")
    [{'target': 'g', 'construct': 'f', 'importance': 0.34, 'performance': 48.12}]
    """
    _check(fit)
    low, high, notes = read_ranges(ranges, fit.sample)
    z = 100 * (fit.sample.rows - low) / (high - low)
    mean, deviation = _moments(z, fit.sample.weights)
    raw = fit.solved.score_weights[0] / deviation
    total = raw.sum(axis=1)
    _refuse_cancelling(total, fit)
    weights = raw / total[:, None]
    m = len(fit.specification.names)
    spread = 1 / total
    effects = total_effects(fit.estimates.paths)[0, :m, :m] * spread[:, None] / spread
    return CompositeImportance(
        fit, z, weights, mean, weights @ mean, effects, (*notes, *_negative(weights, fit))
    )


def _moments(x: Array, weights: Array | None) -> tuple[Array, Array]:
    """Means and standard deviations (n − 1) of the answers that are there."""
    seen = ~np.isnan(x) * (1.0 if weights is None else weights[:, None])
    total = seen.sum(axis=0)
    mean = np.sum(np.nan_to_num(x) * seen, axis=0) / total
    gap = np.nan_to_num(x - mean)
    return mean, np.sqrt(np.sum(gap**2 * seen, axis=0) / (total - 1))


def _check(fit: CompositeResult) -> None:
    if fit.plan.by_cases:
        raise NotServedError(
            "importance and performance of models with products are not served: an effect depends on the moderator's "
            "level; leave the products out"
        )
    if (np.count_nonzero(fit.solved.score_weights[0], axis=0) > 1).any():
        raise NotServedError(
            "importance and performance where an indicator counts for two constructs (repeated indicators) are not "
            "served; use higher='disjoint'"
        )


def _refuse_cancelling(total: Array, fit: CompositeResult) -> None:
    bad = [name for name, value in zip(fit.specification.names, total, strict=True) if not value > 0]
    if bad:
        raise DataError(
            f"the weights of {', '.join(bad)} have no positive sum, so a score from 0 to 100 does not exist; recode "
            "reversed indicators"
        )


def _negative(weights: Array, fit: CompositeResult) -> tuple[str, ...]:
    j, k = np.nonzero(weights < 0)
    if not len(j):
        return ()
    names = ", ".join(
        f"{fit.sample.names[b]} of {fit.specification.names[a]}" for a, b in zip(j, k, strict=True)
    )
    return (
        f"negative weights ({names}): these scores can leave 0 to 100; recode or leave out the indicators",
    )
