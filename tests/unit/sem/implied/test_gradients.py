"""Gradient, Hessian and information of every discrepancy against finite differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mlbc_stats.sem import fit
from mlbc_stats.sem.constraints.system import constraint_system, constraint_values
from mlbc_stats.sem.estimation.objective import Objective, evaluate
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.implied.first_derivatives import moment_jacobian
from mlbc_stats.sem.implied.moments import imply
from mlbc_stats.sem.inference.casewise_scores import complete_scores
from mlbc_stats.sem.inference.moment_covariance import group_scores
from mlbc_stats.sem.inference.standardized import standardize, standardized_jacobian

AGREEMENT = 2e-7
"""Central differences of step 1e-5 are good to about 1e-9 of the largest element; this leaves room for curvature."""

MODEL = """
f =~ x1 + x2 + x3
g =~ y1 + y2 + y3
g ~ f + z
y1 ~~ x1
f ~ z
"""

LOOP = "y1 ~ y2 + x1\ny2 ~ y1 + x2\ny1 ~~ y2"

WAYS = {
    "ML": {},
    "ML with means": {"meanstructure": True},
    "ML, random covariates": {"fixed_x": False, "meanstructure": True},
    "GLS": {"estimator": "GLS"},
    "ULS with means": {"estimator": "ULS", "meanstructure": True},
    "WLS": {"estimator": "WLS"},
    "FIML": {"missing": "fiml"},
    "groups": {"group": "site"},
    "groups, FIML": {"group": "site", "missing": "fiml", "group_equal": ["loadings", "intercepts"]},
}


def table(missing: float = 0.0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(11)
    z = rng.normal(size=400)
    f = 0.4 * z + rng.normal(size=400)
    g = 0.5 * f - 0.3 * z + rng.normal(size=400)
    data = {"z": z, "site": np.repeat(["north", "south"], 200)}
    for i, name in enumerate(("x1", "x2", "x3")):
        data[name] = (1 + 0.2 * i) * f + rng.normal(size=400) + i
    for i, name in enumerate(("y1", "y2", "y3")):
        data[name] = (1 - 0.2 * i) * g + rng.normal(size=400) - i
    for name in ("x1", "x3", "y2"):
        data[name][rng.random(400) < missing] = np.nan
    return data


@pytest.fixture(scope="module", params=WAYS)
def solution(request: pytest.FixtureRequest) -> Solution:
    arguments = WAYS[request.param]
    return fit(MODEL, table(0.1 if "missing" in arguments else 0.0), **arguments).solution


def nearby(solution: Solution) -> np.ndarray:
    rng = np.random.default_rng(5)
    return solution.theta + 0.02 * rng.normal(size=len(solution.theta))


def differences(objective: Objective, theta: np.ndarray, what: str) -> np.ndarray:
    size = 1e-5 * np.maximum(np.abs(theta), 0.1)
    shifts = np.diag(size)
    high = getattr(evaluate(objective, theta + shifts), what)
    low = getattr(evaluate(objective, theta - shifts), what)
    return (high - low) / (2 * size).reshape(-1, *[1] * (high.ndim - 1))


def close(got: np.ndarray, want: np.ndarray) -> bool:
    return bool(np.abs(got - want).max() <= AGREEMENT * max(1.0, float(np.abs(want).max())))


def test_gradient(solution: Solution) -> None:
    theta = nearby(solution)
    assert close(
        evaluate(solution.objective, theta[None]).gradient[0], differences(solution.objective, theta, "value")
    )


def test_hessian(solution: Solution) -> None:
    theta = nearby(solution)
    hessian = 2 * evaluate(solution.objective, theta[None], observed=True).information[0]
    assert close(hessian, differences(solution.objective, theta, "gradient"))


def test_expected_information_is_the_moments_weight_between_jacobians(solution: Solution) -> None:
    theta = nearby(solution)
    got = evaluate(solution.objective, theta[None]).information[0]
    want = np.zeros_like(got)
    for ram, discrepancy, share in zip(
        solution.rams, solution.objective.discrepancies, solution.shares, strict=True
    ):
        implied = imply(ram, theta)
        delta = moment_jacobian(ram, implied)
        weight = moment_weight(
            discrepancy.evaluate(implied.sigma, implied.mu), implied.sigma.shape[0], ram.means
        )
        want[np.ix_(ram.free, ram.free)] += share * delta.T @ weight @ delta
    assert close(got, want)


def moment_weight(evaluation, p: int, means: bool) -> np.ndarray:
    """½Dᵀ(W⊗W)D written out with a duplication matrix, apart from the library's way."""
    if evaluation.full:
        diagonal = evaluation.weight.shape[-1] == 1
        return np.diagflat(evaluation.weight) if diagonal else evaluation.weight
    if evaluation.parts is not None:
        return sum(
            share * normal_weight(weight, p, means)
            for part in evaluation.parts()
            for share, weight in zip(part.share, part.weight, strict=True)
        )
    return normal_weight(evaluation.weight, p, means)


