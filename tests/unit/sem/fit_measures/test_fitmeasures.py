"""Fit measures from the stored statistics of every reference case: formulas alone, without an estimator."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from mlbc_stats.sem.fit_measures import incremental
from mlbc_stats.sem.fit_measures.inputs import FitInputs, ResidualSummary
from mlbc_stats.sem.fit_measures.registry import fit_measures
from mlbc_stats.sem.fit_measures.residual import GroupMoments, residual_summary
from mlbc_stats.sem.inference.chi_square import ChiSquareTest
from mlbc_stats.sem.versions import rules_of
from tests.reference.corpus import case_ids, load_case

# Nothing is estimated here: what is left is the root search for the RMSEA interval on the other side.
ROOT_SEARCH = 1e-6
# GFI with a weight from incomplete data or an ADF weight is not served (and the reference does not test it).
GFI = ("gfi", "agfi", "pgfi")
NOT_IDENTIFIED = ("i02_unidentified_2ind", "i03_unidentified_crossload", "i16_npd_lv")

# Those of ordinal data rest on thresholds and correlations, which the test of whole fits compares.
ORDINAL = [i for i in case_ids("sem") if "ordered" in (load_case(i)["fit"]["args"] or {})]
CASES = [
    i for i in case_ids("sem") if load_case(i)["expected"].get("fit") and i not in (*NOT_IDENTIFIED, *ORDINAL)
]


def number(value: float | None) -> float:
    return math.nan if value is None else value


def model_tests(expected: dict[str, Any], prefix: str = "") -> tuple[ChiSquareTest, ChiSquareTest | None]:
    """The stored statistics of the model, or of the baseline, as tests."""
    fit = expected["fit"]
    stat, df, pvalue = (number(fit[f"{prefix}{name}"]) for name in ("chisq", "df", "pvalue"))
    standard = ChiSquareTest("standard", stat, df, pvalue)
    if f"{prefix}chisq.scaled" not in fit:
        return standard, None
    robust = next(test for name, test in expected["tests"].items() if name != "standard")
    stat_s, df_s, pvalue_s = (number(fit[f"{prefix}{name}.scaled"]) for name in ("chisq", "df", "pvalue"))
    factor = fit[f"{prefix}chisq.scaling.factor"]
    shift = stat_s - stat / factor if robust["test"] == "scaled.shifted" else math.nan
    levels = [number(fit.get(f"scaling.factor.{level}")) for level in ("h1", "h0")]
    scaled = ChiSquareTest(robust["test"], stat_s, df_s, pvalue_s, factor, shift, (), *levels)
    return standard, scaled


def residuals_of(case: dict[str, Any]) -> ResidualSummary:
    expected = case["expected"]
    labels = expected["group_labels"]
    sample, implied = expected["sampstat"], expected["implied"]
    pairs = [(sample[label], implied[label]) for label in labels] or [(sample, implied)]
    exogenous = {row["lhs"] for row in expected["parameters"] if row.get("exo") and row["op"] == "~~"}
    groups = []
    for (sample, implied), n in zip(pairs, expected["nobs"], strict=True):
        names = sample["cov"]["rownames"]
        means = [np.array([part["mean"][name] for name in names]) if part.get("mean") else None
                 for part in (sample, implied)]  # fmt: skip
        covs = [np.array(part["cov"]["values"], dtype=float) for part in (sample, implied)]
        fixed = tuple(i for i, name in enumerate(names) if name in exogenous)
        groups.append(GroupMoments(covs[0], covs[1], n, means[0], means[1], fixed))
    return residual_summary(groups, discrepancy_of(case))


def arguments(case: dict[str, Any]) -> dict[str, Any]:
    return dict(case["fit"]["args"] or {})


def discrepancy_of(case: dict[str, Any]) -> str:
    estimator = arguments(case).get("estimator", "ML")
    return "ML" if estimator.startswith("ML") else estimator.removesuffix("MV")


def inputs_of(case: dict[str, Any]) -> FitInputs:
    expected = case["expected"]
    fit = expected["fit"]
    test, scaled = model_tests(expected)
    baseline, baseline_scaled = model_tests(expected, "baseline.")
    return FitInputs(
        npar=fit["npar"],
        n=expected["ntotal"],
        n_groups=expected["ngroups"],
        test=test,
        baseline=baseline,
        residuals=residuals_of(case),
        scaled=scaled,
        baseline_scaled=baseline_scaled,
        logl=fit.get("logl"),
        unrestricted_logl=fit.get("unrestricted.logl"),
        discrepancy=discrepancy_of(case),
        likelihood=arguments(case).get("likelihood", "normal"),
        rules=rules_of("0.6"),
    )


def is_compared(case: dict[str, Any], name: str) -> bool:
    incomplete = "missing" in arguments(case)
    if name in GFI:
        return not incomplete and arguments(case).get("estimator") != "WLS"
    # Robust indices of incomplete data rest on other statistics than the reported ones.
    return not (name.endswith(".robust") and arguments(case).get("missing") == "ml")


@pytest.mark.parametrize("case_id", CASES)
def test_every_measure(case_id: str) -> None:
    case = load_case(case_id)
    got = fit_measures(inputs_of(case))
    wanted = {k: v for k, v in case["expected"]["fit"].items() if is_compared(case, k)}
    names = [name.replace(".", "_") for name in wanted]
    assert [name for name in got if name in names] == names
    for name, value in wanted.items():
        mine = got[name.replace(".", "_")]
        if value is None:
            assert math.isnan(mine) or case["expected"]["fit"]["df"] == 0, name
        else:
            assert mine == pytest.approx(value, abs=ROOT_SEARCH, rel=ROOT_SEARCH), name


def test_no_degrees_of_freedom_below_zero_give_no_index() -> None:
    negative = ChiSquareTest("standard", 1.0, -1, math.nan)
    baseline = ChiSquareTest("standard", 100.0, 1, 0.0)
    got = fit_measures(
        FitInputs(4, 300, 1, negative, baseline, ResidualSummary(), logl=-935.0, unrestricted_logl=-935.0)
    )
    assert all(
        math.isnan(got[name]) for name in ("chisq", "cfi", "tli", "rmsea", "rmsea_ci_upper", "cn_05", "mfi")
    )
    assert got["npar"] == 4
    assert got["aic"] == 2 * 935 + 8


def test_a_denominator_that_is_zero_but_for_rounding_gives_no_ratio() -> None:
    assert math.isnan(incremental.ifi(1.3e-32, 0.0, 1.3e-32))
