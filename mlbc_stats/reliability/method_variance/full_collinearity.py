"""How well every construct is predicted by all the others together: full collinearity."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.reliability.items import Floats

if TYPE_CHECKING:
    import pandas as pd

LIMITS: Mapping[str, float] = MappingProxyType({"scores": 3.3, "factors": 5.0})
"""VIF beyond which method variance is suspected, of scores and of factors free of error: Kock & Lynn (2012)."""


def full_collinearity(correlations: pd.DataFrame, of: str = "scores") -> pd.DataFrame:
    """Variance inflation factor of every construct given all others, VIF_j = (R⁻¹)_jj = 1/(1 − R²_j).

    Parameters
    ----------
    correlations : (m, m) of scores or of factors, the same names down and across.
    of : "scores" of the constructs, whose error hides collinearity (limit 3.3), or "factors" (limit 5).

    Returns
    -------
    DataFrame
        Index: construct; vif, r_square, limit, beyond. All NaN, and beyond True, where the correlations are not
        positive definite: one construct is then a sum of others.

    Raises
    ------
    DataError
        fewer than two constructs, names that differ, missing correlations, another `of`.

    Notes
    -----
    Constructs that a theory has correlate strongly are collinear without any method variance, and method variance
    that is shared evenly raises the factor little: look at `detectable_method_variance` before believing it.

    References
    ----------
    Kock (2015), doi:10.4018/ijec.2015100101; Kock & Lynn (2012), doi:10.17705/1jais.00302. In R:
    ``diag(solve(correlations))``.

    Examples
    --------
    >>> import pandas as pd
    >>> r = pd.DataFrame([[1, 0.8, 0.2], [0.8, 1, 0.2], [0.2, 0.2, 1]], list("abc"), list("abc"))
    >>> full_collinearity(r)["vif"].round(3).tolist()
    [2.791, 2.791, 1.047]
    """
    import pandas as pd

    if of not in LIMITS:
        raise DataError(f"of={of!r} is not known; expected scores or factors")
    names = [str(name) for name in correlations.columns]
    if len(names) < 2 or [str(name) for name in correlations.index] != names:
        raise DataError(
            "full collinearity needs two constructs or more, with the same names down and across; got "
            f"{', '.join(names)}"
        )
    r = correlations.to_numpy(dtype=float)
    if not np.isfinite(r).all():
        raise DataError("full collinearity needs every correlation; some are missing")
    vif = inflation(r)
    frame = pd.DataFrame(
        {"vif": vif, "r_square": 1 - 1 / vif, "limit": LIMITS[of]}, index=pd.Index(names, name="construct")
    )
    return frame.assign(beyond=~(vif <= LIMITS[of]))


def inflation(r: Floats) -> Floats:
    """Variance inflation factors (..., m) from correlations (..., m, m); NaN where they are not positive definite."""
    inverse, _, known = spd_inverse_logdet(r)
    return np.where(known[..., None], np.einsum("...ii->...i", inverse), np.nan)
