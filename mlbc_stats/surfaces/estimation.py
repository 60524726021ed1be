"""Least squares under a model's constraints, many samples at once, from weighted cross-products.

The terms D (n, p) are written as QT with orthonormal Q, so that high powers of uncentred scales do no harm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import cholesky_flag
from mlbc_stats.surfaces.family import TERMS, Floats, Member

GRID, HALVINGS = 36, 52
SINGULAR = 1e-7
"""Directions tried for a ridge, halvings around the best, and the share of a column that is rounding."""


@dataclass(frozen=True, slots=True)
class Products:
    """Cross-products of terms and outcome; leading axes are samples.

    Attributes
    ----------
    root : (p, p) triangle T with D = QT.
    gram : (..., p, p) Q'WQ; cross : (..., p) Q'Wz; square : (...,) z'Wz.
    scale : (2,) standard deviations of x and y, in which directions of ridges are tried.
    """

    root: Floats
    gram: Floats
    cross: Floats
    square: Floats
    scale: Floats


@dataclass(frozen=True, slots=True)
class Solution:
    """Coefficients (..., p), residual sum of squares (...,), and the tangent (..., p, k) of the model there."""

    coefficients: Floats
    rss: Floats
    tangent: Floats


def weighted_products(
    basis: Floats, root: Floats, z: Floats, scale: Floats, weights: Floats | None = None
) -> Products:
    """Products of an orthonormal basis (n, p) with z (n,), for rows of weights (B, n) or for the sample itself."""
    if weights is None:
        return Products(root, basis.T @ basis, basis.T @ z, np.asarray(z @ z), scale)
    n, p = basis.shape
    pairs = (basis[:, :, None] * basis[:, None, :]).reshape(n, p * p)
    return Products(
        root, (weights @ pairs).reshape(-1, p, p), weights @ (basis * z[:, None]), weights @ z**2, scale
    )


def solve(member: Member, products: Products) -> Solution:
    """The least-squares surface of a model in every sample; terms beyond the first six are free.

    A ridge is linear but for its direction, whose profile is searched over half a circle and polished where its
    derivative changes sign.
    """
    p = products.root.shape[0]
    if not member.ridge:
        basis = with_controls(member.span(), p)
        found, rss, _ = _project(basis, products)
        return Solution(found, rss, np.broadcast_to(basis, (*rss.shape, *basis.shape)))
    angle = _best_angle(member, products)
    basis, turned = _ridge(member, angle, products.scale, p)
    found, rss, weights = _project(basis, products)
    moved = np.einsum("...pk,...k->...p", turned, weights)
    return Solution(found, rss, np.concatenate([basis, moved[..., None]], axis=-1))


def with_controls(span: Floats, p: int) -> Floats:
    """A span (..., 6, k) of the surface's terms, with a column for each of p − 6 further terms."""
    more = p - TERMS
    out = np.zeros((*span.shape[:-2], p, span.shape[-1] + more))
    out[..., :TERMS, : span.shape[-1]] = span
    out[..., TERMS:, span.shape[-1] :] = np.eye(more)
    return out


def _project(basis: Floats, products: Products) -> tuple[Floats, Floats, Floats]:
    """Coefficients (..., p) in the span of a basis (..., p, k), residual sum of squares, and weights (..., k)."""
    inner, triangle = np.linalg.qr(products.root @ basis)
    flat = np.swapaxes(inner, -1, -2)
    gram, cross = flat @ products.gram @ inner, np.einsum("...kp,...p->...k", flat, products.cross)
    lower, definite = cholesky_flag(gram)
    ok = definite & regular(np.swapaxes(lower, -1, -2)) & np.broadcast_to(regular(triangle), cross.shape[:-1])
    one = np.eye(gram.shape[-1])
    part = np.linalg.solve(np.where(ok[..., None, None], gram, one), cross[..., None])
    weights = np.linalg.solve(np.where(ok[..., None, None], triangle, one), part)[..., 0]
    weights = np.where(ok[..., None], weights, np.nan)
    rss = np.where(ok, products.square - np.sum(part[..., 0] * cross, axis=-1), np.nan)
    return np.einsum("...pk,...k->...p", basis, weights), np.maximum(rss, 0.0), weights


def regular(triangle: Floats) -> NDArray[np.bool_]:
    """Whether no column of upper triangles (..., k, k) is nearly a combination of those before it."""
    pivots, sizes = np.abs(np.einsum("...kk->...k", triangle)), np.linalg.norm(triangle, axis=-2)
    return np.asarray((pivots > SINGULAR * sizes).all(axis=-1))


def _ridge(member: Member, angle: Floats, scale: Floats, p: int) -> tuple[Floats, Floats]:
    """Basis (..., p, k) of a ridge in a direction, and its derivative by the angle."""
    s, c = np.sin(angle) / scale[0], np.cos(angle) / scale[1]
    ds, dc = np.cos(angle) / scale[0], -np.sin(angle) / scale[1]
    nothing = np.zeros_like(s)
    square = np.stack([nothing, nothing, nothing, s * s, -2 * s * c, c * c], axis=-1)
    d_square = np.stack([nothing] * 3 + [2 * s * ds, -2 * (ds * c + s * dc), 2 * c * dc], axis=-1)
    columns, moved = [square], [d_square]
    if member.ridge == "level":
        columns.append(np.stack([nothing, s, -c, nothing, nothing, nothing], axis=-1))
        moved.append(np.stack([nothing, ds, -dc, nothing, nothing, nothing], axis=-1))
    fixed = np.broadcast_to(member.span(), (*s.shape, TERMS, len(member.basis)))
    basis = np.concatenate([fixed, np.stack(columns, axis=-1)], axis=-1)
    turned = np.concatenate([np.zeros_like(fixed), np.stack(moved, axis=-1)], axis=-1)
    whole = with_controls(turned, p)
    whole[..., TERMS:, :] = 0.0
    return with_controls(basis, p), whole


def _best_angle(member: Member, products: Products) -> Floats:
    batch = products.cross.shape[:-1]
    grid = np.arange(GRID) * np.pi / GRID
    rss = np.stack([_profile(member, np.full(batch, angle), products)[0] for angle in grid])
    best = grid[np.argmin(np.where(np.isnan(rss), np.inf, rss), axis=0)]
    low, high = best - np.pi / GRID, best + np.pi / GRID
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        rising = _profile(member, middle, products)[1] > 0
        low, high = np.where(rising, low, middle), np.where(rising, middle, high)
    return np.asarray((low + high) / 2)


def _profile(member: Member, angle: Floats, products: Products) -> tuple[Floats, Floats]:
    """Residual sum of squares at an angle and half its derivative (by the envelope theorem)."""
    basis, turned = _ridge(member, np.asarray(angle), products.scale, products.root.shape[0])
    found, rss, weights = _project(basis, products)
    moved = np.einsum("...pk,...k->...p", turned, weights) @ products.root.T
    residual = products.cross - np.einsum("...pq,...q->...p", products.gram, found @ products.root.T)
    return rss, -np.sum(moved * residual, axis=-1)
