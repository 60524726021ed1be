"""The likelihood of one ordinal item in clusters: thresholds, and the variance between clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from mlbc_stats.moments.ordinal_levels.nodes import line

Array = NDArray[Any]

LEAST = 1e-15
"""Probabilities below are rounding of none."""


@dataclass(frozen=True, slots=True)
class Scored:
    """log L [J] of every cluster and its slopes by the parameters [J, q]."""

    value: Array
    scores: Array


def item_likelihood(counts: Array, theta: Array, count: int | None = None) -> Scored:
    """log L of each cluster's answers, y* = u_j + e_ij cut at the thresholds, Var(e) = 1, u_j ~ N(0, ψ).

    Formula: log ∫ φ(z) Π_c [Φ(τ_c − √ψ z) − Φ(τ_{c−1} − √ψ z)]^{n_jc} dz.

    Parameters
    ----------
    counts : array [J, C], answers by category; theta : array [C], thresholds τ and ψ; count : of nodes, see `line`.

    Examples
    --------
    >>> found = item_likelihood(np.array([[1.0, 0.0]]), np.array([0.0, 1.0]))
    >>> float(np.exp(found.value[0]).round(6))
    0.5
    """
    cuts, psi = theta[:-1], theta[-1]
    z, weight = line(float(counts.sum(1).max()), float(psi), count)
    limits = cuts[:, None] - np.sqrt(psi) * z
    edge = np.zeros((1, len(z)))
    chance = np.maximum(np.diff(np.concatenate([edge, ndtr(limits), edge + 1]), axis=0), LEAST)
    density = np.exp(-0.5 * limits**2) / np.sqrt(2 * np.pi)
    value, posterior = integrate(counts, np.log(chance), weight)
    by_cut = np.zeros((len(cuts), *chance.shape))
    for c in range(len(cuts)):
        by_cut[c, c], by_cut[c, c + 1] = density[c], -density[c]
    by_psi = -by_cut.sum(0) * z / (2 * np.sqrt(psi))
    return Scored(value, gather(counts, posterior, [*by_cut, by_psi], chance))


def integrate(counts: Array, log_chance: Array, weight: Array) -> tuple[Array, Array]:
    """log L [J] and the chances of the nodes [J, K] given what a cluster answered."""
    terms = counts @ log_chance + weight
    top = terms.max(1, keepdims=True)
    np.exp(terms - top, out=terms)
    total = terms.sum(1, keepdims=True)
    terms /= total
    return (np.log(total) + top)[:, 0], terms


def gather(counts: Array, posterior: Array, slopes: list[Array], chance: Array) -> Array:
    """Slopes of log L [J, q] from those of the chances of the cells, [C, K] for each parameter."""
    share = np.where(chance > LEAST, 1 / chance, 0.0)
    return np.stack([np.sum(counts * (posterior @ (slope * share).T), axis=1) for slope in slopes], axis=1)
