"""Model-implied instruments against lavaan 0.7: estimates, errors, Sargan tests, the instruments themselves."""

from __future__ import annotations

import pytest

from tests.reference.adapter import fit_case, shape_result
from tests.reference.compare import compare_sem
from tests.reference.corpus import load_case
from tests.reference.tolerance import CLASSES

CASES = ("v01_iv_pd", "v01_iv_pd_mimic_ml", "v01_iv_external", "v01_iv_ordered")
FIELDS = [
    "parameters",
    "standardized",
    "nobs",
    "npar",
    "converged",
    "implied",
    "sampstat",
    "rsquare",
    "fit",
    "tests",
]
NOT_MINIMIZED = ("fit.fmin",)  # no number, where lavaan writes 0


@pytest.fixture(scope="module", params=CASES)
def pair(request):
    case = load_case(request.param)
    return case, fit_case(case)


def test_estimates_and_errors(pair) -> None:
    case, fit = pair
    differences = compare_sem(case, shape_result(fit, FIELDS), FIELDS)
    assert [each for each in differences if not ".".join(each.path).startswith(NOT_MINIMIZED)] == []


def test_tests_of_the_instruments(pair) -> None:
    case, fit = pair
    limits = CLASSES[case["tolerance_class"]]
    stored = case["expected"]["sargan"]
    assert len(fit.sargan) == len(stored)
    for got, row in zip(fit.sargan.itertuples(), stored, strict=True):
        kind = "browne" if fit.method.ordinal else "sargan"
        assert (got.lhs, got.rhs, got.df, got.test) == (row["lhs"], row["rhs"], row["df"], kind)
        assert got.stat == pytest.approx(row[f"{kind}.stat"], rel=limits.chisq)
        assert got.pvalue == pytest.approx(row[f"{kind}.pval"], abs=limits.index)


def test_the_instruments(pair) -> None:
    case, fit = pair
    stored = [row for row in case["expected"]["instruments"] if row["type"] != "ols"]  # intercepts have none
    got = fit.instruments.rename(columns={"lhs_new": "lhs.new", "rhs_new": "rhs.new"})
    assert got.drop(columns="group").to_dict("records") == stored
