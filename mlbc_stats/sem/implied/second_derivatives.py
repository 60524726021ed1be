"""Exact second derivatives of a group's discrepancy: the moments' curvature plus the model's own.

With a cell a: (i, j) of A, B = (I−A)⁻¹, G = FB, C = BSGᵀ and V = BSBᵀ, the columns of H = [G | Cᵀ] move by
dG_k = B_jk G_i and dC_l = B_li C_j + V_lj G_i, so the second derivatives of Σ and μ are gathered as well.
"""

from __future__ import annotations

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.evaluation import Evaluation, Part
from mlbc_stats.sem.implied.cell_bends import flat
from mlbc_stats.sem.implied.cell_pairs import batch_last, gather, pooled
from mlbc_stats.sem.implied.first_derivatives import (
    beside,
    factors,
    few_moments,
    mean_factor,
    moment_jacobian,
    normal_information,
    sides,
    through_moments,
)
from mlbc_stats.sem.implied.ram import Implied, Ram


def curved_slopes(ram: Ram, implied: Implied, got: Evaluation) -> tuple[Floats, Floats]:
    """dF/dθ (..., q_g) and ½ d²F/dθdθᵀ (..., q_g, q_g), the unit observed information, of one group."""
    columns = sides(implied)
    bent = columns.mT @ got.slope @ columns
    gradient = 2 * ram.scale * flat(bent).take(ram.cell, axis=-1)
    if got.mean_slope is not None and ram.means:
        per_source = (got.mean_slope[..., None, :] @ implied.total)[..., 0, :]
        gradient = gradient + mean_factor(ram, implied) * per_source[..., ram.row]
    half = _add_bends(_moment_part(ram, implied, got, columns, bent), ram, implied, bent, got.mean_slope)
    return gradient, half


def add_curvature(out: Floats, ram: Ram, implied: Implied, got: Evaluation) -> Floats:
    """Add to `out` (..., q_g, q_g), in place, what the model's own second derivatives contribute to ½ d²F/dθdθᵀ."""
    columns = sides(implied)
    return _add_bends(out, ram, implied, columns.mT @ got.slope @ columns, got.mean_slope)


def _moment_part(ram: Ram, implied: Implied, got: Evaluation, columns: Floats, bent: Floats) -> Floats:
    if got.parts is not None and few_moments(ram):
        return through_moments(ram, implied, got)
    if got.parts is not None:
        each = (pooled(_part_curvature(ram, implied, part, columns), part.share) for part in got.parts())
        return ram.pairs.square(np.asarray(sum(each)), implied.sigma.shape[:-2])
    if got.full:
        return got.information(moment_jacobian(ram, implied))
    if not got.curved:
        return normal_information(ram, implied, got.weight)
    pull = None if got.pull is None else got.pull[..., None, :]
    out = _pair_curvature(ram, implied, gather(columns, got.weight), batch_last(bent), pull)
    return ram.pairs.square(out, implied.sigma.shape[:-2])


def _part_curvature(ram: Ram, implied: Implied, part: Part, columns: Floats) -> Floats:
    """½ d²F of each pattern's moments over the pairs of cells (t, batch of patterns)."""
    wide = beside(columns, part.weight)
    bent = gather(wide, np.asarray(part.slope))
    return _pair_curvature(ram, implied, gather(wide, part.weight), bent, part.pull)


def _pair_curvature(ram: Ram, implied: Implied, weight: Floats, bent: Floats, pull: Floats | None) -> Floats:
    """½ d²F of the moments over the pairs of cells (t, batch), from HᵀWH and HᵀQH, batch last; pull (..., k, p)."""
    at, curved = ram.pairs, weight - 2 * bent
    uu, _, uv, vu = quarters = at.quarters(weight, at.left)
    out = (quarters * at.quarters(curved, at.right)).sum(axis=0)
    out *= 0.5 * at.scale
    if pull is not None and ram.means:
        u, v, t = factors(ram, implied)
        t = np.broadcast_to(t[..., None, :], (*pull.shape[:-1], t.shape[-1]))
        along_u, along_v = ram.scale * (pull @ u), ram.scale * (pull @ v)
        out += at.products(along_u, t) * vu + at.products(t, along_u) * uv
        out += (at.products(along_v, t) + at.products(t, along_v) + at.products(t, t)) * uu
    return out


def _add_bends(out: Floats, ram: Ram, implied: Implied, bent: Floats, mean_slope: Floats | None) -> Floats:
    """Add ½[tr(Q ∂²Σ) + r·∂²μ] of all pairs of cells to `out` (..., q_g, q_g), in place; `bent` is HᵀQH."""
    at = ram.bends
    if not len(at.cells):
        return out
    inverse, small = flat(implied.inverse), flat(bent)
    total_cov = implied.inverse @ implied.disturbance @ implied.inverse.mT
    reach = flat(np.concatenate([implied.inverse.mT, total_cov], axis=-2))
    across, back = inverse.take(at.jk, axis=-1), at.both * inverse.take(at.ci, axis=-1)
    part = across * small.take(at.i_side, axis=-1)
    part += reach.take(at.side_j, axis=-1) * small.take(at.ki, axis=-1)
    part += back * small.take(at.kvj, axis=-1)
    part *= at.scale
    if mean_slope is not None and ram.means and implied.expected is not None:
        slope = (mean_slope[..., None, :] @ implied.total)[..., 0, :]
        i, j = ram.row[at.cells][:, None], ram.col[at.cells][:, None]
        part += at.mean_scale * (
            slope[..., i] * across * mean_factor(ram, implied)[..., None, :]
            + slope[..., None, ram.row] * back * implied.expected[..., j]
        )
    out[..., at.cells, :] += part
    out[..., :, at.cells] += part.mT
    return out
