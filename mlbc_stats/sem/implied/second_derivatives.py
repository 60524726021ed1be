"""Exact second derivatives of a group's discrepancy: the moments' curvature plus the model's own.

With a cell a: (i, j) of A, B = (I−A)⁻¹, G = FB, C = BSGᵀ and V = BSBᵀ, the columns of H = [G | Cᵀ] move by
dG_k = B_jk G_i and dC_l = B_li C_j + V_lj G_i, so the second derivatives of Σ and μ are gathered as well.
"""

from __future__ import annotations

import numpy as np

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.discrepancy.evaluation import Evaluation
from mlbc_stats.sem.implied.cell_pairs import gather
from mlbc_stats.sem.implied.first_derivatives import (
    factors,
    mean_factor,
    moment_jacobian,
    normal_information,
    sides,
)
from mlbc_stats.sem.implied.ram import Implied, Ram


def half_hessian(ram: Ram, implied: Implied, got: Evaluation) -> Floats:
    """½ d²F/dθdθᵀ (..., q_g, q_g) of one group: its unit observed information."""
    return add_curvature(_moment_part(ram, implied, got), ram, implied, got)


def add_curvature(out: Floats, ram: Ram, implied: Implied, got: Evaluation) -> Floats:
    """Add to `out` (..., q_g, q_g), in place, what the model's own second derivatives contribute to ½ d²F/dθdθᵀ."""
    directed = np.flatnonzero(ram.directed)
    if not len(directed):
        return out
    bent = 0.5 * _model_part(ram, implied, got, directed)
    both = bent[..., directed]
    bent[..., directed] = 0.5 * (both + both.mT)
    out[..., directed, :] += bent
    bent[..., directed] = 0.0
    out[..., :, directed] += bent.mT
    return out


def _moment_part(ram: Ram, implied: Implied, got: Evaluation) -> Floats:
    if got.full:
        delta = moment_jacobian(ram, implied)
        return delta.mT @ (got.weight if got.curvature is None else got.curvature) @ delta
    if got.curvature is None:
        return normal_information(ram, implied, got.weight)
    at, columns = ram.pairs, sides(implied)
    weight, curved = gather(columns, got.weight), gather(columns, got.curvature)
    uu, uv, vu = weight[at.uu], weight[at.uv], weight[at.vu]
    out = uu * curved[at.vv] + weight[at.vv] * curved[at.uu] + uv * curved[at.vu] + vu * curved[at.uv]
    out *= 0.5 * at.scale
    if got.pull is not None and ram.means:
        u, v, t = factors(ram, implied)
        along_u = ram.scale * (got.pull[..., None, :] @ u)[..., 0, :]
        along_v = ram.scale * (got.pull[..., None, :] @ v)[..., 0, :]
        out += at.products(along_u, t) * vu + at.products(t, along_u) * uv
        out += (at.products(along_v, t) + at.products(t, along_v) + at.products(t, t)) * uu
    return at.square(out, implied.sigma.shape[:-2])


def _model_part(ram: Ram, implied: Implied, got: Evaluation, directed: Ints) -> Floats:
    """tr(Q ∂²Σ) + r·∂²μ for each directed cell (rows) with every cell (columns), (..., d, q_g)."""
    v = len(ram.variables)
    columns, inverse = sides(implied), implied.inverse
    total_cov = inverse @ implied.disturbance @ inverse.mT
    reach = np.concatenate([inverse.mT, total_cov], axis=-2)
    small = columns.mT @ got.slope @ columns
    i, j = ram.row[directed][:, None], ram.col[directed][:, None]
    k, side = ram.row, ram.side
    out = inverse[..., j, k] * small[..., i, side] + reach[..., side, j] * small[..., k, i]
    back = np.where(ram.directed, inverse[..., ram.col, i], 0.0)
    out = 2 * ram.scale * (out + back * small[..., k, v + j])
    if got.mean_slope is None or not ram.means or implied.expected is None:
        return out
    slope = (got.mean_slope[..., None, :] @ implied.total)[..., 0, :]
    t = mean_factor(ram, implied)
    return (
        out
        + slope[..., i] * inverse[..., j, k] * t[..., None, :]
        + slope[..., None, k] * back * implied.expected[..., j]
    )
