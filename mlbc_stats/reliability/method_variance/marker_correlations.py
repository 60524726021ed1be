"""Correlations adjusted for what every variable shares with a marker."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtr

from mlbc_stats.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


def marker_adjusted(correlations: pd.DataFrame, marker: str, n: int, rank: int = 1) -> pd.DataFrame:
    """Partial out of every correlation what the marker says is due to method (Lindell and Whitney).

    With r_M the smallest of the marker's absolute correlations with the other variables (or, more severely, the
    second smallest), r_A = (r − r_M)/(1 − r_M) and t = r_A √((n − 3)/(1 − r_A²)) with n − 3 degrees of freedom.

    Parameters
    ----------
    correlations : (m, m) with the same names as index and columns, the marker among them.
    marker : its name.
    n : cases behind the correlations.
    rank : 1 takes the smallest correlation of the marker, 2 the second smallest.

    Returns
    -------
    DataFrame
        One row per pair of other variables: one, other, r, r_marker, adjusted, t, df, pvalue, unadjusted_pvalue,
        changed (significance at .05 was lost or won).

    Raises
    ------
    DataError
        an unknown marker, too few variables or cases, a correlation of the marker of one.

    Notes
    -----
    Method variance is taken to be the same in all variables and to inflate correlations; negative ones become larger
    in size. It is an upper bound for noncongeneric markers only under these assumptions.

    References
    ----------
    Lindell & Whitney (2001), doi:10.1037/0021-9010.86.1.114, formulas 4 and 5; on the choice of the smallest
    correlation also Malhotra, Kim & Patil (2006), doi:10.1287/mnsc.1060.0597.

    Examples
    --------
    >>> import pandas as pd
    >>> r = pd.DataFrame([[1, 0.4, 0.1], [0.4, 1, 0.2], [0.1, 0.2, 1]], list("xym"), list("xym"))
    >>> marker_adjusted(r, "m", 100)[["r", "r_marker", "adjusted"]].round(3).values.tolist()
    [[0.4, 0.1, 0.333]]
    """
    import pandas as pd

    if marker not in correlations.columns or list(correlations.index) != list(correlations.columns):
        raise DataError(
            f"marker {marker!r} and the variables need the same names down and across, got "
            f"{', '.join(map(str, correlations.columns))}"
        )
    others = [name for name in correlations.columns if name != marker]
    if len(others) < 2 or n < 5 or not 1 <= rank <= len(others):
        raise DataError(
            f"adjusting needs two variables beside the marker, five cases and a rank among them; got "
            f"{len(others)}, {n} and {rank}"
        )
    shared = float(np.sort(correlations.loc[marker, others].abs().to_numpy(dtype=float))[rank - 1])
    if not shared < 1:
        raise DataError(f"the marker {marker!r} correlates {shared:.3f} with a variable; it is no marker")
    pairs = list(combinations(others, 2))
    whole = correlations.loc[others, others].to_numpy(dtype=float)
    r = whole[np.triu_indices(len(others), 1)]
    adjusted = (r - shared) / (1 - shared)
    t, pvalue = _test(adjusted, n - 3)
    plain = _test(r, n - 2)[1]
    return pd.DataFrame(
        {
            "one": [one for one, _ in pairs],
            "other": [other for _, other in pairs],
            "r": r,
            "r_marker": shared,
            "adjusted": adjusted,
            "t": t,
            "df": n - 3,
            "pvalue": pvalue,
            "unadjusted_pvalue": plain,
            "changed": (pvalue < 0.05) != (plain < 0.05),
        }
    )


def _test(r: np.ndarray, df: int) -> tuple[np.ndarray, np.ndarray]:
    """t of correlations (m,) and its two-sided p; NaN beyond ±1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(np.abs(r) <= 1, r * np.sqrt(df / (1 - r**2)), np.nan)
    return t, 2 * stdtr(df, -np.abs(t))
