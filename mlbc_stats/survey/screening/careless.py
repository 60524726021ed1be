"""Indices of careless answering, one number per case; each keeps NaN where it cannot be computed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def longest_run(codes: np.ndarray) -> np.ndarray:
    """Longest run of the same answer to consecutive items of one page (Johnson, 2005).

    Missing answers neither end nor lengthen a run.

    Parameters
    ----------
    codes : (n, k) float, as answered, in the order asked, NaN where missing.

    Returns
    -------
    (n,) float, 0 for a case without answers. R: ``careless::longstring``. doi:10.1016/j.jrp.2004.09.009

    Examples
    --------
    >>> import numpy as np
    >>> longest_run(np.array([[1.0, 1, np.nan, 1, 2], [1, 2, 3, 4, 5]]))
    array([3., 1.])
    """
    longest, run = np.zeros(len(codes)), np.zeros(len(codes))
    last = np.full(len(codes), np.nan)
    for answers in codes.T:
        answered = ~np.isnan(answers)
        run = np.where(answered, np.where(answers == last, run + 1, 1), run)
        last = np.where(answered, answers, last)
        longest = np.maximum(longest, run)
    return longest


def longest_run_on_pages(codes: np.ndarray, pages: Sequence[Sequence[int]]) -> np.ndarray:
    """Largest `longest_run` (n,) over pages, each a list of consecutive column positions on one scale."""
    runs = [longest_run(codes[:, list(page)]) for page in pages]
    return np.max(runs, axis=0) if runs else np.zeros(len(codes))


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
    >>> import numpy as np
    >>> response_variability(np.array([[4.0, 4, 4], [1, 4, 7]]))
    array([0., 3.])
    """
    answered = ~np.isnan(codes)
    count = answered.sum(axis=1)
    filled = np.where(answered, codes, 0.0)
    mean = filled.sum(axis=1) / np.maximum(count, 1)
    squares = np.where(answered, (filled - mean[:, None]) ** 2, 0.0).sum(axis=1)
    return np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)


def failed_checks(answers: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Number of attention checks (n,) answered otherwise than instructed; unanswered ones are not counted.

    Parameters
    ----------
    answers : (n, c) float, NaN where missing.
    expected : (c,) the instructed codes.
    """
    return (~np.isnan(answers) & (answers != expected)).sum(axis=1).astype(float)


def seconds_per_answer(duration: np.ndarray, answered: np.ndarray) -> np.ndarray:
    """Seconds (n,) spent per question answered (Huang et al., 2012). doi:10.1007/s10869-011-9231-8

    Parameters
    ----------
    duration : (n,) seconds, NaN where unknown.
    answered : (n,) number of questions answered; NaN results where it is 0.
    """
    return np.where(answered > 0, duration / np.maximum(answered, 1), np.nan)


def relative_to_median(values: np.ndarray) -> np.ndarray:
    """Each value (n,) divided by the median of those that are known."""
    known = values[~np.isnan(values)]
    return values / np.median(known) if len(known) else values


def repeated(ids: np.ndarray) -> np.ndarray:
    """Whether an id (n,) has occurred on an earlier row; the first row that bears it is not marked."""
    _, first = np.unique(ids.astype(str), return_index=True)
    later = np.ones(len(ids), dtype=bool)
    later[first] = False
    return later
