"""Moments of ordinal variables: what thresholds, slopes, variances and correlations a model of y* implies."""

from __future__ import annotations

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.categories import Categories
from mlbc_stats.sem.implied.ram import Implied


def thresholds(part: Categories, own: Floats) -> Floats:
    """τ (..., t) at the group's own parameters (..., q_g); places of means hold zero."""
    out = np.empty((*own.shape[:-1], len(part.tau0)), dtype=own.dtype)
    out[...] = part.tau0
    out[..., part.tau_place] = own[..., part.tau_cell]
    return out


def scaling_factors(part: Categories, own: Floats) -> Floats:
    """Δ (..., v) of the delta parameterization; 1 for what is not ordinal."""
    out = np.empty((*own.shape[:-1], len(part.delta0)), dtype=own.dtype)
    out[...] = part.delta0
    out[..., part.delta_place] = own[..., part.delta_cell]
    return out


def residual_variances(part: Categories, own: Floats, inverse: Floats, disturbance: Floats) -> Floats:
    """Residual variances (..., o) with which ordinal variables have variance 1/Δ² given the covariates.

    Formula: with B = (I−A)⁻¹ and S₀ the disturbances without them, Σ_k B_jk² s_k = 1/Δ_j² − (BS₀Bᵀ)_jj, linear in s.

    Parameters
    ----------
    inverse : (..., v, v) B; disturbance : (..., v, v) S, what it holds in these places is left out.
    """
    o = np.flatnonzero(part.ordinal)
    bare = disturbance.copy()
    bare[..., o, o] = 0.0
    bare[..., part.covariates, :] = 0.0
    rows = inverse[..., o, :]
    explained = np.sum((rows @ bare) * rows, axis=-1)
    left = 1 / scaling_factors(part, own)[..., o] ** 2 - explained
    if not part.inner:
        return left
    return np.linalg.solve(inverse[..., o[:, None], o] ** 2, left[..., None])[..., 0]


def stacked_moments(part: Categories, tau: Floats, implied: Implied) -> Floats:
    """σ (..., m): thresholds Δ(τ − μ) and means, slopes ΔΠ, other variances, ΔΣΔ below the diagonal.

    Slopes come covariate by covariate. The implied moments are those given the covariates. Of two levels, Δ of both is
    1/√ of the variance within, μ the sum of both means, and the other variances are those between, ΔΣ_BΔ.
    """
    y, x = part.responses, part.covariates
    sigma, mu = implied.sigma[..., y[:, None], y], np.asarray(implied.mu)[..., y]
    variance = np.einsum("...ii->...i", sigma)
    scale = scale_of(part, variance)
    mu = mu if part.joined is None else mu @ part.joined.T
    slopes = np.swapaxes(implied.inverse[..., y[:, None], x], -1, -2) * scale[..., None, :]
    rows, columns = part.pairs
    shifted = np.where(part.is_threshold, tau - mu[..., part.item], mu[..., part.item])
    return np.concatenate(
        [
            scale[..., part.item] * shifted,
            slopes.reshape(*slopes.shape[:-2], -1),
            variance[..., part.continuous] * scale[..., part.continuous] ** 2,
            scale[..., rows] * scale[..., columns] * sigma[..., rows, columns],
        ],
        axis=-1,
    )


def response_slopes(part: Categories, implied: Implied, slope: Floats) -> tuple[Floats, Floats]:
    """dF/dΣ (..., p, p), symmetric, and dF/dμ (..., p) of y* from dF/dσ (..., m), where the moments are `linear`."""
    y, (rows, columns) = part.responses, part.pairs
    scale, first, spread = part.delta0[y], len(part.item), len(part.continuous)
    sign = np.where(part.is_threshold, -scale[part.item], 1.0)
    belongs = (part.item[:, None] == np.arange(len(y))) * sign[:, None]
    d_mu = np.zeros(implied.sigma.shape[:-1])
    d_mu[..., y] = slope[..., :first] @ belongs
    d_sigma = np.zeros_like(implied.sigma)
    at = y[part.continuous]
    d_sigma[..., at, at] = slope[..., first : first + spread]
    half = 0.5 * slope[..., first + spread :] * scale[rows] * scale[columns]
    d_sigma[..., y[rows], y[columns]] = d_sigma[..., y[columns], y[rows]] = half
    return d_sigma, d_mu


def scale_of(part: Categories, variance: Floats) -> Floats:
    """1/√variance of ordinal responses, 1 of the others (..., r); of two levels 1/√ of that within, for both parts."""
    with np.errstate(invalid="ignore", divide="ignore"):
        own = np.where(part.marked, 1 / np.sqrt(variance), 1.0)
    return own if part.unit_of is None else own[..., part.unit_of]
