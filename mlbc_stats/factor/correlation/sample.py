"""The correlations that factors are to explain: Pearson, Spearman or polychoric, complete or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, NotServedError
from mlbc_stats.factor.correlation.given import read_matrix
from mlbc_stats.factor.correlation.product_moment import below, harmonic_mean, pearson, ranked, two_stage
from mlbc_stats.moments.columns.access import column_names
from mlbc_stats.moments.columns.checks import check_columns
from mlbc_stats.moments.columns.reading import read_columns
from mlbc_stats.moments.ordinal.polychoric_table import polychoric

Array = NDArray[Any]

KINDS = ("pearson", "spearman", "polychoric")
MISSING = ("listwise", "pairwise", "two.stage")


@dataclass(frozen=True, slots=True)
class Correlations:
    """Correlations of p items.

    Attributes
    ----------
    matrix : (p, p); names : (p,); kind : "pearson", "spearman" or "polychoric"; missing : how gaps were treated.
    n : cases behind them (pairwise: the harmonic mean over pairs).
    gamma : (k, k) covariance of √n times the k = p(p − 1)/2 correlations below the diagonal, column by column, without
        a normal distribution of the items; None where it is not known.
    rows : (n, p) the answers used, NaN where missing; None where a matrix was given.
    notes : what a reader must know.
    """

    matrix: Array
    names: tuple[str, ...]
    kind: str
    missing: str
    n: float
    gamma: Array | None
    rows: Array | None
    notes: tuple[str, ...]


def correlate(
    data: Any,
    items: Sequence[str] | None = None,
    correlation: str = "pearson",
    missing: str = "listwise",
    n: int | None = None,
    gamma: bool = True,
) -> Correlations:
    """Correlations of the items of a table, or those given as a matrix.

    Parameters
    ----------
    data : table or array (cases, items); with `n` a correlation or covariance matrix of n cases.
    correlation : "pearson", "spearman", "polychoric".
    missing : "listwise"; "pairwise"; "two.stage", from the saturated maximum-likelihood estimate (Pearson only).
    gamma : whether to compute the covariance of the correlations.

    Raises
    ------
    DataError
        constant or empty items, too few cases, a matrix that is none of correlations or covariances.
    """
    if n is not None:
        return Correlations(*read_matrix(data, items, n), "pearson", "none", float(n), None, None, ())
    names = column_names(data) if items is None else tuple(items)
    _check(names, correlation, missing)
    x = read_columns(data, names)
    told = _dropped(x, missing)
    x = x[~np.isnan(x).any(axis=1)] if missing == "listwise" else x[~np.isnan(x).all(axis=1)]
    if not len(x):
        raise DataError(
            f"no row has a value for each of {', '.join(names)}; use missing='pairwise' or leave out the emptiest"
        )
    check_columns(x, names)
    if correlation == "polychoric":
        return _polychoric(x, names, missing, told, gamma)
    if missing == "two.stage":
        return Correlations(*two_stage(x, names, gamma), rows=x, notes=told)  # type: ignore[misc]
    r, size, spread = pearson(
        ranked(x, np.ones((1, len(x))))[0] if correlation == "spearman" else x,
        gamma and correlation == "pearson",
    )
    _check_pairs(r, names)
    return Correlations(r, names, correlation, missing, size, spread, x, told)


def _polychoric(
    x: Array, names: tuple[str, ...], missing: str, told: tuple[str, ...], gamma: bool
) -> Correlations:
    found = polychoric({name: x[:, j] for j, name in enumerate(names)}, missing=missing, gamma=gamma)  # type: ignore[arg-type]
    _check_pairs(found.correlations, names)
    spread = None
    if found.gamma is not None:
        pairs = len(names) * (len(names) - 1) // 2
        spread = found.gamma[-pairs:, -pairs:]
    size = float(found.n) if missing == "listwise" else harmonic_mean(found.n_pairs[below(len(names))])
    return Correlations(
        found.correlations, names, "polychoric", missing, size, spread, x, (*told, *found.notes)
    )


def _check(names: tuple[str, ...], correlation: str, missing: str) -> None:
    if len(names) < 3:
        raise DataError(f"{len(names)} items ({', '.join(names)}): factors need three or more")
    if correlation not in KINDS:
        raise NotServedError(f"correlation={correlation!r} is not served; use one of {', '.join(KINDS)}")
    if missing not in MISSING:
        raise NotServedError(f"missing={missing!r} is not served; use one of {', '.join(MISSING)}")
    if missing == "two.stage" and correlation != "pearson":
        raise NotServedError(
            f"missing='two.stage' with {correlation} correlations is not served; use 'pairwise' or 'listwise'"
        )


def _dropped(x: Array, missing: str) -> tuple[str, ...]:
    gone = np.isnan(x).any(axis=1) if missing == "listwise" else np.isnan(x).all(axis=1)
    why = "an answer is missing" if missing == "listwise" else "every answer is missing"
    told = (f"{int(gone.sum())} of {len(x)} rows left out: {why}",) if gone.any() else ()
    if missing != "pairwise" or not np.isnan(x[~gone]).any():
        return told
    observed = (~np.isnan(x)).astype(float)
    pairs = (observed.T @ observed)[np.tril_indices(x.shape[1], -1)]
    return (
        *told,
        f"pairs of items rest on {pairs.min():g} to {pairs.max():g} cases; tests take their harmonic mean as n",
    )


def _check_pairs(r: Array, names: tuple[str, ...]) -> None:
    i, j = np.nonzero(~np.isfinite(np.tril(r)))
    if len(i):
        raise DataError(
            f"{names[i[0]]} and {names[j[0]]} have no correlation: too few cases answer both, or one of the two is "
            "constant in these; leave one of them out"
        )
