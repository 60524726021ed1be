"""The χ² test of a model and its scaled, shifted and adjusted forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

Floats = NDArray[Any]
ONE_GROUP = np.ones(1)

ROUNDING = 1e-7
"""A statistic below minus this is negative; above, rounding of zero."""

LABELS = {
    "standard": "Standard",
    "satorra.bentler": "Satorra-Bentler correction",
    "mean.var.adjusted": "mean and variance adjusted correction",
    "scaled.shifted": "simple second-order correction",
    "yuan.bentler": "Yuan-Bentler correction",
    "yuan.bentler.mplus": "Yuan-Bentler correction (Mplus variant)",
    "yuan.chan": "Yuan-Chan (2002) correction",
    "browne.residual.nt": "Browne's residual-based (NT) test",
    "browne.residual.nt.model": "Browne's residual (NT model-based) test",
    "browne.residual.adf": "Browne's residual-based (ADF) test",
    "browne.residual.adf.model": "Browne's residual (ADF model-based) test",
}


@dataclass(frozen=True, slots=True)
class ChiSquareTest:
    """One test of model fit.

    Attributes
    ----------
    test : lavaan's name; label : in words.
    stat, df, pvalue : the statistic with its reference χ² distribution.
    scaling_factor : what the standard statistic was divided by (NaN for an unscaled test).
    shift : what was added after scaling (NaN when nothing).
    group_stats : contribution of each group.
    scaling_h1, scaling_h0 : Yuan–Bentler factors of the saturated and the fitted model (NaN for other tests).
    """

    test: str
    stat: float
    df: float
    pvalue: float
    scaling_factor: float = np.nan
    shift: float = np.nan
    group_stats: tuple[float, ...] = ()
    scaling_h1: float = np.nan
    scaling_h0: float = np.nan

    @property
    def withheld(self) -> bool:
        """Whether there is no statistic although the model has degrees of freedom."""
        return bool(self.df > 0 and np.isnan(self.stat))

    @property
    def label(self) -> str:
        """The test in words."""
        return LABELS.get(self.test, self.test)


def standard_test(stat: float, df: float, group_stats: tuple[float, ...]) -> ChiSquareTest:
    """χ² = n F; no p value without degrees of freedom."""
    return ChiSquareTest("standard", stat, df, tail(stat, df), group_stats=group_stats)


def scale(
    standard: ChiSquareTest, test: str, trace: float, trace_squared: float, shares: Floats = ONE_GROUP
) -> ChiSquareTest:
    """Scaled form of a standard test from tr(UΓ) and tr((UΓ)²).

    satorra.bentler, yuan.bentler: T/c, c = tr(UΓ)/df. mean.var.adjusted: T tr(UΓ)/tr((UΓ)²) on df* = tr(UΓ)²/tr((UΓ)²).
    scaled.shifted: aT + df − a tr(UΓ), a = √(df/tr((UΓ)²)); what is added is spread over the groups by their shares.
    NaN where a trace is not positive, or a statistic would be negative, which traces of a matrix of rank df exclude.

    References
    ----------
    Satorra & Bentler (1994), in von Eye & Clogg, 399–419. Asparouhov & Muthén (2010), Mplus technical note.
    """
    df, shift = standard.df, np.nan
    if not df > 0:
        return ChiSquareTest(test, standard.stat, df, np.nan, 1.0, group_stats=standard.group_stats)
    if not (trace > 0 and trace_squared > 0):
        return withhold(standard, test)
    if test in ("satorra.bentler", "yuan.bentler"):
        factor = trace / df
    elif test == "mean.var.adjusted":
        df = trace**2 / trace_squared
        factor = trace / df
    else:
        factor = np.sqrt(trace_squared / df)
        shift = df - trace / factor
    added = shift if np.isfinite(shift) else 0.0
    groups = tuple(g / factor + added * share for g, share in zip(standard.group_stats, shares, strict=True))
    stat = standard.stat / factor + added
    if stat < -ROUNDING:
        return withhold(standard, test)
    return ChiSquareTest(test, stat, df, tail(stat, df), factor, shift, groups)


def yuan_bentler(
    standard: ChiSquareTest, test: str, saturated: float, fitted: float, moments: int, free: int
) -> ChiSquareTest:
    """T/c with c = [tr(A₁⁻¹B₁) − tr(A₀⁻¹B₀)]/df, from the traces of the saturated and the fitted model.

    NaN where c is not positive: in small samples the difference of two estimates may be negative.

    References
    ----------
    Yuan & Bentler (2000), doi:10.1111/0081-1750.00078.
    """
    if not standard.df > 0:
        return ChiSquareTest(test, standard.stat, standard.df, np.nan, 1.0, group_stats=standard.group_stats)
    factor = (saturated - fitted) / standard.df
    if not factor > 0:
        return withhold(standard, test)
    return ChiSquareTest(
        test=test,
        stat=standard.stat / factor,
        df=standard.df,
        pvalue=tail(standard.stat / factor, standard.df),
        scaling_factor=factor,
        group_stats=tuple(g / factor for g in standard.group_stats),
        scaling_h1=saturated / moments,
        scaling_h0=fitted / free if free else np.nan,
    )


def withhold(standard: ChiSquareTest, test: str) -> ChiSquareTest:
    """A test of that name without numbers, as where the data do not determine its correction."""
    groups = (np.nan,) * len(standard.group_stats)
    return ChiSquareTest(test, np.nan, standard.df, np.nan, group_stats=groups)


def tail(stat: float, df: float) -> float:
    """P(χ²_df > stat), NaN without degrees of freedom."""
    return float(chdtrc(df, stat)) if df > 0 and np.isfinite(stat) else np.nan
