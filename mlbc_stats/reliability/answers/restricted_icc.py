"""Intraclass correlation of the random-intercept model by restricted maximum likelihood."""

from __future__ import annotations

import numpy as np

from mlbc_stats.reliability.items import Floats

STARTS = np.linspace(0.0, 0.999, 400)
"""Intraclass correlations between which the maximum is bracketed."""


def restricted_icc(means: Floats, sizes: Floats, within: float) -> float:
    """ICC that maximizes the restricted likelihood of y_ij = μ + u_j + e_ij.

    With λ = ρ/(1 − ρ), w_j = n_j/(1 + n_jλ) and m the weighted mean of the cluster means, ρ minimizes
    (N − 1) log(SSW + Σ w_j(ȳ_j − m)²) + Σ log(1 + n_jλ) + log Σ w_j.

    Parameters
    ----------
    means, sizes : (J,) of the clusters. within : sum of squares within clusters, positive.

    References
    ----------
    Patterson & Thompson (1971), doi:10.1093/biomet/58.3.545. In R: ``nlme::lme(y ~ 1, random = ~ 1 | g)``.

    Examples
    --------
    >>> round(restricted_icc(np.array([1.5, 5.5]), np.array([2, 2]), 1.0), 3)
    0.939
    """
    values = [_criterion(rho, means, sizes, within)[0] for rho in STARTS]
    best = int(np.argmin(values))
    low, high = STARTS[max(best - 1, 0)], STARTS[best + 1] if best + 1 < len(STARTS) else 1 - 1e-9
    if _criterion(low, means, sizes, within)[1] >= 0:
        return float(low)
    for _ in range(60):
        middle = (low + high) / 2
        if _criterion(middle, means, sizes, within)[1] < 0:
            low = middle
        else:
            high = middle
    return float((low + high) / 2)


def _criterion(rho: float, means: Floats, sizes: Floats, within: float) -> tuple[float, float]:
    """Criterion and its derivative by λ."""
    ratio = rho / (1 - rho)
    w = sizes / (1 + sizes * ratio)
    centred = means - np.sum(w * means) / w.sum()
    spread, df = within + float(np.sum(w * centred**2)), float(sizes.sum()) - 1
    value = df * np.log(spread) + float(np.sum(np.log1p(sizes * ratio))) + np.log(w.sum())
    slope = -df * float(np.sum(w**2 * centred**2)) / spread + w.sum() - float(np.sum(w**2)) / w.sum()
    return float(value), float(slope)
