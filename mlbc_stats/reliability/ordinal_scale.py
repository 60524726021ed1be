"""Reliability of one scale of ordinal items: of the sum of its answers, and of the responses behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.moments.ordinal.two_step import ordinal_moments
from mlbc_stats.reliability.internal_consistency import alpha_of_cov, average_correlation
from mlbc_stats.reliability.items import read_items, tell_unturned
from mlbc_stats.reliability.one_factor import fit_one_factor, normal_quantile
from mlbc_stats.reliability.ordinal_scores import score_reliability
from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

CAUTION = (
    "This is the reliability of a sum of continuous responses behind the answers, which nobody observes, not of the "
    "scores in use, and usually higher (Chalmers 2018, doi:10.1177/0013164417727036; Zumbo & Kroc 2019)."
)


@dataclass(frozen=True, slots=True, repr=False)
class OrdinalOmega(Shown):
    """Green & Yang's ω of the sum of ordinal answers of one scale.

    Attributes
    ----------
    omega : over the model's variance of the sum. std_error, ci_lower, ci_upper : delta method, at `level`.
    omega_observed : over the variance of the sum that the sample's polychoric correlations give.
    alpha : α of the codes. loadings : (k,) standardized, of the responses y*; items : (k,).
    chisq, df, pvalue : scaled test of the one-factor model (df = 0 for three items).
    n : cases. metric : "sum of the answers as coded".
    """

    omega: float
    std_error: float
    ci_lower: float
    ci_upper: float
    level: float
    omega_observed: float
    alpha: float
    loadings: tuple[float, ...]
    items: tuple[str, ...]
    chisq: float
    df: float
    pvalue: float
    n: int
    metric: str = "sum of the answers as coded"


@dataclass(frozen=True, slots=True, repr=False)
class OrdinalAlpha(Shown):
    """Coefficient alpha of the polychoric correlations.

    Attributes
    ----------
    alpha : ordinal α. std_error, ci_lower, ci_upper : delta method from the sampling covariance of the correlations.
    alpha_of_scores : α of the codes, for the scores in use. average_r : mean polychoric correlation.
    n : cases; items : (k,); notes : empty cells and other things to know about the correlations.
    metric : "continuous responses y*". caution : why this is not the reliability of the scores.
    """

    alpha: float
    std_error: float
    ci_lower: float
    ci_upper: float
    level: float
    alpha_of_scores: float
    average_r: float
    n: int
    items: tuple[str, ...]
    notes: tuple[str, ...]
    metric: str = "continuous responses y*"
    caution: str = CAUTION


def ordinal_omega(data: Any, items: Sequence[str] | None = None, level: float = 0.95) -> OrdinalOmega:
    """Green & Yang's ω of the sum of ordinal answers, from a one-factor WLSMV model of their polychoric correlations.

    Parameters
    ----------
    data : table (n, k) of keyed items in whole numbers; cases with a missing answer are left out.
    items : columns of the scale; all columns by default. level : coverage of the interval.

    Returns
    -------
    OrdinalOmega
        Two items are given equal loadings. The answers count as coded: codes 1, 2, 4 make a larger second step.

    Raises
    ------
    DataError
        for fewer than two items, constant items, fractions, or when the one-factor model does not converge.

    References
    ----------
    Green & Yang (2009), doi:10.1007/s11336-008-9099-3.
    In R: ``semTools::compRelSEM(cfa("f =~ a + b + c", data, ordered = TRUE), obs.var = FALSE)``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> values = np.digitize(rng.normal(size=400) + rng.normal(size=(4, 400)), [-1, 0, 1])
    >>> answers = dict(zip("abcd", values))
    >>> result = ordinal_omega(answers)
    >>> 0.6 < result.ci_lower < result.omega < result.ci_upper < 0.9
    True
    """
    scale = read_items(data, items)
    tell_unturned(scale.names, scale.cov)
    fit = fit_one_factor(scale, _ordinal_model, ordinal=True)
    found: pd.Series = score_reliability(fit, level=level).iloc[0]
    rows, test = fit.parameters, fit.tests[1]
    return OrdinalOmega(
        omega=float(found["omega_model"]),
        std_error=float(found["std_error"]),
        ci_lower=float(found["ci_lower"]),
        ci_upper=float(found["ci_upper"]),
        level=level,
        omega_observed=float(found["omega"]),
        alpha=alpha_of_cov(scale.cov),
        loadings=tuple(rows.loc[rows["op"] == "=~", "std_all"].tolist()),
        items=scale.names,
        chisq=float(test.stat),
        df=float(test.df),
        pvalue=float(test.pvalue),
        n=len(scale.answers),
    )


def ordinal_alpha(data: Any, items: Sequence[str] | None = None, level: float = 0.95) -> OrdinalAlpha:
    """Ordinal α: coefficient alpha of the polychoric correlations, α = k/(k−1) · (1 − k/Σ r_ij).

    It describes a sum of the continuous responses behind the answers. No one has these, so it is not the
    reliability of the scores in use: report `ordinal_omega` or `alpha` for them.

    Parameters
    ----------
    data : table (n, k) of keyed items in whole numbers; cases with a missing answer are left out.
    items : columns of the scale; all columns by default. level : coverage of the interval.

    Raises
    ------
    DataError
        for fewer than two items, constant items, fractions, or too many categories.

    References
    ----------
    Zumbo, Gadermann & Zeisser (2007), doi:10.22237/jmasm/1177992180; against it Chalmers (2018),
    doi:10.1177/0013164417727036. In R: ``psych::alpha(psych::polychoric(data, correct = 0)$rho)``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> values = np.digitize(rng.normal(size=400) + rng.normal(size=(4, 400)), [-1, 0, 1])
    >>> answers = dict(zip("abcd", values))
    >>> result = ordinal_alpha(answers)
    >>> result.alpha_of_scores < result.alpha, result.metric
    (True, 'continuous responses y*')
    """
    quantile = normal_quantile(level)
    scale = read_items(data, items)
    tell_unturned(scale.names, scale.cov)
    k = len(scale.names)
    found = ordinal_moments(scale.answers, scale.names, range(k))
    if not bool(found.ok):
        raise DataError(f"the polychoric correlations of {', '.join(scale.names)} did not converge")
    value = alpha_of_cov(found.correlation)
    pairs = k * (k - 1) // 2
    spread = float(np.asarray(found.gamma)[-pairs:, -pairs:].sum()) / len(scale.answers)
    error = 2 * k**2 / (k - 1) / float(found.correlation.sum()) ** 2 * float(np.sqrt(spread))
    return OrdinalAlpha(
        alpha=value,
        std_error=error,
        ci_lower=value - quantile * error,
        ci_upper=value + quantile * error,
        level=level,
        alpha_of_scores=alpha_of_cov(scale.cov),
        average_r=average_correlation(found.correlation),
        n=len(scale.answers),
        items=scale.names,
        notes=found.notes,
    )


def _ordinal_model(names: Sequence[str]) -> str:
    """Model text of one factor of ordinal items; two items share their loading."""
    equal = "l*" if len(names) == 2 else ""
    return "f =~ " + " + ".join(equal + name for name in names)
