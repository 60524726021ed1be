"""Goodness of fit index from the noncentrality of a model: point and interval."""

from __future__ import annotations

from math import isnan, nan

from scipy.special import chdtr, chndtrinc

from mlbc_stats.rmsea import SATURATED
from mlbc_stats.sem.fit_measures.inputs import Noncentrality


def gfi(x: Noncentrality) -> float:
    """GFI = p/(p + 2 c max(X/c + b − df, 0)/n), an estimate of its value in the population.

    Steiger (1989), EzPATH, SYSTAT; Maydeu-Olivares, Ximénez & Revuelta (2024), doi:10.1037/met0000680. In R (lavaan
    0.7): ``fitMeasures(fit, "gfi")``.

    Examples
    --------
    >>> round(gfi(Noncentrality(81.368, 24, 301, 9)), 3)
    0.959
    """
    return (
        _at(x, max(_divided(x) - x.df, 0.0)) if x.df > 0 else 1.0 if x.df == 0 and x.stat < SATURATED else nan
    )


def gfi_bound(x: Noncentrality, probability: float) -> float:
    """Confidence limit: GFI at the noncentrality whose χ² puts `probability` below the statistic.

    .05 gives the lower and .95 the upper end of the 90 % interval.

    Examples
    --------
    >>> data = Noncentrality(81.368, 24, 301, 9)
    >>> round(gfi_bound(data, .05), 3), round(gfi_bound(data, .95), 3)
    (0.939, 0.976)
    """
    stat = _divided(x)
    if not x.df > 0 or isnan(stat):
        return gfi(x)
    return _at(x, 0.0 if chdtr(x.df, stat) < probability else float(chndtrinc(stat, x.df, probability)))


def _divided(x: Noncentrality) -> float:
    """The statistic the noncentrality is read from; NaN where its scaling is none, as of a test that tests nothing."""
    return x.stat / x.factor + x.shift if x.factor > 0 else nan


def _at(x: Noncentrality, noncentrality: float) -> float:
    return x.variables / (x.variables + 2 * x.factor * noncentrality / x.n)
