"""Information criteria and indices of noncentrality, sample size and parsimony."""

from __future__ import annotations

from math import exp, inf, log, nan

from scipy.special import chdtri

from mlbc_stats.rmsea import SATURATED
from mlbc_stats.sem.fit_measures.incremental import ratio


def aic(logl: float, npar: int) -> float:
    """Akaike's criterion, −2 log L + 2q. Akaike (1974), doi:10.1109/TAC.1974.1100705. In R: ``AIC(fit)``.

    Examples
    --------
    >>> aic(-3737.745, 21)
    7517.49
    """
    return -2 * logl + 2 * npar


def bic(logl: float, npar: int, n: float) -> float:
    """Schwarz's criterion, −2 log L + q log n. Schwarz (1978), doi:10.1214/aos/1176344136.

    In R: ``BIC(fit)``.

    Examples
    --------
    >>> round(bic(-3737.745, 21, 301), 2)
    7595.34
    """
    return -2 * logl + npar * log(n)


def bic2(logl: float, npar: int, n: float) -> float:
    """Sample-size adjusted criterion, −2 log L + q log((n + 2)/24).

    Sclove (1987), doi:10.1007/BF02294360. In R: ``fitMeasures(fit, "bic2")``.

    Examples
    --------
    >>> round(bic2(-3737.745, 21, 301), 2)
    7528.74
    """
    return -2 * logl + npar * log((n + 2) / 24)


def critical_n(chisq: float, df: float, n: float, alpha: float, saturated: float = nan) -> float:
    """Smallest sample at which the test would reject at `alpha`: χ²_crit/(χ²/n) + 1.

    `saturated` for a model without degrees of freedom, infinite for χ² = 0. Hoelter (1983),
    doi:10.1177/0049124183011003003. In R: ``fitMeasures(fit, "cn_05")``.

    Examples
    --------
    >>> round(critical_n(85.306, 24, 301, .05), 1)
    129.5
    """
    if df == 0:
        return saturated if chisq < SATURATED else nan
    return inf if chisq == 0 else float(chdtri(df, alpha)) / (chisq / n) + 1


def mfi(chisq: float, df: float, n: float) -> float:
    """McDonald's centrality index, exp(−(χ² − df)/(2n)).

    McDonald (1989), doi:10.1007/BF01908590. In R: ``fitMeasures(fit, "mfi")``.

    Examples
    --------
    >>> round(mfi(85.306, 24, 301), 3)
    0.903
    """
    return exp(-0.5 * (chisq - df) / n)


def ecvi(chisq: float, npar: int, n: float) -> float:
    """Expected cross-validation index, χ²/n + 2q/n.

    Browne & Cudeck (1989), doi:10.1207/s15327906mbr2404_4. In R: ``fitMeasures(fit, "ecvi")``.

    Examples
    --------
    >>> round(ecvi(85.306, 21, 301), 3)
    0.423
    """
    return chisq / n + 2 * npar / n


def agfi(gfi: float, df: float, n_moments: int) -> float:
    """Adjusted goodness of fit, 1 − (m/df)(1 − GFI) for m sample moments; 1 for a saturated model.

    Jöreskog & Sörbom (1984), LISREL VI. In R: ``fitMeasures(fit, "agfi")``.

    Examples
    --------
    >>> round(agfi(.943, 24, 45), 3)
    0.893
    """
    return 1.0 if df == 0 else 1 - ratio(n_moments, df) * (1 - gfi)


def pgfi(gfi: float, df: float, n_moments: int) -> float:
    """Parsimony goodness of fit, (df/m) GFI for m sample moments.

    Mulaik et al. (1989), doi:10.1037/0033-2909.105.3.430. In R: ``fitMeasures(fit, "pgfi")``.

    Examples
    --------
    >>> round(pgfi(.943, 24, 45), 3)
    0.503
    """
    return ratio(df, n_moments) * gfi
