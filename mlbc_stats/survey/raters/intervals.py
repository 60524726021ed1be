"""Intervals of agreement: exact ones of shares of judges, and those from resamples of judges or units."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from mlbc_stats.errors import DataError
from mlbc_stats.survey.raters.index import Index


def check_count(count: int, judges: int, what: str) -> None:
    """Raise DataError unless 0 ≤ count ≤ judges and there is a judge."""
    if judges < 1 or not 0 <= count <= judges:
        raise DataError(f"{what}: expected a count of 0 to {judges} of at least one judge, got {count}")


def clopper_pearson(count: int, judges: int, level: float) -> tuple[float, float]:
    """Exact interval of a proportion (Clopper & Pearson 1934, doi 10.1093/biomet/26.4.404)."""
    tail = (1 - level) / 2
    lower = stats.beta.ppf(tail, count, judges - count + 1) if count else 0.0
    upper = stats.beta.ppf(1 - tail, count + 1, judges - count) if count < judges else 1.0
    return float(lower), float(upper)


def agreeing_share(
    name: str,
    count: int,
    judges: int,
    level: float,
    threshold: float,
    source: str,
    pvalue: float = math.nan,
    note: str = "",
) -> Index:
    """The share of judges who agree as an index with its exact interval."""
    lower, upper = clopper_pearson(count, judges, level)
    share, method = count / judges, "exact (Clopper–Pearson)"
    return Index(
        name, share, lower, upper, level, judges, threshold, method, source, pvalue=pvalue, note=note
    )


def majority_pvalue(count: int, judges: int) -> float:
    """P(X ≥ count) when each judge agrees with probability one half."""
    return float(stats.binom.sf(count - 1, judges, 0.5))


def critical_majority(judges: int, alpha: float = 0.05) -> int | None:
    """Smallest count with P(X ≥ count) ≤ alpha under one half; None when even all judges do not reach it."""
    for count in range(judges // 2, judges + 1):
        if majority_pvalue(count, judges) <= alpha:
            return count
    return None


def critical_share(judges: int, alpha: float) -> float:
    """The critical count as a share of the judges; NaN when there is none."""
    count = critical_majority(judges, alpha)
    return math.nan if count is None else count / judges


def draw_weights(size: int, draws: int, seed: int) -> np.ndarray:
    """How often each of `size` judges or units is in each resample: (draws, size), rows sum to `size`."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(size, np.full(size, 1 / size), size=draws).astype(float)


def percentiles(values: np.ndarray, level: float) -> tuple[float, float, int]:
    """Bounds of the central `level` of the values (draws,), and how many of them are not defined."""
    defined = values[np.isfinite(values)]
    undefined = len(values) - len(defined)
    if not len(defined):
        return np.nan, np.nan, undefined
    lower, upper = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return float(lower), float(upper), undefined
