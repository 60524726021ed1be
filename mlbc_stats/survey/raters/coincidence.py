"""Krippendorff's coincidences: how often two categories meet on one unit."""

from __future__ import annotations

import pandas as pd
from numpy.typing import ArrayLike

from mlbc_stats.errors import DataError
from mlbc_stats.survey.raters.counts import category_counts


def coincidences(ratings: ArrayLike) -> pd.DataFrame:
    """Coincidence matrix o_ck = Σ_u n_uc(n_uk − [c = k])/(m_u − 1) over units with m_u ≥ 2 ratings.

    Its sum is the number of ratings that can be paired; large entries off the diagonal show which categories raters
    confuse.

    Parameters
    ----------
    ratings : (units, raters), numbers or texts; None and NaN are missing.

    Returns
    -------
    DataFrame
        Categories by categories, symmetric, in ascending order; those that occur in pairs.

    Raises
    ------
    DataError
        when no unit has two ratings.

    References
    ----------
    Krippendorff (2019), doi:10.4135/9781071878781.

    Examples
    --------
    >>> coincidences([["a", "a"], ["a", "b"], ["b", None]]).to_numpy().tolist()
    [[2.0, 1.0], [1.0, 0.0]]
    """
    counts, categories = category_counts(ratings)
    counts = counts[counts.sum(axis=1) >= 2]
    if not len(counts):
        raise DataError("ratings: no unit has two ratings or more, so there are no pairs")
    shares = counts / (counts.sum(axis=1, keepdims=True) - 1)
    found = pd.DataFrame(shares.T @ counts, index=list(categories), columns=list(categories))
    for place in range(len(categories)):
        found.iloc[place, place] -= shares[:, place].sum()
    used = counts.sum(axis=0) > 0
    return found.loc[used, used]
