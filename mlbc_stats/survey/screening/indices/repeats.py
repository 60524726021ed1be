"""Cases that come twice: the same id, device or text, the same or nearly the same answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mlbc_stats.survey.screening.indices.blocks import row_blocks

MOST_COMPARED = 5_000
"""Cases beyond which comparing each with each takes too long."""
FEWEST = 10
"""Answers in common below which agreement says nothing."""


def repeated(ids: np.ndarray) -> np.ndarray:
    """Whether an id (n,) has occurred on an earlier row; the first row that bears it is not marked.

    Examples
    --------
    >>> repeated(np.array(["b", "a", "b"], dtype=object))
    array([False, False,  True])
    """
    return np.asarray(pd.Series(ids.astype(str)).duplicated(keep="first"), dtype=bool)


def shared(texts: Sequence[str]) -> np.ndarray:
    """Number of other cases (n,) with the same text; NaN where there is none.

    Examples
    --------
    >>> shared(["x", "y", "x", ""])
    array([ 1.,  0.,  1., nan])
    """
    given = pd.Series(list(texts), dtype="object")
    count = given.map(given.value_counts()).to_numpy(dtype=float) - 1
    return np.where(given.eq("").to_numpy(), np.nan, count)


def same_answers(codes: np.ndarray) -> np.ndarray:
    """Number of other cases (n,) with the same answers throughout, gaps included.

    NaN for cases with fewer than ten answers or without variation: straight lines meet by themselves.

    Examples
    --------
    >>> row = np.arange(12.0)
    >>> same_answers(np.array([row, row, row + 1, np.ones(12)]))
    array([ 1.,  1.,  0., nan])
    """
    keys = np.zeros(len(codes), dtype=np.uint64)
    usable = np.zeros(len(codes), dtype=bool)
    rng = np.random.default_rng(0)  # weights of a hash: fixed, and the same on every run
    weights = rng.integers(1, 2**63, codes.shape[1], dtype=np.uint64) | np.uint64(1)
    for block in row_blocks(*codes.shape):
        answered = ~np.isnan(codes[block])
        filled = np.ascontiguousarray(np.where(answered, codes[block], -1e9)).view(np.uint64)
        keys[block] = (_mixed(filled) * weights).sum(axis=1, dtype=np.uint64)
        usable[block] = (answered.sum(axis=1) >= FEWEST) & _varied(codes[block])
    _, place, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return np.where(usable, counts[place] - 1.0, np.nan)


def _varied(codes: np.ndarray) -> np.ndarray:
    """Cases (n,) with two different answers."""
    answered = ~np.isnan(codes)
    low = np.where(answered, codes, np.inf).min(axis=1, initial=np.inf)
    return np.asarray(np.where(answered, codes, -np.inf).max(axis=1, initial=-np.inf) > low)


def _mixed(bits: np.ndarray) -> np.ndarray:
    """Bits stirred, so that sums of them meet by chance only once in 2⁶⁴ (the finalizer of SplitMix64)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(bits ^ (bits >> np.uint64(31)))


def greatest_match(codes: np.ndarray) -> np.ndarray:
    """Greatest share of answers (n,) that a case has in common with any other one (Kuriakose & Robbins, 2016).

    Over the questions that both answered, ten at least; NaN otherwise, for cases without variation (straight lines meet
    by themselves), and beyond 5,000 cases.

    Parameters
    ----------
    codes : (n, k) float, NaN where missing. doi:10.3233/SJI-160978

    Examples
    --------
    >>> row = np.arange(12.0)
    >>> greatest_match(np.array([row, np.r_[row[:6], row[6:] + 1], row + 20]))
    array([0.5, 0.5, 0. ])
    """
    n = len(codes)
    if not 1 < n <= MOST_COMPARED:
        return np.full(n, np.nan)
    answered = (~np.isnan(codes)).astype(np.float32)
    same, both = np.zeros((n, n), dtype=np.float32), answered @ answered.T
    for value in np.unique(codes[~np.isnan(codes)]):
        chosen = (codes == value).astype(np.float32)
        same += chosen @ chosen.T
    share = np.where(both >= FEWEST, same / np.maximum(both, 1), np.nan)
    np.fill_diagonal(share, np.nan)
    known = ~np.isnan(share) & _varied(codes)[:, None]
    best = np.where(known, share, -1).max(axis=1)
    return np.where(known.any(axis=1), best, np.nan).astype(float)
