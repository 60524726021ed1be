"""Even–odd consistency: whether the two halves of each scale tell the same about a case."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlbc_stats.survey.screening.indices.blocks import row_blocks

FEWEST = 3
"""Scales below which a correlation over them says nothing."""


def even_odd(codes: np.ndarray, scales: Sequence[Sequence[int]]) -> np.ndarray:
    """Correlation of the even with the odd half means over the scales, corrected for length (Jackson, 1977).

    r = corr over scales of (mean of items 1, 3, … ; mean of items 2, 4, …), then 2r / (1 + r), at least −1.

    Parameters
    ----------
    codes : (n, k) float, reversed items turned, all on one range, NaN where missing.
    scales : column positions of each scale; those with fewer than two items are left out.

    Returns
    -------
    (n,) float, high for consistent cases; NaN with fewer than three scales, or where a half does not vary. R:
    ``-careless::evenodd(x, factors)`` (since 1.2.0 the package returns it with the other sign).
    doi:10.1016/j.jrp.2004.09.009

    Examples
    --------
    >>> even_odd(np.array([[1.0, 2, 4, 5, 7, 6], [1, 7, 4, 4, 7, 1]]), [(0, 1), (2, 3), (4, 5)]).round(2)
    array([ 0.98, -1.  ])
    """
    used = [list(scale) for scale in scales if len(scale) > 1]
    found = np.full(len(codes), np.nan)
    if len(used) < FEWEST:
        return found
    for block in row_blocks(*codes.shape):
        halves = (_means(codes[block], [scale[start::2] for scale in used]) for start in (0, 1))
        found[block] = _corrected(_correlation(*halves))
    return found


def _means(codes: np.ndarray, scales: Sequence[Sequence[int]]) -> np.ndarray:
    """Mean (n, scales) of the columns of each scale that are answered; NaN where none is."""
    pick = np.zeros((codes.shape[1], len(scales)))
    for place, columns in enumerate(scales):
        pick[list(columns), place] = 1
    answered = ~np.isnan(codes)
    count = answered @ pick
    total = np.where(answered, codes, 0.0) @ pick
    return np.divide(total, count, out=np.full_like(count, np.nan), where=count > 0)


def _correlation(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Correlation (n,) along the rows over places that both have."""
    both = ~np.isnan(x) & ~np.isnan(y)
    count = both.sum(axis=1)
    n = np.maximum(count, 1)[:, None]
    dx = np.where(both, x - np.where(both, x, 0).sum(axis=1, keepdims=True) / n, 0.0)
    dy = np.where(both, y - np.where(both, y, 0).sum(axis=1, keepdims=True) / n, 0.0)
    sxx, syy, sxy = (dx * dx).sum(axis=1), (dy * dy).sum(axis=1), (dx * dy).sum(axis=1)
    small = 1e-12 * n[:, 0]
    known = (count >= FEWEST) & (sxx > small) & (syy > small)
    return np.divide(sxy, np.sqrt(sxx * syy), out=np.full(len(x), np.nan), where=known)


def _corrected(r: np.ndarray) -> np.ndarray:
    """Spearman–Brown for two halves, at least −1."""
    divided = np.divide(2 * r, 1 + r, out=np.full_like(r, -1.0), where=~(1 + r <= 1e-12))
    return np.maximum(divided, -1.0)
