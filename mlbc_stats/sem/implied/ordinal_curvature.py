"""Second derivatives of the moments of ordinal variables, exact by complex steps of their Jacobian."""

from __future__ import annotations

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.moments import imply
from mlbc_stats.sem.implied.ram import Ram

STEP = 1e-30
"""Imaginary step: there is no difference to lose digits by, so that it may be as small as numbers go."""

CHUNK = 4_000_000
"""Numbers of Jacobians that one pass may hold."""


def stacked_curvature(ram: Ram, theta: Floats, slope: Floats) -> Floats:
    """½ Σ_k w_k ∂²σ_k/∂θ∂θᵀ (q_g, q_g) of a group's own parameters at theta (q,), for w = dF/dσ (m,).

    With F = (s − σ)ᵀW(s − σ) and the Jacobian Δ, ½ d²F/dθdθᵀ = ΔᵀWΔ + this. Each row is the imaginary part of wᵀΔ at
    theta + ih e_k over h: thresholds, scaling factors (delta) or residual variances (theta), slopes and correlations
    with all they have to do with one another.

    References
    ----------
    Squire & Trapp (1998), doi:10.1137/S003614459631241X.
    """
    own = len(ram.free)
    out = np.empty((own, own))
    several = max(1, CHUNK // max(1, own * len(slope)))
    for first in range(0, own, several):
        part = np.arange(first, min(first + several, own))
        points = np.repeat(theta.astype(complex)[None], len(part), axis=0)
        points[np.arange(len(part)), ram.free[part]] += 1j * STEP
        with np.errstate(all="ignore"):
            jacobian = ram.engine.jacobian(ram, imply(ram, points))
        out[part] = (slope @ jacobian).imag / STEP
    return 0.25 * (out + out.T)
