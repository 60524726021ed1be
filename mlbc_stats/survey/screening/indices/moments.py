"""Means, covariances and correlations of all pairs of questions over the cases that answered both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.survey.screening.indices.blocks import row_blocks


@dataclass(frozen=True, slots=True, eq=False)
class PairMoments:
    """Moments of k questions.

    Attributes
    ----------
    mean : (k,) of those who answered; NaN where nobody did.
    cov : (k, k) divisor n_ab − 1 over the n_ab cases that answered both; NaN where fewer than two did.
    n : (k, k) cases that answered both.
    """

    mean: np.ndarray
    cov: np.ndarray
    n: np.ndarray

    def of(self, places: np.ndarray) -> PairMoments:
        """The moments of some of the questions."""
        inner = np.ix_(places, places)
        return PairMoments(self.mean[places], self.cov[inner], self.n[inner])

    def correlations(self, fewest: int = 10) -> np.ndarray:
        """Correlations (k, k) of pairs that `fewest` cases answered; NaN for others and for constants."""
        spread = np.sqrt(np.diag(self.cov))
        scale = np.where(spread > 0, spread, np.nan)
        r = self.cov / np.outer(scale, scale)
        return np.where(self.n >= fewest, r, np.nan)


def pair_moments(codes: np.ndarray) -> PairMoments:
    """Moments over all cases with both answers, in one pass over blocks of cases.

    Parameters
    ----------
    codes : (n, k) float, NaN where missing. R: ``cov(x, use = "pairwise")``.

    Examples
    --------
    >>> pair_moments(np.array([[1.0, 2], [3, 4], [5, np.nan]])).cov
    array([[4., 2.],
           [2., 2.]])
    """
    count = (~np.isnan(codes)).sum(axis=0)
    mean = np.nansum(codes, axis=0) / np.where(count > 0, count, np.nan)
    k = codes.shape[1]
    n, products, sums = np.zeros((k, k)), np.zeros((k, k)), np.zeros((k, k))
    for block in row_blocks(*codes.shape):
        answered = ~np.isnan(codes[block])
        centered = np.where(answered, codes[block] - mean, 0.0)
        products += centered.T @ centered
        if answered.all():
            n += len(answered)
            sums += centered.sum(axis=0)[:, None]
        else:
            known = answered.astype(float)
            n += known.T @ known
            sums += centered.T @ known
    both = np.where(n > 1, n, np.nan)
    return PairMoments(mean, (products - sums * sums.T / both) / (both - 1), n)
