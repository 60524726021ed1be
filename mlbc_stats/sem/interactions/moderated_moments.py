"""Means and covariances of all variables, products included, that a model with products implies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.moments import imply, matrices, total_effects
from mlbc_stats.sem.implied.ram import Ram

POINTS = 9
"""Gauss-Hermite points a factor: exact for the moments of polynomials up to the seventeenth degree."""

Slot = tuple[int, int, int]
"""A phantom, its partner and its conditioning factor, by position."""


def moderated_moments(ram: Ram, slots: Sequence[Slot], k: int, theta: Floats) -> tuple[Floats, Floats]:
    """Means (v,) and covariances (v, v) at theta (q,); the last k observed variables of `ram` are conditioned on.

    Given their values all is linear; over these values, which are normal, moments are sums over Gauss-Hermite points.
    NaN where a conditioning factor itself depends on a product and is not normal.
    """
    a, s, m = matrices(ram, theta)
    v, at = len(a), np.arange(ram.n_observed - k, ram.n_observed)
    held = np.array([phantom for phantom, _, _ in slots], dtype=np.intp)
    plain = a.copy()
    plain[held] = 0.0
    inverse = total_effects(ram, plain)
    if np.abs(inverse[np.ix_(at, held)]).max(initial=0.0) > 0:
        return np.full(v, np.nan), np.full((v, v), np.nan)
    mean, cov = (inverse @ m)[at], (inverse @ s @ inverse.T)[np.ix_(at, at)]
    values, weights = _points(mean, cov)
    paths = np.repeat(plain[None], len(values), axis=0)
    for phantom, partner, column in slots:
        paths[:, phantom, partner] = values[:, column]
    return _mixed(total_effects(ram, paths), s, m, at, values, weights)


def _points(mean: Floats, cov: Floats) -> tuple[Floats, Floats]:
    roots, weights = np.polynomial.hermite_e.hermegauss(POINTS)
    k = len(mean)
    grid = np.stack(np.meshgrid(*[roots] * k, indexing="ij"), axis=-1).reshape(-1, k)
    mass = np.prod(np.stack(np.meshgrid(*[weights] * k, indexing="ij"), axis=-1).reshape(-1, k), axis=1)
    eigenvalues, vectors = np.linalg.eigh(cov)
    root = vectors * np.sqrt(np.maximum(eigenvalues, 0.0))
    return mean + grid @ root.T, mass / mass.sum()


def _mixed(
    inverse: Floats, s: Floats, m: Floats, at: Floats, values: Floats, weights: Floats
) -> tuple[Floats, Floats]:
    """Moments of a mixture of linear models (J, v, v), each given the values (J, k) of the variables `at`."""
    joint, centre = inverse @ s @ inverse.mT, inverse @ m
    known = joint[:, at[:, None], at]
    slope = joint[:, :, at] @ np.linalg.inv(known)
    means = centre + (slope @ (values - centre[:, at])[..., None])[..., 0]
    within = joint - slope @ joint[:, at]
    mean = weights @ means
    gap = means - mean
    between = np.einsum("j,ja,jb->ab", weights, gap, gap)
    return mean, np.einsum("j,jab->ab", weights, within) + between


def implied_moments(ram: Ram, theta: Floats) -> tuple[Floats, Floats]:
    """Means (v,) and covariances (v, v) of a linear model."""
    found = imply(ram, theta)
    cov = found.inverse @ found.disturbance @ found.inverse.mT
    mean = np.zeros(len(cov)) if found.expected is None else np.asarray(found.expected)
    return mean, cov
