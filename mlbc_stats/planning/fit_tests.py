"""Power of tests of close and not-close fit, of one model and of nested ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.planning.smallest import Floats, check_least, check_share, smallest_n


def rmsea_power(rmsea0: Any, rmsea1: Any, df: Any, n: Any, *, groups: Any = 1, alpha: float = 0.05) -> Any:
    """Power of the test of RMSEA = rmsea0 where it is rmsea1.

    The noncentrality of either is (n − 1) df RMSEA² / groups. Where rmsea1 is larger the test rejects large χ² (close
    fit, or exact fit with rmsea0 = 0), else small ones (not-close fit).

    Parameters
    ----------
    rmsea0, rmsea1 : under the null hypothesis and in truth. df : degrees of freedom. n : cases of all groups.
    groups : their number. alpha : level. All but alpha may be arrays, which are broadcast.

    Returns
    -------
    float, or an array of the common shape

    Raises
    ------
    ModelError
        for negative values, too few cases, and alternatives that are the null hypothesis.

    References
    ----------
    MacCallum, Browne & Sugawara (1996), doi:10.1037/1082-989X.1.2.130. In R:
    ``semTools::findRMSEApower(rmsea0, rmseaA, df, n)``.

    Examples
    --------
    >>> from mlbc_stats import planning
    >>> round(planning.rmsea_power(0.05, 0.08, df=48, n=300), 3)
    0.919
    """
    zero, one = check_least("rmsea0", rmsea0, 0), check_least("rmsea1", rmsea1, 0)
    degrees, cases = check_least("df", df, 1), check_least("n", n, 2)
    unit = (cases - 1) * degrees / check_least("groups", groups, 1)
    return _power(degrees, unit * zero**2, unit * one**2, alpha)


def rmsea_sample_size(
    rmsea0: float, rmsea1: float, df: float, *, power: float = 0.8, groups: int = 1, alpha: float = 0.05
) -> int:
    """The fewest cases with which `rmsea_power` reaches `power`.

    Parameters
    ----------
    rmsea0, rmsea1, df, groups, alpha : as in `rmsea_power`.
    power : share of studies in which the hypothesis should be rejected.

    In R: ``semTools::findRMSEAsamplesize(rmsea0, rmseaA, df, power)``.

    Examples
    --------
    >>> from mlbc_stats import planning
    >>> planning.rmsea_sample_size(0.05, 0.08, df=24)
    375
    """
    return smallest_n(
        lambda n: float(rmsea_power(rmsea0, rmsea1, df, n, groups=groups, alpha=alpha)), power, 2
    )


def nested_rmsea_power(
    rmsea0: tuple[Any, Any],
    rmsea1: tuple[Any, Any],
    df: tuple[Any, Any],
    n: Any,
    *,
    groups: Any = 1,
    alpha: float = 0.05,
) -> Any:
    """Power of the difference test of two nested models, from the RMSEA of both.

    The noncentrality is (n − 1)(df_A RMSEA_A² − df_B RMSEA_B²) / groups, A the more restricted model.

    Parameters
    ----------
    rmsea0, rmsea1, df : (A, B): under the null hypothesis, in truth, and the degrees of freedom.
    n, groups, alpha : as in `rmsea_power`.

    Raises
    ------
    ModelError
        as `rmsea_power`, and where A has not more degrees of freedom, or fits better than B.

    References
    ----------
    MacCallum, Browne & Cai (2006), doi:10.1037/1082-989X.11.1.19. In R: ``semTools::findRMSEApowernested``.

    Examples
    --------
    >>> from mlbc_stats import planning
    >>> round(planning.nested_rmsea_power((0.05, 0.05), (0.08, 0.06), (20, 16), n=200), 3)
    0.674
    """
    for name, pair in (("rmsea0", rmsea0), ("rmsea1", rmsea1), ("df", df)):
        if not isinstance(pair, Sequence | np.ndarray) or len(pair) != 2:
            raise ModelError(f"{name}={pair!r}: expected two numbers, of the restricted model and the other")
    a, b = (check_least("df", each, 0) for each in df)
    if not (a > b).all():
        raise ModelError(
            f"df={df!r}: the first model is the more restricted one and has more degrees of freedom"
        )
    unit = (check_least("n", n, 2) - 1) / check_least("groups", groups, 1)
    null, true = (
        unit * (a * check_least("rmsea", each[0], 0) ** 2 - b * check_least("rmsea", each[1], 0) ** 2)
        for each in (rmsea0, rmsea1)
    )
    if (null < 0).any() or (true < 0).any():
        raise ModelError(
            f"RMSEA {rmsea0!r}, {rmsea1!r}: the restricted model cannot fit better than the other one"
        )
    return _power(a - b, null, true, alpha)


def nested_rmsea_sample_size(
    rmsea0: tuple[float, float],
    rmsea1: tuple[float, float],
    df: tuple[float, float],
    *,
    power: float = 0.8,
    groups: int = 1,
    alpha: float = 0.05,
) -> int:
    """The fewest cases with which `nested_rmsea_power` reaches `power`.

    Parameters
    ----------
    rmsea0, rmsea1, df, groups, alpha : as in `nested_rmsea_power`.
    power : share of studies in which the constraints should be found not to hold.

    Notes
    -----
    In R: ``semTools::findRMSEAsamplesizenested``.

    Examples
    --------
    >>> from mlbc_stats import planning
    >>> planning.nested_rmsea_sample_size((0.05, 0.05), (0.08, 0.06), (20, 16))
    269
    """
    return smallest_n(
        lambda n: float(nested_rmsea_power(rmsea0, rmsea1, df, n, groups=groups, alpha=alpha)), power, 2
    )


def _power(df: Floats, null: Floats, true: Floats, alpha: float) -> Any:
    """P(χ²_df(true) beyond the critical value of χ²_df(null)), on the side of the alternative."""
    from scipy.stats import chi2, ncx2

    check_share("alpha", alpha)
    df, null, true = np.broadcast_arrays(df, null, true)
    if (null == true).any():
        raise ModelError("the alternative is the null hypothesis: both have the same noncentrality")
    upper = true > null
    quantile = np.where(upper, 1 - alpha, alpha)
    critical = np.where(
        null > 0, ncx2.ppf(quantile, df, np.where(null > 0, null, 1.0)), chi2.ppf(quantile, df)
    )
    below = np.where(true > 0, ncx2.cdf(critical, df, np.where(true > 0, true, 1.0)), chi2.cdf(critical, df))
    out = np.where(upper, 1 - below, below)
    return float(out) if out.ndim == 0 else out
