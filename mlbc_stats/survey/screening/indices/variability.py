"""Intra-individual response variability: how much the answers of a case differ among themselves."""

from __future__ import annotations

import numpy as np

from mlbc_stats.survey.screening.indices.blocks import row_blocks


def response_variability(codes: np.ndarray) -> np.ndarray:
    """Standard deviation (divisor k − 1) of each case's answers as given (Dunn et al., 2018).

    Parameters
    ----------
    codes : (n, k) float, NaN where missing.

    Returns
    -------
    (n,) float, NaN for fewer than two answers. R: ``careless::irv``. doi:10.1007/s10869-016-9479-0

    Examples
    --------
    >>> response_variability(np.array([[4.0, 4, 4], [1, 4, 7]]))
    array([0., 3.])
    """
    found = np.full(len(codes), np.nan)
    for block in row_blocks(*codes.shape):
        answered = ~np.isnan(codes[block])
        count = answered.sum(axis=1)
        filled = np.where(answered, codes[block], 0.0)
        mean = filled.sum(axis=1) / np.maximum(count, 1)
        squares = np.where(answered, (filled - mean[:, None]) ** 2, 0.0).sum(axis=1)
        found[block] = np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)
    return found


def split_variability(codes: np.ndarray, parts: int) -> np.ndarray:
    """`response_variability` (n, parts) of consecutive parts, which tells where attention was lost.

    Parameters
    ----------
    codes : (n, k) float, in the order asked.
    parts : number of parts of nearly equal length. R: ``careless::irv(x, split = TRUE, num.split = parts)``.

    Examples
    --------
    >>> split_variability(np.array([[1.0, 7, 4, 4]]), parts=2).round(2)
    array([[4.24, 0.  ]])
    """
    places = np.array_split(np.arange(codes.shape[1]), parts)
    return np.column_stack([response_variability(codes[:, part]) for part in places])
