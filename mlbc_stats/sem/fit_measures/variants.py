"""Prepare the plain, scaled and robust forms of the statistics that indices of noncentrality share."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from math import isfinite, nan

from mlbc_stats.rmsea import SATURATED
from mlbc_stats.sem.fit_measures.inputs import FitInputs
from mlbc_stats.sem.inference.chi_square import ChiSquareTest


@dataclass(frozen=True, slots=True)
class Variant:
    """One form of the statistics of a model and of its baseline.

    Attributes
    ----------
    chisq, df, baseline_chisq, baseline_df : the statistics as reported in this form.
    excess, baseline_excess : estimated noncentrality, χ² minus its expectation under a true model.
    rmsea_chisq, rmsea_df : statistic and degrees of freedom of the noncentral χ² behind the RMSEA.
    stretch : what RMSEA² is multiplied by (the scaling factor in the robust form).
    n : cases in the RMSEA; None for those of the other indices of noncentrality.
    pvalue, baseline_pvalue, scaling_factor, baseline_scaling_factor : of the tests, as reported.
    """

    chisq: float
    df: float
    baseline_chisq: float
    baseline_df: float
    excess: float
    baseline_excess: float
    rmsea_chisq: float
    rmsea_df: float
    stretch: float = 1.0
    n: float | None = None
    pvalue: float = nan
    baseline_pvalue: float = nan
    scaling_factor: float = nan
    baseline_scaling_factor: float = nan


def variants(inputs: FitInputs) -> dict[str, Variant]:
    """Forms available for this fit: always "", and "_scaled" and "_robust" where the test has them."""
    found = {"": _plain(inputs.judged or inputs.test, inputs.baseline_judged or inputs.baseline)}
    if inputs.scaled is not None and inputs.baseline_scaled is not None:
        found["_scaled"] = _scaled(inputs.test, inputs.scaled, inputs.baseline_scaled)
    robust = _robust(inputs)
    if robust is not None:
        found["_robust"] = robust
    return found


def _plain(test: ChiSquareTest, baseline: ChiSquareTest) -> Variant:
    return _reported(test, baseline, _statistic(test), float(test.df))


def _scaled(test: ChiSquareTest, scaled: ChiSquareTest, baseline: ChiSquareTest) -> Variant:
    """Indices with the scaled statistics in place of χ².

    The RMSEA of a statistic that was only divided refers the unscaled χ² to tr(UΓ) degrees of freedom.
    """
    if isfinite(scaled.shift):
        return _reported(scaled, baseline, _statistic(scaled), float(scaled.df))
    return _reported(scaled, baseline, _statistic(test), scaled.scaling_factor * float(scaled.df))


def _reported(test: ChiSquareTest, baseline: ChiSquareTest, rmsea_chisq: float, rmsea_df: float) -> Variant:
    x, df = _statistic(test), float(test.df)
    b, df_b = _statistic(baseline), float(baseline.df)
    return Variant(
        chisq=x,
        df=df,
        baseline_chisq=b,
        baseline_df=df_b,
        excess=_excess(x, df),
        baseline_excess=_excess(b, df_b),
        rmsea_chisq=rmsea_chisq,
        rmsea_df=rmsea_df,
        pvalue=test.pvalue,
        baseline_pvalue=baseline.pvalue,
        scaling_factor=test.scaling_factor,
        baseline_scaling_factor=baseline.scaling_factor,
    )


def _robust(inputs: FitInputs) -> Variant | None:
    """Population-consistent form: χ² minus its expected value c·df under nonnormality (or missingness).

    References
    ----------
    Brosseau-Liard, Savalei & Li (2012), doi:10.1080/00273171.2012.715252 (RMSEA); Brosseau-Liard & Savalei
    (2014), doi:10.1080/00273171.2014.933697 (CFI, TLI); Zhang & Savalei (2023),
    doi:10.1037/met0000445 (incomplete data).
    """
    if inputs.corrected is not None and inputs.baseline_corrected is not None:
        test, baseline = inputs.corrected, inputs.baseline_corrected
        if not (test.scaling_factor > SATURATED and baseline.scaling_factor > SATURATED):
            return (
                _unknown()
            )  # every restriction is on thresholds: the correlations say nothing about the model
        found = _divided(test, replace(test, stat=test.stat / test.scaling_factor), baseline, baseline)
        return replace(found, n=inputs.n) if inputs.ordinal and inputs.rules.all_cases_robust else found
    if inputs.scaled is None or inputs.baseline_scaled is None or inputs.scaled.test == "mean.var.adjusted":
        return None
    if (
        inputs.ordinal
    ):  # the formula below is of continuous data; with covariates or continuous items there is none
        return _unknown()
    return _divided(inputs.test, inputs.scaled, inputs.baseline, inputs.baseline_scaled)


def _unknown() -> Variant:
    return Variant(*[nan] * len(fields(Variant)))


def _divided(
    test: ChiSquareTest, scaled: ChiSquareTest, baseline: ChiSquareTest, baseline_scaled: ChiSquareTest
) -> Variant:
    x, df = _statistic(test), float(test.df)
    b, df_b = _statistic(baseline), float(baseline.df)
    return Variant(
        chisq=x,
        df=df,
        baseline_chisq=b,
        baseline_df=df_b,
        excess=x - expected_factor(scaled) * df,
        baseline_excess=b - expected_factor(baseline_scaled) * df_b,
        rmsea_chisq=_statistic(scaled),
        rmsea_df=df,
        stretch=scaled.scaling_factor,
    )


def expected_factor(scaled: ChiSquareTest) -> float:
    """tr(UΓ)/df: the expected value of the unscaled χ² per degree of freedom.

    A mean-scaled test divides by it; a shifted one divides by a and adds b, so that it is a(df − b)/df.
    """
    if not isfinite(scaled.shift) or scaled.df == 0:
        return scaled.scaling_factor
    return scaled.scaling_factor * (scaled.df - scaled.shift) / scaled.df


def _excess(chisq: float, expected: float) -> float:
    """χ² minus its expectation; of a saturated model zero, whatever rounding left of its χ²."""
    return 0.0 if expected == 0 and chisq < SATURATED else chisq - expected


def _statistic(test: ChiSquareTest) -> float:
    return float(test.stat) if test.df >= 0 else nan
