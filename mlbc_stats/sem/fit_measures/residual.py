"""Summarize the residuals between sample and implied moments (RMR, SRMR, CRMR, GFI)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import deviations, spd_inverse_logdet
from mlbc_stats.sem.fit_measures.inputs import ResidualSummary

Floats = NDArray[Any]


@dataclass(frozen=True, slots=True)
class GroupMoments:
    """Sample and implied moments of one group.

    Attributes
    ----------
    sample_cov, implied_cov : (p, p), divisor n.
    sample_mean, implied_mean : (p,), or None without mean structure.
    n : cases of the group; exogenous : positions of fixed covariates, whose own moments GFI leaves out.
    threshold_gaps : (t,) sample minus implied thresholds of ordinal variables; they then take the place of the means.
    slope_gaps : (r, x) sample minus implied slopes of ordinal data on x covariates, and covariate_scale (x,) their
        standard deviations; None where they are not counted.
    padding : moments without residual that the divisors count beside the covariances, in RMR and SRMR.
    unseen : (p, p) covariances that incomplete data say nothing about; they have no residual.
    lengths : with ordinal variables (e'We, s'Ws) of all their moments; count : how many these are.
    """

    sample_cov: Floats
    implied_cov: Floats
    n: float
    sample_mean: Floats | None = None
    implied_mean: Floats | None = None
    exogenous: tuple[int, ...] = ()
    threshold_gaps: Floats | None = None
    lengths: tuple[float, float] | None = None
    count: int = 0
    slope_gaps: Floats | None = None
    covariate_scale: Floats | None = None
    padding: int = 0
    unseen: NDArray[np.bool_] | None = None


def residual_summary(groups: Sequence[GroupMoments], discrepancy: str = "ML") -> ResidualSummary:
    """Residual-based indices, each the average over groups weighted by cases.

    With s, m the sample moments and σ, μ the implied ones, each index is the root mean square over the
    distinct (co)variances, and means where there is a mean structure, of

    - RMR: s_ij − σ_ij and m_i − μ_i;
    - SRMR (Bentler): these divided by √(s_ii s_jj) and √s_ii;
    - CRMR (Bollen): r_ij − ρ_ij off the diagonal, and (m_i − μ_i)/√s_ii;
    - given covariates, thresholds take the place of means and slopes stand beside them: as they are in RMR, times the
      standard deviation of their covariate in SRMR and CRMR;
    - SRMR (Mplus): r_ij − ρ_ij, (s_ii − σ_ii)/s_ii and m_i/√s_ii − μ_i/√σ_ii.

    GFI = 1 − e'We/(s'Ws) with e the residuals and W the weight matrix of the discrepancy (normal theory at
    the implied covariance for ML, at the sample covariance for GLS and WLS, identity for ULS).

    Parameters
    ----------
    groups : moments per group; discrepancy : "ML", "GLS", "ULS" or "WLS".

    References
    ----------
    Jöreskog & Sörbom (1981), LISREL V; Bentler (1995), EQS; Bollen (1989), Structural Equations with Latent
    Variables, 258; Maydeu-Olivares, Shi & Rosseel (2018), doi:10.1080/10705511.2017.1389611.
    In R: ``fitMeasures(fit, c("rmr", "srmr", "crmr", "srmr_mplus"))``.

    Examples
    --------
    >>> s = np.array([[1.0, 0.5], [0.5, 1.0]])
    >>> round(residual_summary([GroupMoments(s, np.eye(2), 100.0)]).crmr, 3)
    0.5
    """
    weights = np.array([group.n for group in groups])
    values = np.array([[*_roots(group), _gfi(group, discrepancy)] for group in groups])
    pooled = weights @ values / weights.sum()
    names = [field.name for field in fields(ResidualSummary)]
    indices = dict(zip(names, map(float, pooled), strict=False))
    return ResidualSummary(**indices, n_moments=sum(_count(group) for group in groups))


def _roots(group: GroupMoments) -> list[float]:
    """The eight root mean squares of one group, in the order of `ResidualSummary`."""
    s, sigma = group.sample_cov, group.implied_cov
    scale, implied_scale = deviations(np.diagonal(s)), deviations(np.diagonal(sigma))
    lower, below = (_seen(group, offset) for offset in (0, -1))
    raw, standard = s - sigma, scale[:, None] * scale
    correlation = (s / standard - sigma / (implied_scale[:, None] * implied_scale))[below]
    bentler = (raw / standard)[lower]
    mplus = np.concatenate([correlation, np.diagonal(raw) / np.diagonal(s)])
    if group.threshold_gaps is not None:
        mplus = np.array([np.nan])
    means, bentler_means, mplus_means = _mean_residuals(group, scale, implied_scale)
    pad = np.zeros(group.padding)
    pairs = (
        (np.concatenate([raw[lower], pad]), means),
        (np.concatenate([bentler, pad]), bentler_means),
        (correlation, bentler_means),
        (mplus, mplus_means),
    )
    return [root for covariances, mean in pairs for root in _with_and_without(covariances, mean)]


def _mean_residuals(
    group: GroupMoments, scale: Floats, implied_scale: Floats
) -> tuple[Floats, Floats, Floats]:
    if group.threshold_gaps is not None:
        nothing = np.array([np.nan])
        if group.slope_gaps is None or group.covariate_scale is None:
            return group.threshold_gaps, group.threshold_gaps, nothing
        slopes = (group.slope_gaps, group.slope_gaps * group.covariate_scale)
        raw, standard = (np.concatenate([group.threshold_gaps, each.ravel()]) for each in slopes)
        return raw, standard, nothing
    if group.sample_mean is None or group.implied_mean is None:
        return (np.empty(0),) * 3
    raw = group.sample_mean - group.implied_mean
    return raw, raw / scale, group.sample_mean / scale - group.implied_mean / implied_scale


def _with_and_without(covariances: Floats, means: Floats) -> tuple[float, float]:
    """Root mean square with the means and without."""
    squares, count = float(covariances @ covariances), covariances.size
    total, total_count = squares + float(means @ means), count + means.size
    return (total / total_count) ** 0.5 if total_count else 0.0, (squares / count) ** 0.5 if count else 0.0


def _gfi(group: GroupMoments, discrepancy: str) -> float:
    if group.lengths is not None:
        return 1 - group.lengths[0] / group.lengths[1]
    weight: Floats | None = None
    if discrepancy != "ULS":
        weight, _, definite = spd_inverse_logdet(
            group.implied_cov if discrepancy in ("ML", "IV") else group.sample_cov
        )
        if not definite:
            return np.nan
    mean = group.sample_mean
    mean_residual = None if mean is None or group.implied_mean is None else mean - group.implied_mean
    misfit = _length(group.sample_cov - group.implied_cov, mean_residual, weight, group.exogenous)
    size = _length(group.sample_cov, mean, weight, group.exogenous)
    return 1 - misfit / size if size else np.nan


def _length(cov: Floats, mean: Floats | None, weight: Floats | None, exogenous: tuple[int, ...]) -> float:
    """m'Wm + ½ tr(WSWS), or with the identity the sum of squares of the distinct moments."""
    cov = cov.copy()
    cov[np.ix_(exogenous, exogenous)] = 0.0
    m = np.zeros(len(cov)) if mean is None else mean.copy()
    m[list(exogenous)] = 0.0
    if weight is None:
        return float(np.sum(cov[_lower(len(cov))] ** 2) + m @ m)
    product = weight @ cov
    return float(0.5 * np.sum(product * product.T) + m @ weight @ m)


def _count(group: GroupMoments) -> int:
    if group.count:
        return group.count
    p = len(group.sample_cov)
    return p * (p + 1) // 2 + (p if group.sample_mean is not None else 0)


def _seen(group: GroupMoments, diagonal: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of the distinct covariances that the data tell."""
    rows, columns = _lower(len(group.sample_cov), diagonal)
    if group.unseen is None:
        return rows, columns
    told = ~group.unseen[rows, columns]
    return rows[told], columns[told]


@cache
def _lower(p: int, diagonal: int = 0) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.tril_indices(p, diagonal)
