"""Shrout and Fleiss's six intraclass correlations of targets rated by the same raters."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import fdtrc, fdtri

from mlbc_stats.counted import counted
from mlbc_stats.errors import DataError, DataWarning
from mlbc_stats.moments.columns import column_names, read_columns
from mlbc_stats.reliability.agreement.mean_squares import MeanSquares, mean_squares
from mlbc_stats.reliability.items import Floats
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

TYPES = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True, repr=False)
class Intraclass(Shown):
    """Six intraclass correlations.

    Attributes
    ----------
    table : one row per type: icc, F, df1, df2, pvalue, lower, upper. (1,·) other raters for each target, (2,·) raters
        drawn at random who rate all targets, absolute agreement, (3,·) these raters alone, consistency; (·,1) one
        rating, (·,k) the mean of all raters.
    irr_bounds : the interval of ICC(2,k) that R's irr prints, which has fewer degrees of freedom; the table has that of
        ICC(2,1) stepped up by Spearman and Brown, which is McGraw and Wong's.
    n_targets, n_raters, level. left_out : targets without a rating of every rater.
    ms_targets, ms_raters, ms_residual, ms_within : mean squares.
    note : why tests and intervals are missing, where they are.

    Examples
    --------
    >>> found = intraclass({"a": [1.0, 2.0, 4.0], "b": [2.0, 2.0, 5.0]})
    >>> isinstance(found, Intraclass), found.n_targets, found.n_raters
    (True, 3, 2)
    """

    table: pd.DataFrame
    irr_bounds: Bounds
    n_targets: int
    n_raters: int
    level: float
    left_out: int
    ms_targets: float
    ms_raters: float
    ms_residual: float
    ms_within: float
    note: str


def intraclass(data: Any, raters: Sequence[str] | None = None, level: float = 0.95) -> Intraclass:
    """ICC(1,1) to ICC(3,k) with F tests of zero and intervals, from the two-way analysis of variance.

    With mean squares B of targets, W within targets, J of raters and E residual, n targets and k raters:
    ICC(1,1) = (B − W)/(B + (k−1)W), ICC(2,1) = (B − E)/(B + (k−1)E + k(J − E)/n), ICC(3,1) = (B − E)/(B + (k−1)E);
    ICC(1,k) = (B − W)/B, ICC(2,k) = (B − E)/(B + (J − E)/n), ICC(3,k) = (B − E)/B.

    Parameters
    ----------
    data : table (n, k), one row per target, one column per rater; NaN where missing.
    raters : columns; all by default. level : coverage of the intervals.

    Returns
    -------
    Intraclass
        Negative estimates stay negative. A target that lacks a rating is left out, counted, and a warning says so.
        Where ratings of a target do not vary, apart from differences between raters, there are no tests and no
        intervals, and `note` says why.

    Raises
    ------
    DataError
        for fewer than two raters or complete targets, ratings that are all the same, a level outside (0, 1).

    References
    ----------
    Shrout & Fleiss (1979), doi:10.1037/0033-2909.86.2.420; McGraw & Wong (1996), doi:10.1037/1082-989X.1.1.30.
    In R: ``psych::ICC(x, lmer = FALSE)``, ``irr::icc(x, "twoway", "agreement", "average")`` for `irr_bounds`.

    Examples
    --------
    >>> judges = {"a": [9, 6, 8, 7, 10, 6], "b": [2, 1, 4, 1, 5, 2], "c": [5, 3, 6, 2, 6, 4], "d": [8, 2, 8, 6, 9, 7]}
    >>> intraclass(judges).table["icc"].round(2).tolist()
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    """
    if not 0 < level < 1:
        raise DataError(f"level={level!r}: expected a share between 0 and 1, such as 0.95")
    ratings, left_out = _complete(data, raters)
    found = mean_squares(ratings)
    note = "" if found.residual > 0 else "no residual variation: no F tests and no intervals"
    return Intraclass(
        table=_table(found, level),
        irr_bounds=_agreement_bounds(found, level, average=True) if not note else (np.nan, np.nan),
        n_targets=found.n,
        n_raters=found.k,
        level=level,
        left_out=left_out,
        ms_targets=found.targets,
        ms_raters=found.raters,
        ms_residual=found.residual,
        ms_within=found.within,
        note=note,
    )


def _complete(data: Any, raters: Sequence[str] | None) -> tuple[Floats, int]:
    names = [str(name) for name in (column_names(data) if raters is None else raters)]
    if len(names) < 2:
        raise DataError(
            f"raters: expected two columns or more, got {len(names)}; one row per target, one column per rater"
        )
    values = read_columns(data, names)
    kept = values[np.isfinite(values).all(axis=1)]
    if len(kept) < 2:
        raise DataError(
            f"ratings: expected two targets or more that every rater rated, got {len(kept)} of {len(values)}"
        )
    if np.ptp(kept) == 0:
        raise DataError("ratings: all are the same, so no correlation is defined")
    missing = len(values) - len(kept)
    if missing:
        warnings.warn(
            f"{counted(missing, 'target')} of {len(values)} lack a rating and are left out",
            DataWarning,
            stacklevel=3,
        )
    return kept, missing


def _table(ms: MeanSquares, level: float) -> pd.DataFrame:
    import pandas as pd

    df1, residual_df, within_df = ms.n - 1, (ms.n - 1) * (ms.k - 1), ms.n * (ms.k - 1)
    random, fixed = _ratio(ms.targets, ms.within), _ratio(ms.targets, ms.residual)
    tested = ms.residual > 0
    first = _ratio_bounds(random, df1, within_df, level) if tested else (np.nan, np.nan)
    third = _ratio_bounds(fixed, df1, residual_df, level) if tested else (np.nan, np.nan)
    second = _agreement_bounds(ms, level) if tested else (np.nan, np.nan)
    bounds = [
        tuple((f - 1) / (f + ms.k - 1) for f in first),
        second,
        tuple((f - 1) / (f + ms.k - 1) for f in third),
        tuple(1 - 1 / f for f in first),
        tuple(ms.k * r / (1 + (ms.k - 1) * r) for r in second),
        tuple(1 - 1 / f for f in third),
    ]
    ratios, dfs = [random, fixed, fixed] * 2, [within_df, residual_df, residual_df] * 2
    ratios = ratios if tested else [np.nan] * 6
    columns = {
        "icc": _estimates(ms),
        "F": ratios,
        "df1": df1,
        "df2": dfs,
        "pvalue": [float(fdtrc(df1, df2, f)) for f, df2 in zip(ratios, dfs, strict=True)],
        "lower": [pair[0] for pair in bounds],
        "upper": [pair[1] for pair in bounds],
    }
    return pd.DataFrame(columns, index=pd.Index(TYPES, name="type"))


def _ratio(over: float, under: float) -> float:
    return over / under if under > 0 else np.nan


def _estimates(ms: MeanSquares) -> list[float]:
    n, k, b, w, j, e = ms.n, ms.k, ms.targets, ms.within, ms.raters, ms.residual
    return [
        _ratio(b - w, b + (k - 1) * w),
        _ratio(b - e, b + (k - 1) * e + k * (j - e) / n),
        _ratio(b - e, b + (k - 1) * e),
        _ratio(b - w, b),
        _ratio(b - e, b + (j - e) / n),
        _ratio(b - e, b),
    ]


def _ratio_bounds(ratio: float, df1: int, df2: int, level: float) -> Bounds:
    """Bounds of the ratio of expected mean squares."""
    upper = (1 + level) / 2
    return ratio / float(fdtri(df1, df2, upper)), ratio * float(fdtri(df2, df1, upper))


def _agreement_bounds(ms: MeanSquares, level: float, average: bool = False) -> Bounds:
    """Bounds of ICC(2,1), or of ICC(2,k) as irr has them, with Satterthwaite's degrees of freedom."""
    n, k, b, j, e = ms.n, ms.k, ms.targets, ms.raters, ms.residual
    r = _estimates(ms)[4 if average else 1]
    x = k * r / (n * (1 - r))
    y = 1 + (n - 1) * x
    df = (x * j + y * e) ** 2 / ((x * j) ** 2 / (k - 1) + (y * e) ** 2 / ((n - 1) * (k - 1)))
    upper = (1 + level) / 2
    low, high = float(fdtri(n - 1, df, upper)), float(fdtri(df, n - 1, upper))
    error = j - e if average else k * j + (k * n - k - n) * e
    return n * (b - low * e) / (low * error + n * b), n * (high * b - e) / (error + n * high * b)
