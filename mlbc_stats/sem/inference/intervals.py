"""Confidence intervals from a bootstrap distribution."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.arrays import Floats

KINDS = ("percentile", "basic", "normal", "bc", "bca")


def intervals(
    estimate: Floats, draws: Floats, kind: str, level: float, leave_one_out: Floats | None = None
) -> tuple[Floats, Floats]:
    """Lower and upper ends (k,) for estimates (k,) from draws (B, k); NaN with fewer than two draws.

    Bias-corrected ends are the quantiles at Φ(z₀ + (z₀ ± z)/(1 − a(z₀ ± z))), z₀ = Φ⁻¹ of the share of draws below the
    estimate (ties half), a = 0 for bc and Σd³/6(Σd²)^{3/2} over the jackknife for bca.

    Raises
    ------
    ModelError
        for an unknown kind.

    References
    ----------
    Efron (1987), doi:10.1080/01621459.1987.10478410; Davison & Hinkley (1997), doi:10.1017/CBO9780511802843.
    """
    if kind not in KINDS:
        raise ModelError(f"interval={kind!r} is not known; use one of {', '.join(KINDS)}")
    if len(draws) < 2:
        return np.full(len(estimate), np.nan), np.full(len(estimate), np.nan)
    tail = np.array([(1 - level) / 2, (1 + level) / 2])
    if kind == "normal":
        centre, spread = 2 * estimate - draws.mean(axis=0), draws.std(axis=0, ddof=1)
        return centre + ndtri(tail[0]) * spread, centre + ndtri(tail[1]) * spread
    if kind in {"percentile", "basic"}:
        low, high = _quantile(draws, np.tile(tail[:, None], draws.shape[1]))
        return (low, high) if kind == "percentile" else (2 * estimate - high, 2 * estimate - low)
    low, high = _quantile(draws, _corrected(estimate, draws, tail, leave_one_out))
    still = draws.std(axis=0) < 1e-12 * np.maximum(1.0, np.abs(estimate))
    return np.where(still, estimate, low), np.where(still, estimate, high)


def _corrected(estimate: Floats, draws: Floats, tail: Floats, leave_one_out: Floats | None) -> Floats:
    below = np.mean(draws < estimate, axis=0) + 0.5 * np.mean(draws == estimate, axis=0)
    shift = ndtri(np.clip(below, 1 / (len(draws) + 1), len(draws) / (len(draws) + 1)))
    skew = np.zeros_like(estimate)
    if leave_one_out is not None:
        gap = leave_one_out.mean(axis=0) - leave_one_out
        spread = np.sum(gap**2, axis=0) ** 1.5
        skew = np.divide(np.sum(gap**3, axis=0), 6 * spread, out=np.zeros_like(spread), where=spread > 0)
    z = shift + ndtri(tail)[:, None]
    return ndtr(shift + z / (1 - skew * z))


def _quantile(draws: Floats, at: Floats) -> Floats:
    """Quantiles (2, k) of each column at its own probabilities, by R's type 6, kept within the draws."""
    ordered = np.sort(draws, axis=0)
    count = len(ordered)
    place = np.clip((count + 1) * at - 1, 0, count - 1)
    floor = np.floor(place).astype(np.intp)
    share = place - floor
    columns = np.arange(ordered.shape[1])
    return (1 - share) * ordered[floor, columns] + share * ordered[np.minimum(floor + 1, count - 1), columns]
