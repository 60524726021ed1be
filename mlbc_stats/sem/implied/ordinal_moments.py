"""Moments of ordinal variables: what thresholds, slopes, variances and correlations a model of y* implies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mlbc_stats.sem.implied.moments import Implied, Ram

Floats = NDArray[Any]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Categories:
    """One group's ordinal part: where thresholds and scaling factors are, and how its moments are stacked.

    An ordinal y_j is cut from y*_j at its thresholds τ_j; Δ_j = 1/√Var(y*_j) brings y*_j to unit variance (given the
    covariates). With k covariates x the moments are those of y* given x.

    Attributes
    ----------
    ordinal : (v,) marks among the model's variables (latent ones are never ordinal).
    responses : (r,) positions of the modelled observed variables, covariates left out.
    covariates : (k,) positions of the covariates.
    item : (t,) for every threshold, and mean of a continuous variable, in the first block of the moments, the
        variable's place among the responses.
    is_threshold : (t,) which of them are thresholds.
    tau0 : (t,) fixed values; tau_cell, tau_place : (c,) cells of free thresholds and their places in tau0.
    delta0 : (v,) fixed scaling factors; delta_cell, delta_place : (d,) cells of free ones and their variables.
    theta : whether residual variances are parameters (theta) or follow from the scaling factors (delta).
    inner : whether an ordinal variable points at others, so that its residual variance moves their moments.
    """

    ordinal: NDArray[np.bool_]
    responses: Ints
    covariates: Ints
    item: Ints
    is_threshold: NDArray[np.bool_]
    tau0: Floats
    tau_cell: Ints
    tau_place: Ints
    delta0: Floats
    delta_cell: Ints
    delta_place: Ints
    theta: bool
    inner: bool

    @cached_property
    def marked(self) -> NDArray[np.bool_]:
        """(r,) which responses are ordinal."""
        return self.ordinal[self.responses]

    @cached_property
    def continuous(self) -> Ints:
        """Places of the continuous ones among the responses."""
        return np.flatnonzero(~self.marked)

    @property
    def linear(self) -> bool:
        """Whether the stacked moments are linear in those of y*: scales fixed, no covariates, no ordinal predictors."""
        return not (self.theta or self.inner or len(self.delta_cell) or len(self.covariates))

    @cached_property
    def pairs(self) -> tuple[Ints, Ints]:
        """Places (row, column) of the strict lower triangle of the responses, column by column."""
        columns, rows = np.triu_indices(len(self.responses), 1)
        return rows, columns

    @cached_property
    def count(self) -> int:
        """m, the number of moments."""
        r, k = len(self.responses), len(self.covariates)
        return len(self.item) + r * k + len(self.continuous) + r * (r - 1) // 2


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
    """σ (..., m): thresholds Δ(τ − μ) and means, slopes ΔΠ, continuous variances, ΔΣΔ below the diagonal.

    Slopes come covariate by covariate. The implied moments are those given the covariates.
    """
    y, x = part.responses, part.covariates
    sigma, mu = implied.sigma[..., y[:, None], y], np.asarray(implied.mu)[..., y]
    variance = np.einsum("...ii->...i", sigma)
    scale = _scale(part, variance)
    slopes = np.swapaxes(implied.inverse[..., y[:, None], x], -1, -2) * scale[..., None, :]
    rows, columns = part.pairs
    shifted = np.where(part.is_threshold, tau - mu[..., part.item], mu[..., part.item])
    return np.concatenate(
        [
            scale[..., part.item] * shifted,
            slopes.reshape(*slopes.shape[:-2], -1),
            variance[..., part.continuous],
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


def _scale(part: Categories, variance: Floats) -> Floats:
    """1/√variance of ordinal responses, 1 of the others (..., r)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(part.marked, 1 / np.sqrt(variance), 1.0)


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
    scale = _scale(part, variance)
    d_scale = np.where(part.marked, -0.5 * scale**3, 0.0)[..., None] * d_variance
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
    out = np.zeros((*d_pairs.shape[:-2], part.count, len(ram.row)))
    out[..., moving] = np.concatenate(
        [d_first, slopes, d_variance[..., part.continuous, :], d_pairs], axis=-2
    )
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
