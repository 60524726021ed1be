"""How well factors reproduce the correlations."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, nan, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from mlbc_stats.factor.correlation.product_moment import below
from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.rmsea import rmsea, rmsea_bound
from mlbc_stats.showing import Shown

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False)
class FactorFit(Shown):
    """Fit of m factors to p correlations; NaN where it cannot be had (a singular matrix, no degrees of freedom).

    Attributes
    ----------
    df : ((p − m)² − p − m)/2. objective : maximum-likelihood discrepancy at the loadings, whatever the extraction.
    chi_square, pvalue : that discrepancy times n − 1 − (2p + 5)/6 − 2m/3 (Bartlett's correction).
    scaled_chi_square, scaled_pvalue : n times the (weighted) squared residuals, scaled and shifted to a χ² by the
        covariance of the correlations (Asparouhov & Muthén, 2010); for least squares, where that covariance is known.
    null_chi_square, null_df : of uncorrelated items.
    rmsea, rmsea_lower, rmsea_upper : with 90 % interval; tli; bic (χ² − df log n): of `chi_square`.
    rmsr : root mean square of the residual correlations; rmsr_corrected : divided by df instead of their number.
    fit_off : 1 − residual over all squared correlations off the diagonal.

    Examples
    --------
    >>> import pandas as pd
    >>> from mlbc_stats import factor
    >>> rng = np.random.default_rng(1)
    >>> items = pd.DataFrame(rng.normal(size=(300, 1)) + rng.normal(size=(300, 5))).add_prefix("x")
    >>> result = factor.fit(items, 1)
    >>> type(result.fit).__name__, result.fit.df
    ('FactorFit', 5)
    """

    df: int
    objective: float
    chi_square: float
    pvalue: float
    scaled_chi_square: float
    scaled_pvalue: float
    null_chi_square: float
    null_df: int
    rmsea: float
    rmsea_lower: float
    rmsea_upper: float
    tli: float
    bic: float
    rmsr: float
    rmsr_corrected: float
    fit_off: float


def fit_statistics(
    r: Array, common: Array, uniqueness: Array, m: int, n: float, scaled: tuple[float, float] = (nan, nan)
) -> FactorFit:
    """Fit of the solution with common part ΛΦΛ' (p, p) and uniquenesses (p,) to correlations r of n cases.

    References
    ----------
    Bartlett (1951), doi:10.1093/biomet/38.3-4.337; Tucker & Lewis (1973), doi:10.1007/BF02291170; Steiger (1990),
    doi:10.1207/s15327906mbr2502_4. In R: ``psych::fa.stats`` (its RMSEA divides by n where ours subtracts df first).
    """
    p = len(r)
    df = ((p - m) ** 2 - p - m) // 2
    sigma = common.copy()
    np.fill_diagonal(sigma, np.diagonal(common) + uniqueness)
    objective, null = discrepancy(r, sigma), discrepancy(r, np.eye(p))
    chi = objective * (n - 1 - (2 * p + 5) / 6 - 2 * m / 3)
    null_chi, null_df = null * (n - 1 - (2 * p + 5) / 6), p * (p - 1) // 2
    i, j = below(p)
    squared, total = float(np.sum((r - sigma)[i, j] ** 2)), float(np.sum(r[i, j] ** 2))
    tested = df > 0 and np.isfinite(chi) and chi >= 0
    ratio = null_chi / null_df
    return FactorFit(
        df=df,
        objective=objective,
        chi_square=chi if tested else nan,
        pvalue=float(chdtrc(df, chi)) if tested else nan,
        scaled_chi_square=scaled[0],
        scaled_pvalue=scaled[1],
        null_chi_square=null_chi,
        null_df=null_df,
        rmsea=rmsea(chi, df, n) if tested else nan,
        rmsea_lower=rmsea_bound(chi, df, n, 0.95) if tested else nan,
        rmsea_upper=rmsea_bound(chi, df, n, 0.05) if tested else nan,
        tli=(ratio - chi / df) / (ratio - 1) if tested and abs(ratio - 1) > 1e-12 else nan,
        bic=chi - df * log(n) if tested else nan,
        rmsr=sqrt(squared / len(i)),
        rmsr_corrected=sqrt(squared / df) if df > 0 else nan,
        fit_off=1 - squared / total if total > 0 else nan,
    )


def discrepancy(r: Array, sigma: Array) -> float:
    """log|Σ| − log|R| + tr(Σ⁻¹R) − p; NaN where one of the two is not positive definite.

    Examples
    --------
    >>> round(discrepancy(np.array([[1.0, 0.5], [0.5, 1.0]]), np.eye(2)), 6)
    0.287682
    """
    inverse, logdet, ok = spd_inverse_logdet(sigma)
    _, own, fine = spd_inverse_logdet(r)
    if not (ok and fine):
        return nan
    return float(logdet - own + np.sum(inverse * r) - len(r))


def scaled_test(
    residual: Array, jacobian: Array, weight: Array, gamma: Array, n: float, df: int
) -> tuple[float, float]:
    """Least-squares test scaled and shifted to a χ² with df: statistic and p.

    T = n e'We with residuals e (k,); with Q = W − WΔ(Δ'WΔ)⁻Δ'W, a = √(df/tr(QΓ)²): aT + df − a tr(QΓ), which is T
    itself where W is the inverse of Γ.

    Parameters
    ----------
    jacobian : (q, k) Δ'; weight : (k,) or (k, k) W; gamma : (k, k).

    References
    ----------
    Asparouhov & Muthén (2010), Simple second order chi-square correction. In R: an EFA in lavaan with
    ``estimator = "ULSMV"`` or ``"WLSMV"``.
    """
    if df <= 0:
        return nan, nan
    pulled = jacobian * weight if weight.ndim == 1 else jacobian @ weight
    full = np.diag(weight) if weight.ndim == 1 else weight
    left = full - pulled.T @ np.linalg.pinv(pulled @ jacobian.T, rcond=1e-10, hermitian=True) @ pulled
    turned = left @ gamma
    first, second = float(np.trace(turned)), float(np.sum(turned * turned.T))
    scale = sqrt(df / second)
    statistic = float(n * residual @ full @ residual * scale + df - scale * first)
    return statistic, float(chdtrc(df, max(statistic, 0.0)))
