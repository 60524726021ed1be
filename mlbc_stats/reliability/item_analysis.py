"""Item statistics: how each item behaves within its scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.reliability.answers.item_distribution import shape
from mlbc_stats.reliability.guttman import unique_variances
from mlbc_stats.reliability.internal_consistency import alpha_dropped
from mlbc_stats.reliability.items import Floats, ScaleItems, read_items

if TYPE_CHECKING:
    import pandas as pd


def item_statistics(data: Any, items: Sequence[str] | None = None, missing: str = "listwise") -> pd.DataFrame:
    """One row per item: location, spread, and relation to the scale.

    Parameters
    ----------
    data : table (n, k) of keyed items. items : columns; all by default.
    missing : "listwise" or "pairwise"; sums of items use the mean of the answered ones times k.

    Returns
    -------
    pandas.DataFrame
        Index: item. Columns: n, mean, sd (divisor n − 1), skewness and kurtosis (excess; moment estimates,
        divisor n), raw_r (correlation with the sum), std_r (with the sum of standardized items), corrected_r
        (the same with the squared multiple correlation in place of the item's own 1), rest_r (with the sum of the
        other items), alpha_dropped (alpha without the item). corrected_r is NaN for collinear items.

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
    mean, skewness, kurtosis = shape(scale.answers)
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


def _total_correlations(scale: ScaleItems) -> tuple[Floats, Floats]:
    """Correlations with the sum of all items and with the sum of the others, from the covariances."""
    cov, own = scale.cov, np.diagonal(scale.cov)
    with_total, total = cov.sum(axis=0), cov.sum()
    with_rest, rest = with_total - own, total - 2 * with_total + own
    scale_of = np.sqrt(own)
    return with_total / (scale_of * np.sqrt(total)), with_rest / (scale_of * np.sqrt(rest))


def _standard_correlations(correlation: Floats) -> tuple[Floats, Floats]:
    """Correlations with the standardized sum, raw and corrected; the latter are NaN for collinear items."""
    standard = correlation.sum(0) / np.sqrt(correlation.sum())
    try:
        unique = unique_variances(correlation)
    except DataError:
        return standard, np.full(len(correlation), np.nan)
    reduced = correlation.copy()
    np.fill_diagonal(reduced, 1 - unique)
    return standard, reduced.sum(0) / np.sqrt(reduced.sum())
