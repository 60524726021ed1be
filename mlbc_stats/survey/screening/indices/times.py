"""Times: of the whole questionnaire, of its pages and of single questions, against what reading takes."""

from __future__ import annotations

import numpy as np

SECONDS_PER_WORD = 0.3
"""Faster than this nobody reads a question (Zhang & Conrad, 2014)."""


def seconds_per_answer(duration: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """Seconds (n,) spent per question answered (Huang et al., 2012). doi:10.1007/s10869-011-9231-8

    Parameters
    ----------
    duration : (n,) seconds, NaN where unknown.
    answered : (n,) number of questions answered; NaN results where it is 0.

    Examples
    --------
    >>> seconds_per_answer(np.array([60.0, 60]), np.array([30, 0]))
    array([ 2., nan])
    """
    return np.where(answered > 0, duration / np.maximum(answered, 1), np.nan)


def relative_to_median(values: np.ndarray) -> np.ndarray:
    """Each value (n,) divided by the median of those that are known.

    Examples
    --------
    >>> relative_to_median(np.array([50.0, 100, np.nan, 200]))
    array([0.5, 1. , nan, 2. ])
    """
    known = values[~np.isnan(values)]
    return values / np.median(known) if len(known) and np.median(known) > 0 else np.full_like(values, np.nan)


def relative_to_reading(duration: np.ndarray, answered: np.ndarray, words: np.ndarray) -> np.ndarray:
    """Duration (n,) as a multiple of the least time in which the questions answered can be read.

    Parameters
    ----------
    duration : (n,) seconds, NaN where unknown.
    answered : (n, k) bool.
    words : (k,) words of each question; `SECONDS_PER_WORD` each. doi:10.18148/srm/2014.v8i2.5453

    Examples
    --------
    >>> relative_to_reading(np.array([6.0]), np.array([[True, True]]), np.array([12, 8]))
    array([1.])
    """
    least = SECONDS_PER_WORD * (answered @ words.astype(float))
    return np.divide(duration, least, out=np.full(len(duration), np.nan), where=least > 0)


def share_below(seconds: np.ndarray, least: np.ndarray) -> np.ndarray:
    """Share (n,) of the times of a case that are below a bound of their own; NaN without a time.

    Parameters
    ----------
    seconds : (n, t) NaN where unknown; least : (t,) bounds.

    Examples
    --------
    >>> share_below(np.array([[1.0, 9], [np.nan, 9]]), np.array([2.0, 2]))
    array([0.5, 0. ])
    """
    known = ~np.isnan(seconds)
    count = known.sum(axis=1)
    below = (known & (seconds < least)).sum(axis=1)
    return np.divide(below, count, out=np.full(len(seconds), np.nan), where=count > 0)
