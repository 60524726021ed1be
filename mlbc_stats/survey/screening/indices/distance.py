"""Mahalanobis distances of cases from the centre of all, exact also where answers are missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc

from mlbc_stats.survey.screening.indices.blocks import row_blocks
from mlbc_stats.survey.screening.indices.moments import PairMoments

NEARLY_SINGULAR = 1e-8
"""Smallest eigenvalue of the correlations below which the answers repeat one another."""


@dataclass(frozen=True, slots=True, eq=False)
class Distances:
    """Squared distance of each case.

    Attributes
    ----------
    squared : (n,) float, NaN for a case without answers.
    df : (n,) number of answers.
    pvalue : (n,) upper tail of the χ² distribution with so many degrees of freedom.
    """

    squared: np.ndarray
    df: np.ndarray
    pvalue: np.ndarray


def distances(codes: np.ndarray, moments: PairMoments) -> Distances | None:
    """d² = (x − μ)'Σ⁻¹(x − μ) over the questions that a case answered (Mahalanobis, 1936; Meade & Craig, 2012).

    A case that left m questions out needs no inverse of its own: with P = Σ⁻¹, d = x − μ where answered, else 0,
    q = Pd, the distance over the answered ones is d'q − q_M'(P_MM)⁻¹q_M.

    Parameters
    ----------
    codes : (n, k) float, NaN where missing.
    moments : of the same questions.

    Returns
    -------
    Distances, or None where Σ cannot be inverted: a question is constant, repeats others or was answered together with
    another by nobody. R: ``careless::mahad(x, plot = FALSE)``. doi:10.1037/a0028085

    Examples
    --------
    >>> from mlbc_stats.survey.screening.indices.moments import pair_moments
    >>> x = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1], [5, np.nan]])
    >>> distances(x, pair_moments(x)).df
    array([2, 2, 2, 2, 1])
    """
    precision = _inverse(moments)
    if precision is None:
        return None
    squared, df = np.full(len(codes), np.nan), np.zeros(len(codes), dtype=np.int64)
    for block in row_blocks(*codes.shape):
        answered = ~np.isnan(codes[block])
        deviation = np.where(answered, codes[block] - moments.mean, 0.0)
        pulled = deviation @ precision
        d2 = np.einsum("nk,nk->n", deviation, pulled)
        d2 -= _of_missing(answered, deviation, pulled, precision, moments.cov, d2)
        df[block] = answered.sum(axis=1)
        squared[block] = np.where(df[block] > 0, np.maximum(d2, 0.0), np.nan)
    return Distances(squared, df, gammaincc(np.maximum(df, 1) / 2, squared / 2))


def _inverse(moments: PairMoments) -> np.ndarray | None:
    spread = np.sqrt(np.diag(moments.cov))
    if not np.isfinite(moments.cov).all() or not (spread > 0).all():
        return None
    values, vectors = np.linalg.eigh(moments.cov / np.outer(spread, spread))
    if values[0] < NEARLY_SINGULAR:
        return None
    return (vectors / values) @ vectors.T / np.outer(spread, spread)


def _of_missing(
    answered: np.ndarray,
    deviation: np.ndarray,
    pulled: np.ndarray,
    precision: np.ndarray,
    cov: np.ndarray,
    whole: np.ndarray,
) -> np.ndarray:
    """What the zeros put for missing answers added (n,); cases with as many missing answers are solved together."""
    added = np.zeros(len(answered))
    k = answered.shape[1]
    missing = k - answered.sum(axis=1)
    for m in np.unique(missing[(missing > 0) & (missing < k)]):
        cases = np.flatnonzero(missing == m)
        for part in row_blocks(len(cases), min(m, k - m) ** 2):
            rows = cases[part]
            if 2 * m <= k:
                at = np.nonzero(~answered[rows])[1].reshape(-1, m)
                added[rows] = _form(precision, at, np.take_along_axis(pulled[rows], at, axis=1))
            else:
                at = np.nonzero(answered[rows])[1].reshape(-1, k - m)
                own = _form(cov, at, np.take_along_axis(deviation[rows], at, axis=1))
                added[rows] = whole[rows] - own
    return added


def _form(matrix: np.ndarray, at: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """v'A⁻¹v (n,) with A [n, m, m] the rows and columns `at` of one matrix."""
    solved = np.linalg.solve(matrix[at[:, :, None], at[:, None, :]], vector[:, :, None])[:, :, 0]
    return np.einsum("nm,nm->n", vector, solved)
