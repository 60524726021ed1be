"""Gradient, Hessian, scores and standardized values of models with composites against finite differences."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats.sem import SemResult, fit
from mlbc_stats.sem.estimation.objective import evaluate
from mlbc_stats.sem.implied.moments import imply
from mlbc_stats.sem.inference.moment_covariance import group_scores
from mlbc_stats.sem.inference.standardized import standardize, standardized_jacobian

AGREEMENT = 2e-7
STEP = 1e-5

EXOGENOUS = "c <~ a1 + a2 + a3; d <~ b1 + b2; f =~ y1 + y2 + y3; f ~ c + d"
ENDOGENOUS = "c <~ a1 + a2 + a3; d <~ b1 + b2; f =~ y1 + y2 + y3; f ~ c; c ~ d + z; f ~~ d"
LOOP = "c <~ a1 + a2 + a3; d <~ b1 + b2; y1 ~ c + d; c ~ d; d ~ 0.2*y1; y1 ~~ 0*c"
WAYS = {
    "given blocks": (EXOGENOUS, {}),
    "free blocks": (EXOGENOUS, {"composites_cov_free": True}),
    "endogenous": (ENDOGENOUS, {}),
    "endogenous, means, free blocks": (ENDOGENOUS, {"meanstructure": True, "composites_cov_free": True}),
    "loop": (LOOP, {}),
    "GLS": (EXOGENOUS, {"estimator": "GLS"}),
    "ULS": (ENDOGENOUS, {"estimator": "ULS"}),
    "FIML": (ENDOGENOUS, {"missing": "fiml"}),
    "groups": (ENDOGENOUS, {"group": "site", "group_equal": ["composite.weights"]}),
    "unit variance": (EXOGENOUS, {"std_lv": True}),
}


def table(missing: float = 0.0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    common, z = rng.normal(size=(2, 400))
    a = 0.6 * common[:, None] + 0.3 * z[:, None] + rng.normal(size=(400, 3))
    b = 0.5 * common[:, None] + rng.normal(size=(400, 2))
    f = a @ [0.5, 0.3, 0.1] + 0.4 * b[:, 0] + rng.normal(size=400)
    y = f[:, None] * [1.0, 0.8, 0.6] + rng.normal(size=(400, 3))
    data = {"z": z, "site": np.repeat(["north", "south"], 200)}
    data |= dict(zip(["a1", "a2", "a3", "b1", "b2", "y1", "y2", "y3"], np.c_[a, b, y].T.copy(), strict=True))
    for name in ("a1", "b2", "y2"):
        data[name][rng.random(400) < missing] = np.nan
    return data


@pytest.fixture(scope="module", params=WAYS)
def fitted(request: pytest.FixtureRequest) -> SemResult:
    model, arguments = WAYS[request.param]
    result = fit(model, table(0.1 if "missing" in arguments else 0.0), **arguments)
    assert result.converged
    return result


def nearby(fitted: SemResult) -> np.ndarray:
    return fitted.theta + 0.03 * np.random.default_rng(5).normal(size=len(fitted.theta))


def test_gradient_and_hessian(fitted: SemResult) -> None:
    objective, theta = fitted.solution.objective, nearby(fitted)
    shifts = STEP * np.eye(len(theta))
    up, down = (evaluate(objective, theta + sign * shifts) for sign in (1, -1))
    point = evaluate(objective, theta[None], observed=True)
    slope = (up.value - down.value) / (2 * STEP)
    assert point.gradient[0] == pytest.approx(slope, abs=AGREEMENT * max(1.0, np.abs(slope).max()))
    half = (up.gradient - down.gradient) / (4 * STEP)
    assert point.information[0] == pytest.approx(half, abs=AGREEMENT * max(1.0, np.abs(half).max()))


def test_moment_jacobian(fitted: SemResult) -> None:
    theta = nearby(fitted)
    shifts = STEP * np.eye(len(theta))
    columns = np.triu_indices(len(fitted.table.observed))
    for ram in fitted.solution.rams:
        up, down = (imply(ram, theta + sign * shifts) for sign in (1, -1))
        numeric = ((up.sigma - down.sigma)[:, columns[1], columns[0]] / (2 * STEP)).T[:, ram.free]
        exact = ram.engine.jacobian(ram, imply(ram, theta))[-len(numeric) :]
        assert exact == pytest.approx(numeric, abs=AGREEMENT * max(1.0, np.abs(numeric).max()))


def test_a_composite_is_the_sum_of_its_indicators(fitted: SemResult) -> None:
    """Var(C − w'x) = 0 and Cov(C, e) = 0, at any parameters."""
    theta = nearby(fitted)
    for ram in fitted.solution.rams:
        implied = imply(ram, theta)
        total = implied.inverse @ implied.disturbance @ implied.inverse.T
        own = theta[ram.free]
        for block in ram.engine.cells.blocks:
            contrast = np.zeros(len(total))
            contrast[block.items] = block.read_weights(own)
            contrast[block.at] = -1.0
            assert total @ contrast == pytest.approx(np.zeros(len(total)), abs=1e-9)


def test_casewise_scores_sum_to_the_gradient(fitted: SemResult) -> None:
    if fitted.method.discrepancy != "ML":
        pytest.skip("scores are those of the likelihood")
    total = np.zeros(len(fitted.theta))
    for ram, scores in zip(fitted.solution.rams, group_scores(fitted.solution), strict=True):
        total[ram.free] += scores.sum(axis=0)
    gradient = evaluate(fitted.solution.objective, fitted.theta[None]).gradient[0]
    assert total == pytest.approx(-0.5 * fitted.nobs * gradient, abs=1e-5)


def test_standardized_slopes(fitted: SemResult) -> None:
    shifts = STEP * np.eye(len(fitted.theta))
    rams, whole = fitted.solution.rams, fitted.table
    up, down = (standardize(whole, rams, fitted.theta + sign * shifts) for sign in (1, -1))
    exact = standardized_jacobian(whole, rams, fitted.theta)
    assert exact == pytest.approx(((up - down) / (2 * STEP)).T, abs=1e-6)
