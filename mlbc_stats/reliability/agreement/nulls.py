"""Variance of answers that nobody agrees on: the null distributions that rwg compares with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlbc_stats.errors import DataError

SHARES = {
    "slight_skew": (0.05, 0.15, 0.20, 0.35, 0.25),
    "moderate_skew": (0.00, 0.10, 0.15, 0.40, 0.35),
    "heavy_skew": (0.00, 0.00, 0.10, 0.40, 0.50),
    "triangular": (0.11, 0.22, 0.34, 0.22, 0.11),
    "normal": (0.07, 0.24, 0.38, 0.24, 0.07),
}
"""Shares of five options, from the lowest; LeBreton & Senter (2008)."""
KNOWN = ("uniform", *SHARES)
Null = str | float | Sequence[float]


def null_variance(options: int, null: Null = "uniform") -> float:
    """Variance of answers on a scale with options one apart when they follow a null distribution.

    Parameters
    ----------
    options : A, how many the scale has.
    null : "uniform" with variance (A² − 1)/12; with five options also "slight_skew", "moderate_skew", "heavy_skew",
        "triangular", "normal"; the shares (A,) of one's own distribution; or its variance.

    Raises
    ------
    DataError
        for an unknown name, shares that do not fit the scale or do not sum to 1, a variance that is not positive.

    References
    ----------
    James, Demaree & Wolf (1984), doi:10.1037/0021-9010.69.1.85; LeBreton & Senter (2008),
    doi:10.1177/1094428106296642.

    Examples
    --------
    >>> [round(null_variance(5, name), 2) for name in ("uniform", "slight_skew", "moderate_skew", "heavy_skew")]
    [2.0, 1.34, 0.9, 0.44]
    """
    if options < 2:
        raise DataError(f"options={options!r}: expected two answer options or more")
    if isinstance(null, str):
        if null == "uniform":
            return (options**2 - 1) / 12
        return _variance(_shares(options, null), options)
    if isinstance(null, int | float):
        if not 0 < float(null) < np.inf:
            raise DataError(f"null={null!r}: the variance of a null distribution is positive")
        return float(null)
    return _variance(null, options)


def _shares(options: int, null: str) -> Sequence[float]:
    if null not in SHARES:
        raise DataError(
            f"null={null!r} is not known; expected one of {', '.join(KNOWN)}, shares or a variance"
        )
    if options != len(SHARES[null]):
        raise DataError(
            f"null={null!r} is known for {len(SHARES[null])} options, the scale has {options}; give the share of each "
            "option, or the variance"
        )
    return SHARES[null]


def _variance(shares: Sequence[float], options: int) -> float:
    p = np.asarray(shares, dtype=float)
    if p.shape != (options,) or not (p >= 0).all() or abs(p.sum() - 1) > 1e-6:
        raise DataError(f"null={list(shares)!r}: expected {options} shares, none negative, that sum to 1")
    codes = np.arange(options)
    variance = float(p @ codes**2 - (p @ codes) ** 2)
    if not variance > 0:
        raise DataError(f"null={list(shares)!r}: all share one option, so the null has no variance")
    return variance
