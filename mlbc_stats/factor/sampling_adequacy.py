"""Whether items correlate enough to be factored: Kaiser's measure and Bartlett's test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from mlbc_stats.errors import DataError
from mlbc_stats.factor.correlation.sample import correlate
from mlbc_stats.linalg import spd_inverse_logdet
from mlbc_stats.showing import Shown

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Adequacy(Shown):
    """Kaiser-Meyer-Olkin measure and Bartlett's test of sphericity.

    Attributes
    ----------
    kmo : of all items; item_kmo : (p,) of each; items : (p,).
    chi_square, df, pvalue : Bartlett's test that all correlations are zero. n : cases.

    Examples
    --------
    >>> from mlbc_stats import factor
    >>> found = factor.adequacy([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]], n=100)
    >>> type(found).__name__
    'Adequacy'
    """

    kmo: float
    item_kmo: Array
    items: tuple[str, ...]
    chi_square: float
    df: int
    pvalue: float
    n: float


def adequacy(
    data: Any,
    items: Sequence[str] | None = None,
    correlation: str = "pearson",
    missing: str = "listwise",
    n: int | None = None,
) -> Adequacy:
    """Kaiser's measure of sampling adequacy, and Bartlett's test that all correlations are zero.

    KMO = Σr²/(Σr² + Σq²), q the partial correlations given all other items; χ² = −(n − 1 − (2p + 5)/6) log|R|.

    Parameters
    ----------
    data, items, correlation, missing, n : as in `fit`.

    Raises
    ------
    DataError
        when the correlation matrix has no inverse.

    References
    ----------
    Kaiser & Rice (1974), doi:10.1177/001316447403400115; Bartlett (1951), doi:10.1093/biomet/38.3-4.337. In R:
    ``psych::KMO(data)``, ``psych::cortest.bartlett(data)``.

    Examples
    --------
    >>> found = adequacy([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]], n=100)
    >>> round(found.kmo, 4), round(found.chi_square, 2), found.df
    (0.6923, 67.35, 3)
    """
    sample = correlate(data, items, correlation, missing, n, gamma=False)
    r, p = sample.matrix, len(sample.names)
    value, own, ok = kmo(r[None])
    if not ok[0]:
        raise DataError(
            "the correlation matrix has no inverse: some items are sums of others, or say the same; leave these out"
        )
    chi = -(sample.n - 1 - (2 * p + 5) / 6) * float(np.linalg.slogdet(r)[1])
    df = p * (p - 1) // 2
    return Adequacy(float(value[0]), own[0], sample.names, chi, df, float(chdtrc(df, chi)), sample.n)


def kmo(r: Array) -> tuple[Array, Array, Array]:
    """KMO of correlation matrices (B, p, p): of all items (B,), of each (B, p), and where there is an inverse (B,).

    Examples
    --------
    >>> kmo(np.array([[[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]]]))[0].round(4).tolist()
    [0.6923]
    """
    inverse, _, ok = spd_inverse_logdet(r)
    size = 1 / np.sqrt(np.einsum("bii->bi", inverse))
    partial = inverse * size[:, :, None] * size[:, None, :]
    off = ~np.eye(r.shape[-1], dtype=bool)
    whole, left = (r**2 * off).sum(axis=2), (partial**2 * off).sum(axis=2)
    return whole.sum(axis=1) / (whole + left).sum(axis=1), whole / (whole + left), np.asarray(ok)
