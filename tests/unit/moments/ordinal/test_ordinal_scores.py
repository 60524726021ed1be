"""Derivatives of the likelihoods by finite differences, and of the estimates by the weight of a case."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mlbc_stats.moments.correlations import casewise_likelihood as cases
from mlbc_stats.moments.correlations.contingency_likelihood import cell_probabilities, threshold_slopes
from mlbc_stats.moments.correlations.full_likelihood import _derivatives
from mlbc_stats.moments.margins.probit import (
    interval_probability,
    limit_designs,
    limit_scores,
    ordered_probit,
)
from mlbc_stats.moments.ordinal.two_step import ordinal_moments

#: Central differences with steps of 1e-5 lose half of the digits.
DIFFERENCE, STEP = 1e-7, 1e-5
RHO = np.array([-0.95, -0.4, 0.0, 0.3, 0.9])


@pytest.fixture
def cuts() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return np.sort(rng.normal(size=(3, 5)), axis=0), np.sort(rng.normal(size=(3, 5)), axis=0)


def slope(function: Any, at: np.ndarray) -> np.ndarray:
    return (function(at + STEP) - function(at - STEP)) / (2 * STEP)


def test_cells_by_the_correlation(cuts: Any) -> None:
    cells = cell_probabilities(*cuts, RHO)
    np.testing.assert_allclose(cells.probability.sum((0, 1)), 1.0, atol=1e-14)
    np.testing.assert_allclose(
        cells.slope, slope(lambda r: cell_probabilities(*cuts, r).probability, RHO), atol=DIFFERENCE
    )
    np.testing.assert_allclose(
        cells.curvature, slope(lambda r: cell_probabilities(*cuts, r).slope, RHO), atol=1e-5
    )


def test_cells_by_the_thresholds(cuts: Any) -> None:
    for t in range(3):
        shift = STEP * np.eye(3)[:, [t]]
        high, low = (cell_probabilities(cuts[0] + s * shift, cuts[1], RHO).probability for s in (1, -1))
        change = (high - low) / (2 * STEP)
        expected = threshold_slopes(*cuts, RHO)[t]
        np.testing.assert_allclose(change[t], expected, atol=DIFFERENCE)
        np.testing.assert_allclose(change[t + 1], -expected, atol=DIFFERENCE)


@pytest.mark.parametrize("kernel", [cases._normal, cases._serial, cases._rectangle])
def test_casewise_likelihoods(kernel: Any) -> None:
    rng = np.random.default_rng(2)
    limits = [np.sort(rng.normal(size=(5, 20, 2)), axis=-1) for _ in range(2)]
    u, v = rng.normal(size=(2, 5, 20))
    parts = {
        "_normal": [u, v],
        "_serial": [limits[0][..., 0], limits[0][..., 1], u],
        "_rectangle": [limits[0][..., 0], limits[0][..., 1], limits[1][..., 0], limits[1][..., 1]],
    }[kernel.__name__]
    rho = np.array([-0.8, -0.3, 0.0, 0.4, 0.7])
    _, first, second, _ = kernel(parts, rho, False)
    scale = np.maximum(1.0, np.abs(second))
    np.testing.assert_allclose(slope(lambda r: kernel(parts, r, False)[0], rho), first, atol=1e-6, rtol=1e-6)
    assert (np.abs(slope(lambda r: kernel(parts, r, False)[1], rho) - second) / scale).max() < 1e-5
    _, again, _, (score, *partials) = kernel(parts, rho, True)
    np.testing.assert_allclose(again, first, rtol=1e-12)
    np.testing.assert_array_equal(score, again)
    for place, expected in enumerate(partials):

        def moved(shift: float, place: int = place) -> np.ndarray:
            changed = [part + shift if k == place else part for k, part in enumerate(parts)]
            # The polyserial likelihood given u leaves the density of u out; its derivative is in the partial.
            extra = -0.5 * changed[-1] ** 2 if kernel.__name__ == "_serial" else 0.0
            return kernel(changed, rho, False)[0] + extra

        change = (moved(STEP) - moved(-STEP)) / (2 * STEP)
        np.testing.assert_allclose(change, expected, atol=1e-5, rtol=1e-5)


def test_interval_scores() -> None:
    lower, upper = np.array([-1.0, 0.5, 3.0, 9.0]), np.array([0.3, 2.0, 5.0, 9.5])
    _, by_upper, by_lower = limit_scores(lower, upper)
    np.testing.assert_allclose(
        by_upper, slope(lambda b: np.log(interval_probability(lower, b)), upper), rtol=1e-6
    )
    np.testing.assert_allclose(
        by_lower, slope(lambda a: np.log(interval_probability(a, upper)), lower), rtol=1e-6
    )


def test_joint_likelihood(cuts: Any) -> None:
    theta = np.concatenate([*cuts, np.arctanh(0.6 * RHO)[None]]).T
    tables = np.random.default_rng(4).integers(1, 20, (5, 4, 4)).astype(float)
    _, gradient, _ = _derivatives(theta, tables)
    for place in range(7):
        shift = STEP * np.eye(7)[place]
        change = (_derivatives(theta + shift, tables)[0] - _derivatives(theta - shift, tables)[0]) / (
            2 * STEP
        )
        np.testing.assert_allclose(gradient[:, place], change, rtol=1e-5, atol=1e-4)


def test_the_probit_is_at_its_maximum() -> None:
    rng = np.random.default_rng(5)
    z = rng.normal(size=(300, 2))
    codes = np.digitize(z @ [0.8, -0.5] + rng.normal(size=300), [-1.0, 0.5])
    fit = ordered_probit(codes, 3, z, np.ones((2, 300)))
    np.testing.assert_array_equal(fit.theta[0], fit.theta[1])
    up, down = limit_designs(codes, 3, z)
    _, by_upper, by_lower = limit_scores(fit.lower[0], fit.upper[0])
    assert np.abs(up @ by_upper + down @ by_lower).max() < 1e-8
    assert np.abs(fit.theta[0] - [-1.0, 0.5, 0.8, -0.5]).max() < 0.3


def test_gamma_is_that_of_numerical_influences() -> None:
    """Of binary items, where the tables are fitted exactly, so that cross products are the information."""
    rng = np.random.default_rng(6)
    n, step = 150, 1e-3
    x = (rng.normal(size=(n, 1)) + rng.normal(size=(n, 4)) > [-0.5, 0.0, 0.3, 0.8]).astype(float)
    found = ordinal_moments(x, list("abcd"), range(4))
    change = step * np.eye(n)
    high, low = (
        ordinal_moments(x, list("abcd"), range(4), weights=1 + s * change, gamma="none") for s in (1, -1)
    )
    influence = (high.moments - low.moments) / (2 * step)
    np.testing.assert_allclose(found.gamma, n * influence.T @ influence, rtol=1e-5, atol=1e-5)
