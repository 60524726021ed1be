"""One mask of what the data do not determine, in everything that reports a number about a parameter."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import MlbcWarning, ModelError
from mlbc_stats.sem.estimation.audit import Audit
from mlbc_stats.sem.estimation.curvature import principal
from mlbc_stats.sem.estimation.magnitudes import endless
from mlbc_stats.sem.estimation.solution import constrained_inverse
from mlbc_stats.sem.implied.moments import imply

RNG = np.random.default_rng(1)
DATA = pd.DataFrame(0.7 * RNG.normal(size=(200, 1)) + RNG.normal(size=(200, 5)), columns=list("abcde"))
NO_UNIT = "f =~ NA*a + p*b + q*c + d + e\np == q"
"""A factor without a unit: its loadings and variance are not determined, their ratios are."""


def quiet(model: str, data: object = DATA, **arguments: object) -> sem.SemResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return sem.fit(model, data, **arguments)


@pytest.fixture(scope="module")
def loose() -> sem.SemResult:
    return quiet(NO_UNIT)


@pytest.fixture(scope="module")
def marked() -> sem.SemResult:
    """The same model with a unit."""
    return quiet("f =~ 1*a + p*b + q*c + d + e\np == q")


def test_the_flat_direction_is_named_everywhere(loose: sem.SemResult) -> None:
    names = ("f=~a", "p", "q", "f=~d", "f=~e", "f~~f")
    assert loose.converged and not loose.identified
    assert loose.undetermined == names
    assert f"the data do not determine {', '.join(names)}" in loose.doubts[0]
    assert "no data can" in loose.doubts[0]
    assert f"Not determined: {', '.join(names)}" in loose.summary()
    assert json.loads(loose.to_json())["audit"]["undetermined"] == list(names)


def test_indices_are_those_of_the_model_with_a_unit(loose: sem.SemResult, marked: sem.SemResult) -> None:
    keys = ["lhs", "op", "rhs"]
    found, true = (sem.modification_indices(fit).set_index(keys) for fit in (loose, marked))
    pairs = [key for key in true.index if key[1] == "~~"]
    for name in ("mi", "epc", "sepc_all"):
        assert found.loc[pairs, name].to_numpy() == pytest.approx(true.loc[pairs, name].to_numpy(), rel=1e-4)


def test_changes_without_a_unit_are_no_numbers(loose: sem.SemResult, marked: sem.SemResult) -> None:
    test, true = sem.score_test(loose), sem.score_test(marked)
    assert test.stat == pytest.approx(true.stat, rel=1e-4)
    assert np.isnan(test.univariate["epc"]).all() and np.isfinite(true.univariate["epc"]).all()
    open_rows = test.changes["op"].eq("=~") | test.changes["lhs"].eq("f")
    assert np.isnan(test.changes.loc[open_rows, ["epc", "epv", "sepc_all"]]).all(axis=None)
    assert np.isfinite(test.changes.loc[~open_rows, ["epc", "epv", "sepc_all"]]).all(axis=None)


def test_power_needs_a_size() -> None:
    """Whether the loading of g on the item e is zero can be tested; how large it is depends on the unit of g."""
    fit = quiet("f =~ a + b + c\ng =~ NA*d + e\nf ~~ g\nd ~~ e1*d\ne ~~ e1*e")
    assert "g~~g" in fit.undetermined
    table = sem.misspecification_power(fit).set_index(["lhs", "op", "rhs"])
    no_size = table.loc[("g", "=~", "a")]
    assert no_size["mi"] >= 0
    assert no_size[["epc", "ncp", "power", "decision", "decision_ci"]].isna().all()
    assert table.loc[("a", "~~", "b"), "decision"] in ("NM", "M", "EPC:M", "EPC:NM", "I")


def test_monte_carlo_asks_for_true_values(loose: sem.SemResult) -> None:
    with pytest.raises(ModelError, match="do not determine f=~a, p, q"):
        sem.monte_carlo(loose, replications=3, seed=1)


def test_information_that_is_rounding_counts_as_none() -> None:
    """Standardized, an error of a million per case; whatever the unit of the parameter."""
    for unit in (1e-6, 1.0, 1e6):
        information = np.diag([4.0, 3e-17 / unit**2, 1.0])
        found = constrained_inverse(information, None, 1e-12 / np.array([1.0, unit, 1.0]) ** 2)
        assert found.undetermined.tolist() == [False, True, False]
        assert found.matrix[1, 1] == 0


def test_curvature_that_is_rounding_leads_nowhere() -> None:
    least = np.full(2, 1e-12)
    found = principal(np.zeros(2), np.diag([1.0, -3e-17]), None, least)
    assert found is not None and abs(found.roots[0]) < 1e-10
    bent = principal(np.zeros(2), np.array([[1.0, 0.5], [0.5, 0.0]]), None, least)
    assert bent is not None and bent.roots[0] < -0.1  # zero curvature of its own, yet a saddle


def test_a_saddle_is_judged_by_the_fall_of_the_discrepancy() -> None:
    point = Audit(0.0, violation=0.0, multiplier=0.0, curvature=-1e-3, downhill=np.ones(1))
    assert replace(point, fall=1e-3).saddle
    assert not replace(point, fall=1e-12).saddle and replace(point, fall=1e-12).passed


def test_a_factor_without_loadings_has_no_reliability() -> None:
    fit = quiet("f =~ a + b + c + d\nph =~ 0*a\nph ~~ 1*ph + 0*f")
    assert list(reliability.summary(fit).constructs.index) == ["f"]


def test_what_runs_off_is_named() -> None:
    fit = quiet("f =~ a + b + c + d")
    rams, theta = fit.solution.rams, fit.theta.copy()
    assert not endless(rams, fit.solution.implied()).any()
    theta[:3], theta[-1] = 1e8 * theta[:3], 1e-16 * theta[-1]  # the marker a has hardly a loading any more
    found = endless(rams, [imply(ram, np.stack([fit.theta, theta])) for ram in rams])
    assert not found[0].any() and found[1].any()
    verdict = Audit(0.0, 0.0, 0.0, 1.0, np.zeros(1), endless=("f",))
    assert "grow without end" in verdict.verdict and not verdict.passed


def test_least_information_follows_the_units() -> None:
    fit, times = quiet("f =~ a + b + c + d"), np.array([1e3, 1.0, 1.0, 1.0])
    other = quiet("f =~ a + b + c + d", DATA[list("abcd")] * times)
    own, wide = (each.solution.least_information for each in (fit, other))
    assert wide[0] == pytest.approx(own[0] * 1e6, rel=1e-4)  # the loading of b shrinks with the factor's unit
    assert wide[3] == pytest.approx(own[3] * 1e-12, rel=1e-4)  # the residual variance of a


def test_draws_of_what_is_not_determined_mean_nothing(loose: sem.SemResult) -> None:
    draws = sem.bootstrap(loose, 20, seed=1, workers=1)
    raw = draws.parameters().set_index(["lhs", "op", "rhs"])
    numbers = ["se", "ci_lower", "ci_upper"]
    assert raw.loc[[("f", "=~", "b"), ("f", "~~", "f")], numbers].isna().all(axis=None)
    assert raw.loc[[("a", "~~", "a")], numbers].notna().all(axis=None)
    std = draws.parameters(standardized=True).set_index(["lhs", "op", "rhs"])
    assert std.loc[[("f", "=~", "b"), ("a", "~~", "a")], numbers].notna().all(axis=None)


@pytest.mark.parametrize("parameterization", ["delta", "theta"])
def test_an_ordinal_answer_with_covariates_does_not_run_off(parameterization: str) -> None:
    x = RNG.normal(size=300)
    data = pd.DataFrame({"y": np.digitize(x + RNG.normal(size=300), [-0.5, 0.5]) * 1.0, "x": x})
    fit = quiet("y ~ x", data, ordered=["y"], parameterization=parameterization)
    assert fit.converged and fit.identified and not fit.audit.endless
