"""Discrepancies as functions of uniquenesses alone: the loadings are at their best given these.

With eigenvalues θ and vectors ω, a discrepancy is a sum over the eigenvalues D that the factors leave over. Value,
gradient and Hessian are exact; pairs inside D have closed forms, so that equal eigenvalues do no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

TIE = -1e-12
"""An eigenvalue left over lies below those kept by this much or more; equal ones leave the Hessian finite."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A discrepancy at points x (B, p): value (B,), gradient (B, p), Hessian (B, p, p), loadings (B, p, m)."""

    value: Array
    gradient: Array
    hessian: Array
    loadings: Array


Discrepancy = Callable[[Array, Array, int], Curve]


def unweighted(r: Array, x: Array, m: int) -> Curve:
    """½ Σ_D λ² of R − Ψ at x = ψ: half the squared residuals at the best loadings (Harman & Jones, 1966)."""
    values, vectors = _falling(r - x[:, :, None] * np.eye(x.shape[1]))
    kept = _kept(values, m, 0.0)
    rest = np.where(kept, 0.0, values)
    projection = _sum(vectors, ~kept)
    hessian = projection**2
    for k in range(m):
        gap = np.where(kept, 1.0, np.minimum(values - values[:, k, None], TIE))
        hessian += kept[:, k, None, None] * _sum(vectors, 2 * rest / gap) * _outer(vectors[:, :, k])
    loadings = vectors[:, :, :m] * np.sqrt(np.where(kept, values, 0.0)[:, None, :m])
    return Curve((rest**2).sum(axis=1) / 2, -(rest[:, None] * vectors**2).sum(axis=2), hessian, loadings)


def likelihood(r: Array, x: Array, m: int) -> Curve:
    """Σ_D (θ − 1 − log θ) of Ψ^−½ R Ψ^−½ at x = log ψ: maximum likelihood (Jöreskog, 1967, doi:10.1007/BF02289658)."""
    theta, vectors, kept, root = _scaled(r, x, m)
    rest = np.where(kept, 1.0, theta)
    inside = _sum(vectors, ~kept) * _sum(vectors, np.where(kept, 0.0, theta))
    value = (rest - 1 - np.log(rest)).sum(axis=1)
    return _curve(value, rest - 1, inside, theta, vectors, kept, root, m)


def generalized(r: Array, x: Array, m: int) -> Curve:
    """½ Σ_D (1 − 1/θ)² at x = log ψ: ½ tr(I − R⁻¹Σ)² (Jöreskog & Goldberger, 1972, doi:10.1007/BF02306782)."""
    theta, vectors, kept, root = _scaled(r, x, m)
    t = np.where(kept, 1.0, 1 / theta)
    one, first, second = _sum(vectors, ~kept), _sum(vectors, ~kept * t), _sum(vectors, ~kept * t**2)
    inside = second * one + first**2 - first * one
    return _curve(((1 - t) ** 2).sum(axis=1) / 2, t - t**2, inside, theta, vectors, kept, root, m)


DISCREPANCIES: dict[str, Discrepancy] = {"minres": unweighted, "ml": likelihood, "gls": generalized}


def _curve(
    value: Array, h: Array, inside: Array, theta: Array, vectors: Array, kept: Array, root: Array, m: int
) -> Curve:
    """What follows from h = θφ'(θ), zero on kept eigenvalues, when Ψ^−½ R Ψ^−½ moves by −½(e_i e_i'· + ·e_i e_i')."""
    hessian = inside
    for k in range(m):
        gap = np.where(kept, 1.0, np.minimum(theta - theta[:, k, None], TIE))
        weight = h * (theta + theta[:, k, None]) / gap
        hessian = hessian + kept[:, k, None, None] * _sum(vectors, weight) * _outer(vectors[:, :, k])
    size = np.sqrt(np.where(kept, theta - 1, 0.0)[:, None, :m])
    loadings = root[:, :, None] * vectors[:, :, :m] * size
    return Curve(value, -(h[:, None] * vectors**2).sum(axis=2), hessian, loadings)


def _scaled(r: Array, x: Array, m: int) -> tuple[Array, Array, Array, Array]:
    root = np.exp(x / 2)
    theta, vectors = _falling(r / (root[:, :, None] * root[:, None, :]))
    return np.maximum(theta, 1e-12), vectors, _kept(theta, m, 1.0), root


def _falling(a: Array) -> tuple[Array, Array]:
    values, vectors = np.linalg.eigh(a)
    return values[:, ::-1], vectors[:, :, ::-1]


def _kept(values: Array, m: int, least: float) -> Array:
    """Eigenvalues (B, p) that factors reproduce: the first m, as far as a factor's variance is positive."""
    return (np.arange(values.shape[1]) < m) & (values > least)


def _sum(vectors: Array, weight: Array) -> Array:
    """Σ_j w_j ω_j ω_j' (B, p, p)."""
    return (vectors * weight[:, None]) @ vectors.mT


def _outer(vector: Array) -> Array:
    return vector[:, :, None] * vector[:, None, :]
