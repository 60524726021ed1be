"""Tests of the difference of one estimate between two groups, many estimates at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from mlbc_stats.composites.multigroup.permuting import share

Array = NDArray[Any]

ROUNDING = 1e-12
"""Permutations that differ by less are as extreme as what was observed."""


def permutation_test(difference: Array, drawn: Array, level: float) -> dict[str, Array]:
    """Quantiles of the permuted differences (B, k), and the two-sided p value of the observed one (k,).

    References
    ----------
    Chin & Dibbern (2010), doi:10.1007/978-3-540-32827-8_8.

    Examples
    --------
    >>> found = permutation_test(np.array([0.9]), np.linspace(-1, 1, 39)[:, None], 0.9)
    >>> {name: value.round(3).tolist() for name, value in found.items()}
    {'lower': [-0.9], 'upper': [0.9], 'pvalue': [0.125]}
    """
    if not len(drawn):
        return dict.fromkeys(("lower", "upper", "pvalue"), np.full(len(difference), np.nan))
    tail = (1 - level) / 2
    lower, upper = np.quantile(drawn, [tail, 1 - tail], axis=0)
    extreme = np.sum(np.abs(drawn) >= np.abs(difference) - ROUNDING, axis=0)
    found = share(extreme, np.array(len(drawn)))
    return {"lower": lower, "upper": upper, "pvalue": np.where(np.isfinite(difference), found, np.nan)}


def henseler_pvalue(one: Array, other: Array) -> Array:
    """(k,) probability, from bootstrap draws (B, k) of both groups, that the first group's value is not the larger.

    1 − Σ_i Σ_j Θ(2b̄₁ − b₁ᵢ − 2b̄₂ + b₂ⱼ)/(B₁B₂): small when the first is larger, near one when the second is.

    References
    ----------
    Henseler, Ringle & Sinkovics (2009), doi:10.1108/S1474-7979(2009)0000020014.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> found = henseler_pvalue(rng.normal(1, 1, (2000, 1)), rng.normal(0, 1, (2000, 1)))
    >>> bool(abs(found[0] - 0.24) < 0.03)
    True
    """
    if not len(one) or not len(other):
        return np.full(one.shape[1], np.nan)
    mirrored, against = 2 * one.mean(axis=0) - one, np.sort(2 * other.mean(axis=0) - other, axis=0)
    less = [np.searchsorted(against[:, k], mirrored[:, k]).mean() for k in range(one.shape[1])]
    return 1 - np.array(less) / len(other)


def pooled_test(difference: Array, errors: Array, sizes: tuple[int, int]) -> tuple[Array, Array, Array]:
    """t, degrees of freedom and two-sided p with equal variances in both groups.

    t = d/√(((n₁−1)²s₁² + (n₂−1)²s₂²)/(n₁+n₂−2) · (1/n₁ + 1/n₂)), df = n₁ + n₂ − 2.

    Parameters
    ----------
    difference : (k,). errors : (2, k) bootstrap standard errors s. sizes : n₁, n₂.

    References
    ----------
    Keil et al. (2000), doi:10.2307/3250940; Sarstedt, Henseler & Ringle (2011), doi:10.1108/S1474-7979(2011)0000022012.

    Examples
    --------
    >>> t, df, p = pooled_test(np.array([0.3]), np.array([[0.1], [0.1]]), (100, 100))
    >>> t.round(3).tolist(), df.tolist(), p.round(4).tolist()
    ([2.132], [198.0], [0.0342])
    """
    n1, n2 = sizes
    square = ((n1 - 1) ** 2 * errors[0] ** 2 + (n2 - 1) ** 2 * errors[1] ** 2) / (n1 + n2 - 2)
    return _judged(difference, square * (1 / n1 + 1 / n2), np.full(len(difference), float(n1 + n2 - 2)))


def welch_test(difference: Array, errors: Array, sizes: tuple[int, int]) -> tuple[Array, Array, Array]:
    """t, degrees of freedom and two-sided p with variances of their own (Welch–Satterthwaite).

    With v = (n−1)/n·s² of each group: t = d/√(v₁ + v₂), df = (v₁ + v₂)²/(v₁²/(n₁−1) + v₂²/(n₂−1)) − 2.

    References
    ----------
    Sarstedt, Henseler & Ringle (2011), doi:10.1108/S1474-7979(2011)0000022012, equations 4 and 5.

    Examples
    --------
    >>> t, df, p = welch_test(np.array([0.3]), np.array([[0.1], [0.2]]), (100, 50))
    >>> t.round(3).tolist(), df.round(1).tolist(), p.round(4).tolist()
    ([1.354], [72.5], [0.18])
    """
    n1, n2 = sizes
    v1, v2 = (n1 - 1) / n1 * errors[0] ** 2, (n2 - 1) / n2 * errors[1] ** 2
    below = v1**2 / (n1 - 1) + v2**2 / (n2 - 1)
    df = (v1 + v2) ** 2 / np.where(below > 0, below, np.nan) - 2
    return _judged(difference, v1 + v2, df)


def _judged(difference: Array, variance: Array, df: Array) -> tuple[Array, Array, Array]:
    t = difference / np.sqrt(np.where(variance > ROUNDING**2, variance, np.nan))
    df = np.where(df > 0, df, np.nan)
    return t, df, np.asarray(2 * stats.t.sf(np.abs(t), df))
