"""Psychometric synonyms and antonyms: pairs of questions that the sample answers alike, or the opposite way."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from mlbc_stats.survey.screening.indices.blocks import row_blocks

FEWEST = 5
"""Pairs below which a correlation over them says nothing."""


def alike_pairs(correlations: np.ndarray, critical: float) -> np.ndarray:
    """Pairs (p, 2) of columns, the later one first, strongest first: above a positive bound or below a negative one.

    Parameters
    ----------
    correlations : (k, k), NaN where unknown. R: ``careless::psychsyn_critval``.
    critical : 0.6 for synonyms and −0.6 for antonyms are usual (Meade & Craig, 2012).

    Examples
    --------
    >>> alike_pairs(np.array([[1, 0.7, -0.2], [0.7, 1, 0.9], [-0.2, 0.9, 1]]), 0.6).tolist()
    [[2, 1], [1, 0]]
    """
    later, earlier = np.tril_indices(len(correlations), -1)
    r = correlations[later, earlier]
    strong = (r > critical) if critical > 0 else (r < critical)
    order = np.argsort(-np.abs(r[strong]), kind="stable")
    return np.column_stack([later[strong], earlier[strong]])[order]


def pair_consistency(codes: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Within-person correlation over the pairs (Goldberg & Kilkowski, 1985; Johnson, 2005).

    Σxy over pairs is a quadratic form of a case's answers, so that no pair is written out.

    Parameters
    ----------
    codes : (n, k) float, as answered, all on one range, NaN where missing.
    pairs : (p, 2) from `alike_pairs`.

    Returns
    -------
    (n,) float; NaN for cases with fewer than five complete pairs, or whose answers to one side do not vary. Attentive
    cases are near 1 on synonyms, near −1 on antonyms. R: ``careless::psychsyn``, ``careless::psychant``.
    doi:10.1037/0022-3514.48.1.82

    Examples
    --------
    >>> answers = np.array([[1.0, 1, 2, 2, 3, 3, 4, 4, 5, 5]])
    >>> pair_consistency(answers, np.arange(10).reshape(5, 2)).round(6)
    array([1.])
    """
    found = np.full(len(codes), np.nan)
    if len(pairs) < FEWEST:
        return found
    columns, places = np.unique(pairs, return_inverse=True)
    x, y = places.reshape(-1, 2).T
    shape = (len(columns), len(columns))
    joined = sparse.csr_array((np.ones(len(x)), (x, y)), shape=shape)
    back = joined.T.tocsr()
    for block in row_blocks(len(codes), len(columns)):
        found[block] = _within(codes[block][:, columns].T, joined, back)
    return found


def _within(answers: np.ndarray, joined: sparse.csr_array, back: sparse.csr_array) -> np.ndarray:
    """Correlation (n,) over the pairs of answers (k, n); `joined` leads from first members to second ones."""
    answered = ~np.isnan(answers)
    known = answered.astype(float)
    mean = np.where(answered, answers, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    given = np.where(answered, answers - mean, 0.0)
    partner, first = joined @ known, back @ known
    count = (known * partner).sum(axis=0)
    sx, sy = (given * partner).sum(axis=0), (given * first).sum(axis=0)
    sxx, syy = (given**2 * partner).sum(axis=0), (given**2 * first).sum(axis=0)
    sxy = (given * (joined @ given)).sum(axis=0)
    n = np.maximum(count, 1)
    vx, vy = sxx - sx**2 / n, syy - sy**2 / n
    usable = (count >= FEWEST) & (vx > 1e-10 * n) & (vy > 1e-10 * n)
    return np.divide(
        sxy - sx * sy / n, np.sqrt(np.where(usable, vx * vy, 1)), out=np.full(len(n), np.nan), where=usable
    )
