"""Power of tests in a regression, and samples for a correlation and for a path of partial least squares."""

from __future__ import annotations

from math import atanh, ceil
from typing import Any

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.planning.smallest import check_least, check_share, smallest_n


def regression_power(f2: Any, n: Any, *, tested: Any = 1, predictors: Any = 1, alpha: float = 0.05) -> Any:
    """Power of the F test of some predictors among others, with noncentrality f² n.

    Parameters
    ----------
    f2 : effect size f² = ΔR² / (1 − R²) of the tested ones. n : cases.
    tested : predictors tested together; predictors : all of them. alpha : level.

    Returns
    -------
    float, or an array of the common shape

    Raises
    ------
    ModelError
        for negative effects, more tested predictors than there are, and n that leaves no degrees of freedom.

    References
    ----------
    Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, chapter 9. In R:
    ``pwr::pwr.f2.test(u, v, f2)`` with n = u + v + 1.

    Examples
    --------
    >>> from mlbc_stats import planning
    >>> round(planning.regression_power(0.15, 60, tested=1, predictors=3), 3)
    0.838
    """
    from scipy.stats import f, ncf

    check_share("alpha", alpha)
    effect, u = check_least("f2", f2, 0), check_least("tested", tested, 1)
    every = check_least("predictors", predictors, 1)
    cases = np.asarray(n, dtype=float)
    v = cases - every - 1
    if (u > every).any() or not (v >= 1).all():
        raise ModelError(
            f"tested={tested!r}, predictors={predictors!r}, n={n!r}: expected tested ≤ predictors and "
            "n ≥ predictors + 2"
        )
    effect, u, v, cases = np.broadcast_arrays(effect, u, v, cases)
    ncp = effect * cases
    out = np.where(ncp > 0, ncf.sf(f.isf(alpha, u, v), u, v, np.where(ncp > 0, ncp, 1.0)), alpha)
    return float(out) if out.ndim == 0 else out


def regression_sample_size(
    f2: float, *, tested: int = 1, predictors: int = 1, power: float = 0.8, alpha: float = 0.05
) -> int:
    """The fewest cases with which `regression_power` reaches `power`.

    Parameters
    ----------
    f2, tested, predictors, alpha : as in `regression_power`.
    power : share of studies in which the tested predictors should be found to add.

    Examples
    --------
    >>> from mlbc_stats import planning
    >>> planning.regression_sample_size(0.15, tested=3, predictors=3)
    77
    """
    return smallest_n(
        lambda n: float(regression_power(f2, n, tested=tested, predictors=predictors, alpha=alpha)),
        power,
        predictors + 2,
    )


def correlation_sample_size(r: float, *, power: float = 0.8, alpha: float = 0.05) -> int:
    """Cases to find a correlation with a two-sided test: ((z_{1−α/2} + z_power) / artanh r)² + 3, rounded up.

    Parameters
    ----------
    r : the smallest correlation that should be found; its sign does not matter.
    power : share of studies that should find it. alpha : level of the test.

    References
    ----------
    Fisher (1921), Metron 1, 3-32; Cohen (1988), chapter 3.

    Examples
    --------
    >>> from mlbc_stats import planning
    >>> planning.correlation_sample_size(0.3)
    85
    """
    check_share("|r|", abs(r))
    return ceil((_quantiles(power, alpha / 2) / atanh(abs(r))) ** 2 + 3)


def pls_sample_size(path: float, *, power: float = 0.8, alpha: float = 0.05) -> int:
    """Cases for the smallest path of a PLS model by the inverse square root method: ((z_{1−α} + z_power) / |p|)².

    Rounded up. At a level of 5 % and a power of 80 % the sum of the quantiles is taken as 2.486, as published.

    Parameters
    ----------
    path : the smallest standardized path that should be found; its sign does not matter.
    power : share of studies that should find it. alpha : level of the one-sided test.

    References
    ----------
    Kock & Hadaya (2018), doi:10.1111/isj.12131.

    Examples
    --------
    >>> from mlbc_stats import planning
    >>> planning.pls_sample_size(0.197)
    160
    """
    check_share("|path|", abs(path))
    published = (power, alpha) == (0.8, 0.05)
    return ceil(((2.486 if published else _quantiles(power, alpha)) / abs(path)) ** 2)


def _quantiles(power: float, tail: float) -> float:
    from scipy.special import ndtri

    check_share("power", power)
    check_share("alpha", tail)
    return float(ndtri(1 - tail) + ndtri(power))
