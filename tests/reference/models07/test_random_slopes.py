"""Slopes that vary between clusters: against lavaan 0.7, and against nlme with numerical errors in R."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from tests.reference.adapter import fit_case, shape_result
from tests.reference.compare import compare_sem
from tests.reference.corpus import load_case
from tests.reference.tolerance import CLASSES

ROOT = Path(__file__).parents[1]
MODEL = 'level: 1\ny ~ rv("s")*x + rv("u")*z\nlevel: 2\ny ~ w\ns ~ w\ny ~~ s + u\ns ~~ u'
FIELDS = ["converged", "npar", "nobs", "parameters", "standardized", "logLik", "rsquare"]
MEASURES = ("npar", "ntotal", "logl", "aic", "bic", "bic2")
# R polishes to a gradient of 1e-8 with numerical derivatives, which leaves its errors with about eight digits.
EXACT = 1e-6
# nlme stops before the gradient vanishes.
STOPPED = 2e-4
LIMITS = CLASSES["tight"]


def test_random_slope_of_lavaan() -> None:
    case = load_case("v07_random_slope_orthodont")
    fit = fit_case(case)
    assert not compare_sem(case, shape_result(fit, FIELDS), FIELDS)
    for name in MEASURES:
        assert fit.fit_measures[name] == pytest.approx(case["expected"]["fit"][name], rel=1e-6)
    assert np.isnan(fit.fit_measures["df"]) and np.isnan(fit.tests[0].stat)  # as lavaan: test "none"


def test_random_slope_of_nlme() -> None:
    """The same case, by the numbers of nlme::lme stored in it."""
    case = load_case("v07_random_slope_orthodont")
    stored, frame = case["expected"]["nlme"], fit_case(case).parameters
    est = {(row.lhs, row.op, row.rhs, row.level): row.est for row in frame.itertuples()}
    ours = [
        est["distance", "~1", "", 2],
        est["s", "~1", "", 2],
        est["distance", "~", "male", 2],
        est["s", "~", "male", 2],
    ]
    assert ours == pytest.approx(list(stored["fixed"].values()), abs=1e-6)
    spread = [[est["distance", "~~", "distance", 2], est["s", "~~", "distance", 2]]]
    spread.append([est["s", "~~", "distance", 2], est["s", "~~", "s", 2]])
    assert np.allclose(spread, stored["varcorr"]["values"], atol=1e-4)
    assert est["distance", "~~", "distance", 1] == pytest.approx(stored["sigma2"], abs=1e-5)


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads((ROOT / "expected/random_slopes.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def data(expected: dict[str, Any]) -> pd.DataFrame:
    return pd.read_csv(ROOT / expected["data"])


def named(fit: sem.SemResult, column: str) -> dict[str, float]:
    """The free parameters by the names of the script."""
    out = {}
    for row in fit.parameters[fit.parameters["free"] > 0].itertuples():
        name = (
            "sigma2"
            if row.level == 1
            else f"{row.lhs}{row.op}{'1' * (row.op == '~1')}{row.rhs}".replace("~11", "~1")
        )
        out[name] = getattr(row, column)
    return out


@pytest.mark.parametrize(("estimator", "errors"), [("ML", "se"), ("MLR", "se_robust")])
def test_two_random_slopes(data: pd.DataFrame, expected: dict[str, Any], estimator: str, errors: str) -> None:
    fit = sem.fit(MODEL, data, cluster="unit", estimator=estimator)
    assert named(fit, "est") == pytest.approx(expected["estimates"], abs=EXACT)
    assert named(fit, "se") == pytest.approx(expected[errors], rel=LIMITS.error)
    assert fit.fit_measures["logl"] == pytest.approx(expected["logl"], rel=1e-10)


def test_empirical_bayes_slopes(data: pd.DataFrame, expected: dict[str, Any]) -> None:
    """What nlme::ranef gives, at nlme's own stopping point."""
    fit = sem.fit(MODEL, data, cluster="unit")
    scores, est = sem.factor_scores(fit, level=2), named(fit, "est")
    w = data.groupby("unit")["w"].first()
    stored = expected["effects"]
    assert scores.index.tolist() == list(map(str, stored["unit"])) or scores.index.tolist() == stored["unit"]
    slopes = scores["s"].to_numpy() - est["s~1"] - est["s~w"] * w.to_numpy()
    assert slopes == pytest.approx(stored["x"], abs=STOPPED)
    assert scores["u"].to_numpy() - est["u~1"] == pytest.approx(stored["z"], abs=STOPPED)
