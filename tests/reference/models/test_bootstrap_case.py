"""Bootstrap of Political Democracy against lavaan's 2,000 draws: within the range that two sets of draws may differ."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import sem
from tests.reference.corpus import load_case, read_table

SE_RATIO = (0.85, 1.15)
"""Errors of 4,000 and of 2,000 draws differ by a few per cent; heavy tails widen that."""

END_IN_ERRORS = 0.25
"""Percentile ends may differ by this many bootstrap errors: 3.4 of their own at 4,000 and 2,000 draws."""

CORRECTED_END_IN_ERRORS = 0.45
"""Bias-corrected ends also carry twice the error of z₀, and reach further into the thin tails."""

DRAWS = 4000


@pytest.fixture(scope="module")
def case() -> dict:
    return load_case("x01_boot_pd")


@pytest.fixture(scope="module")
def fitted(case: dict) -> sem.SemResult:
    return sem.fit(case["input"]["model"], read_table(case["input"]["data"]))


def test_errors_and_percentile_ends(case: dict, fitted: sem.SemResult) -> None:
    drawn = sem.bootstrap(fitted, DRAWS, seed=20)
    assert drawn.failures == 0
    got = drawn.parameters("percentile").set_index(["lhs", "op", "rhs"])
    compared = 0
    for row in case["expected"]["parameters"]:
        if not row["se"]:
            continue
        mine = got.loc[(row["lhs"], row["op"], row["rhs"])]
        assert SE_RATIO[0] < mine["se"] / row["se"] < SE_RATIO[1], row
        for end, name in (("ci_lower", "ci.lower"), ("ci_upper", "ci.upper")):
            assert abs(mine[end] - row[name]) < END_IN_ERRORS * row["se"], (row, end)
        compared += 1
    assert compared == 32


def test_bias_corrected_ends(case: dict, fitted: sem.SemResult) -> None:
    got = sem.bootstrap(fitted, DRAWS, seed=21).parameters("bc").set_index(["lhs", "op", "rhs"])
    for row in case["expected"]["parameters"]:
        if row["se"]:
            mine = got.loc[(row["lhs"], row["op"], row["rhs"])]
            assert abs(mine["ci_lower"] - row["bc_lower"]) < CORRECTED_END_IN_ERRORS * row["se"], row
            assert abs(mine["ci_upper"] - row["bc_upper"]) < CORRECTED_END_IN_ERRORS * row["se"], row


def test_workers_do_not_matter(fitted: sem.SemResult) -> None:
    one, two = (sem.bootstrap(fitted, 600, seed=5, workers=w) for w in (1, 2))
    # The same resamples; some kernels round by where an array happens to lie in memory.
    assert one.theta == pytest.approx(two.theta, abs=1e-7, nan_ok=True)


@pytest.mark.parametrize("kind", ["parametric", "bollen_stine"])
def test_model_based_draws_centre_on_the_model(fitted: sem.SemResult, kind: str) -> None:
    drawn = sem.bootstrap(fitted, 600, kind=kind, seed=3)
    gap = drawn.theta.mean(axis=0) - fitted.theta
    assert np.all(np.abs(gap) < 0.25 * fitted.std_errors)
    if kind == "bollen_stine":
        assert 0.2 < drawn.pvalue < 0.6  # the plain p value is .33


def test_bca_needs_the_jackknife_and_stays_near_percentile(fitted: sem.SemResult) -> None:
    drawn = sem.bootstrap(fitted, 400, seed=9)
    plain, accelerated = drawn.parameters("percentile"), drawn.parameters("bca")
    assert np.all(np.abs(plain["ci_lower"] - accelerated["ci_lower"]) <= plain["se"] + 1e-12)


def test_incomplete_data() -> None:
    data = read_table("data/HS_mcar12.csv")
    fitted = sem.cfa("visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9", data, missing="fiml")
    drawn = sem.bootstrap(fitted, 100, seed=2)
    assert drawn.failures == 0
    assert np.all(np.abs(drawn.theta.mean(axis=0) - fitted.theta) < 0.5 * drawn.theta.std(axis=0))


def test_errors_from_fit(fitted: sem.SemResult) -> None:
    again = sem.fit(
        fitted.call["model"], dict(zip(fitted.table.observed, fitted.moments[0].raw.T, strict=True)),
        se="bootstrap", bootstrap=200, test="bollen.stine", seed=1,
    )  # fmt: skip
    assert again.tests[1].test == "bollen.stine"
    assert 0 < again.tests[1].pvalue < 1
    assert not np.allclose(again.std_errors, fitted.std_errors)
    assert np.allclose(again.std_errors, fitted.std_errors, rtol=0.8)
