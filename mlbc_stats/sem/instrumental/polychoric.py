"""Errors and tests of an equation between polychoric correlations, from their covariance matrix Γ."""

from __future__ import annotations

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.instrumental.cells import over_moments
from mlbc_stats.sem.instrumental.least_squares import TwoStage


def polychoric_inference(
    found: TwoStage,
    slopes: Floats,
    outcome: Floats,
    regressors: Floats,
    instruments: Ints,
    moments: SampleMoments,
) -> tuple[Floats, float]:
    """var(b) (k, k), and Browne's residual-based statistic of the covariances of instruments and disturbance.

    Formula: var(b) = KΓKᵀ/n with K = db/ds; the statistic is n eᵀ[Ω⁻¹ − Ω⁻¹G(GᵀΩ⁻¹G)⁻¹GᵀΩ⁻¹]e with e = s_zy − S_zx b,
    G = S_zx and Ω the asymptotic covariance of e at fixed b.

    References
    ----------
    Bollen & Maydeu-Olivares (2007), doi:10.1007/s11336-007-9006-3; Browne (1984),
    doi:10.1111/j.2044-8317.1984.tb00789.x.
    """
    if moments.ordinal is None or moments.ordinal.gamma is None:
        raise DataError("no covariance matrix of the polychoric correlations; give the answers themselves")
    gamma, n = np.asarray(moments.ordinal.gamma), float(moments.n)
    k = over_moments(slopes, moments, True)
    contrast = outcome - regressors @ found.coefficients
    moved = np.eye(len(contrast))[instruments][:, :, None] * contrast
    r = over_moments((moved + moved.mT) / 2, moments, True)
    weight = np.linalg.inv(r @ gamma @ r.T)
    pulled = weight @ moments.cov[instruments] @ regressors
    across = pulled.T @ found.remainder
    information = regressors.T @ moments.cov[instruments].T @ pulled
    free = found.remainder @ weight @ found.remainder - across @ np.linalg.solve(information, across)
    return k @ gamma @ k.T / n, float(n * free)
