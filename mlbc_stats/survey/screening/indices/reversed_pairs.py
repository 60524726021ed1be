"""Reversed items answered as if they were not: the same answer to a statement and to its opposite."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlbc_stats.survey.screening.indices.blocks import row_blocks


def contradictions(codes: np.ndarray, pairs: Sequence[tuple[int, int]], middle: np.ndarray) -> np.ndarray:
    """Share of pairs of a direct and a reversed item of one scale to which a case gave the same answer.

    The middle of the scale contradicts nothing and counts as consistent.

    Parameters
    ----------
    codes : (n, k) float, as answered, NaN where missing.
    pairs : positions of a direct and a reversed item of one scale with one range of answers.
    middle : (k,) middle of each item's range.

    Returns
    -------
    (n,) float, NaN without a complete pair. Straight-lining off the middle gives 1. doi:10.1037/a0032121

    Examples
    --------
    >>> contradictions(np.array([[7.0, 7, 2, 6], [6, 2, 4, 4]]), [(0, 1), (2, 3)], np.full(4, 4.0))
    array([0.5, 0. ])
    """
    found = np.full(len(codes), np.nan)
    if not len(pairs):
        return found
    direct, turned = np.array(pairs).T
    for block in row_blocks(len(codes), len(pairs)):
        one, other = codes[block][:, direct], codes[block][:, turned]
        both = ~np.isnan(one) & ~np.isnan(other)
        same = both & (one == other) & (one != middle[direct])
        count = both.sum(axis=1)
        found[block] = np.divide(same.sum(axis=1), count, out=np.full(len(one), np.nan), where=count > 0)
    return found
