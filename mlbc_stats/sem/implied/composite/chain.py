"""Derivatives of the cells that a composite model fills by its own parameters: weights, covariances, structure.

The cells are those of A and S that are parameters themselves, then per block λ and the lower triangle of the residual
covariances, then the variances of the disturbances of all composites.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.composite.blocks import Block
from mlbc_stats.sem.implied.ram import Implied, Ram


@dataclass(frozen=True, slots=True)
class Cells:
    """All cells of a composite model.

    Attributes
    ----------
    ram : the model with every such cell as a parameter, q_e of them.
    plain : own parameters that are its first cells.
    blocks : the composites.
    """

    ram: Ram
    plain: Ints
    blocks: tuple[Block, ...]


def derived_places(blocks: Sequence[Block]) -> Iterator[tuple[bool, int, int]]:
    """(whether of A, row, column) of the cells that follow from parameters."""
    for block in blocks:
        rows, columns = np.tril_indices(len(block.items))
        yield from ((True, int(item), block.at) for item in block.items)
        yield from (
            (False, int(block.items[r]), int(block.items[c])) for r, c in zip(rows, columns, strict=True)
        )
    yield from ((False, block.at, block.at) for block in blocks)


def chain(cells: Cells, inverse: Floats, disturbance: Floats, q: int) -> Floats:
    """E (..., q_e, q_g), slopes of the cells by the q_g own parameters, at B = (I−A)⁻¹ and S (..., v, v).

    From v = w'Tw and λ = Tw/v: dλ = (dT w + T dw)/v − λ dv/v, and d(T − vλλ') = dT − dv λλ' − v(dλ λ' + λ dλ'). The
    disturbances' variances ψ keep Var(C) = v: with the slopes D of the total variances by the plain cells,
    Σ_d B_cd² dψ_d = dv_c − D_c.
    """
    total = inverse @ disturbance @ inverse.mT
    out = np.zeros((*total.shape[:-2], len(cells.ram.row), q), dtype=total.dtype)
    out[..., np.arange(len(cells.plain)), cells.plain] = 1.0
    at, change = len(cells.plain), np.zeros((*total.shape[:-2], len(cells.blocks), q), dtype=total.dtype)
    for c, block in enumerate(cells.blocks):
        d_loading, d_variance, d_residual = _block_slopes(block, inverse, total)
        size, columns = len(block.items), _columns(block)
        rows, cols = np.tril_indices(size)
        out[..., at : at + size, columns] = d_loading.swapaxes(-1, -2)
        at += size
        out[..., at : at + len(rows), columns] = d_residual[..., rows, cols].swapaxes(-1, -2)
        at += len(rows)
        change[..., c, columns] = d_variance
    index = np.array([block.at for block in cells.blocks], dtype=np.intp)
    plain = slice(0, len(cells.plain))
    sides = np.concatenate([inverse, total], axis=-1)
    moved = (
        inverse[..., index[:, None], cells.ram.row[plain]] * sides[..., index[:, None], cells.ram.side[plain]]
    )
    change[..., cells.plain] -= 2 * cells.ram.scale[plain] * moved
    out[..., at:, :] = np.linalg.solve(inverse[..., index[:, None], index] ** 2, change)
    return out


def curvature(cells: Cells, implied: Implied, first: Floats, slope: Floats) -> Floats:
    """½ Σ_e g_e ∂²(cell e)/∂θ∂θ' (..., q_g, q_g) for g = dF/d(cells) (..., q_e), by complex steps through `chain`."""
    ram, step = cells.ram, 1e-30
    v, q = implied.inverse.shape[-1], first.shape[-1]
    d_a = np.zeros((*first.shape[:-2], q, v, v))
    d_s = np.zeros_like(d_a)
    moving = first.swapaxes(-1, -2)
    a, s = np.flatnonzero(ram.directed), np.flatnonzero(ram.symmetric)
    d_a[..., ram.row[a], ram.col[a]] = moving[..., a]
    d_s[..., ram.row[s], ram.col[s]] = d_s[..., ram.col[s], ram.row[s]] = moving[..., s]
    inverse = implied.inverse[..., None, :, :]
    shifted = inverse + 1j * step * (inverse @ d_a @ inverse)
    bent = np.imag(chain(cells, shifted, implied.disturbance[..., None, :, :] + 1j * step * d_s, q)) / step
    half = 0.5 * (slope[..., None, None, :] @ bent)[..., 0, :]
    return (half + half.swapaxes(-1, -2)) / 2


def _columns(block: Block) -> Ints:
    """Own parameters of a block: free weights, then free covariances."""
    return np.concatenate([block.weight_cells[block.weight_cells >= 0], block.cells])


def _block_slopes(block: Block, inverse: Floats, total: Floats) -> tuple[Floats, Floats, Floats]:
    """By each of the block's b parameters dλ (..., b, k), dv (..., b) and dCov(e) (..., b, k, k)."""
    within = total[..., block.items[:, None], block.items]
    variance = total[..., block.at, block.at]
    loading = inverse[..., block.items, block.at] / inverse[..., block.at, block.at][..., None]
    weights = np.linalg.solve(within, (loading * variance[..., None])[..., None])[..., 0]
    free = np.flatnonzero(block.weight_cells >= 0)
    k, b = len(block.items), len(free) + len(block.cells)
    d_within = np.zeros((b, k, k))
    d_within[len(free) + np.arange(len(block.cells)), block.i, block.j] = 1.0
    d_within[len(free) + np.arange(len(block.cells)), block.j, block.i] = 1.0
    turned = (d_within @ weights[..., None, :, None])[..., 0]
    toward = turned.copy()
    toward[..., : len(free), :] += within[..., free, :]
    d_variance = (turned * weights[..., None, :]).sum(axis=-1)
    d_variance[..., : len(free)] += 2 * (loading * variance[..., None])[..., free]
    d_loading = (toward - d_variance[..., None] * loading[..., None, :]) / variance[..., None, None]
    outer = d_loading[..., :, None] * loading[..., None, None, :]
    d_residual = (
        d_within
        - d_variance[..., None, None] * (loading[..., :, None] * loading[..., None, :])[..., None, :, :]
        - variance[..., None, None, None] * (outer + outer.swapaxes(-1, -2))
    )
    return d_loading, d_variance, d_residual
