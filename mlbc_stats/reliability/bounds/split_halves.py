"""Reliability of a sum of items from its split halves: all of them, or one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlbc_stats.counted import counted
from mlbc_stats.errors import DataError
from mlbc_stats.reliability.bounds.signs import (
    count_even,
    differences,
    even_splits,
    exchanged,
    random_splits,
)
from mlbc_stats.reliability.items import Floats, judge_keying, read_items
from mlbc_stats.showing import Shown

CLIMBED = 50
"""Best and worst splits of a sample from which exchanges go on."""
ROUNDING = 1e-12
"""Variance of a sum, relative to those of its items, that is none."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SplitHalves(Shown):
    """Reliability of the sum by every split into halves as even as possible.

    Attributes
    ----------
    maximum : the largest, λ₄ of even halves; minimum : the smallest, Revelle's β of even halves.
    mean, median : over the splits. With an even number of items the mean over all splits is α.
    best, worst : items of the smaller half at the maximum and at the minimum.
    n_splits : splits looked at; all_splits : whether these are all there are.
    reliabilities : (n_splits,) all values; with all splits in the order of the places of the smaller half.
    n, n_items : cases and items.
    """

    maximum: float
    minimum: float
    mean: float
    median: float
    best: tuple[str, ...]
    worst: tuple[str, ...]
    n_splits: int
    all_splits: bool
    reliabilities: Floats
    n: int
    n_items: int

    def _facts(self) -> dict[str, object]:
        names = ("maximum", "minimum", "mean", "median", "best", "worst", "n_splits", "all_splits", "n")
        return {name.replace("_", " "): getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True, repr=False)
class SplitHalf(Shown):
    """Reliability of the sum by one split.

    Attributes
    ----------
    correlation : r of the two half sums.
    spearman_brown : 2r/(1 + r), right where the halves are parallel and equally long.
    horst : the same for halves of unequal length; equal to it for equal ones.
    guttman : 4 Cov(A, B)/Var(A + B), a lower bound whatever the halves (Flanagan–Rulon, λ₄ of this split).
    first, second : items of the halves. n : cases.
    """

    correlation: float
    spearman_brown: float
    horst: float
    guttman: float
    first: tuple[str, ...]
    second: tuple[str, ...]
    n: int


def split_halves(
    data: Any,
    items: Sequence[str] | None = None,
    missing: str = "listwise",
    standardized: bool = False,
    most: int = 20_000,
    seed: int | None = None,
) -> SplitHalves:
    """4 Cov(A, B)/Var(A + B) of every split of the items into halves A and B as even as possible.

    Parameters
    ----------
    data : table (n, k) of keyed items. items : columns; all by default. missing : "listwise" or "pairwise".
    standardized : split the sum of standardized items (correlations) rather than of the items themselves.
    most : with more splits than this, so many are drawn with `seed`, and exchanges of items go on from the best and
        the worst of them; up to 17 items have fewer than the default.

    Returns
    -------
    SplitHalves
        The maximum takes advantage of chance: in a small sample of many items it lies above the reliability.

    Raises
    ------
    DataError
        as in `alpha`; items that covary negatively on average; a total without variance; `most` below 1.

    References
    ----------
    Guttman (1945), doi:10.1007/BF02288892; Cronbach (1951), doi:10.1007/BF02310555 (mean and α); Revelle (1979),
    doi:10.1207/s15327906mbr1401_4 (β); Benton (2015), doi:10.1007/978-3-319-07503-7_19 (chance).
    In R: ``psych::splitHalf(items, brute = TRUE)`` on correlations; with an odd number of items it takes the first half
    of the splits only.

    Examples
    --------
    >>> found = split_halves({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 5], "c": [1, 3, 3, 4, 4], "d": [2, 2, 4, 3, 6]})
    >>> found.n_splits, found.best, round(found.mean, 3)
    (3, ('a', 'b'), 0.938)
    """
    if most < 1:
        raise DataError(f"most={most}: expected one split or more")
    scale = read_items(data, items, missing)
    cov = scale.correlation if standardized else scale.cov
    judge_keying(scale.names, cov)
    total, k = _variance(cov), len(scale.names)
    everything = count_even(k) <= most
    signs = even_splits(k) if everything else random_splits(k, most, np.random.default_rng(seed))
    values = 1 - differences(cov, signs) / total
    best, worst = (
        (signs[values.argmax()], signs[values.argmin()]) if everything else _ends(cov, signs, values)
    )
    ends = 1 - differences(cov, np.stack([best, worst])) / total
    return SplitHalves(
        maximum=float(ends[0]),
        minimum=float(ends[1]),
        mean=float(values.mean()),
        median=float(np.median(values)),
        best=_half(scale.names, best),
        worst=_half(scale.names, worst),
        n_splits=len(values),
        all_splits=everything,
        reliabilities=values,
        n=scale.n,
        n_items=k,
    )


