"""Refits by gradients alone end where Newton steps end, whatever the data and the restrictions."""

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.sem.estimation.search.variable_metric import Memory
from mlbc_stats.sem.resampling import refits

MODEL = "one =~ x1 + x2 + x3\ntwo =~ x4 + x5 + x6\ntwo ~ one"
EQUAL = "one =~ x1 + a*x2 + a*x3\ntwo =~ x4 + x5 + x6\ntwo ~ one"
NEAR = 1e-3
"""Errors of the refits (of the whole sample): Newton's batches stop at about a ten thousandth."""


def _data(missing):
    rng = np.random.default_rng(4)
    common = rng.normal(size=(250, 2)) @ np.array([[1.0, 0.5], [0.0, 0.9]])
    x = np.repeat(common, 3, axis=1) + rng.normal(size=(250, 6))
    x[rng.random(x.shape) < missing] = np.nan
    return {f"x{k + 1}": x[:, k] for k in range(6)}


@pytest.mark.parametrize("model", [MODEL, EQUAL])
@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_gradients_lead_where_newton_steps_lead(monkeypatch, model, missing):
    fit = sem.fit(model, _data(missing), missing="fiml")
    quick = sem.bootstrap(fit, 20, seed=1, workers=1)
    monkeypatch.setattr(refits, "known_inverse", lambda *_: None)
    exact = sem.bootstrap(fit, 20, seed=1, workers=1)
    assert quick.converged.all()
    assert exact.converged.all()
    errors = np.sqrt(np.diag(fit.vcov))
    assert (np.abs(quick.theta - exact.theta) < NEAR * errors).all()


def test_what_gradients_leave_is_searched_by_newton_steps(monkeypatch):
    fit = sem.fit(MODEL, _data(0.0))
    usual = sem.bootstrap(fit, 20, seed=1, workers=1)
    monkeypatch.setattr("mlbc_stats.sem.estimation.search.variable_metric.MOST", 1)
    left = sem.bootstrap(fit, 20, seed=1, workers=1)
    assert left.converged.all()
    np.testing.assert_allclose(left.theta, usual.theta, atol=1e-3)


def test_pairs_correct_the_curvature():
    """After as many conjugate pairs as there are directions, H of a quadratic is its inverse Hessian."""
    hessian = np.array([[3.0, 1.0], [1.0, 2.0]])
    memory = Memory(np.eye(2))
    for step in (
        [[1.0, 0.0]],
        [[-1.0, 3.0]],
    ):  # conjugate: the first row of the Hessian times the second is zero
        memory.learn(np.array(step), np.array(step) @ hessian)
    np.testing.assert_allclose(
        memory.direction(np.array([[1.0, 5.0]])), -np.linalg.solve(hessian, [[1.0], [5.0]]).T
    )
