"""Item statistics: how each item behaves within its scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.reliability.answers.item_distribution import shape
from mlbc_stats.reliability.bounds.guttman import unique_variances
from mlbc_stats.reliability.internal_consistency import (
    alpha_dropped,
    alpha_of_cov,
    below_diagonal,
    duhachek_error,
    is_keyed,
    lambda6_of,
    signal_to_noise,
)
from mlbc_stats.reliability.items import Floats, ScaleItems, read_items

if TYPE_CHECKING:
    import pandas as pd


def item_statistics(
    data: Any, items: Sequence[str] | None = None, missing: str = "listwise", kind: int = 1
) -> pd.DataFrame:
    """One row per item: location, spread, and relation to the scale.

    Parameters
    ----------
    data : table (n, k) of keyed items. items : columns; all by default.
    missing : "listwise" or "pairwise"; raw_r is then the correlation with the mean of the items a case answered, the
        other correlations come from the pairwise covariances.
    kind : 1, 2 or 3, the type of skewness and kurtosis, as in `item_distribution`.

    Returns
    -------
    pandas.DataFrame
        Index: item. Columns: n, mean, sd (divisor n − 1), skewness and kurtosis (excess), raw_r (correlation with the
        sum), std_r (with the sum of standardized items), corrected_r (the same with the squared multiple correlation in
        place of the item's own 1), rest_r (with the sum of the other items), alpha_dropped (alpha without the item).
        corrected_r is NaN for collinear items.

    Notes
    -----
    With R the correlations: std_r = R1/√(1'R1). With R* = R but squared multiple correlations on the diagonal:
    corrected_r = R*1/√(1'R*1). In R: ``psych::alpha(items)$item.stats``.

    Examples
    --------
    >>> table = item_statistics({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 5], "c": [1, 3, 3, 4, 4]})
    >>> table["rest_r"].round(3).tolist()
    [0.97, 0.903, 0.87]
    """
    import pandas as pd

    scale = read_items(data, items, missing)
    mean, skewness, kurtosis = shape(scale.answers, kind)
    raw, rest = _total_correlations(scale)
    standard, corrected = _standard_correlations(scale.correlation)
    columns = {
        "n": np.isfinite(scale.answers).sum(axis=0),
        "mean": mean,
        "sd": np.sqrt(np.diagonal(scale.cov)),
        "skewness": skewness,
        "kurtosis": kurtosis,
        "raw_r": raw,
        "std_r": standard,
        "corrected_r": corrected,
        "rest_r": rest,
        "alpha_dropped": alpha_dropped(scale.cov),
    }
    return pd.DataFrame(columns, index=pd.Index(scale.names, name="item"))


def dropped_statistics(
    data: Any, items: Sequence[str] | None = None, missing: str = "listwise"
) -> pd.DataFrame:
    """What a scale of three items or more would be without each of its items.

    Parameters
    ----------
    data : table (n, k) of keyed items. items : columns; all by default. missing : "listwise" or "pairwise".

    Returns
    -------
    pandas.DataFrame
        Index: item. Columns, of the other items: alpha, standardized and std_error (of alpha), all NaN where the others
        covary negatively on average; lambda6 (NaN for collinear items), average_r, signal_noise, variance_r (of the
        correlations, divisor one less than their number), median_r.

    Raises
    ------
    DataError
        for fewer than three items.

    References
    ----------
    See `alpha`. In R: ``psych::alpha(items)$alpha.drop``. An item that looks better left out may do so by chance.

    Examples
    --------
    >>> table = dropped_statistics({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 5], "c": [1, 3, 3, 4, 4]})
    >>> table["alpha"].round(3).tolist()
    [0.882, 0.933, 0.968]
    """
    import pandas as pd

    scale = read_items(data, items, missing)
    if len(scale.names) < 3:
        raise DataError(f"two items ({', '.join(scale.names)}): without one of them no scale is left")
    places = range(len(scale.names))
    rows = [_rest(np.delete(np.delete(scale.cov, i, 0), i, 1), scale.n) for i in places]
    return pd.DataFrame(rows, index=pd.Index(scale.names, name="item"))


def _rest(cov: Floats, n: int) -> dict[str, float]:
    scale = np.sqrt(np.diagonal(cov))
    correlation = cov / (scale[:, None] * scale)
    pairs = below_diagonal(correlation)
    keyed = is_keyed(cov) and is_keyed(correlation)
    return {
        "alpha": alpha_of_cov(cov) if keyed else np.nan,
        "standardized": alpha_of_cov(correlation) if keyed else np.nan,
        "lambda6": lambda6_of(correlation),
        "average_r": float(pairs.mean()),
        "signal_noise": signal_to_noise(correlation),
        "std_error": duhachek_error(cov, n) if keyed else np.nan,
        "variance_r": float(pairs.var(ddof=1)) if len(pairs) > 1 else np.nan,
        "median_r": float(np.median(pairs)),
    }


def _total_correlations(scale: ScaleItems) -> tuple[Floats, Floats]:
    """Correlations with the mean of the answered items, and with the sum of the other items by the covariances."""
    cov, own = scale.cov, np.diagonal(scale.cov)
    with_total, total = cov.sum(axis=0), cov.sum()
    with_rest, rest = with_total - own, total - 2 * with_total + own
    return _with_mean(scale.answers), with_rest / np.sqrt(own * rest)


def _with_mean(answers: Floats) -> Floats:
    """Correlation (k,) of every item with the mean of what each case (n, k) answered."""
    answered = answers[np.isfinite(answers).any(axis=1)]
    seen = np.isfinite(answered)
    means = np.where(seen, np.nanmean(answered, axis=1)[:, None], np.nan)
    y, m = answered - np.nanmean(answered, axis=0), means - np.nanmean(means, axis=0)
    return np.asarray(np.nansum(y * m, axis=0) / np.sqrt(np.nansum(y**2, axis=0) * np.nansum(m**2, axis=0)))


def _standard_correlations(correlation: Floats) -> tuple[Floats, Floats]:
    """Correlations with the standardized sum, raw and corrected; the latter are NaN for collinear items and where
    squared multiple correlations leave the sum no variance, as items that run against one another do.
    """
    with np.errstate(invalid="ignore"):
        standard = correlation.sum(0) / np.sqrt(correlation.sum())
    try:
        unique = unique_variances(correlation)
    except DataError:
        return standard, np.full(len(correlation), np.nan)
    reduced = correlation.copy()
    np.fill_diagonal(reduced, 1 - unique)
    with np.errstate(invalid="ignore"):
        return standard, reduced.sum(0) / np.sqrt(reduced.sum())
