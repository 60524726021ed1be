"""What a model implies at given parameters: its matrices, its covariances and its means."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.implied.cell_bends import flat
from mlbc_stats.sem.implied.ram import Implied, Ram


def imply(ram: Ram, theta: Floats) -> Implied:
    """Moments implied by theta (..., q) of the whole model, for this group."""
    return ram.engine.implied(ram, theta)


def imply_normal(ram: Ram, a: Floats, s: Floats, m: Floats) -> Implied:
    """Covariances and means of the observed variables from A (..., v, v), S (..., v, v) and m (..., v)."""
    inverse = total_effects(ram, a)
    total = inverse[..., : ram.n_observed, :]
    cross = inverse @ (s @ total.mT)
    sigma = cross[..., : ram.n_observed, :]
    if not ram.means:
        return Implied(sigma, None, a, inverse, s, total, cross, None)
    expected = (inverse @ m[..., None])[..., 0]
    return Implied(sigma, expected[..., : ram.n_observed], a, inverse, s, total, cross, expected)


def matrices(ram: Ram, theta: Floats) -> tuple[Floats, Floats, Floats]:
    """A (..., v, v), S (..., v, v) and m (..., v) at theta (..., q)."""
    own = theta[..., ram.free]
    a = _batched(ram.a0, own)
    s = _batched(ram.s0, own)
    m = _batched(ram.m0, own, axes=1)
    flat(a)[..., ram.a_places] = own[..., ram.a_cells]
    flat(s)[..., ram.s_places] = own[..., ram.s_cells]
    m[..., ram.m_places] = own[..., ram.m_cells]
    ram.engine.settle(ram, own, a, s)
    return a, s, m


def fill_exogenous(ram: Ram, cov: Floats, mean: Floats | None) -> Ram:
    """The same model with the sample moments of its fixed covariates and given blocks in place (batch axes kept)."""
    x = ram.exogenous
    if not len(x) and not ram.given:
        return ram
    s0 = np.broadcast_to(ram.s0, cov.shape[:-2] + ram.s0.shape[-2:]).copy()
    for block in (x, *ram.given):
        s0[..., block[:, None], block] = cov[..., block[:, None], block]
    m0 = ram.m0
    if ram.means and mean is not None:
        m0 = np.broadcast_to(ram.m0, mean.shape[:-1] + ram.m0.shape[-1:]).copy()
        m0[..., x] = mean[..., x]
    return replace(ram, s0=s0, m0=m0)


def given_covariances(ram: Ram) -> NDArray[np.bool_]:
    """(p, p) covariances taken from the sample: of fixed covariates, and within the blocks of composites."""
    out = np.zeros((ram.n_observed, ram.n_observed), dtype=bool)
    for block in (ram.exogenous, *ram.given):
        out[block[:, None], block] = True
    return out


def count_moments(ram: Ram) -> int:
    """Distinct means and covariances of the observed variables, without those taken from the sample."""
    p = ram.n_observed
    count = p * (p + 1) // 2 - int(np.tril(given_covariances(ram)).sum())
    return count + (p - len(ram.exogenous) if ram.means else 0)


def take_batch(ram: Ram, keep: Ints | NDArray[np.bool_]) -> Ram:
    """The same model for some elements of its batch axis (only moments taken from the sample can carry one)."""
    if ram.s0.ndim == 2:
        return ram
    m0 = ram.m0[keep] if ram.m0.ndim > 1 else ram.m0
    return replace(ram, s0=ram.s0[keep], m0=m0)


def _batched(fixed: Floats, own: Floats, axes: int = 2) -> Floats:
    """A copy of the fixed values for every element, contiguous, so that its flattened form is a view."""
    shape = own.shape[:-1]
    if fixed.ndim == axes:
        out = np.empty(shape + fixed.shape, dtype=own.dtype)
        out[...] = fixed
        return out
    shape = np.broadcast_shapes(shape, fixed.shape[: fixed.ndim - axes]) + fixed.shape[fixed.ndim - axes :]
    out = np.empty(shape, dtype=own.dtype)
    out[...] = fixed
    return out


def total_effects(ram: Ram, a: Floats) -> Floats:
    """(I−A)⁻¹ (..., v, v): a short power series where A is nilpotent, else a solve (NaN where singular).

    Only the variables C that something depends on are inverted: (I−A)⁻¹ = I + A_C (I−A_CC)⁻¹ E_Cᵀ.
    """
    causes, v = ram.causes, a.shape[-1]
    total = np.zeros_like(a)
    total[...] = np.eye(v)
    if len(causes):
        inner = _inverse(a[..., causes[:, None], causes], ram.order)
        total[..., causes] += a[..., causes] @ inner
    return total


def _inverse(a: Floats, order: int) -> Floats:
    """(I−A)⁻¹ of the part of A among causes."""
    identity = np.eye(a.shape[-1])
    if order < 0:
        return inverse_or_nan(identity - a)
    total = identity + a
    power, reached = a, 1
    while reached < order:
        power = power @ power
        total = total + power @ total
        reached = 2 * reached + 1
    return total


def inverse_or_nan(matrix: Floats) -> Floats:
    try:
        return np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        bad = np.abs(np.linalg.det(matrix)) == 0
        safe = np.where(bad[..., None, None], np.eye(matrix.shape[-1]), matrix)
        return np.where(bad[..., None, None], np.nan, np.linalg.inv(safe))
