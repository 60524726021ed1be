"""Upper tail of a weighted sum of independent χ² variables, exact to rounding."""

from __future__ import annotations

import numpy as np

from mlbc_stats.sem.arrays import Floats

DIGITS = 36.0
"""−log of the relative error that the trapezoidal rule may leave."""


def mixture_tail(weights: Floats, x: float) -> float:
    """P(Σ_i w_i X_i > x) for independent X_i ~ χ²_1 and weights (d,); those that are not positive count as zero.

    The tail is (1/2πi)∫ exp(K(s) − sx)/s ds with K(s) = −½ Σ log(1 − 2w_i s), taken along the parabola
    s = b − (a − it)² around the branch cut that starts at b = 1/(2 max w). It crosses the real axis near the saddle
    point b − a², so that nothing cancels, and the trapezoidal rule converges geometrically; its step follows from the
    distance of the singularities and from the width of the integrand.

    References
    ----------
    Imhof (1961), doi:10.1093/biomet/48.3-4.419 (the integral); Trefethen & Weideman (2014), doi:10.1137/130932132 (the
    rule).
    In R: ``CompQuadForm::imhof(x, weights)``, which stops at an absolute error of 1e-6.

    Examples
    --------
    >>> from scipy.special import chdtrc
    >>> round(mixture_tail(np.ones(24), 85.306) / float(chdtrc(24, 85.306)), 9)
    1.0
    """
    w = weights[weights > 0]
    if not len(w) or not np.isfinite(x):
        return np.nan
    if x <= 0:
        return 1.0
    w, x = w / w.max(), x / float(w.max())
    branch = 0.5
    saddle = _saddle(w, x)
    a = np.sqrt(branch - saddle)
    width = 1 / np.sqrt(np.sum(2 * (w / (1 - 2 * w * saddle)) ** 2) + 1 / saddle**2) / (2 * a)
    step = min(2 * np.pi * min(a, np.sqrt(branch) - a) / DIGITS, width / 2)
    reach = np.sqrt(DIGITS / x) + 8 * step
    t = np.arange(0.5 * step, reach, step)
    z = a - 1j * t
    s = branch - z**2
    exponent = -0.5 * np.sum(np.log1p(-2 * w[:, None] * s), axis=0) - s * x
    return float(min(1.0, 2 * step / np.pi * np.sum((z / s * np.exp(exponent)).real)))


def _saddle(w: Floats, x: float) -> float:
    """Zero of K'(s) − x − 1/s, where the integrand is least along the real axis, kept off both ends; max w = 1."""
    low, high = 0.0, 0.5
    for _ in range(60):
        s = (low + high) / 2
        slope = np.sum(w / (1 - 2 * w * s)) - x - 1 / s
        low, high = (s, high) if slope < 0 else (low, s)
    return min(max((low + high) / 2, 0.02), 0.49)
