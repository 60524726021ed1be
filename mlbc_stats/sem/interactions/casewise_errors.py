"""Sampling covariance of estimates with products: the observed information, or the sandwich of casewise scores."""

from __future__ import annotations

import numpy as np

from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.inference.uncertainty import Uncertainty
from mlbc_stats.sem.interactions.estimating import Moderated
from mlbc_stats.sem.interactions.moderation import Moderation

STEP = 1e-4
"""Step of central differences of casewise log-likelihoods, in standard errors; the error is its square."""


def uncertainty_of(found: Moderation, ended: Moderated, robust: bool) -> Uncertainty:
    """V = K I⁻¹ Kᵀ, or K I⁻¹ (Σ s sᵀ) I⁻¹ Kᵀ with scores s of cases, or their sums over clusters; K the constraints.

    NaN throughout where the information is not positive.

    References
    ----------
    White (1982), doi:10.2307/1912526.
    """
    q, n = len(ended.climb.theta), found.cases
    basis = np.eye(q) if found.space.basis is None else found.space.basis
    nothing = np.full((q, q), np.nan)
    if ended.climb.information is None or not ended.climb.converged:
        return Uncertainty(nothing, nothing, None, nothing, np.ones(q, dtype=bool), np.zeros((q, 0)))
    inner, _, _ = spd_inverse_logdet(ended.climb.information)
    inverse = basis @ inner @ basis.T
    bread = np.linalg.pinv(inverse * n, hermitian=True)
    vcov, meat = inverse, None
    if robust:
        meat = cross_products(found, ended, basis, inner)
        vcov = basis @ inner @ meat @ inner @ basis.T
    return Uncertainty(
        (vcov + vcov.T) / 2, bread, meat, inverse * n, np.zeros(q, dtype=bool), np.zeros((q, 0))
    )


def cross_products(found: Moderation, ended: Moderated, basis: Floats, inverse: Floats) -> Floats:
    """Σ s sᵀ (r, r) over cases or clusters, in the directions that the constraints leave."""
    scores = casewise_scores(ended, basis, np.sqrt(np.diag(inverse)))
    out = np.zeros((basis.shape[1], basis.shape[1]))
    for own, moments in zip(scores, found.moments, strict=True):
        weighted = own if moments.weights is None else own * np.asarray(moments.weights)[:, None]
        if moments.cluster is not None:
            codes = np.unique(moments.cluster, return_inverse=True)[1].ravel()
            summed = np.zeros((codes.max() + 1, weighted.shape[1]))
            np.add.at(summed, codes, weighted)
            weighted = summed
        out += weighted.T @ weighted
    return out


def casewise_scores(ended: Moderated, basis: Floats, size: Floats) -> list[Floats]:
    """d log L_i (n, r) of every group along the directions (q, r), whose rough standard errors are `size` (r,)."""
    theta, columns = ended.climb.theta, []
    for at in range(basis.shape[1]):
        shift = STEP * size[at] * basis[:, at]
        above, below = ended.likelihood.casewise(theta + shift), ended.likelihood.casewise(theta - shift)
        columns.append([(a - b) / (2 * STEP * size[at]) for a, b in zip(above, below, strict=True)])
    return [np.stack([column[g] for column in columns], axis=1) for g in range(len(columns[0]))]
