"""Reliability of composites of the indicators of a fitted model, as kernels over its estimates."""

from __future__ import annotations

import numpy as np

from mlbc_stats.reliability.items import Floats


def share_of(part: float, variance: float) -> float:
    """part/variance; NaN where the variance is not positive, as after a Heywood case.

    Examples
    --------
    >>> share_of(1.0, 4.0), share_of(1.0, 0.0)
    (0.25, nan)
    """
    return part / variance if variance > 0 else float("nan")


def omega_total(loadings: Floats, factor_variance: float, total_variance: float) -> float:
    """Share of a sum score's variance that its factor explains, (Σλ)²ψ/σ²_total.

    Parameters
    ----------
    loadings : (k,) unstandardized. factor_variance : ψ.
    total_variance : 1'Σ1 over the items, from the model (McDonald) or from the data (Green & Yang).

    References
    ----------
    McDonald (1999), Test Theory; Green & Yang (2009), doi:10.1007/s11336-008-9099-3.
    In R: ``semTools::compRelSEM(fit, obs.var = FALSE)`` or ``TRUE``.

    Examples
    --------
    >>> round(omega_total(np.array([0.7, 0.7, 0.7]), 1.0, 0.51 * 3 + 2.1**2), 3)
    0.742
    """
    return share_of(float(np.sum(loadings) ** 2 * factor_variance), total_variance)


def composite_reliability(standardized: Floats) -> float:
    """Composite reliability (ρ_c) from standardized loadings, (Σl)²/((Σl)² + Σ(1 − l²)).

    Fornell & Larcker (1981), doi:10.1177/002224378101800104; Raykov (1997), doi:10.1177/01466216970212006.

    Examples
    --------
    >>> round(composite_reliability(np.array([0.7, 0.7, 0.7])), 3)
    0.742
    """
    common = float(np.sum(standardized)) ** 2
    return share_of(common, common + float(np.sum(1 - standardized**2)))


def average_variance_extracted(standardized: Floats) -> float:
    """Average variance extracted, the mean squared standardized loading.

    Fornell & Larcker (1981), doi:10.1177/002224378101800104.

    Examples
    --------
    >>> round(average_variance_extracted(np.array([0.7, 0.7, 0.7])), 2)
    0.49
    """
    return float(np.mean(standardized**2))


def variance_share(loadings: Floats, factor_variance: float, item_variances: Floats) -> float:
    """Variance extracted over the pooled variance of the items, Σλ²ψ/Σs_ii.

    Unlike the average of squared standardized loadings it weights items by their variance.
    In R: ``semTools::AVE(fit)``.

    Examples
    --------
    >>> variance_share(np.array([1.0, 1.0]), 1.0, np.array([2.0, 2.0]))
    0.5
    """
    return share_of(float(np.sum(loadings**2) * factor_variance), float(np.sum(item_variances)))


def maximal_reliability(standardized: Floats) -> float:
    """Reliability of the optimally weighted composite (coefficient H), 1/(1 + 1/Σ l²/(1 − l²)).

    1 when an item is without error. Hancock & Mueller (2001), in Cudeck et al., 195–216.

    Examples
    --------
    >>> round(maximal_reliability(np.array([0.7, 0.7, 0.7])), 3)
    0.742
    """
    unique = 1 - standardized**2
    if np.any(unique <= 0):
        return 1.0
    information = float(np.sum(standardized**2 / unique))
    return information / (1 + information)
