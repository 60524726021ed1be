"""Person fit without a model: Guttman errors of polytomous answers, as a share of the most that could be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.stats import rankdata


@dataclass(frozen=True, slots=True, eq=False)
class GuttmanErrors:
    """Errors of each case.

    Attributes
    ----------
    errors : (n,) pairs of item steps of which the easier one was failed and the harder one passed.
    most : (n,) the most errors with the same score.
    normed : (n,) errors / most, from 0 (none) to 1; NaN where none is possible.
    """

    errors: np.ndarray
    most: np.ndarray
    normed: np.ndarray


def guttman_errors(scales: Iterable[np.ndarray]) -> GuttmanErrors:
    """Normed number of Guttman errors Gᵖₙ, summed over scales (Molenaar, 1991; Emons, 2008).

    The step of an item from m − 1 to m is the harder, the fewer reach m. With r the rank of a step from the easiest
    (0; ties share a mean rank and count half), a case that passed s steps has Σ r(passed) − s(s − 1)/2 errors; the most
    that s steps can give is found item by item, since an item's steps are passed in their order.

    Parameters
    ----------
    scales : of each scale that measures one thing, the steps passed (n, k): codes less the lowest one, reversed items
        turned, NaN where missing. A case counts on the scales it answered in full.

    Notes
    -----
    In R: ``PerFit::Gnormed.poly`` (one scale). doi:10.1177/0146621607302479

    Examples
    --------
    >>> x = np.array([[2.0, 1, 0], [2, 1, 0], [1, 1, 0], [0, 0, 2], [0, 0, 0]])
    >>> guttman_errors([x]).normed
    array([ 0.,  0.,  0.,  1., nan])
    """
    errors = most = np.zeros(0)
    for scale in scales:
        if not len(errors):
            errors, most = np.zeros(len(scale)), np.zeros(len(scale))
        whole = ~np.isnan(scale).any(axis=1)
        if scale.shape[1] > 1 and whole.any():
            own, bound = _of_scale(scale[whole].astype(np.intp))
            errors[whole] += own
            most[whole] += bound
    normed = np.divide(errors, most, out=np.full(len(errors), np.nan), where=most > 1e-9)
    return GuttmanErrors(errors, most, normed)


def _of_scale(steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Errors and their bound (n,) from the number of steps passed (n, k)."""
    n = len(steps)
    reached = [(n - np.cumsum(np.bincount(item))[:-1]) / n for item in steps.T]
    ranks = rankdata(-np.concatenate(reached)) - 1
    edges = np.cumsum([0, *map(len, reached)])
    sums = [np.concatenate([[0], np.cumsum(ranks[a:b])]) for a, b in pairwise(edges)]
    passed = steps.sum(axis=1)
    inner = passed * (passed - 1) / 2
    own = np.sum([table[item] for table, item in zip(sums, steps.T, strict=True)], axis=0) - inner
    return own, _most(sums)[passed] - inner


def _most(sums: list[np.ndarray]) -> np.ndarray:
    """Greatest sum of ranks for every number of steps passed, item after item."""
    best = np.zeros(1)
    for table in sums:
        longer = np.full(len(best) + len(table) - 1, -np.inf)
        for passed, rank_sum in enumerate(table):
            place = slice(passed, passed + len(best))
            longer[place] = np.maximum(longer[place], best + rank_sum)
        best = longer
    return best
