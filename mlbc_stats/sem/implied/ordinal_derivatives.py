"""First and second derivatives of the moments of ordinal variables; the latter by complex steps of the former."""

from __future__ import annotations

import numpy as np

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.categories import Categories
from mlbc_stats.sem.implied.moments import imply
from mlbc_stats.sem.implied.ordinal_moments import scale_of
from mlbc_stats.sem.implied.ram import Implied, Ram

STEP = 1e-30
"""Imaginary step: there is no difference to lose digits by, so that it may be as small as numbers go."""

CHUNK = 4_000_000
"""Numbers of Jacobians that one pass may hold."""


def stacked_jacobian(ram: Ram, part: Categories, implied: Implied, u: Floats, v: Floats, t: Floats) -> Floats:
    """dσ/dθ (..., m, q_g) from the factors of dΣ = s(uvᵀ + vuᵀ) and dμ = t u over the observed variables.

    In the delta parameterization the variance of an ordinal variable is 1/Δ², whatever else moves, so its own slopes
    are those of Δ; where it points at others its residual variance takes part (implicit differentiation). Thresholds,
    most of the cells, move nothing but themselves and are written last.
    """
    y = part.responses
    moving = np.flatnonzero(np.bincount(part.tau_cell, minlength=len(ram.row)) == 0)
    u, v, t = u[..., y[:, None], moving], v[..., y[:, None], moving], t[..., moving]
    rows, columns = part.pairs
    s = ram.scale[moving]
    d_mu = t[..., None, :] * u
    d_variance = 2 * s * u * v
    d_cov = s * (u[..., rows, :] * v[..., columns, :] + v[..., rows, :] * u[..., columns, :])
    sigma, mu, tau = (
        implied.sigma[..., y[:, None], y],
        np.asarray(implied.mu)[..., y],
        np.asarray(implied.tau),
    )
    variance = np.einsum("...ii->...i", sigma)
    if not part.theta:
        d_variance, d_cov = _with_scaling(part, moving, implied, variance, d_variance, d_cov)
    scale = scale_of(part, variance)
    d_scale = np.where(part.marked, -0.5 * scale**3, 0.0)[..., None] * d_variance
    if part.joined is not None:
        d_scale, mu, d_mu = d_scale[..., part.unit_of, :], mu @ part.joined.T, part.joined @ d_mu
    d_first = np.where(part.is_threshold, -1.0, 1.0)[:, None] * d_mu[..., part.item, :]
    d_first *= scale[..., part.item, None]
    gap = np.where(part.is_threshold, tau - mu[..., part.item], 0.0)
    d_first += gap[..., None] * d_scale[..., part.item, :]
    both = scale[..., rows] * scale[..., columns]
    d_pairs = both[..., None] * d_cov
    moved = (
        scale[..., columns, None] * d_scale[..., rows, :] + scale[..., rows, None] * d_scale[..., columns, :]
    )
    d_pairs += sigma[..., rows, columns, None] * moved
    slopes = _slope_jacobian(ram, part, moving, implied, scale, d_scale)
    apart = part.continuous
    d_spread = scale[..., apart, None] ** 2 * d_variance[..., apart, :]
    d_spread += (2 * scale * variance)[..., apart, None] * d_scale[..., apart, :]
    out = np.zeros((*d_pairs.shape[:-2], part.count, len(ram.row)), dtype=d_pairs.dtype)
    out[..., moving] = np.concatenate([d_first, slopes, d_spread, d_pairs], axis=-2)
    out[..., part.tau_place, part.tau_cell] = scale[..., part.item[part.tau_place]]
    return out


def _with_scaling(
    part: Categories, moving: Ints, implied: Implied, variance: Floats, d_variance: Floats, d_cov: Floats
) -> tuple[Floats, Floats]:
    """Slopes of variances and covariances when residual variances of ordinal variables follow from their Δ."""
    marked = np.flatnonzero(part.marked)
    bound = np.zeros_like(d_variance[..., marked, :])
    place = {int(variable): at for at, variable in enumerate(part.responses[marked])}
    for cell, variable in zip(np.searchsorted(moving, part.delta_cell), part.delta_place, strict=True):
        at = place[int(variable)]
        bound[..., at, cell] = -2 * variance[..., marked[at]] ** 1.5
    d_variance = d_variance.copy()
    if part.inner:
        reach = implied.inverse[..., part.responses[:, None], part.responses[marked]]
        own = reach[..., marked, :] ** 2
        d_residual = np.linalg.solve(own, bound - d_variance[..., marked, :])
        rows, columns = part.pairs
        d_cov = d_cov + (reach[..., rows, :] * reach[..., columns, :]) @ d_residual
        d_variance += reach**2 @ d_residual
    d_variance[..., marked, :] = bound
    return d_variance, d_cov


def _slope_jacobian(
    ram: Ram, part: Categories, moving: Ints, implied: Implied, scale: Floats, d_scale: Floats
) -> Floats:
    """d(ΔΠ)/dθ (..., k r, cells), covariate by covariate; Π = B over (responses, covariates)."""
    y, x = part.responses, part.covariates
    if not len(x):
        return np.zeros((*d_scale.shape[:-2], 0, len(moving)))
    b = implied.inverse
    row, col, directed = ram.row[moving], ram.col[moving], ram.directed[moving]
    source = np.swapaxes(np.where(directed[:, None], b[..., col[:, None], x], 0.0), -1, -2)
    d_pi = b[..., y[:, None], row][..., None, :, :] * source[..., :, None, :]
    pi = np.swapaxes(b[..., y[:, None], x], -1, -2)
    out = scale[..., None, :, None] * d_pi + pi[..., None] * d_scale[..., None, :, :]
    return out.reshape(*out.shape[:-3], len(x) * len(y), len(moving))


def stacked_curvature(ram: Ram, theta: Floats, slope: Floats) -> Floats:
    """½ Σ_k w_k ∂²σ_k/∂θ∂θᵀ (q_g, q_g) of a group's own parameters at theta (q,), for w = dF/dσ (m,).

    With F = (s − σ)ᵀW(s − σ) and the Jacobian Δ, ½ d²F/dθdθᵀ = ΔᵀWΔ + this. Each row is the imaginary part of wᵀΔ at
    theta + ih e_k over h: thresholds, scaling factors (delta) or residual variances (theta), slopes and correlations
    with all they have to do with one another.

    References
    ----------
    Squire & Trapp (1998), doi:10.1137/S003614459631241X.
    """
    own = len(ram.free)
    out = np.empty((own, own))
    several = max(1, CHUNK // max(1, own * len(slope)))
    for first in range(0, own, several):
        part = np.arange(first, min(first + several, own))
        points = np.repeat(theta.astype(complex)[None], len(part), axis=0)
        points[np.arange(len(part)), ram.free[part]] += 1j * STEP
        with np.errstate(all="ignore"):
            jacobian = ram.engine.jacobian(ram, imply(ram, points))
        out[part] = (slope @ jacobian).imag / STEP
    return 0.25 * (out + out.T)
