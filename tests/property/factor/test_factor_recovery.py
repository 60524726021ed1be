"""What exploratory loadings mean: no bias, intervals that cover, invariance."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import factor
from tests.examples.plain_statistics import named

TRUE = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0.7, 0.2], [0, 0.8], [0, 0.7], [0.1, 0.6], [0, 0.7]])
PHI = np.array([[1, 0.3], [0.3, 1]])
SIGMA = TRUE @ PHI @ TRUE.T + np.diag(1 - np.sum((TRUE @ PHI) * TRUE, axis=1))
DRAWS, CASES = 150, 300


def aligned(loadings: np.ndarray, goal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    likeness = goal.T @ loadings
    order = np.abs(likeness).argmax(axis=1)
    return order, np.sign(likeness[np.arange(len(order)), order])


@pytest.mark.slow
@pytest.mark.parametrize("method", ["minres", "ml"])
def test_loadings_are_nearly_unbiased_and_intervals_cover(method: str) -> None:
    rng = np.random.default_rng(11)
    goal = factor.fit(SIGMA, 2, method=method, n=CASES).loadings
    root = np.linalg.cholesky(SIGMA)
    values, hits = [], []
    for _ in range(DRAWS):
        result = factor.fit(named(rng.normal(size=(CASES, 8)) @ root.T), 2, method=method, starts=5)
        order, signs = aligned(result.loadings, goal)
        own = result.loadings[:, order] * signs
        values.append(own)
        hits.append(np.abs(own - goal) < 1.959964 * result.std_errors[:, order])
    error = np.std(values, axis=0) / np.sqrt(DRAWS)
    assert np.abs(np.mean(values, axis=0) - goal).max() < 4 * error.max() + 0.01
    assert 0.92 < np.mean(hits) < 0.98


def test_the_order_and_scale_of_items_change_nothing() -> None:
    rng = np.random.default_rng(12)
    x = rng.normal(size=(200, 8)) @ np.linalg.cholesky(SIGMA).T
    result = factor.fit(named(x), 2, method="ml")
    turn = rng.permutation(8)
    other = factor.fit(named(x[:, turn] * rng.uniform(0.1, 10, 8) + 3), 2, method="ml")
    assert other.loadings == pytest.approx(result.loadings[turn], abs=1e-6)
    assert other.std_errors == pytest.approx(result.std_errors[turn], abs=1e-5)
    assert other.fit.chi_square == pytest.approx(result.fit.chi_square, rel=1e-8)


def test_exact_correlations_give_exact_loadings() -> None:
    for method in ("minres", "ml", "gls", "wls", "dwls"):
        result = factor.fit(SIGMA, 2, method=method, rotation="none", n=500)
        assert result.loadings @ result.loadings.T == pytest.approx(TRUE @ PHI @ TRUE.T, abs=1e-6), method
