"""Read the indicators of a composite model and correlate them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.sample.correlations import correlations
from mlbc_stats.errors import DataError, NotServedError
from mlbc_stats.moments.columns import ordered_columns
from mlbc_stats.moments.columns.checks import check_columns
from mlbc_stats.moments.columns.reading import read_categories
from mlbc_stats.moments.weights import normalize_weights

Array = NDArray[Any]

MISSING = ("listwise", "pairwise", "fiml", "mean")


@dataclass(frozen=True, slots=True)
class Sample:
    """Cases of p indicators.

    Attributes
    ----------
    names : (p,). rows : (n, p), NaN where missing. ordered : the ordinal ones.
    weights : (n,) sampling weights that sum to n, or None.
    missing : how gaps are treated.
    correlation : (p, p) of the indicators.
    kept : (n,) rows of the table that the cases come from.
    notes : what a reader must know.
    """

    names: tuple[str, ...]
    rows: Array
    ordered: tuple[str, ...]
    weights: Array | None
    missing: str
    correlation: Array
    kept: Array
    notes: tuple[str, ...]

    @property
    def n(self) -> int:
        return len(self.rows)


def read_sample(
    data: Any,
    names: Sequence[str],
    ordered: bool | Sequence[str] = (),
    missing: str = "listwise",
    sampling_weights: str | None = None,
) -> Sample:
    """The cases of a table that count, and the correlations of their answers.

    Raises
    ------
    DataError : unknown columns, constant or empty indicators, too few cases, indicators without a correlation.
    NotServedError : ways to treat gaps that are not known or not known for ordinal answers.
    """
    names = tuple(names)
    if missing not in MISSING:
        raise NotServedError(f"missing={missing!r} is not served; use one of {', '.join(MISSING)}")
    ordinal = _ordinal(data, names, ordered)
    if ordinal and missing in ("fiml", "mean"):
        raise NotServedError(f"missing={missing!r} with ordinal indicators is not served; use 'pairwise'")
    x = read_categories(data, names)
    weights = None if sampling_weights is None else read_categories(data, [sampling_weights])[:, 0]
    kept, told = _kept(x, weights, missing, names)
    x, weights = x[kept], None if weights is None else normalize_weights(weights[kept])
    check_columns(x, names)
    if missing == "mean":
        x, told = _filled(x, told)
    counts = np.ones((1, len(x))) if weights is None else weights[None]
    r = correlations(x, names, ordinal, missing, counts)[0]
    _check_pairs(r, names)
    return Sample(names, x, ordinal, weights, missing, r, np.flatnonzero(kept), told)


def _ordinal(data: Any, names: tuple[str, ...], ordered: bool | Sequence[str]) -> tuple[str, ...]:
    if ordered is True:
        return names
    asked = () if ordered is False else (ordered,) if isinstance(ordered, str) else tuple(ordered)
    strange = [name for name in asked if name not in names]
    if strange:
        raise DataError(f"ordered names {', '.join(strange)}, no indicator of the model")
    declared = ordered_columns(data, names)
    return tuple(name for name in names if name in declared or name in asked)


def _kept(
    x: Array, weights: Array | None, missing: str, names: tuple[str, ...]
) -> tuple[Array, tuple[str, ...]]:
    gap = np.isnan(x)
    gone = np.asarray(gap.any(axis=1) if missing == "listwise" else gap.all(axis=1))
    if weights is not None:
        gone |= np.isnan(weights)
    if gone.all():
        raise DataError(
            f"no row has a value for each of {', '.join(names)}; use missing='pairwise' or 'fiml', or leave out the "
            "emptiest"
        )
    if int((~gone).sum()) < 3:
        raise DataError(f"too few usable cases: {int((~gone).sum())}; a composite model needs at least three")
    why = "an answer is missing" if missing == "listwise" else "every answer is missing"
    return ~gone, (f"{int(gone.sum())} of {len(x)} rows left out: {why}",) if gone.any() else ()


def _filled(x: Array, told: tuple[str, ...]) -> tuple[Array, tuple[str, ...]]:
    gap = np.isnan(x)
    if not gap.any():
        return x, told
    note = (
        f"{int(gap.sum())} missing answers replaced by the mean of their indicator: this shrinks correlations and "
        "standard errors; 'fiml' does not"
    )
    return np.where(gap, np.nanmean(x, axis=0), x), (*told, note)


def _check_pairs(r: Array, names: tuple[str, ...]) -> None:
    i, j = np.nonzero(~np.isfinite(np.tril(r)))
    if len(i):
        raise DataError(
            f"{names[i[0]]} and {names[j[0]]} have no correlation: too few cases answer both, one of the two is "
            "constant in these, or the estimate did not converge; leave one of them out"
        )
