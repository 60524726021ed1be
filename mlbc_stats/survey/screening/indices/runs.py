"""Runs of the same answer to consecutive questions: the longest one and the average one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlbc_stats.survey.screening.indices.blocks import row_blocks


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Runs of each case.

    Attributes
    ----------
    longest : (n,) float, 0 for a case without answers.
    average : (n,) float, answers per run; NaN for a case without answers.
    """

    longest: np.ndarray
    average: np.ndarray


def runs(codes: np.ndarray, pages: Sequence[Sequence[int]] | None = None) -> Runs:
    """Longest and average run of the same answer (Johnson, 2005; Costa & McCrae, 2008).

    Missing answers neither end nor lengthen a run; a run ends with its page.

    Parameters
    ----------
    codes : (n, k) float, as answered, in the order asked, NaN where missing.
    pages : column positions of each run of questions on one scale; all columns by default.

    Notes
    -----
    In R: ``careless::longstring(x, avg = TRUE)``. doi:10.1016/j.jrp.2004.09.009

    Examples
    --------
    >>> found = runs(np.array([[1.0, 1, np.nan, 1, 2], [1, 2, 3, 4, 5]]))
    >>> found.longest, found.average
    (array([3., 1.]), array([2., 1.]))
    """
    n, k = codes.shape
    chosen = [range(k)] if pages is None else pages
    longest, average = np.zeros(n), np.full(n, np.nan)
    for block in row_blocks(n, k):
        longest[block], average[block] = _of_block(codes[block], chosen)
    return Runs(longest, average)


def _of_block(codes: np.ndarray, pages: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    n = len(codes)
    longest, count, answers = np.zeros(n), np.zeros(n), np.zeros(n)
    columns = np.ascontiguousarray(codes.T)
    for page in pages:
        run, last = np.zeros(n), np.full(n, np.nan)
        for place in page:
            given = columns[place]
            answered = given == given
            same = given == last
            run = np.where(same, run + 1, np.where(answered, 1, run))
            last = np.where(answered, given, last)
            count += answered & ~same
            answers += answered
            np.maximum(longest, run, out=longest)
    return longest, np.divide(answers, count, out=np.full(n, np.nan), where=count > 0)