def split_half(
    data: Any,
    first: Sequence[str] | None = None,
    items: Sequence[str] | None = None,
    missing: str = "listwise",
    standardized: bool = False,
) -> SplitHalf:
    """Reliability of the sum by one split: correlation of the halves, stepped up, and Guttman's bound.

    With r the correlation of the half sums of k₁ and k₂ items, p = k₁/k and q = k₂/k: Spearman–Brown 2r/(1 + r), Horst
    [r√(r² + 4pq(1 − r²)) − r²]/(2pq(1 − r²)), Guttman 4 Cov(A, B)/Var(A + B).

    Parameters
    ----------
    data : table (n, k) of keyed items. items : columns; all by default. missing : "listwise" or "pairwise".
    first : items of the first half; by default the first, third, fifth … (odd–even).
    standardized : of standardized items.

    Raises
    ------
    DataError
        as in `alpha`; items that covary negatively on average; a half without items or without variance, or items that
        are not in the scale.

    References
    ----------
    Spearman (1910), doi:10.1111/j.2044-8295.1910.tb00206.x; Horst (1951), doi:10.1177/001316445101100305; Guttman
    (1945), doi:10.1007/BF02288892.

    Examples
    --------
    >>> found = split_half({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 5], "c": [1, 3, 3, 4, 4], "d": [2, 2, 4, 3, 6]})
    >>> found.first, round(found.spearman_brown, 3), round(found.guttman, 3)
    (('a', 'c'), 0.946, 0.945)
    """
    scale = read_items(data, items, missing)
    cov = scale.correlation if standardized else scale.cov
    own = _first_half(scale.names, first)
    judge_keying(scale.names, cov)
    a, b = cov[np.ix_(own, own)].sum(), cov[np.ix_(~own, ~own)].sum()
    if not min(a, b) > ROUNDING * np.trace(cov):
        raise DataError("a half sum has no variance; check which items are reversed")
    between = float(cov[np.ix_(own, ~own)].sum())
    r = float(np.clip(between / np.sqrt(a * b), -1, 1))
    total = _variance(cov)
    share = own.mean()
    return SplitHalf(
        correlation=r,
        spearman_brown=2 * r / (1 + r) if r > -1 else np.nan,
        horst=_stepped_up(r, 4 * float(share * (1 - share))),
        guttman=4 * between / total,
        first=tuple(np.array(scale.names)[own].tolist()),
        second=tuple(np.array(scale.names)[~own].tolist()),
        n=scale.n,
    )


def _stepped_up(r: float, evenness: float) -> float:
    """Horst's formula, evenness 4pq; 1 for halves that agree in full."""
    apart = 1 - r * r
    if apart < ROUNDING:
        return 1.0 if r > 0 else np.nan
    return float((r * np.sqrt(r * r + evenness * apart) - r * r) / (evenness / 2 * apart))


def _first_half(names: tuple[str, ...], first: Sequence[str] | None) -> np.ndarray:
    """Which items (k,) are in the first half."""
    if first is None:
        return np.arange(len(names)) % 2 == 0
    unknown = [name for name in first if name not in names]
    if unknown:
        raise DataError(f"{', '.join(unknown)}: not among the items {', '.join(names)}")
    own = np.isin(names, list(first))
    if own.all() or not own.any():
        raise DataError(
            f"a half is empty: {counted(int(own.sum()), 'item')} of {len(names)} in the first one"
        )
    return own


def _variance(cov: Floats) -> float:
    total = float(cov.sum())
    if not total > ROUNDING * np.trace(cov):
        raise DataError("the total score of the items has no variance; check which items are reversed")
    return total


def _ends(cov: Floats, signs: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Best and worst split after exchanges from the ends of a sample."""
    order = np.argsort(values)
    out = []
    for rows, side in ((order[-CLIMBED:], 1.0), (order[:CLIMBED], -1.0)):
        climbed = exchanged(side * cov, signs[rows], sizes_may_change=False)
        out.append(climbed[differences(side * cov, climbed).argmin()])
    return out[0], out[1]


def _half(names: tuple[str, ...], signs: Floats) -> tuple[str, ...]:
    return tuple(name for name, sign in zip(names, signs, strict=True) if sign > 0)
