"""Turn the χ² statistics of two nested models into a test of what sets them apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.sem.inference.chi_square import tail


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference test.

    Attributes
    ----------
    stat, df, pvalue : the statistic with its reference χ² distribution.
    rmsea : root mean square error of approximation of the difference (NaN for scaled tests).
    scaling_factor, shift : what the plain difference was divided by and what was added then (NaN when nothing).
    """

    stat: float
    df: float
    pvalue: float
    rmsea: float = np.nan
    scaling_factor: float = np.nan
    shift: float = np.nan


def plain_difference(stat: float, df: int, n: float, n_groups: int) -> Difference:
    """T = T₀ − T₁ on m = df₀ − df₁, with RMSEA = √G √max(0, (T − m)/(m n)).

    References
    ----------
    Steiger, Shapiro & Browne (1985), doi:10.1007/BF02294104; Savalei, Brace & Fouladi (2023),
    doi:10.1037/met0000537.
    """
    rmsea = np.sqrt(n_groups * max(0.0, stat - df) / (df * n))
    return Difference(stat, df, _tail(stat, df), float(rmsea))


def scaled_difference(
    stat: float, df: int, restricted: tuple[int, float], free: tuple[int, float]
) -> Difference:
    """T/c with c = (df₀c₀ − df₁c₁)/(df₀ − df₁), from (df, scaling factor) of both models.

    With c₁ of the fitted model this is the test of 2001, with c₁ of that model at the restricted estimates the
    test of 2010, which cannot be negative.

    References
    ----------
    Satorra & Bentler (2001), doi:10.1007/BF02296192; (2010), doi:10.1007/s11336-009-9135-y.

    Examples
    --------
    >>> round(scaled_difference(12.0, 2, (26, 1.1), (24, 1.05)).scaling_factor, 6)
    1.7
    """
    factor = (restricted[0] * restricted[1] - free[0] * free[1]) / df
    value = stat / factor if factor else np.nan
    return Difference(value, df, _tail(value, df), scaling_factor=factor)


def corrected_difference(stat: float, df: int, trace: float, trace_squared: float, form: str) -> Difference:
    """Correct T by t = tr(U_dΓ) and t₂ = tr((U_dΓ)²).

    scaled: T m/t; shifted: aT + m − at, a = √(m/t₂); adjusted: T t/t₂ on t²/t₂ degrees of freedom. NaN unless both are
    positive: moments whose covariance matrix lacks rank may not vary at all where the models differ.

    References
    ----------
    Satorra (2000), in Heijmans, Pollock & Satorra (eds), 233–247, doi:10.1007/978-1-4615-4603-0_17;
    Asparouhov & Muthén (2010), Mplus technical note.
    """
    shift, reference = np.nan, float(df)
    if not (trace > 0 and trace_squared > 0):
        return Difference(np.nan, reference, np.nan)
    if form == "scaled":
        factor = trace / df
    elif form == "adjusted":
        factor, reference = trace_squared / trace, trace**2 / trace_squared
    else:
        factor = float(np.sqrt(trace_squared / df))
        shift = df - trace / factor
    value = stat / factor + (0.0 if np.isnan(shift) else shift)
    return Difference(value, reference, _tail(value, reference), scaling_factor=factor, shift=shift)


def _tail(stat: float, df: float) -> float:
    """P(χ²_df > stat), 1 for a negative statistic."""
    return tail(max(stat, 0.0), df) if np.isfinite(stat) else np.nan
