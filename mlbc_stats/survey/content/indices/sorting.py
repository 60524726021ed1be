"""Indices of an item sort: psa, csv and the hit ratio."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from mlbc_stats.errors import DataError
from mlbc_stats.survey.raters.index import Index
from mlbc_stats.survey.raters.intervals import (
    agreeing_share,
    check_count,
    clopper_pearson,
    critical_majority,
    critical_share,
    draw_weights,
    majority_pvalue,
    percentiles,
)

SOURCE = "Anderson & Gerbing (1991) doi 10.1037/0021-9010.76.5.732"
HIT_SOURCE = "Moore & Benbasat (1991) doi 10.1287/isre.2.3.192"


def substantive_agreement(correct: int, judges: int, level: float = 0.95, alpha: float = 0.05) -> Index:
    """psa = n_c/N: the share of N judges who put the item with its own construct.

    The threshold is m/N, with m the least count for which P(X ≥ m | N, ½) ≤ α, one-sided and exact: 9 of 10,
    12 of 15, 15 of 20. NaN below five judges. The interval is exact (Clopper–Pearson).

    Raises
    ------
    DataError
        when the count does not fit the number of judges.

    References
    ----------
    Anderson & Gerbing (1991), doi:10.1037/0021-9010.76.5.732.

    Examples
    --------
    >>> found = substantive_agreement(9, 10)
    >>> found.threshold, found.met
    (0.9, True)
    """
    check_count(correct, judges, "judges who chose the item's own construct")
    threshold, pvalue = critical_share(judges, alpha), majority_pvalue(correct, judges)
    return agreeing_share("psa", correct, judges, level, threshold, SOURCE, pvalue, _too_few(judges, alpha))


def substantive_validity(
    counts: ArrayLike, own: int, level: float = 0.95, alpha: float = 0.05, draws: int = 2000, seed: int = 1
) -> Index:
    """csv = (n_c − n_o)/N: own construct minus the most frequent other one, over N judges; from −1 to 1.

    Anderson and Gerbing's test takes one half as the chance of the item's own construct. The critical value
    is (2m − N)/N with m as for psa, and `pvalue` is P(X ≥ (N + n_c − n_o)/2 | N, ½), the bound rounded down: the
    test of psa when votes for third constructs are shared out between the two. With more than two constructs one
    half is a strict null hypothesis, and Howard & Melloy (2016, doi 10.1007/s10869-015-9404-y) propose another.

    Parameters
    ----------
    counts : (choices,), how many judges put the item with each construct ("none of these" is a choice).
    own : position of the item's own construct.
    level, draws, seed : percentile interval from resamples of the judges; where all judges chose alike, which
        leaves nothing to resample, twice the exact bound of their share minus one.

    Raises
    ------
    DataError
        when there is no judge, or fewer than two choices.

    Examples
    --------
    >>> substantive_validity([15, 5, 0], own=0).value
    0.5
    """
    votes = np.asarray(counts, dtype=int)
    judges = int(votes.sum())
    if votes.ndim != 1 or len(votes) < 2 or judges < 1 or (votes < 0).any() or not 0 <= own < len(votes):
        raise DataError(
            f"counts: expected votes for two choices or more and a place among them, got {votes.tolist()}"
        )
    difference = int(votes[own] - np.delete(votes, own).max())
    lower, upper, method = _csv_interval(votes, own, level, draws, seed)
    count = critical_majority(judges, alpha)
    return Index(
        "csv",
        difference / judges,
        lower,
        upper,
        level,
        judges,
        math.nan if count is None else (2 * count - judges) / judges,
        method,
        SOURCE,
        pvalue=majority_pvalue((judges + difference) // 2, judges),
        note=_too_few(judges, alpha),
    )


def _csv_interval(
    votes: np.ndarray, own: int, level: float, draws: int, seed: int
) -> tuple[float, float, str]:
    """Bounds of csv and how they were made."""
    judges = int(votes.sum())
    if votes.max() == judges:
        exact = 2 * clopper_pearson(judges, judges, level)[0] - 1
        bounds = (exact, 1.0) if votes[own] else (-1.0, -exact)
        return *bounds, "exact (Clopper–Pearson) as all judges agree, transformed"
    drawn = np.random.default_rng(seed).multinomial(judges, votes / judges, size=draws)
    values = (drawn[:, own] - np.delete(drawn, own, axis=1).max(axis=1)) / judges
    lower, upper, _ = percentiles(values, level)
    return lower, upper, f"percentile interval, {draws} resamples of judges, seed {seed}"


def hit_ratio(hits: ArrayLike, level: float = 0.95, draws: int = 2000, seed: int = 1) -> Index:
    """Share of all placements that are in the intended construct, over items and judges.

    No threshold: Moore and Benbasat, who introduced it, give none.

    Parameters
    ----------
    hits : (items, judges), 1 for the intended construct, 0 for any other, NaN for none given.
    level, draws, seed : percentile interval from resamples of the judges.

    Raises
    ------
    DataError
        when nothing was placed.

    References
    ----------
    Moore & Benbasat (1991), doi:10.1287/isre.2.3.192.

    Examples
    --------
    >>> hit_ratio([[1, 1, 0], [1, 1, 1]]).value
    0.8333333333333334
    """
    table = np.atleast_2d(np.asarray(hits, dtype=float))
    placed = ~np.isnan(table)
    if not placed.any():
        raise DataError("hits: no item was placed by any judge")
    weights = draw_weights(table.shape[1], draws, seed)
    right = np.nansum(table, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        values = (weights @ right) / (weights @ placed.sum(axis=0))
    lower, upper, _ = percentiles(values, level)
    method = f"percentile interval, {draws} resamples of judges, seed {seed}"
    value = float(right.sum() / placed.sum())
    return Index("hit ratio", value, lower, upper, level, table.shape[1], method=method, source=HIT_SOURCE)


def _too_few(judges: int, alpha: float) -> str:
    if critical_majority(judges, alpha) is not None:
        return ""
    return f"{judges} judges are too few: even all of them agree by chance with p > {alpha:g}"