def normal_weight(weight: np.ndarray, p: int, means: bool) -> np.ndarray:
    pairs = [(i, j) for j in range(p) for i in range(j, p)]
    duplication = np.zeros((p * p, len(pairs)))
    for k, (i, j) in enumerate(pairs):
        duplication[i * p + j, k] = duplication[j * p + i, k] = 1.0
    second = 0.5 * duplication.T @ np.kron(weight, weight) @ duplication
    if not means:
        return second
    return np.block([[weight, np.zeros((p, len(pairs)))], [np.zeros((len(pairs), p)), second]])


def test_scores_add_up_to_the_gradient(solution: Solution) -> None:
    if solution.method.discrepancy != "ML":
        return
    moved = replace(solution, theta=nearby(solution))
    total = np.zeros(len(moved.theta))
    for ram, share, scores in zip(moved.rams, moved.shares, group_scores(moved), strict=True):
        total[ram.free] += share * scores.mean(axis=0)
    assert close(total, -0.5 * evaluate(moved.objective, moved.theta[None]).gradient[0])


def test_batch_equals_one_by_one(solution: Solution) -> None:
    rng = np.random.default_rng(8)
    theta = solution.theta + 0.02 * rng.normal(size=(4, len(solution.theta)))
    together = evaluate(solution.objective, theta, observed=True)
    for i in range(4):
        alone = evaluate(solution.objective, theta[i : i + 1], observed=True)
        assert np.allclose(together.gradient[i], alone.gradient[0], rtol=1e-10, atol=1e-12)
        assert np.allclose(together.information[i], alone.information[0], rtol=1e-10, atol=1e-12)


def test_model_with_a_loop() -> None:
    solution = fit(LOOP, table(), fixed_x=False).solution
    theta = nearby(solution)
    assert close(
        evaluate(solution.objective, theta[None]).gradient[0], differences(solution.objective, theta, "value")
    )
    hessian = 2 * evaluate(solution.objective, theta[None], observed=True).information[0]
    assert close(hessian, differences(solution.objective, theta, "gradient"))


def test_standardized_jacobian() -> None:
    model = "f =~ x1 + x2 + x3\ng =~ y1 + y2 + y3\ng ~ b*f + z\nf ~ a*z\nindirect := a*b"
    fitted = fit(model, table())
    for kind in ("std_lv", "std_all", "std_nox"):
        got = standardized_jacobian(fitted.table, fitted.solution.rams, fitted.theta, kind)
        step = 1e-6
        shifts = step * np.eye(len(fitted.theta))
        high = standardize(fitted.table, fitted.solution.rams, fitted.theta + shifts, kind)
        low = standardize(fitted.table, fitted.solution.rams, fitted.theta - shifts, kind)
        assert np.allclose(got, ((high - low) / (2 * step)).T, atol=1e-7)


def test_constraint_jacobian() -> None:
    fitted = fit("f =~ x1 + p*x2 + q*x3\np == q^2\nq > 0.1", table())
    system = constraint_system(fitted.table)
    constraints = (*system.equalities, *system.inequalities)
    _, jacobian = constraint_values(constraints, fitted.theta)
    step = 1e-6
    shifts = step * np.eye(len(fitted.theta))
    high, _ = constraint_values(constraints, fitted.theta + shifts)
    low, _ = constraint_values(constraints, fitted.theta - shifts)
    assert np.allclose(jacobian, ((high - low) / (2 * step)).T, atol=1e-8)
    assert abs(constraint_values(system.equalities, fitted.theta)[0][0]) < 1e-9


def test_casewise_contributions_have_the_stated_centre() -> None:
    fitted = fit("f =~ x1 + x2 + x3", table())
    ram, implied = fitted.solution.rams[0], fitted.solution.implied()[0]
    x = fitted.moments[0].raw
    contributions = complete_scores(
        ram, implied, np.linalg.inv(implied.sigma), x - x.mean(axis=0), fitted.moments[0].cov
    )
    assert np.abs(contributions.mean(axis=0)).max() < 1e-12
