"""κ of several raters from their pairs: Light's mean of κ and Conger's exact κ."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from mlbc_stats.errors import DataError
from mlbc_stats.survey.raters.cohen import SUBSTANTIAL, cohen_kappa
from mlbc_stats.survey.raters.index import Index

LIGHT = "Light (1971) doi 10.1037/h0031643"
CONGER = "Conger (1980) doi 10.1037/0033-2909.88.2.322"
ONE_CATEGORY = "only one category occurs, so chance agreement is complete"


def light_kappa(ratings: ArrayLike) -> Index:
    """Light's κ, the mean of Cohen's κ over all pairs of raters.

    Parameters
    ----------
    ratings : (units, raters), numbers or texts; a unit counts for the pairs that both rated it.

    Returns
    -------
    Index
        Without an interval; `n` counts units. NaN where a pair has no κ, with the pair in `note`.

    Raises
    ------
    DataError
        for fewer than two raters, or a pair without a common unit.

    Notes
    -----
    Light (1971), doi:10.1037/h0031643.
    In R: ``irr::kappam.light``.

    Examples
    --------
    >>> round(light_kappa([["a", "a", "a"], ["b", "b", "a"], ["b", "b", "b"], ["a", "a", "b"]]).value, 3)
    0.333
    """
    table = _table(ratings)
    pairs = list(combinations(range(table.shape[1]), 2))
    values = [cohen_kappa(table[:, a], table[:, b]).value for a, b in pairs]
    undefined = [
        f"{a + 1} and {b + 1}" for (a, b), value in zip(pairs, values, strict=True) if math.isnan(value)
    ]
    note = f"no κ for raters {', '.join(undefined)}: {ONE_CATEGORY}" if undefined else ""
    return Index(
        "Light's κ", float(np.mean(values)), n=len(table), threshold=SUBSTANTIAL, source=LIGHT, note=note
    )


def conger_kappa(ratings: ArrayLike) -> Index:
    """Conger's κ: Fleiss' κ with the chance agreement of raters who differ in how often they use a category.

    κ = (P̄ − P̄_e)/(1 − P̄_e) with P̄ and P̄_e the mean over pairs of raters of their observed and chance agreement;
    with two raters it is Cohen's κ.

    Parameters
    ----------
    ratings : (units, raters), numbers or texts, complete.

    Returns
    -------
    Index
        Without an interval; `n` counts units. NaN when only one category occurs.

    Raises
    ------
    DataError
        for fewer than two raters or missing ratings.

    Notes
    -----
    Conger (1980), doi:10.1037/0033-2909.88.2.322.
    In R: ``irr::kappam.fleiss(ratings, exact = TRUE)``.

    Examples
    --------
    >>> round(conger_kappa([["a", "a", "a"], ["b", "b", "a"], ["b", "b", "b"], ["a", "a", "b"]]).value, 3)
    0.333
    """
    table = _table(ratings)
    missing = np.argwhere(pd.isna(table))
    if len(missing):
        unit, rater = missing[0] + 1
        raise DataError(
            f"unit {unit}, rater {rater}: the rating is missing; leave out incomplete units, or use light_kappa or "
            "krippendorff_alpha, which allow for them"
        )
    codes, categories = pd.factorize(table.ravel())
    chosen = np.eye(len(categories))[codes.reshape(table.shape)]  # (units, raters, categories)
    observed = np.einsum("uac,ubc->ab", chosen, chosen) / len(table)
    shares = chosen.mean(axis=0)
    above = np.triu_indices(table.shape[1], 1)
    agreement, chance = observed[above].mean(), (shares @ shares.T)[above].mean()
    defined = chance < 1 - 1e-12
    value = float((agreement - chance) / (1 - chance)) if defined else math.nan
    note = "" if defined else ONE_CATEGORY
    return Index("Conger's κ", value, n=len(table), threshold=SUBSTANTIAL, source=CONGER, note=note)


def _table(ratings: ArrayLike) -> np.ndarray:
    table = np.asarray(ratings, dtype=object)
    if table.ndim != 2 or table.shape[1] < 2 or not len(table):
        raise DataError(f"ratings: expected units × raters with two raters or more, got shape {table.shape}")
    return table
