"""Fit of 0, 1, 2, … maximum-likelihood factors, and the rules that compare them: sequential tests and the Hull."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from mlbc_stats.factor.extraction.starts import extract_lowest
from mlbc_stats.factor.sampling_adequacy import kmo
from mlbc_stats.rmsea import rmsea, rmsea_bound

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Fit of m = 0 … M factors: all (M + 1,).

    Attributes
    ----------
    df, chi_square, pvalue, rmsea_lower : χ² with Bartlett's correction, lower end of the 90 % interval of RMSEA.
    caf : 1 − KMO of the residual correlations with ones in the diagonal. cfi; rmsea.
    """

    df: Array
    chi_square: Array
    pvalue: Array
    rmsea_lower: Array
    caf: Array
    cfi: Array
    rmsea: Array


def ladder(r: Array, n: float, most: int) -> Ladder:
    """Maximum-likelihood fits of 0 to `most` factors to correlations r (p, p), as far as df are left.

    Examples
    --------
    >>> r = np.kron(np.eye(2), np.full((4, 4), 0.6)) + 0.4 * np.eye(8)
    >>> ladder(r, 200, 3).pvalue.round(2).tolist()
    [0.0, 0.0, 1.0, 1.0]
    """
    p = len(r)
    counts = [m for m in range(most + 1) if (p - m) ** 2 - p - m > 0]
    found = [_rung(r, n, m) for m in counts]
    df, chi, caf = (np.array([each[k] for each in found]) for k in range(3))
    excess = np.maximum(chi - df, 0.0)
    return Ladder(
        df=df,
        chi_square=chi,
        pvalue=chdtrc(df, chi),
        rmsea_lower=np.array([rmsea_bound(a, b, n, 0.95) for a, b in zip(chi, df, strict=True)]),
        caf=caf,
        cfi=1 - excess / max(excess.max(), 1e-12),
        rmsea=np.array([rmsea(a, b, n) for a, b in zip(chi, df, strict=True)]),
    )


def _rung(r: Array, n: float, m: int) -> tuple[float, float, float]:
    p = len(r)
    df = float(((p - m) ** 2 - p - m) // 2)
    if m == 0:
        value, rest = -float(np.linalg.slogdet(r)[1]), r
    else:
        found, _ = extract_lowest(r, m, "ml")
        value, rest = float(found.value[0]), r - found.loadings[0] @ found.loadings[0].T
    residual = rest - np.diag(np.diagonal(rest) - 1)
    return df, value * (n - 1 - (2 * p + 5) / 6 - 2 * m / 3), float(1 - kmo(residual[None])[0][0])


def hull(fits: Array, df: Array) -> tuple[Array, int | None]:
    """Of solutions with rising m: the fall in gain (NaN off the hull) and the m where it is largest.

    Solutions that fit no better than a smaller one, and those below the line between their neighbours, are left out;
    st = (gain per df before)/(gain per df after). Where none is left between the ends, it is the upper end, if larger
    solutions gain nothing beyond it.

    References
    ----------
    Lorenzo-Seva, Timmerman & Kiers (2011), doi:10.1080/00273171.2011.564527. In R: ``EFAtools::HULL``.

    Examples
    --------
    >>> hull(np.array([0.0, 0.5, 0.95, 0.97]), np.array([28.0, 20.0, 13.0, 7.0]))[1]
    2
    """
    kept = [0]
    for m in range(1, len(fits)):
        if fits[m] > fits[kept[-1]]:
            kept.append(m)
    dropped = True
    while dropped:
        dropped = False
        for a, b, c in zip(kept, kept[1:], kept[2:], strict=False):
            line = fits[a] + (fits[c] - fits[a]) * (df[a] - df[b]) / (df[a] - df[c])
            if fits[b] <= line:
                kept.remove(b)
                dropped = True
                break
    falls = np.full(len(fits), np.nan)
    falls[[kept[0], kept[-1]]] = 0.0
    for a, b, c in zip(kept, kept[1:], kept[2:], strict=False):
        before, after = (fits[b] - fits[a]) / (df[a] - df[b]), (fits[c] - fits[b]) / (df[b] - df[c])
        falls[b] = before / after
    if len(kept) > 2:
        return falls, int(np.nanargmax(falls))
    return falls, kept[-1] if 0 < kept[-1] < len(fits) - 1 else None
