"""Compute every fit measure of a model from scalars, under lavaan's names and in lavaan's order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, nan

from mlbc_stats.rmsea import rmsea, rmsea_bound, rmsea_close_pvalue, rmsea_notclose_pvalue
from mlbc_stats.sem.fit_measures.goodness import gfi, gfi_bound
from mlbc_stats.sem.fit_measures.incremental import cfi, ifi, nfi, pnfi, rfi, rni, tli
from mlbc_stats.sem.fit_measures.inputs import FitInputs, Noncentrality
from mlbc_stats.sem.fit_measures.parsimony import agfi, aic, bic, bic2, critical_n, ecvi, mfi, pgfi
from mlbc_stats.sem.fit_measures.variants import Variant, variants

CI_LEVEL, CLOSE_H0, NOTCLOSE_H0 = 0.90, 0.05, 0.08
Kernel = Callable[[FitInputs, Variant], float]


@dataclass(frozen=True, slots=True)
class Section:
    """Measures that stand together, given for each form of the statistics that the fit has."""

    kernels: dict[str, Kernel]
    forms: tuple[str, ...] = ("",)
    suffixed: bool = True
    applies: Callable[[FitInputs], bool] = lambda _: True


def fit_measures(inputs: FitInputs) -> dict[str, float]:
    """All fit measures that apply to this fit.

    Parameters
    ----------
    inputs : statistics, sample size, log-likelihoods and residual summary of a fitted model.

    Returns
    -------
    dict
        lavaan's names with dots as underscores, in lavaan's order. Scaled and robust forms carry the suffixes
        `_scaled` and `_robust`. NaN marks what is not defined (degrees of freedom of zero or less).

    Notes
    -----
    Each measure is a scalar kernel in `mlbc_stats.sem.fit_indices`, where its formula and source stand.
    In R: ``fitMeasures(fit)``.

    Examples
    --------
    >>> from mlbc_stats.sem.inference.chi_square import standard_test
    >>> from mlbc_stats.sem.fit_measures.inputs import ResidualSummary
    >>> test, baseline = standard_test(85.306, 24, ()), standard_test(918.852, 36, ())
    >>> measures = fit_measures(FitInputs(21, 301, 1, test, baseline, ResidualSummary(srmr_bentler=0.065)))
    >>> round(measures["cfi"], 3), round(measures["rmsea"], 3), measures["srmr"]
    (0.931, 0.092, 0.065)
    """
    forms = variants(inputs)
    return {
        name + form * section.suffixed: float(kernel(inputs, forms[form]))
        for section in REGISTRY
        if section.applies(inputs)
        for form in section.forms
        if form in forms
        for name, kernel in section.kernels.items()
    }


def _has_likelihood(inputs: FitInputs) -> bool:
    return inputs.logl is not None


def _has_noncentral_gfi(inputs: FitInputs) -> bool:
    return inputs.rules.noncentral_gfi


def _gfi_lower(x: Noncentrality) -> float:
    return gfi_bound(x, (1 - CI_LEVEL) / 2)


def _gfi_upper(x: Noncentrality) -> float:
    return gfi_bound(x, (1 + CI_LEVEL) / 2)


def _index(value: Noncentrality | None, kernel: Callable[[Noncentrality], float]) -> float:
    return nan if value is None else kernel(value)


def _given(value: float | None) -> float:
    return nan if value is None else value


def _one_level(inputs: FitInputs) -> bool:
    return inputs.levels is None


def _level(name: str) -> Kernel:
    return lambda i, v: nan if i.levels is None else getattr(i.levels, name)


def _has_yuan_bentler(inputs: FitInputs) -> bool:
    return inputs.scaled is not None and isfinite(inputs.scaled.scaling_h1)


def _yuan_bentler(level: str) -> Kernel:
    return lambda i, v: nan if i.scaled is None else getattr(i.scaled, f"scaling_{level}")


def _cases(inputs: FitInputs, variant: Variant) -> float:
    return inputs.n_index if variant.n is None else variant.n


def _bound(probability: float) -> Kernel:
    def kernel(i: FitInputs, v: Variant) -> float:
        return rmsea_bound(v.rmsea_chisq, v.rmsea_df, _cases(i, v), probability, i.n_groups, v.stretch)

    return kernel


def _critical(alpha: float) -> Kernel:
    return lambda i, v: critical_n(v.chisq, v.df, i.n_index, alpha, i.rules.saturated_critical_n)


_LOWER, _UPPER = (1 + CI_LEVEL) / 2, (1 - CI_LEVEL) / 2
_RMSEA: dict[str, Kernel] = {
    "rmsea": lambda i, v: rmsea(v.rmsea_chisq, v.rmsea_df, _cases(i, v), i.n_groups, v.stretch),
    "rmsea_ci_lower": _bound(_LOWER),
    "rmsea_ci_upper": _bound(_UPPER),
    "rmsea_ci_level": lambda i, v: CI_LEVEL,
    "rmsea_pvalue": lambda i, v: rmsea_close_pvalue(
        v.rmsea_chisq, v.rmsea_df, _cases(i, v), i.n_groups, v.stretch, CLOSE_H0
    ),
    "rmsea_close_h0": lambda i, v: CLOSE_H0,
    "rmsea_notclose_pvalue": lambda i, v: rmsea_notclose_pvalue(
        v.rmsea_chisq, v.rmsea_df, _cases(i, v), i.n_groups, v.stretch, NOTCLOSE_H0
    ),
    "rmsea_notclose_h0": lambda i, v: NOTCLOSE_H0,
}
_RMSEA_SCALED = {name: k for name, k in _RMSEA.items() if not name.endswith(("_level", "_h0"))}
_CFI_TLI: dict[str, Kernel] = {
    "cfi": lambda i, v: cfi(v.excess, v.baseline_excess),
    "tli": lambda i, v: tli(v.excess, v.df, v.baseline_excess, v.baseline_df),
}
_INCREMENTAL: dict[str, Kernel] = {
    "nnfi": _CFI_TLI["tli"],
    "rfi": lambda i, v: rfi(v.chisq, v.df, v.baseline_chisq, v.baseline_df),
    "nfi": lambda i, v: nfi(v.chisq, v.df, v.baseline_chisq, v.baseline_df),
    "pnfi": lambda i, v: pnfi(v.chisq, v.df, v.baseline_chisq, v.baseline_df),
    "ifi": lambda i, v: ifi(v.chisq, v.df, v.baseline_chisq),
    "rni": lambda i, v: rni(v.excess, v.baseline_excess),
}

_LISREL: dict[str, Kernel] = {
    "gfi": lambda i, v: i.residuals.gfi,
    "agfi": lambda i, v: agfi(i.residuals.gfi, v.df, i.residuals.n_moments),
}
_TEST: dict[str, Kernel] = {
    "chisq": lambda i, v: v.chisq,
    "df": lambda i, v: v.df,
    "pvalue": lambda i, v: v.pvalue,
}
_BASELINE: dict[str, Kernel] = {
    "baseline_chisq": lambda i, v: v.baseline_chisq,
    "baseline_df": lambda i, v: v.baseline_df,
    "baseline_pvalue": lambda i, v: v.baseline_pvalue,
}

# The one list of fit measures, in lavaan's order.
REGISTRY: tuple[Section, ...] = (
    Section({"npar": lambda i, v: i.npar, "fmin": lambda i, v: i.minimum}),
    Section(_TEST, ("", "_scaled")),
    Section({"chisq_scaling_factor": lambda i, v: v.scaling_factor}, ("_scaled",), suffixed=False),
    Section(_BASELINE, ("", "_scaled")),
    Section(
        {"baseline_chisq_scaling_factor": lambda i, v: v.baseline_scaling_factor},
        ("_scaled",),
        suffixed=False,
    ),
    Section(_CFI_TLI, ("", "_scaled", "_robust")),
    Section(_INCREMENTAL, ("", "_scaled")),
    Section({name: _INCREMENTAL[name] for name in ("nnfi", "rni")}, ("_robust",)),
    Section(
        {
            "logl": lambda i, v: _given(i.logl),
            "unrestricted_logl": lambda i, v: _given(i.unrestricted_logl),
            "aic": lambda i, v: aic(_given(i.logl), i.npar),
            "bic": lambda i, v: bic(_given(i.logl), i.npar, i.n),
            "ntotal": lambda i, v: i.n,
            "bic2": lambda i, v: bic2(_given(i.logl), i.npar, i.n),
        },
        applies=_has_likelihood,
    ),
    Section(
        {
            "scaling_factor_h1": _yuan_bentler("h1"),
            "scaling_factor_h0": _yuan_bentler("h0"),
        },
        applies=_has_yuan_bentler,
    ),
    Section(_RMSEA),
    Section(_RMSEA_SCALED, ("_scaled", "_robust")),
    Section(
        {
            "rmr": lambda i, v: i.residuals.rmr,
            "rmr_nomean": lambda i, v: i.residuals.rmr_nomean,
            "srmr": lambda i, v: i.srmr,
            "srmr_bentler": lambda i, v: i.residuals.srmr_bentler,
            "srmr_bentler_nomean": lambda i, v: i.residuals.srmr_bentler_nomean,
            "crmr": lambda i, v: i.residuals.crmr,
            "crmr_nomean": lambda i, v: i.residuals.crmr_nomean,
            "srmr_mplus": lambda i, v: i.residuals.srmr_mplus,
            "srmr_mplus_nomean": lambda i, v: i.residuals.srmr_mplus_nomean,
        },
        applies=_one_level,
    ),
    Section(
        {
            "srmr": lambda i, v: i.srmr,
            "srmr_within": _level("srmr_within"),
            "srmr_between": _level("srmr_between"),
        },
        applies=lambda i: not _one_level(i),
    ),
    Section(
        {
            "gfi": lambda i, v: _index(i.closeness, gfi),
            "gfi_ci_lower": lambda i, v: _index(i.closeness, _gfi_lower),
            "gfi_ci_upper": lambda i, v: _index(i.closeness, _gfi_upper),
            "gfi_ci_level": lambda i, v: CI_LEVEL,
        },
        applies=_has_noncentral_gfi,
    ),
    Section(
        {
            "gfi_robust": lambda i, v: _index(i.robust_closeness, gfi),
            "gfi_ci_lower_robust": lambda i, v: _index(i.robust_closeness, _gfi_lower),
            "gfi_ci_upper_robust": lambda i, v: _index(i.robust_closeness, _gfi_upper),
        },
        applies=lambda i: i.robust_closeness is not None,
    ),
    Section({"cn_05": _critical(0.05), "cn_01": _critical(0.01)}, applies=_one_level),
    Section(
        {f"{name}_lisrel": kernel for name, kernel in _LISREL.items()},
        applies=lambda i: _one_level(i) and _has_noncentral_gfi(i),
    ),
    Section(_LISREL, applies=lambda i: _one_level(i) and not _has_noncentral_gfi(i)),
    Section(
        {
            "pgfi": lambda i, v: pgfi(i.residuals.gfi, v.df, i.residuals.n_moments),
            "mfi": lambda i, v: mfi(v.chisq, v.df, i.n_index),
        },
        applies=_one_level,
    ),
    Section(
        {"ecvi": lambda i, v: ecvi(v.chisq, i.npar, i.n_index)},
        applies=lambda i: _one_level(i) and not i.ordinal,
    ),
    Section({"wrmr": lambda i, v: _given(i.wrmr)}, applies=lambda i: i.ordinal),
)
