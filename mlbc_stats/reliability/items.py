"""Read the items of one scale and their covariance matrix, with missing answers listwise or pairwise."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, DataWarning
from mlbc_stats.moments.columns import column_names, read_columns

Floats = NDArray[Any]
MISSING = ("listwise", "pairwise")
FEWEST = 3
"""Cases below which covariances mean nothing."""
REPEATED = 1e-9
"""Distance of a correlation from 1 that is rounding."""


@dataclass(frozen=True, slots=True)
class ScaleItems:
    """Answers to the k items of one scale.

    Attributes
    ----------
    names : (k,). answers : (n, k), NaN where missing. cov : (k, k), divisor n − 1.
    n : cases behind every covariance (the smallest number of them with pairwise deletion).
    """

    names: tuple[str, ...]
    answers: Floats
    cov: Floats
    n: int

    @property
    def correlation(self) -> Floats:
        """Correlations of the items (k, k)."""
        scale = np.sqrt(np.diagonal(self.cov))
        return self.cov / (scale[:, None] * scale)


def read_items(data: Any, items: Sequence[str] | None = None, missing: str = "listwise") -> ScaleItems:
    """Items of a scale from any table, ready for covariance-based statistics.

    Parameters
    ----------
    data : data frame, mapping of columns (n, k). items : columns of the scale; all of them by default.
    missing : "listwise" keeps cases that answered every item, "pairwise" uses every pair of answers.

    Raises
    ------
    DataError
        fewer than two items, too few cases, an item without answers or a constant one (named), or an unknown column.

    Warns
    -----
    DataWarning
        of items that are perfectly correlated (named).

    Examples
    --------
    >>> read_items({"a": [1, 2, 3], "b": [1, 3, 2]}).cov.tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    if missing not in MISSING:
        raise DataError(f"missing={missing!r} is not known here; expected one of {', '.join(MISSING)}")
    names = tuple(column_names(data) if items is None else items)
    if len(names) < 2:
        raise DataError(
            f"reliability needs two items or more, got {len(names)}: {', '.join(names) or 'none'}"
        )
    values = read_columns(data, names)
    _refuse_unanswered(values, names)
    if missing == "listwise":
        values = values[~np.isnan(values).any(axis=1)]
    cov, n = _pairwise_cov(values, names)
    _refuse_constant(cov, names)
    scale = ScaleItems(names, values, cov, n)
    _tell_repeated(names, scale.correlation)
    return scale


def _pairwise_cov(values: Floats, names: tuple[str, ...]) -> tuple[Floats, int]:
    """Covariances over the cases that answered both items, divisor n_ij − 1, and the smallest n_ij."""
    seen = np.isfinite(values)
    counts = seen.astype(float).T @ seen
    if counts.min(initial=np.inf) < FEWEST or not values.size:
        raise DataError(
            f"too few complete answers to the items {', '.join(names)}: {int(counts.min(initial=0))} cases, "
            "expected three or more"
        )
    centre = np.nanmean(values, axis=0)
    filled = np.where(seen, values - centre, 0.0)
    sums = filled.T @ seen  # (i, j): sum of item i over the cases that also answered j
    return (filled.T @ filled - sums * sums.T / counts) / (counts - 1), int(counts.min())


def _refuse_unanswered(values: Floats, names: tuple[str, ...]) -> None:
    """An item that hardly anyone answered takes every complete case with it, so it is named."""
    count = np.isfinite(values).sum(axis=0)
    empty = [f"{name} ({found})" for name, found in zip(names, count, strict=True) if found < FEWEST]
    if empty and len(empty) < len(names):
        raise DataError(f"too few answers to {', '.join(empty)}; leave out what nearly nobody answered")


def _tell_repeated(names: tuple[str, ...], correlation: Floats) -> None:
    rows, columns = np.nonzero(np.triu(correlation > 1 - REPEATED, 1))
    if len(rows):
        pairs = ", ".join(f"{names[i]} and {names[j]}" for i, j in zip(rows, columns, strict=True))
        warnings.warn(
            f"perfectly correlated: {pairs}; the two say the same and would count twice; leave one out",
            DataWarning,
            stacklevel=4,
        )


def _refuse_constant(cov: Floats, names: tuple[str, ...]) -> None:
    constant = [name for name, variance in zip(names, np.diagonal(cov), strict=True) if not variance > 0]
    if constant:
        raise DataError(f"constant: {', '.join(constant)}; everyone gave the same answer; leave them out")


def judge_keying(names: Sequence[str], cov: Floats) -> None:
    """Warn of items that run against the rest of their scale, and refuse a scale whose items do so on average."""
    tell_unturned(names, cov, depth=4)
    refuse_opposed(names, cov)


def tell_unturned(
    names: Sequence[str], cov: Floats, scale: str = "the scale", depth: int = 3
) -> tuple[str, ...]:
    """Items whose covariances (k, k) with the rest of their scale sum to less than zero; a warning names them.

    `depth` says how many calls up the line is that the warning points to.
    """
    with_rest = cov.sum(axis=0) - np.diagonal(cov)
    found = tuple(name for name, value in zip(names, with_rest, strict=True) if value < 0)
    if found:
        warnings.warn(
            f"negative correlation with the rest of {scale}: {', '.join(found)}; "
            "first reverse the items that are worded the other way",
            DataWarning,
            stacklevel=depth,
        )
    return found


def refuse_opposed(names: Sequence[str], cov: Floats) -> None:
    """Raise where the items' covariances (k, k) are negative on average: no coefficient of theirs is a reliability.

    Raises
    ------
    DataError
        with the items that run against the others, by the first principal component.

    Examples
    --------
    >>> refuse_opposed(["a", "b"], np.array([[1.0, 0.5], [0.5, 1.0]]))
    """
    k, own = len(names), np.diagonal(cov)
    mean = float(cov.sum() - own.sum()) / (k * (k - 1))
    if mean < 0:
        root = np.sqrt(own)
        first = np.linalg.eigh(cov / (root[:, None] * root))[1][:, -1]
        sides = [[name for name, at in zip(names, first * sign, strict=True) if at > 0] for sign in (1, -1)]
        fewer, others = sorted(sides, key=len)
        raise DataError(
            f"the items {', '.join(names)} covary negatively on average ({mean:.3g}), so that no coefficient of theirs "
            f"is a reliability. {', '.join(fewer)} {'runs' if len(fewer) == 1 else 'run'} against {', '.join(others)}; "
            "first reverse the items that are worded the other way"
        )
