"""Whether groups of informants see the same unit alike: paired differences, their equivalence, and agreement."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtr, stdtrit

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns import column_names, read_columns
from mlbc_stats.reliability.items import Floats
from mlbc_stats.sem.comparing.proposals import adjust_by_holm

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 3
"""Units with both groups below which nothing is tested."""


def informant_differences(
    data: Any,
    unit: Sequence[Any],
    informant: Sequence[str],
    columns: Sequence[str] | None = None,
    *,
    smallest: float = 0.3,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare what two groups of informants say about the same units, construct by construct.

    Within a unit the answers of a group are averaged; d is the mean of the paired differences over units, t = d√n/s on
    n − 1 degrees of freedom, and its equivalence is two one-sided tests of |d| ≥ smallest × the standard deviation of
    both groups' values (the root of their mean variance).

    Parameters
    ----------
    data : table (n, k) of scores, one row per informant; NaN where a group may not answer.
    unit : (n,) what they spoke about. informant : (n,) group of each, such as "management"; "" where unknown.
    columns : scores to compare; all by default.
    smallest : difference, in standard deviations, below which groups see a unit alike.
    level : coverage of the interval of the difference.

    Returns
    -------
    DataFrame
        One row per column and pair of groups with at least three units in common: construct, one, other, n (units),
        mean_one, mean_other, difference, lower, upper, t, df, pvalue, pvalue_adjusted (Holm over all rows), d
        (standardized), equivalence_pvalue, r (correlation of the groups over units). NaN where differences do not vary.

    Raises
    ------
    DataError
        other numbers of units or informants than rows, fewer than two groups, or no construct that two groups answered
        for three units.

    References
    ----------
    Kumar, Stern & Anderson (1993), doi:10.5465/256824 (perceptual agreement of informants); Schuirmann (1987),
    doi:10.1007/BF01068419 (two one-sided tests); Holm (1979). In R: ``t.test(one, other, paired = TRUE)``.

    Examples
    --------
    >>> scores = {"pace": [4.0, 3.0, 5.0, 4.5, 2.0, 1.0, 3.0, 3.5]}
    >>> found = informant_differences(scores, list("aabbccdd"), ["management", "technical"] * 4)
    >>> found[["n", "difference"]].values.tolist()
    [[4.0, 0.5]]
    """
    import pandas as pd

    if not (0 < level < 1 and smallest > 0):
        raise DataError(f"level={level}, smallest={smallest}: expected a share and a positive difference")
    names = [str(name) for name in (column_names(data) if columns is None else columns)]
    values = read_columns(data, names)
    if not len(unit) == len(informant) == len(values):
        raise DataError(
            f"{len(unit)} units and {len(informant)} informants for {len(values)} rows; give one a row"
        )
    groups = [name for name in dict.fromkeys(map(str, informant)) if name]
    if len(groups) < 2:
        raise DataError(
            f"one group of informants ({', '.join(groups) or 'none named'}); two are needed to compare"
        )
    means = {
        group: _unit_means(values, unit, np.array([str(name) == group for name in informant]))
        for group in groups
    }
    rows = [
        {"construct": name, "one": one, "other": other, **found}
        for k, name in enumerate(names)
        for one, other in combinations(groups, 2)
        if (found := _paired(means[one][:, k], means[other][:, k], smallest, level)) is not None
    ]
    if not rows:
        raise DataError("no construct was answered by two groups of informants about three units or more")
    frame = pd.DataFrame(rows)
    frame.insert(
        list(frame.columns).index("pvalue") + 1,
        "pvalue_adjusted",
        _adjusted(frame["pvalue"].to_numpy(dtype=float)),
    )
    return frame


def _unit_means(values: Floats, unit: Sequence[Any], own: np.ndarray) -> Floats:
    """Mean answers (units, k) of one group in the order of units; NaN where it gave none."""
    codes = np.unique([str(name) for name in unit], return_inverse=True)[1]
    seen = np.isfinite(values) & own[:, None]
    total = np.zeros((codes.max() + 1, values.shape[1]))
    count = np.zeros_like(total)
    np.add.at(total, codes, np.where(seen, values, 0.0))
    np.add.at(count, codes, seen.astype(float))
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)


def _paired(one: Floats, other: Floats, smallest: float, level: float) -> dict[str, float] | None:
    both = np.isfinite(one) & np.isfinite(other)
    x, y, n = one[both], other[both], int(both.sum())
    if n < FEWEST:
        return None
    gap = x - y
    d, df = float(gap.mean()), n - 1
    error, pooled = float(gap.std(ddof=1) / np.sqrt(n)), float(np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2))
    varies = error > 1e-12 * max(pooled, 1.0)
    t = d / error if varies else np.nan
    margin = smallest * pooled
    ends = ((d + margin) / error, (d - margin) / error) if varies else (np.nan, np.nan)
    reach = float(stdtrit(df, (1 + level) / 2)) * error if varies else np.nan
    steady = x.std() > 0 and y.std() > 0
    return {
        "n": n,
        "mean_one": float(x.mean()),
        "mean_other": float(y.mean()),
        "difference": d,
        "lower": d - reach,
        "upper": d + reach,
        "t": t,
        "df": df,
        "pvalue": float(2 * stdtr(df, -abs(t))),
        "d": d / pooled if pooled > 0 else np.nan,
        "equivalence_pvalue": float(max(stdtr(df, -ends[0]), stdtr(df, ends[1]))),
        "r": float(np.corrcoef(x, y)[0, 1]) if steady else np.nan,
    }


def _adjusted(pvalues: Floats) -> Floats:
    """Holm's adjusted p values; NaN stays and does not count."""
    known = np.isfinite(pvalues)
    out = np.full(len(pvalues), np.nan)
    out[known] = adjust_by_holm(pvalues[known].tolist())
    return out
