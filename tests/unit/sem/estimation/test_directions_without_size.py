"""Parameters that have no curvature of their own but lead down together: a factor without variance."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.sem.estimation.curvature import joint_sizes, principal
from mlbc_stats.sem.estimation.objective import evaluate

MODEL = """
f1 =~ x1 + x2 + x3 + x4
f2 =~ x5 + x6 + x7
ph =~ NA*x1
ph ~~ 0*ph
ph ~~ 0*f1
"""


def answers(n: int = 300) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(11)
    first = rng.normal(size=n)
    second = 0.4 * first + rng.normal(size=n)
    out = {f"x{k}": first + rng.normal(size=n) for k in range(1, 5)}
    out |= {f"x{k}": second + rng.normal(size=n) for k in range(5, 8)}
    out["x1"] += 0.6 * second
    return {name: np.digitize(column, [-0.8, 0.5]).astype(float) for name, column in out.items()}


@pytest.mark.filterwarnings("ignore:the data do not determine", "ignore:the covariance matrix of the latent")
@pytest.mark.parametrize("estimator", ["ULS", "DWLS"])
@pytest.mark.parametrize("parameterization", ["delta", "theta"])
def test_a_saddle_beside_a_phantom_is_left(estimator: str, parameterization: str) -> None:
    data = answers()
    fit = sem.fit(
        MODEL, data, ordered=True, estimator=estimator, parameterization=parameterization, se="none"
    )
    slope = evaluate(fit.solution.objective, fit.theta[None]).gradient[0]
    assert fit.converged and np.abs(slope).max() < 1e-4
    plain = sem.fit(
        MODEL.split("ph =~")[0], data, ordered=True, estimator=estimator, parameterization=parameterization
    )
    assert fit.fit_measures["chisq"] < plain.fit_measures["chisq"] - 1


def test_directions_are_measured_by_what_they_do_together() -> None:
    hessian = np.array([[2.0, 0.5, 0.0], [0.5, 0.0, 0.0], [0.0, 0.0, 1.0]])
    size = joint_sizes(hessian, np.array([np.sqrt(2), 1e-150, 1.0]))
    assert size == pytest.approx([np.sqrt(2), 0.5 / np.sqrt(2), 1.0])
    found = principal(np.zeros(3), hessian, None, np.zeros(3))
    assert found is not None and -1 < found.roots[0] < -0.1 and found.roots[-1] < 2


def test_a_bilinear_pair_alone_is_a_saddle() -> None:
    hessian = np.array([[0.0, 3.0], [3.0, 0.0]])
    found = principal(np.zeros(2), hessian, None, np.zeros(2))
    assert found is not None and found.roots == pytest.approx([-1, 1])


def test_ordinary_curvatures_keep_their_units() -> None:
    hessian = np.array([[1.0, 5.0], [5.0, 4.0]])
    size = np.array([1.0, 2.0])
    assert joint_sizes(hessian, size) is size
