"""Agreement within groups: rwg, rwg(j), Lindell's r*, average deviation and awg."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns import column_names, read_columns
from mlbc_stats.reliability.agreement.nulls import Null, null_variance
from mlbc_stats.reliability.items import Floats
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False)
class GroupAgreement(Shown):
    """Agreement of the members of every group.

    Attributes
    ----------
    table : one row per group: n (members who answered something), rwg_j, rwg_lindell, ad_mean, ad_median (averages
        over the items), awg (likewise), truncated (items that vary more than the null, set to 0 in rwg).
    items : one row per group and item: n, variance, rwg, ad_mean, ad_median, awg.
    null_variance : σ² of the null distribution. options : lowest and highest option of the scale.
    n_groups, n_items. without_group : rows that name no group; they are not counted anywhere.

    Examples
    --------
    >>> found = group_agreement({"a": [4, 5, 2, 2]}, ["x", "x", "y", None], options=(1, 5))
    >>> isinstance(found, GroupAgreement), found.n_groups, found.without_group
    (True, 2, 1)
    """

    table: pd.DataFrame
    items: pd.DataFrame
    null_variance: float
    options: tuple[int, int]
    n_groups: int
    n_items: int
    without_group: int


def group_agreement(
    data: Any,
    group: Sequence[Any],
    options: tuple[int, int],
    items: Sequence[str] | None = None,
    null: Null = "uniform",
) -> GroupAgreement:
    """Agreement of the members of a group about its items, group by group.

    With s² the variance (divisor n − 1) of an item in a group, σ² that of the null distribution and j items:
    rwg = 1 − s²/σ², rwg(j) = jr/(jr + s̄²/σ²) with r = 1 − s̄²/σ² from the mean variance s̄², Lindell's
    r*wg(j) = r; rwg and rwg(j) are 0 where the variance exceeds σ², r* is not truncated. AD is the mean absolute
    deviation from the group's mean or median. awg = 1 − 2s²/([(H + L)M − M² − HL] n/(n − 1)) with M the group's mean
    and L, H the ends of the scale.

    Parameters
    ----------
    data : table (n, k) of keyed answers; NaN where missing, each item uses the answers it has.
    group : (n,) the group of every row; a row without a name belongs to none.
    options : lowest and highest option of the scale, such as (1, 5); options are one apart.
    items : columns; all by default.
    null : "uniform", "slight_skew", "moderate_skew", "heavy_skew", "triangular", "normal" (the last five for five
        options), the share of every option, or a variance. Report more than one: rwg depends on it.

    Returns
    -------
    GroupAgreement
        NaN where fewer than two members answered: one person cannot agree. With an item that fewer than two answered,
        the indices of the group over all items are NaN. awg is NaN where the mean is so near an end of the scale
        that no n members could reach the largest variance, below (L(n − 1) + H)/n or above (H(n − 1) + L)/n.

    Raises
    ------
    DataError
        for another number of groups than rows, no group at all, answers outside the options, an unknown null.

    References
    ----------
    James, Demaree & Wolf (1984), doi:10.1037/0021-9010.69.1.85; Lindell, Brandt & Whitney (1999),
    doi:10.1177/01466219922031257; Burke, Finkelstein & Dusig (1999), doi:10.1177/109442819921004; Brown & Hauenstein
    (2005), doi:10.1177/1094428105275376. In R: ``multilevel::rwg``, ``rwg.j``, ``rwg.j.lindell``, ``ad.m``, ``awg``.

    Examples
    --------
    >>> answers = {"a": [4, 4, 5, 1, 3, 5], "b": [4, 5, 5, 2, 3, 4]}
    >>> found = group_agreement(answers, ["x", "x", "x", "y", "y", "y"], options=(1, 5))
    >>> found.table["rwg_j"].round(3).tolist()
    [0.909, 0.0]
    """
    low, high = _ends(options)
    names = [str(name) for name in (column_names(data) if items is None else items)]
    values = read_columns(data, names)
    if len(group) != len(values):
        raise DataError(f"{len(group)} names of groups for {len(values)} rows; give one a row")
    _refuse_outside(values, names, low, high)
    codes, labels = _groups(group)
    variance = null_variance(high - low + 1, null)
    cells = [cell_indices(values[codes == place], low, high) for place in range(len(labels))]
    table, by_item = _tables(np.array(cells), variance, labels, names)
    table["n"] = [int(np.isfinite(values[codes == place]).any(axis=1).sum()) for place in range(len(labels))]
    return GroupAgreement(
        table=table,
        items=by_item,
        null_variance=variance,
        options=(low, high),
        n_groups=len(labels),
        n_items=len(names),
        without_group=int(np.sum(codes < 0)),
    )


def _ends(options: tuple[int, int]) -> tuple[int, int]:
    whole = len(options) == 2 and all(float(end).is_integer() for end in options)
    if not whole or not options[0] < options[1]:
        raise DataError(f"options={options!r}: expected the lowest and the highest option, such as (1, 5)")
    return int(options[0]), int(options[1])


def _refuse_outside(values: Floats, names: list[str], low: int, high: int) -> None:
    rows, columns = np.nonzero((values < low) | (values > high))
    if len(rows):
        raise DataError(
            f"item {names[columns[0]]!r}, row {rows[0] + 1}: {values[rows[0], columns[0]]:g} is outside the options "
            f"{low} to {high}; give the ends of the scale as options="
        )


def _groups(group: Sequence[Any]) -> tuple[np.ndarray, list[str]]:
    """Place of every row's group (n,), -1 without a name, and the names in the order in which they appear."""
    names = ["" if name is None or name != name else _text(name) for name in group]
    labels = list(dict.fromkeys(name for name in names if name))
    if not labels:
        raise DataError("no row names a group, so there is no agreement to look at")
    place = {name: at for at, name in enumerate(labels)}
    return np.array([place.get(name, -1) for name in names]), labels


