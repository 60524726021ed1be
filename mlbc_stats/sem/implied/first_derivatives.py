"""Pull derivatives with respect to moments back to the parameters, through rank-two factors.

Each cell moves the moments by dΣ = s(uvᵀ + vuᵀ) and dμ = t u, where u is a column of G = F(I−A)⁻¹ and v a column
of H = [G | Cᵀ] with C = (I−A)⁻¹SGᵀ. So everything is gathered from small matrices (2v × 2v).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError
from mlbc_stats.linalg import vech_indices
from mlbc_stats.moments.incomplete.information import moment_information
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.evaluation import Evaluation
from mlbc_stats.sem.implied.cell_bends import flat
from mlbc_stats.sem.implied.cell_pairs import gather, pooled
from mlbc_stats.sem.implied.ram import Implied, Ram


def gradient(ram: Ram, implied: Implied, slope: Floats, mean_slope: Floats | None) -> Floats:
    """dF/dθ (..., q_g) from the slopes of a discrepancy: dF/dΣ and dF/dμ, or dF/dσ (..., m) of stacked moments."""
    return ram.engine.gradient(ram, implied, slope, mean_slope)


def moment_jacobian(ram: Ram, implied: Implied) -> Floats:
    """Δ = dσ/dθ (..., m, q_g) over (μ, vech Σ), or over the stacked moments of ordinal data."""
    return ram.engine.jacobian(ram, implied)


def group_information(ram: Ram, implied: Implied, got: Evaluation) -> Floats:
    """Unit information of a group's parameters (..., q_g, q_g) under the evaluation's weight."""
    if got.parts is not None and few_moments(ram):
        return through_moments(ram, implied, got)
    if got.parts is not None:
        each = (pooled(_pair_information(ram, implied, part.weight), part.share) for part in got.parts())
        return ram.pairs.square(np.asarray(sum(each)), implied.sigma.shape[:-2])
    if not got.full:
        return normal_information(ram, implied, got.weight)
    return got.information(moment_jacobian(ram, implied))


MOMENTS_PER_PARAMETER = 5
"""Sample moments per parameter up to which their information, pulled back, costs less than all pairs of parameters."""


def few_moments(ram: Ram) -> bool:
    """Whether the information of incomplete data is gathered over the moments first, not over pairs of parameters."""
    p = ram.n_observed
    return bool(ram.means) and p * (p + 3) // 2 <= MOMENTS_PER_PARAMETER * len(ram.row)


def through_moments(ram: Ram, implied: Implied, got: Evaluation) -> Floats:
    """ΔᵀHΔ (..., q_g, q_g) with the information H of the moments gathered from the parts of the patterns."""
    if got.parts is None:
        raise ModelError("no patterns of missing values; this is a fault of the package")
    delta = normal_jacobian(ram, implied)
    moments = moment_information(got.parts())  # type: ignore[arg-type]  # parts of the same shape
    return delta.mT @ moments @ delta


def normal_gradient(ram: Ram, implied: Implied, slope: Floats, mean_slope: Floats | None) -> Floats:
    """dF/dθ (..., q_g) from dF/dΣ = slope (..., p, p), symmetric, and dF/dμ = mean_slope (..., p).

    Formula: 2 s uᵀ(dF/dΣ)v + t uᵀ(dF/dμ).
    """
    pulled = implied.total.mT @ slope @ sides(implied)
    out = 2 * ram.scale * flat(pulled).take(ram.cell, axis=-1)
    if mean_slope is not None and ram.means:
        per_source = (mean_slope[..., None, :] @ implied.total)[..., 0, :]
        out = out + mean_factor(ram, implied) * per_source[..., ram.row]
    return out


def summed_gradient(ram: Ram, implied: Implied, slope: Floats, mean_slope: Floats) -> Floats:
    """`normal_gradient` summed over a batch axis (J, ...), without the gradient of every element: (q_g,).

    Of a mixture of normal models with common parameters that is what counts.
    """
    pushed = slope @ sides(implied)
    pulled = np.tensordot(implied.total, pushed, axes=([0, 1], [0, 1]))
    per_source = (mean_slope[..., None, :] @ implied.total)[..., 0, :]
    means = np.sum(mean_factor(ram, implied) * per_source[..., ram.row], axis=0)
    return np.asarray(2 * ram.scale * pulled.ravel()[ram.cell] + means)


def normal_information(ram: Ram, implied: Implied, weight: Floats) -> Floats:
    """½ tr(W dΣ_a W dΣ_b) + dμ_aᵀ W dμ_b, shape (..., q_g, q_g), for a weight (..., p, p).

    Formula: s_a s_b [(UᵀWU)(VᵀWV) + (UᵀWV)(UᵀWV)ᵀ]_ab + t_a t_b (UᵀWU)_ab.
    """
    return ram.pairs.square(_pair_information(ram, implied, weight), implied.sigma.shape[:-2])


def _pair_information(ram: Ram, implied: Implied, weight: Floats) -> Floats:
    """The same over the pairs of cells (t, batch); a weight (..., K, p, p) has an axis of patterns more."""
    at, small = ram.pairs, gather(beside(sides(implied), weight), weight)
    uu, vv, uv, vu = at.quarters(small, at.left)
    out = at.scale * (uu * vv + uv * vu)
    if ram.means:
        t = beside(mean_factor(ram, implied)[..., None, :], weight)[..., 0, :]
        out += uu * at.products(t, t)
    return out


def beside(matrices: Floats, weight: Floats) -> Floats:
    """Matrices (..., a, b), repeated along an axis of patterns where the weight (..., [K,] p, p) has one."""
    if weight.ndim == matrices.ndim:
        return matrices
    shape = (*matrices.shape[:-2], weight.shape[-3], *matrices.shape[-2:])
    return np.broadcast_to(matrices[..., None, :, :], shape)


def normal_jacobian(ram: Ram, implied: Implied) -> Floats:
    """Δ = d(μ, vech Σ)/dθ of shape (..., [p +] p(p+1)/2, q_g); μ first and only with a mean structure."""
    rows, cols = vech_indices(ram.n_observed)
    u, v, t = factors(ram, implied)
    delta = ram.scale * (u[..., rows, :] * v[..., cols, :] + v[..., rows, :] * u[..., cols, :])
    if not ram.means:
        return delta
    return np.concatenate([t[..., None, :] * u, delta], axis=-2)


def factors(ram: Ram, implied: Implied) -> tuple[Floats, Floats, Floats]:
    """u (..., p, q_g), v (..., p, q_g) and t (..., q_g) of dΣ = s(uvᵀ + vuᵀ) and dμ = t u."""
    return implied.total[..., ram.row], sides(implied)[..., ram.side], mean_factor(ram, implied)


def sides(implied: Implied) -> Floats:
    """H = [G | Cᵀ] (..., p, 2v)."""
    return np.concatenate([implied.total, implied.cross.mT], axis=-1)


def mean_factor(ram: Ram, implied: Implied) -> NDArray[np.float64]:
    """t of dμ = t u: the source's expectation for a directed cell, 1 for a mean, 0 for a covariance."""
    if implied.expected is None:
        return np.zeros(len(ram.row))
    return np.where(ram.directed, implied.expected[..., ram.col], ram.mean.astype(float))
