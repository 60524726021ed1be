"""Coefficient alpha of a scale with its interval, standardized form and value without each item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import fdtri

from mlbc_stats.errors import DataError
from mlbc_stats.reliability.bounds.guttman import unique_variances
from mlbc_stats.reliability.items import Floats, ScaleItems, read_items, refuse_opposed, tell_unturned
from mlbc_stats.showing import Shown


@dataclass(frozen=True, slots=True, repr=False)
class Alpha(Shown):
    """Coefficient alpha of one scale.

    Attributes
    ----------
    alpha : from the covariances. ci_lower, ci_upper : Feldt's interval at `level`.
    std_error : Duhachek and Iacobucci's. standardized : from the correlations. average_r : mean correlation.
    median_r : median correlation. signal_noise : k r̄/(1 − r̄), the standardized form as a ratio of variances.
    lambda6 : Guttman's λ₆ of the correlations, from squared multiple correlations (NaN for collinear items).
    n : cases; n_items : k; items : (k,) their names; dropped : (k,) alpha without each item (NaN for k = 2).
    negative_items : items that correlate negatively with the rest, which look as if they were not reversed.
    """

    alpha: float
    ci_lower: float
    ci_upper: float
    level: float
    std_error: float
    standardized: float
    average_r: float
    median_r: float
    signal_noise: float
    lambda6: float
    n: int
    n_items: int
    items: tuple[str, ...]
    dropped: tuple[float, ...]
    negative_items: tuple[str, ...]


def alpha(
    data: Any, items: Sequence[str] | None = None, missing: str = "listwise", level: float = 0.95
) -> Alpha:
    """Coefficient alpha, α = k/(k−1) · (1 − Σ s_ii / Σ s_ij).

    Parameters
    ----------
    data : table (n, k) of keyed items (reversed items already turned).
    items : columns of the scale; all columns by default.
    missing : "listwise" (default) or "pairwise"; the interval then uses the smallest pairwise n.
    level : coverage of the interval.

    Returns
    -------
    Alpha
        The interval is Feldt's: 1 − (1 − α) F with F the quantiles of F(n−1, (n−1)(k−1)), exact under parallel
        normal items. Covariances have divisor n − 1, of which α does not depend.

    Raises
    ------
    DataError
        for fewer than two items, constant items, or a level outside (0, 1).

    Warns
    -----
    DataWarning
        of items that run against the rest of the scale (named); where all do so on average, α is negative.

    References
    ----------
    Cronbach (1951), doi:10.1007/BF02310555; Feldt, Woodruff & Salih (1987),
    doi:10.1177/014662168701100107; Duhachek & Iacobucci (2004), doi:10.1037/0021-9010.89.5.792.
    In R: ``psych::alpha(items)``.

    Examples
    --------
    >>> scale = {"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 5], "c": [1, 3, 3, 4, 4]}
    >>> result = alpha(scale)
    >>> round(result.alpha, 3), result.n
    (0.954, 5)
    """
    return _of_scale(read_items(data, items, missing), level)


def coherent_alpha(data: Any, items: Sequence[str] | None = None, level: float = 0.95) -> Alpha:
    """`alpha` of items that covary positively on average; others are refused, with the item to be reversed first."""
    scale = read_items(data, items)
    refuse_opposed(scale.names, scale.cov)
    return _of_scale(scale, level)


def _of_scale(scale: ScaleItems, level: float) -> Alpha:
    if not 0 < level < 1:
        raise DataError(f"level={level!r}: expected a share between 0 and 1, such as 0.95")
    value = alpha_of_cov(scale.cov)
    lower, upper = feldt_interval(value, scale.n, len(scale.names), level)
    correlation = scale.correlation
    return Alpha(
        alpha=value,
        ci_lower=lower,
        ci_upper=upper,
        level=level,
        std_error=duhachek_error(scale.cov, scale.n),
        standardized=alpha_of_cov(correlation),
        average_r=average_correlation(correlation),
        median_r=float(np.median(below_diagonal(correlation))),
        signal_noise=signal_to_noise(correlation),
        lambda6=lambda6_of(correlation),
        n=scale.n,
        n_items=len(scale.names),
        items=scale.names,
        dropped=alpha_dropped(scale.cov),
        negative_items=tell_unturned(scale.names, scale.cov, depth=4),
    )


def alpha_of_cov(cov: Floats) -> float:
    """α from a covariance (or correlation) matrix (k, k).

    Raises
    ------
    DataError
        if the total score has no variance.

    Examples
    --------
    >>> round(alpha_of_cov(np.array([[1.0, 0.5], [0.5, 1.0]])), 3)
    0.667
    """
    if not cov.sum() > 0:
        raise DataError("the total score of the items has no variance; check which items are reversed")
    return float(alphas_of_covs(cov))


def alphas_of_covs(covs: Floats) -> Floats:
    """α (...) from covariance matrices (..., k, k); NaN where the total score has no variance.

    Examples
    --------
    >>> alphas_of_covs(np.stack([np.eye(2), np.ones((2, 2))])).tolist()
    [0.0, 1.0]
    """
    k, total = covs.shape[-1], covs.sum(axis=(-2, -1))
    own = np.einsum("...ii->...", covs)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, k / (k - 1) * (1 - own / total), np.nan)


def feldt_interval(value: float, n: int, k: int, level: float = 0.95) -> tuple[float, float]:
    """Feldt's interval of α for n cases and k items.

    Examples
    --------
    >>> lower, upper = feldt_interval(0.626117, 301, 3)
    >>> round(lower, 4), round(upper, 4)
    (0.5465, 0.6938)
    """
    tail, df1, df2 = (1 - level) / 2, n - 1.0, (n - 1.0) * (k - 1)
    return 1 - (1 - value) * float(fdtri(df1, df2, 1 - tail)), 1 - (1 - value) * float(fdtri(df1, df2, tail))


def duhachek_error(cov: Floats, n: int) -> float:
    """Standard error of α under normality from a covariance matrix (k, k) of n cases.

    Q = 2k² [T (tr V² + tr²V) − 2 tr V · 1'V²1] / ((k−1)² T³) with T = 1'V1; the error is √(Q/n).

    Examples
    --------
    >>> round(duhachek_error(np.array([[1.0, 0.5], [0.5, 1.0]]), 100), 4)
    0.0667
    """
    k, total, trace = len(cov), float(cov.sum()), float(np.trace(cov))
    squares = float(np.sum(cov * cov)) + trace**2
    q = 2 * k**2 / ((k - 1) ** 2 * total**3) * (total * squares - 2 * trace * float((cov @ cov).sum()))
    return float(np.sqrt(max(q, 0.0) / n))  # zero but for rounding where the items are the same


def average_correlation(correlation: Floats) -> float:
    """Mean of the correlations off the diagonal.

    Examples
    --------
    >>> average_correlation(np.array([[1.0, 0.5], [0.5, 1.0]]))
    0.5
    """
    k = len(correlation)
    return float((correlation.sum() - np.trace(correlation)) / (k * (k - 1)))


def below_diagonal(correlation: Floats) -> Floats:
    """Correlations of every pair of items, k(k − 1)/2 of them.

    Examples
    --------
    >>> below_diagonal(np.array([[1.0, 0.5], [0.5, 1.0]])).tolist()
    [0.5]
    """
    return np.asarray(correlation[np.tril_indices(len(correlation), -1)])


def signal_to_noise(correlation: Floats) -> float:
    """k r̄/(1 − r̄) of a correlation matrix (k, k); NaN where all correlations are 1.

    Cronbach & Gleser (1964), doi:10.1177/001316446402400303.

    Examples
    --------
    >>> signal_to_noise(np.array([[1.0, 0.5], [0.5, 1.0]]))
    2.0
    """
    mean = average_correlation(correlation)
    return len(correlation) * mean / (1 - mean) if 1 - mean > 1e-12 else np.nan


def lambda6_of(matrix: Floats) -> float:
    """Guttman's λ₆ = 1 − Σ e²/T of a covariance or correlation matrix (k, k); NaN for collinear items.

    Examples
    --------
    >>> round(lambda6_of(np.array([[1.0, 0.5], [0.5, 1.0]])), 3)
    0.5
    """
    try:
        return 1 - float(np.sum(unique_variances(matrix))) / float(matrix.sum())
    except DataError:
        return np.nan


def is_keyed(cov: Floats) -> bool:
    """Whether the covariances (k, k) off the diagonal are not negative on average.

    Examples
    --------
    >>> is_keyed(np.eye(2)), is_keyed(np.array([[1.0, -0.5], [-0.5, 1.0]]))
    (True, False)
    """
    return bool(cov.sum() >= np.trace(cov))


def alpha_dropped(cov: Floats) -> tuple[float, ...]:
    """α of the other items, leaving out each in turn (k,); NaN for a scale of two and for others that run against each
    other (covariances negative on average).

    Examples
    --------
    >>> alpha_dropped(np.array([[1.0, 0.5], [0.5, 1.0]]))
    (nan, nan)
    """
    if len(cov) < 3:
        return (np.nan,) * len(cov)
    rest = [np.delete(np.delete(cov, i, 0), i, 1) for i in range(len(cov))]
    return tuple(alpha_of_cov(part) if is_keyed(part) else np.nan for part in rest)
