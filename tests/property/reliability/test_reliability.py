"""Properties of alpha and its relatives that hold for any items."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mlbc_stats.distinctness import htmt
from mlbc_stats.reliability.bounds.guttman import guttman_bounds
from mlbc_stats.reliability.internal_consistency import alpha_of_cov, average_correlation, feldt_interval

EXACT = 1e-9
seeds = st.integers(0, 2**32 - 1)


def covariance(seed: int, k: int) -> np.ndarray:
    """A positive-definite covariance matrix with mostly positive entries."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(k, k)) + 1
    return root @ root.T + np.eye(k)


@given(seeds, st.integers(2, 12))
def test_alpha_never_exceeds_one(seed: int, k: int) -> None:
    assert alpha_of_cov(covariance(seed, k)) <= 1


@given(seeds, st.integers(2, 12))
def test_order_of_the_items_does_not_matter(seed: int, k: int) -> None:
    cov = covariance(seed, k)
    order = np.random.default_rng(seed).permutation(k)
    assert abs(alpha_of_cov(cov) - alpha_of_cov(cov[np.ix_(order, order)])) < EXACT


@given(seeds, st.integers(2, 8), st.floats(1e-3, 1e3))
def test_one_unit_for_all_items_does_not_matter(seed: int, k: int, unit: float) -> None:
    cov = covariance(seed, k)
    assert abs(alpha_of_cov(cov) - alpha_of_cov(unit**2 * cov)) < EXACT


@given(seeds, st.integers(2, 8), arrays(float, 8, elements=st.floats(0.01, 100)))
def test_standardized_alpha_ignores_the_unit_of_each_item(seed: int, k: int, units: np.ndarray) -> None:
    cov, unit = covariance(seed, k), units[:k]
    first, second = (_correlation(m) for m in (cov, cov * np.outer(unit, unit)))
    assert abs(alpha_of_cov(first) - alpha_of_cov(second)) < EXACT
    r = average_correlation(first)
    assert abs(alpha_of_cov(first) - k * r / (1 + (k - 1) * r)) < EXACT


@given(st.floats(-0.5, 0.99), st.integers(5, 5000), st.integers(2, 40))
def test_interval_holds_the_estimate_and_shrinks_with_level(value: float, n: int, k: int) -> None:
    lower, upper = feldt_interval(value, n, k, 0.95)
    inner_lower, inner_upper = feldt_interval(value, n, k, 0.50)
    assert lower < inner_lower < inner_upper < upper < 1


@settings(deadline=None)
@given(seeds, st.integers(2, 8))
def test_guttman_bounds_are_ordered(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(60, 1)) + rng.normal(size=(60, k))
    bounds = guttman_bounds({f"x{j}": column for j, column in enumerate(values.T)})
    assert bounds.lambda1 <= bounds.lambda3 <= bounds.lambda2 + EXACT
    assert bounds.lambda6 >= bounds.lambda1 - EXACT


@given(seeds)
def test_htmt_ignores_the_direction_of_items(seed: int) -> None:
    correlation = _correlation(covariance(seed, 6))
    sign = np.where(np.random.default_rng(seed).random(6) < 0.5, -1.0, 1.0)
    blocks = [[0, 1, 2], [3, 4, 5]]
    turned = htmt(correlation * np.outer(sign, sign), blocks)
    assert np.allclose(htmt(correlation, blocks), turned)


def _correlation(cov: np.ndarray) -> np.ndarray:
    scale = np.sqrt(np.diagonal(cov))
    return cov / np.outer(scale, scale)
