"""Fit latent classes: answers, starts, EM, what is said of the solution, in this order."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import DataError, DataWarning
from mlbc_stats.mixtures.categorical.latent_classes import Categories
from mlbc_stats.mixtures.profiles_of_measurements import complaints
from mlbc_stats.mixtures.quality import criteria
from mlbc_stats.mixtures.result import ClassResult
from mlbc_stats.mixtures.search.expectation_maximization import posterior, search
from mlbc_stats.mixtures.search.starts import random_shares
from mlbc_stats.moments.columns import column_names, read_categories
from mlbc_stats.parallel import one_blas_thread

Array = NDArray[Any]
STARTS, MOST = 40, 40
"""Random starts, and categories of an item beyond which it is taken for a measurement."""


def classes(
    data: Any, n_classes: int, items: Sequence[str] | None = None, starts: int = STARTS, seed: int = 1
) -> ClassResult:
    """Latent classes of categorical items by maximum likelihood, the best of many starts.

    Within a class the answers are independent. A missing answer is left out of its case's likelihood.

    Parameters
    ----------
    data : table (cases, items), categories as numbers. n_classes : K. items : columns, all by default.
    starts : random ones; seed : of these.

    Raises
    ------
    DataError
        an item with one category, a measurement, fewer than two items.

    Notes
    -----
    Lazarsfeld & Henry (1968); Goodman (1974), doi:10.1093/biomet/61.2.215. Probabilities may end at 0 or 1. In R:
    ``poLCA::poLCA(cbind(a, b, c) ~ 1, data, nclass = 2, nrep = 40, na.rm = FALSE)``.

    Examples
    --------
    >>> answers = {"a": [1, 1, 2, 2] * 20, "b": [1, 1, 2, 2] * 20, "c": [1, 2, 2, 2] * 20}
    >>> classes(answers, 2).proportions.round(2).tolist()
    [0.5, 0.5]
    """
    if isinstance(n_classes, bool) or n_classes != int(n_classes) or n_classes < 1 or starts < 1:
        raise DataError(f"n_classes={n_classes!r}, starts={starts!r}: expected whole numbers from 1")
    names, codes, values, kept, notes = _read(data, items)
    mixture, place = mixture_of(codes)
    sizes = [len(each) for each in values]
    with one_blas_thread():
        begun = random_shares(len(mixture.counts), n_classes, starts if n_classes > 1 else 1, seed)
        found = search(mixture, begun, mixture.counts)
    parameters = mixture.parameters(found.shares[None])
    order = np.argsort(-parameters.log_shares[0], kind="stable")
    rows = posterior(mixture.log_joint(parameters))[1][0]
    npar = n_classes - 1 + n_classes * (sum(sizes) - len(sizes))
    cells = float(np.prod([float(k) for k in sizes]))
    gsq, chisq = _saturated(rows, mixture.counts, bool((codes < 0).any()))
    shares = np.exp(parameters.log_answers[0][order])
    told = [*((note, DataWarning) for note in notes), *complaints(found)]
    for text, category in told:
        warnings.warn(text, category, stacklevel=2)
    return ClassResult(
        names,
        values,
        n_classes,
        len(codes),
        kept,
        np.exp(parameters.log_shares[0][order]),
        tuple(np.split(shares, np.cumsum(sizes)[:-1], axis=1)),
        found.shares[place][:, order],
        found.loglik,
        npar,
        criteria(found.loglik, npar, found.shares, mixture.counts),
        gsq,
        chisq,
        int(min(len(codes), cells - 1)) - npar,
        found.converged,
        found.reached,
        found.alive,
        found.maxima,
        tuple(text for text, _ in told),
    )


def check_categories(data: Any, items: Sequence[str] | None = None) -> None:
    """Raise for data in which not even one class can be found."""
    _read(data, items)


def mixture_of(codes: Array) -> tuple[Categories, Array]:
    """The mixture for codes (n, p), −1 where missing, and the pattern of each case (n,)."""
    patterns, place, counts = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    sizes = (codes.max(axis=0) + 1).tolist()
    item = np.repeat(np.arange(len(sizes)), sizes)
    return Categories(_indicators(patterns, sizes), counts.astype(float), item), place.ravel()


def _saturated(rows: Array, counts: Array, gaps: bool) -> tuple[float, float]:
    """G² and Pearson's χ² against the observed table; cells that nobody chose add what is expected of them."""
    if gaps:
        return float("nan"), float("nan")
    n = counts.sum()
    expected = n * np.exp(rows)
    gsq = 2 * float(counts @ np.log(counts / expected))
    return gsq, float(np.sum((counts - expected) ** 2 / expected) + n - expected.sum())


def _indicators(patterns: Array, sizes: list[int]) -> Array:
    starts = np.cumsum([0, *sizes[:-1]])
    out = np.zeros((len(patterns), sum(sizes)))
    row, item = np.nonzero(patterns >= 0)
    out[row, starts[item] + patterns[row, item]] = 1.0
    return out


def _read(
    data: Any, items: Sequence[str] | None
) -> tuple[tuple[str, ...], Array, tuple[Array, ...], Array, tuple[str, ...]]:
    names = tuple(column_names(data) if items is None else items)
    if len(names) < 2:
        raise DataError(
            f"latent classes need two items or more, got {len(names)}: {', '.join(names) or 'none'}"
        )
    table = read_categories(data, names)
    kept = np.flatnonzero(~np.isnan(table).all(axis=1))
    table, gone = table[kept], len(table) - len(kept)
    values = []
    for name, column in zip(names, table.T, strict=True):
        found = np.unique(column[~np.isnan(column)])
        if not 2 <= len(found) <= MOST:
            raise DataError(f"{name} has {len(found)} categories in use; expected 2 to {MOST}")
        values.append(found)
    codes = np.full(table.shape, -1)
    for j, own in enumerate(values):
        answered = ~np.isnan(table[:, j])
        codes[answered, j] = np.searchsorted(own, table[answered, j])
    notes = (f"{gone} of {gone + len(kept)} rows left out: every answer is missing",) if gone else ()
    return names, codes, tuple(values), kept, notes
