"""Indices that compare the model with the independence model (CFI, TLI and their relatives)."""

from __future__ import annotations

from math import isnan, nan

from mlbc_stats.rmsea import SATURATED


def cfi(excess: float, baseline_excess: float) -> float:
    """Comparative fit index, 1 − max(d, 0)/max(d, d_b, 0), with d = χ² − df.

    1 when neither model shows misfit. Bentler (1990), doi:10.1037/0033-2909.107.2.238.
    In R: ``fitMeasures(fit, "cfi")``.

    Examples
    --------
    >>> round(cfi(85.306 - 24, 918.852 - 36), 3)
    0.931
    """
    largest = max(excess, baseline_excess, 0.0)
    return (
        nan
        if isnan(excess) or isnan(baseline_excess)
        else 1.0
        if largest == 0
        else 1 - max(excess, 0.0) / largest
    )


def tli(excess: float, df: float, baseline_excess: float, baseline_df: float) -> float:
    """Tucker–Lewis (non-normed fit) index, 1 − (d/df)/(d_b/df_b); 1 for a saturated model.

    Tucker & Lewis (1973), doi:10.1007/BF02291170. In R: ``fitMeasures(fit, "tli")``.

    Examples
    --------
    >>> round(tli(85.306 - 24, 24, 918.852 - 36, 36), 3)
    0.896
    """
    if df == 0:
        return 1.0 if excess < SATURATED else nan
    return 1 - ratio(ratio(excess, df), ratio(baseline_excess, baseline_df))


def rni(excess: float, baseline_excess: float) -> float:
    """Relative noncentrality index, 1 − d/d_b: the CFI without its bounds.

    McDonald & Marsh (1990), doi:10.1037/0033-2909.107.2.247. In R: ``fitMeasures(fit, "rni")``.

    Examples
    --------
    >>> round(rni(61.306, 882.852), 3)
    0.931
    """
    return 1 - ratio(excess, baseline_excess)


def nfi(chisq: float, df: float, baseline_chisq: float, baseline_df: float) -> float:
    """Normed fit index, (χ²_b − χ²)/χ²_b; not defined when the model has more degrees of freedom.

    Bentler & Bonett (1980), doi:10.1037/0033-2909.88.3.588. In R: ``fitMeasures(fit, "nfi")``.

    Examples
    --------
    >>> round(nfi(85.306, 24, 918.852, 36), 3)
    0.907
    """
    return nan if df > baseline_df else 1 - ratio(chisq, baseline_chisq)


def rfi(chisq: float, df: float, baseline_chisq: float, baseline_df: float) -> float:
    """Relative fit index, 1 − (χ²/df)/(χ²_b/df_b).

    1 for a saturated model and, as in lavaan, when the model is no better per degree of freedom than its
    baseline. Bollen (1986), doi:10.1007/BF02294061. In R: ``fitMeasures(fit, "rfi")``.

    Examples
    --------
    >>> round(rfi(85.306, 24, 918.852, 36), 3)
    0.861
    """
    if df > baseline_df:
        return nan
    if df == 0:
        return 1.0 if chisq < SATURATED else nan
    value = 1 - ratio(ratio(chisq, df), ratio(baseline_chisq, baseline_df))
    return 1.0 if value <= ROUNDING else value


def pnfi(chisq: float, df: float, baseline_chisq: float, baseline_df: float) -> float:
    """Parsimony normed fit index, (df/df_b) · (χ²_b − χ²)/χ²_b.

    James, Mulaik & Brett (1982), Causal Analysis, Sage. In R: ``fitMeasures(fit, "pnfi")``.

    Examples
    --------
    >>> round(pnfi(85.306, 24, 918.852, 36), 3)
    0.605
    """
    return ratio(df, baseline_df) * (1 - ratio(chisq, baseline_chisq))


def ifi(chisq: float, df: float, baseline_chisq: float) -> float:
    """Incremental fit index, (χ²_b − χ²)/(χ²_b − df).

    Bollen (1989), doi:10.1177/0049124189017003004. In R: ``fitMeasures(fit, "ifi")``.

    Examples
    --------
    >>> round(ifi(85.306, 24, 918.852), 3)
    0.931
    """
    return ratio(baseline_chisq - chisq, baseline_chisq - df)


# Two statistics that are equal in exact arithmetic may differ in the last digits.
ROUNDING = 1e-12


def ratio(numerator: float, denominator: float) -> float:
    """a/b, NaN for a denominator that is zero up to rounding: a baseline that fits perfectly."""
    return numerator / denominator if abs(denominator) > SATURATED else nan
