"""Gradient of the ordinal objective and Jacobian of its stacked moments against finite differences."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats.sem import fit
from mlbc_stats.sem.estimation.curvature import curved_point
from mlbc_stats.sem.estimation.objective import evaluate
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.implied.first_derivatives import moment_jacobian
from mlbc_stats.sem.implied.moments import imply
from mlbc_stats.sem.inference.standardized import standardize, standardized_jacobian

AGREEMENT = 2e-7
"""Central differences of step 1e-5 are good to about 1e-9 of the largest element; this leaves room for curvature."""

FACTORS = "f =~ a1 + a2 + a3\ng =~ b1 + b2 + b3"
ITEMS = ("a1", "a2", "a3", "b1", "b2", "b3")
CUT = "a1 | c(u, u)*t1 + c(v, v)*t2\na2 | c(w, w)*t1 + c(x, x)*t2\na2 ~*~ c(1, NA)*a2"

WAYS = {
    "delta": (FACTORS, {"ordered": ITEMS}),
    "theta": (FACTORS, {"ordered": ITEMS, "parameterization": "theta"}),
    "ULS": (FACTORS, {"ordered": ITEMS, "estimator": "ULSMV"}),
    "WLS": (FACTORS, {"ordered": ITEMS, "estimator": "WLS"}),
    "groups, delta, free scaling": (f"{FACTORS}\n{CUT}", {"ordered": ITEMS, "group": "site"}),
    "groups, delta, equal thresholds": (
        FACTORS,
        {"ordered": ITEMS, "group": "site", "group_equal": ["thresholds", "loadings"]},
    ),
    "groups, theta, equal thresholds": (
        FACTORS,
        {
            "ordered": ITEMS,
            "group": "site",
            "group_equal": ["thresholds", "loadings"],
            "parameterization": "theta",
        },
    ),
    "covariates, delta": (f"{FACTORS}\ng ~ f + z1\nf ~ z1 + z2\nb2 ~ z2", {"ordered": ITEMS}),
    "covariates, theta": (
        f"{FACTORS}\ng ~ f + z1\nf ~ z1 + z2\nb2 ~ z2",
        {"ordered": ITEMS, "parameterization": "theta"},
    ),
    "mixed, delta": (f"{FACTORS}\ng ~ f", {"ordered": ("a2", "b1", "b3")}),
    "mixed, theta": (f"{FACTORS}\ng ~ f", {"ordered": ("a2", "b1", "b3"), "parameterization": "theta"}),
    "mixed, covariates": (f"{FACTORS}\ng ~ f + z1\na1 ~ z2", {"ordered": ("a2", "b1", "b3")}),
    "ordinal mediator, delta": ("b2 ~ b1 + z1\nb1 ~ z1 + z2\nb3 ~ b2 + b1", {"ordered": ("b1", "b2")}),
    "ordinal mediator, theta": (
        "b2 ~ b1 + z1\nb1 ~ z1 + z2\nb3 ~ b2 + b1",
        {"ordered": ("b1", "b2"), "parameterization": "theta"},
    ),
}


def table() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(23)
    n = 600
    z = rng.normal(size=(n, 2))
    f = 0.4 * z[:, 0] + 0.3 * z[:, 1] + rng.normal(size=n)
    g = 0.5 * f - 0.3 * z[:, 0] + rng.normal(size=n)
    data = {"z1": z[:, 0], "z2": z[:, 1], "site": np.repeat(["north", "south"], n // 2)}
    for name in ITEMS:
        y = (1 if name[1] != "2" else 0.8) * (f if name[0] == "a" else g) + rng.normal(size=n)
        data[name] = np.searchsorted([-1.0, 0.6], y) + 1.0
    return data


@pytest.fixture(scope="module", params=WAYS)
def solution(request: pytest.FixtureRequest) -> Solution:
    model, arguments = WAYS[request.param]
    return fit(model, table(), kind="cfa", **arguments).solution


def nearby(solution: Solution) -> np.ndarray:
    return solution.theta + 0.02 * np.random.default_rng(5).normal(size=len(solution.theta))


def steps(theta: np.ndarray) -> np.ndarray:
    return 1e-5 * np.maximum(np.abs(theta), 0.1)


def close(got: np.ndarray, want: np.ndarray) -> bool:
    return bool(np.abs(got - want).max() <= AGREEMENT * max(1.0, float(np.abs(want).max())))


def test_gradient(solution: Solution) -> None:
    theta = nearby(solution)
    size = steps(theta)
    high = evaluate(solution.objective, theta + np.diag(size)).value
    low = evaluate(solution.objective, theta - np.diag(size)).value
    got = evaluate(solution.objective, theta[None]).gradient[0]
    assert close(got, (high - low) / (2 * size))


def test_jacobian_of_the_stacked_moments(solution: Solution) -> None:
    theta = nearby(solution)
    size = steps(theta)
    for ram in solution.rams:
        high, low = (imply(ram, theta + sign * np.diag(size)).stacked for sign in (1, -1))
        want = ((high - low) / (2 * size)[:, None]).T[:, ram.free]
        got = moment_jacobian(ram, imply(ram, theta))
        assert got.shape == want.shape == (ram.engine.count(ram), len(ram.free))
        assert close(got, want)


def test_information_is_the_weight_between_jacobians(solution: Solution) -> None:
    theta = nearby(solution)
    want = np.zeros((len(theta), len(theta)))
    for ram, discrepancy, share in zip(
        solution.rams, solution.objective.discrepancies, solution.shares, strict=True
    ):
        delta = moment_jacobian(ram, imply(ram, theta))
        weight = discrepancy.weight
        full = weight if weight.shape[-1] > 1 else np.diag(weight[:, 0])
        want[np.ix_(ram.free, ram.free)] += share * delta.T @ full @ delta
    assert close(evaluate(solution.objective, theta[None]).information[0], want)


def test_a_batch_is_its_elements(solution: Solution) -> None:
    thetas = np.stack([solution.theta, nearby(solution)])
    together = evaluate(solution.objective, thetas)
    for i in range(2):
        alone = evaluate(solution.objective, thetas[i : i + 1])
        assert np.allclose(together.gradient[i], alone.gradient[0], rtol=1e-10, atol=1e-12)
        assert np.allclose(together.information[i], alone.information[0], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("way", WAYS)
def test_slopes_of_the_standardized_solution(way: str) -> None:
    model, arguments = WAYS[way]
    result = fit(model, table(), kind="cfa", **arguments)
    theta, rams = result.theta, result.solution.rams
    size = steps(theta)
    high, low = (standardize(result.table, rams, theta + sign * np.diag(size)) for sign in (1, -1))
    assert close(standardized_jacobian(result.table, rams, theta), ((high - low) / (2 * size)[:, None]).T)


def test_half_the_second_derivatives(solution: Solution) -> None:
    """Exact whatever follows from what: scaling factors, residual variances, thresholds, slopes, paths."""
    theta = nearby(solution)
    size = steps(theta)
    high = evaluate(solution.objective, theta + np.diag(size)).gradient
    low = evaluate(solution.objective, theta - np.diag(size)).gradient
    got = curved_point(solution.objective, theta[None]).information[0]
    assert close(got, (high - low) / (4 * size)[:, None])
    assert np.array_equal(got, got.T) or np.allclose(got, got.T, rtol=1e-12, atol=1e-14)


def test_which_models_have_a_hessian_at_every_step() -> None:
    """The others take it where they stop, since it costs as much as a Jacobian per parameter."""
    known = {
        name
        for name, (model, arguments) in WAYS.items()
        if not fit(model, table(), kind="cfa", **arguments).solution.objective.scoring_only
    }
    assert known == {"delta", "ULS", "WLS", "mixed, delta"}