def _text(name: Any) -> str:
    whole = isinstance(name, float) and name.is_integer()
    return str(int(name)) if whole else str(name).strip()


def cell_indices(answers: Floats, low: int, high: int) -> Floats:
    """n, variance, mean and median absolute deviation, and awg of every item (5, k) in one group (n, k)."""
    seen = np.isfinite(answers)
    n = seen.sum(axis=0)
    known, out = n > 1, np.full((5, answers.shape[1]), np.nan)
    out[0] = n
    if not known.any():
        return out
    y, n = answers[:, known], n[known]
    mean = np.nanmean(y, axis=0)
    out[1, known] = np.nansum((y - mean) ** 2, axis=0) / (n - 1)
    out[2, known] = np.nanmean(np.abs(y - mean), axis=0)
    out[3, known] = np.nanmean(np.abs(y - np.nanmedian(y, axis=0)), axis=0)
    largest = ((high + low) * mean - mean**2 - high * low) * n / (n - 1)
    slack = 1e-9 * (high - low)
    inside = (mean >= (low * (n - 1) + high) / n - slack) & (mean <= (high * (n - 1) + low) / n + slack)
    out[4, known] = np.where(inside, 1 - 2 * out[1, known] / np.where(inside, largest, 1.0), np.nan)
    return out


def _tables(
    cells: Floats, null: float, labels: list[str], names: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables by group and by group and item, from cells (groups, 5, items)."""
    import pandas as pd

    n, variance, ad_mean, ad_median, awg = np.moveaxis(cells, 1, 0)
    ratio = variance / null
    mean = ratio.mean(axis=1)
    r, j = np.maximum(1 - mean, 0.0), cells.shape[2]
    columns = {
        "n": 0,
        "rwg_j": j * r / (j * r + mean + (r == 0)),
        "rwg_lindell": 1 - mean,
        "ad_mean": ad_mean.mean(axis=1),
        "ad_median": ad_median.mean(axis=1),
        "awg": awg.mean(axis=1),
        "truncated": np.sum(ratio > 1 + 1e-12, axis=1),
    }
    by_item = {
        "n": n.astype(int),
        "variance": variance,
        "rwg": np.maximum(1 - ratio, 0.0),
        "ad_mean": ad_mean,
        "ad_median": ad_median,
        "awg": awg,
    }
    both = pd.MultiIndex.from_product([labels, names], names=["group", "item"])
    long = {name: column.ravel() for name, column in by_item.items()}
    return pd.DataFrame(columns, index=pd.Index(labels, name="group")), pd.DataFrame(long, index=both)
