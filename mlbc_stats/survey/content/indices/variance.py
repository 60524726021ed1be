"""Hinkin & Tracey's analysis of variance: whether an item fits its own definition better than each other one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from mlbc_stats.counted import counted
from mlbc_stats.errors import DataError

SOURCE = (
    "Hinkin & Tracey (1999) doi 10.1177/109442819922004; sphericity: Greenhouse & Geisser (1959) "
    "doi 10.1007/BF02289823; adjustment: Holm (1979) https://www.jstor.org/stable/4615733"
)


TINY = 1e-12
"""Below this a variance of whole-number ratings is rounding, not spread."""


@dataclass(frozen=True, slots=True)
class DefinitionAnova:
    """One item rated against d definitions by the same judges.

    Attributes
    ----------
    judges : number of judges who rated the item against all definitions; others are left out.
    means : (d,) mean rating on each definition.
    f, df_between, df_within, pvalue : one-way repeated-measures analysis of variance.
    epsilon, pvalue_corrected : Greenhouse–Geisser's ε and the p value with both df times ε.
    others : (d − 1,) positions of the other definitions.
    differences, t, contrast_pvalues, holm : (d − 1,) own minus other mean, its paired t on judges − 1 degrees
        of freedom, the one-sided p value (own is higher), and that p value after Holm.

    Examples
    --------
    >>> found = definition_anova([[7, 3], [6, 2], [7, 4]], own=0)
    >>> isinstance(found, DefinitionAnova), found.judges
    (True, 3)
    """

    judges: int
    means: np.ndarray
    f: float
    df_between: int
    df_within: int
    pvalue: float
    epsilon: float
    pvalue_corrected: float
    others: np.ndarray
    differences: np.ndarray
    t: np.ndarray
    contrast_pvalues: np.ndarray
    holm: np.ndarray


def definition_anova(ratings: ArrayLike, own: int) -> DefinitionAnova:
    """Repeated-measures analysis of variance of one item, with planned comparisons of its own definition.

    F = [SS_definitions/(d − 1)] / [SS_error/((d − 1)(n − 1))] with judges as blocks. Planned comparisons are
    paired t tests of the own definition against each other one, one-sided, adjusted by Holm.

    Parameters
    ----------
    ratings : (judges, definitions); a judge with a missing rating (NaN) is left out.
    own : position of the item's own definition.

    Raises
    ------
    DataError
        for fewer than two complete judges or two definitions.

    Notes
    -----
    In R: ``aov(rating ~ definition + Error(judge))`` and ``t.test(paired = TRUE, alternative = "greater")``.
    Ratings without any spread in their differences give F or t infinite (p = 0), or not defined when the
    means are equal too.

    Examples
    --------
    >>> found = definition_anova([[7, 3, 2], [6, 2, 3], [7, 4, 1], [5, 3, 2]], own=0)
    >>> round(found.f, 2), found.holm.round(4).tolist()
    (20.31, [0.0065, 0.0065])
    """
    table = np.asarray(ratings, dtype=float)
    if table.ndim != 2 or table.shape[1] < 2 or not 0 <= own < table.shape[1]:
        raise DataError("ratings: expected judges × two definitions or more, and the own one among them")
    table = table[~np.isnan(table).any(axis=1)]
    n, d = table.shape
    if n < 2:
        raise DataError(
            f"ratings: {counted(n, 'judge')} rated the item against every definition; two are needed"
        )
    f, epsilon = _f(table), _epsilon(table)
    others = np.delete(np.arange(d), own)
    differences = table[:, [own]] - table[:, others]
    t = _t(differences)
    pvalues = stats.t.sf(t, n - 1)
    return DefinitionAnova(
        judges=n,
        means=table.mean(axis=0),
        f=f,
        df_between=d - 1,
        df_within=(d - 1) * (n - 1),
        pvalue=float(stats.f.sf(f, d - 1, (d - 1) * (n - 1))),
        epsilon=epsilon,
        pvalue_corrected=float(stats.f.sf(f, epsilon * (d - 1), epsilon * (d - 1) * (n - 1))),
        others=others,
        differences=differences.mean(axis=0),
        t=t,
        contrast_pvalues=pvalues,
        holm=_holm(pvalues),
    )


def _f(table: np.ndarray) -> float:
    """F of definitions with judges as blocks."""
    n, d = table.shape
    grand, columns, rows = table.mean(), table.mean(axis=0), table.mean(axis=1)
    between = n * np.sum((columns - grand) ** 2) / (d - 1)
    residuals = table - rows[:, None] - columns[None, :] + grand
    within = np.sum(residuals**2) / ((d - 1) * (n - 1))
    return _ratio(float(between), float(within))


def _ratio(signal: float, noise: float) -> float:
    """Signal over noise; infinite or NaN when there is no noise (up to rounding)."""
    if noise > TINY:
        return signal / noise
    return math.copysign(math.inf, signal) if abs(signal) > TINY else math.nan


def _epsilon(table: np.ndarray) -> float:
    """Greenhouse–Geisser's ε from the covariances of the definitions; 1 for two definitions."""
    d = table.shape[1]
    cov = np.cov(table, rowvar=False)
    centred = cov - cov.mean(axis=0) - cov.mean(axis=1)[:, None] + cov.mean()
    squares = np.sum(centred**2)
    if squares < TINY:
        return 1.0
    return float(np.clip(np.trace(centred) ** 2 / ((d - 1) * squares), 1 / (d - 1), 1.0))


def _t(differences: np.ndarray) -> np.ndarray:
    """Paired t of each column of differences (judges, others)."""
    n = len(differences)
    errors = differences.std(axis=0, ddof=1) / math.sqrt(n)
    return np.array([_ratio(m, e) for m, e in zip(differences.mean(axis=0), errors, strict=True)])


def _holm(pvalues: np.ndarray) -> np.ndarray:
    """Holm's adjusted p values; those that are not defined stay so and count as tests."""
    order = np.argsort(np.where(np.isnan(pvalues), np.inf, pvalues))
    factors = len(pvalues) - np.arange(len(pvalues))
    stepped = np.maximum.accumulate(np.minimum(1.0, pvalues[order] * factors))
    adjusted = np.empty_like(stepped)
    adjusted[order] = stepped
    return adjusted
