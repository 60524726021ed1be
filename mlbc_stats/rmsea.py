"""Root mean square error of approximation: point, interval, and tests of close and of not-close fit."""

from __future__ import annotations

from math import isnan, nan, sqrt

from scipy.special import chdtr, chndtr, chndtrinc

SATURATED = 1e-6
"""χ² below which a model without degrees of freedom fits perfectly; a bound that binds can leave it more."""


def rmsea(chisq: float, df: float, n: float, n_groups: int = 1, stretch: float = 1.0) -> float:
    """Root mean square error of approximation, √(G c max(χ² − df, 0)/(n df)).

    Parameters
    ----------
    chisq, df : the statistic and its degrees of freedom; n : cases; n_groups : G.
    stretch : c, the scaling factor in the robust form (then `chisq` is the divided statistic), else 1.

    Notes
    -----
    0 for a saturated model. Steiger (1990), doi:10.1207/s15327906mbr2502_4; several groups: Steiger (1998),
    doi:10.1080/10705519809540115. In R: ``fitMeasures(fit, "rmsea")``.

    Examples
    --------
    >>> round(rmsea(85.306, 24, 301), 3)
    0.092
    """
    return _size(max(chisq - df, 0.0), df, n, n_groups, stretch) if not isnan(chisq) else nan


def rmsea_bound(
    chisq: float, df: float, n: float, probability: float, n_groups: int = 1, stretch: float = 1.0
) -> float:
    """Confidence limit: the RMSEA whose noncentral χ² puts `probability` below the statistic.

    .95 gives the lower and .05 the upper end of the 90 % interval. Browne & Cudeck (1992),
    doi:10.1177/0049124192021002005. In R: ``fitMeasures(fit, "rmsea.ci.lower")``.

    Examples
    --------
    >>> round(rmsea_bound(85.306, 24, 301, .95), 3), round(rmsea_bound(85.306, 24, 301, .05), 3)
    (0.071, 0.114)
    """
    if isnan(chisq):
        return nan
    if df == 0:
        return _size(chisq, df, n, n_groups, stretch)
    if chdtr(df, chisq) < probability:
        return 0.0
    return _size(float(chndtrinc(chisq, df, probability)), df, n, n_groups, stretch)


def rmsea_close_pvalue(
    chisq: float, df: float, n: float, n_groups: int = 1, stretch: float = 1.0, h0: float = 0.05
) -> float:
    """P value of the hypothesis RMSEA ≤ `h0` (close fit).

    Browne & Cudeck (1992), doi:10.1177/0049124192021002005. In R: ``fitMeasures(fit, "rmsea.pvalue")``.

    Examples
    --------
    >>> round(rmsea_close_pvalue(85.306, 24, 301), 4)
    0.0007
    """
    return 1 - rmsea_notclose_pvalue(chisq, df, n, n_groups, stretch, h0)


def rmsea_notclose_pvalue(
    chisq: float, df: float, n: float, n_groups: int = 1, stretch: float = 1.0, h0: float = 0.08
) -> float:
    """P value of the hypothesis RMSEA ≥ `h0` (not-close fit).

    MacCallum, Browne & Sugawara (1996), doi:10.1037/1082-989X.1.2.130.
    In R: ``fitMeasures(fit, "rmsea.notclose.pvalue")``.

    Examples
    --------
    >>> round(rmsea_notclose_pvalue(85.306, 24, 301), 2)
    0.84
    """
    if not df > 0 or isnan(chisq):
        return nan
    return float(chndtr(max(chisq, 0.0), df, n * df * h0**2 / (n_groups * stretch)))


def _size(noncentrality: float, df: float, n: float, n_groups: int, stretch: float) -> float:
    if df == 0:
        return 0.0 if noncentrality < SATURATED else nan
    return sqrt(stretch * n_groups * noncentrality / (n * df))
