"""Location, spread, shape, floor and ceiling of single items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns import column_names, read_columns
from mlbc_stats.reliability.items import Floats

if TYPE_CHECKING:
    import pandas as pd

KINDS = (1, 2, 3)
"""Types of skewness and kurtosis (Joanes & Gill, 1998)."""


def item_distribution(
    data: Any,
    items: Sequence[str] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    kind: int = 1,
) -> pd.DataFrame:
    """One row per item over its own answers: nothing is deleted because another item is missing.

    Parameters
    ----------
    data : table (n, k), NaN where missing.
    items : columns; all by default.
    bounds : item → lowest and highest possible answer; without them floor and ceiling are NaN.
    kind : 1, 2 or 3, the type of skewness and kurtosis, as below.

    Returns
    -------
    DataFrame
        Index: item. Columns: n (answers), missing (share of the n rows without one), mean, sd (divisor n − 1),
        skewness and excess kurtosis (NaN for a constant item), minimum, maximum, floor and ceiling (share of the
        answers at the lowest and the highest possible one).

    Notes
    -----
    Type 1: g1 = m₃/m₂^1.5 and g2 = m₄/m₂² − 3, moments with divisor n. Type 2: G1 = g1 √(n(n − 1))/(n − 2) and
    G2 = (n − 1)[(n + 1)g2 + 6]/((n − 2)(n − 3)), unbiased under normality; SAS, SPSS, Excel. Type 3:
    b1 = g1 (1 − 1/n)^1.5 and b2 = (g2 + 3)(1 − 1/n)² − 3; Minitab, and psych's default.

    Raises
    ------
    DataError
        bounds of an item that is not there; another kind.

    References
    ----------
    Joanes & Gill (1998), doi:10.1111/1467-9884.00122; floor and ceiling: Terwee et al. (2007),
    doi:10.1016/j.jclinepi.2006.03.012. In R: ``psych::describe(data, type = 1)``, ``2`` or ``3``.

    Examples
    --------
    >>> table = item_distribution({"a": [1, 1, 4, 7], "b": [2, 3, None, 4]}, bounds={"a": (1, 7)})
    >>> table.loc["a", ["floor", "ceiling"]].tolist(), float(table.loc["b", "missing"])
    ([0.5, 0.25], 0.25)
    """
    import pandas as pd

    names = [str(name) for name in (column_names(data) if items is None else items)]
    limits = dict(bounds or {})
    unknown = [name for name in limits if name not in names]
    if unknown:
        raise DataError(f"bounds of {', '.join(unknown)}, which is not among the items: {', '.join(names)}")
    values = read_columns(data, names)
    seen = np.isfinite(values)
    count = seen.sum(axis=0)
    low, high = np.array([limits.get(name, (np.nan, np.nan)) for name in names], dtype=float).reshape(-1, 2).T
    mean, skewness, kurtosis = shape(values, kind)
    squares = np.where(seen, values - mean, 0.0) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = {
            "n": count,
            "missing": 1 - count / max(len(values), 1),
            "mean": mean,
            "sd": np.where(count > 1, np.sqrt(squares.sum(axis=0) / np.maximum(count - 1, 1)), np.nan),
            "skewness": skewness,
            "kurtosis": kurtosis,
            "minimum": _extreme(values, seen, np.inf, np.min),
            "maximum": _extreme(values, seen, -np.inf, np.max),
            "floor": np.where(np.isnan(low), np.nan, (values == low).sum(axis=0) / count),
            "ceiling": np.where(np.isnan(high), np.nan, (values == high).sum(axis=0) / count),
        }
    return pd.DataFrame(columns, index=pd.Index(names, name="item"))


def shape(values: Floats, kind: int = 1) -> tuple[Floats, Floats, Floats]:
    """Mean, skewness and excess kurtosis (k,) of each column (n, k) over its known values; NaN where none varies.

    Raises
    ------
    DataError
        a kind other than 1, 2 and 3.

    Examples
    --------
    >>> [each.tolist() for each in shape(np.array([[1.0], [2.0], [3.0], [np.nan]]))]
    [[2.0], [0.0], [-1.5]]
    """
    if kind not in KINDS:
        raise DataError(f"kind={kind!r}: skewness and kurtosis are of type 1, 2 or 3")
    seen = np.isfinite(values)
    count = seen.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(seen, values, 0.0).sum(axis=0) / count
        centred = np.where(seen, values - mean, 0.0)
        second = (centred**2).sum(axis=0) / count
        varies = second > 0
        skewness = np.where(varies, (centred**3).sum(axis=0) / count / second**1.5, np.nan)
        kurtosis = np.where(varies, (centred**4).sum(axis=0) / count / second**2 - 3, np.nan)
        return mean, *_of_kind(skewness, kurtosis, count.astype(float), kind)


def _of_kind(skewness: Floats, kurtosis: Floats, n: Floats, kind: int) -> tuple[Floats, Floats]:
    """Type 2 or 3 from type 1; NaN where type 2 needs more answers."""
    if kind == 1:
        return skewness, kurtosis
    if kind == 3:
        return skewness * (1 - 1 / n) ** 1.5, (kurtosis + 3) * (1 - 1 / n) ** 2 - 3
    skewness = np.where(n > 2, skewness * np.sqrt(n * (n - 1)) / (n - 2), np.nan)
    kurtosis = np.where(n > 3, ((n + 1) * kurtosis + 6) * (n - 1) / ((n - 2) * (n - 3)), np.nan)
    return skewness, kurtosis


def _extreme(values: Floats, seen: Floats, outside: float, which: Any) -> Floats:
    found = which(np.where(seen, values, outside), axis=0, initial=outside)
    return np.where(seen.any(axis=0), found, np.nan)
