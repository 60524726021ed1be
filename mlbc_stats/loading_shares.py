"""Shares of variance that loadings explain: reliability of sums and variance extracted, over batches of estimates."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import spd_inverse_logdet

Floats = NDArray[Any]


def share_of(part: Any, variance: Any) -> Any:
    """part/variance; NaN where the variance is not positive, as after a Heywood case.

    Examples
    --------
    >>> share_of(1.0, 4.0), share_of(1.0, 0.0)
    (0.25, nan)
    """
    positive = np.asarray(variance) > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        out = np.where(positive, np.divide(part, variance), np.nan)
    return out if out.ndim else float(out)


def omega_total(loadings: Floats, factor_variance: Any, total_variance: Any) -> Any:
    """Share of a sum score's variance that its factor explains, (Σλ)²ψ/σ²_total.

    Parameters
    ----------
    loadings : (..., k) unstandardized. factor_variance : (...) ψ.
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
    return share_of(np.sum(loadings, axis=-1) ** 2 * factor_variance, total_variance)


def composite_reliability(standardized: Floats) -> Any:
    """Composite reliability (ρ_c) from standardized loadings, (Σl)²/((Σl)² + Σ(1 − l²)).

    Fornell & Larcker (1981), doi:10.1177/002224378101800104; Raykov (1997), doi:10.1177/01466216970212006.

    Examples
    --------
    >>> round(composite_reliability(np.array([0.7, 0.7, 0.7])), 3)
    0.742
    """
    common = np.sum(standardized, axis=-1) ** 2
    return share_of(common, common + np.sum(1 - standardized**2, axis=-1))


def average_variance_extracted(standardized: Floats) -> Any:
    """Average variance extracted, the mean squared standardized loading.

    Fornell & Larcker (1981), doi:10.1177/002224378101800104.

    Examples
    --------
    >>> round(float(average_variance_extracted(np.array([0.7, 0.7, 0.7]))), 2)
    0.49
    """
    return np.mean(standardized**2, axis=-1)


def variance_share(loadings: Floats, factor_variance: Any, item_variances: Floats) -> Any:
    """Variance extracted over the pooled variance of the items, Σλ²ψ/Σs_ii.

    Unlike the average of squared standardized loadings it weights items by their variance.
    In R: ``semTools::AVE(fit)``.

    Examples
    --------
    >>> variance_share(np.array([1.0, 1.0]), 1.0, np.array([2.0, 2.0]))
    0.5
    """
    return share_of(np.sum(loadings**2, axis=-1) * factor_variance, np.sum(item_variances, axis=-1))


def maximal_reliability(standardized: Floats) -> Any:
    """Reliability of the optimally weighted composite (coefficient H), 1/(1 + 1/Σ l²/(1 − l²)).

    1 when an item is without error. Hancock & Mueller (2001), in Cudeck et al., 195–216.

    Examples
    --------
    >>> round(maximal_reliability(np.array([0.7, 0.7, 0.7])), 3)
    0.742
    """
    unique = 1 - standardized**2
    perfect = np.any(unique <= 0, axis=-1)
    information = np.sum(standardized**2 / np.where(unique > 0, unique, 1.0), axis=-1)
    out = np.where(perfect, 1.0, information / (1 + information))
    return out if out.ndim else float(out)


def weighted_reliability(common: Floats, total: Floats) -> Any:
    """Largest reliability that any weights of all items reach, max w'Cw/w'Sw: the largest eigenvalue of S⁻¹C.

    Parameters
    ----------
    common : (..., p, p) covariances that the factors account for, C = ΛΦΛ'.
    total : (..., p, p) covariances of the items, S.

    Returns
    -------
    array (...)
        NaN where S is not positive definite.

    References
    ----------
    Bentler (1968), doi:10.1007/BF02289328. In R: ``semTools::maximalRelia(fit)``, which takes S from the sample.

    Examples
    --------
    >>> loadings = np.array([0.7, 0.7, 0.7])
    >>> common = np.outer(loadings, loadings)
    >>> round(weighted_reliability(common, common + 0.51 * np.eye(3)), 3)
    0.742
    """
    inverse, _, known = spd_inverse_logdet(total)
    values = np.linalg.eigvals(
        np.where(known[..., None, None], inverse, np.eye(total.shape[-1])) @ common
    ).real
    out = np.where(known, values.max(axis=-1), np.nan)
    return out if out.ndim else float(out)
