"""What lower bounds and split halves mean: their order, what chance does to them, and scales they refuse."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from mlbc_stats import reliability
from mlbc_stats.errors import DataError, DataWarning
from mlbc_stats.reliability.bounds.greatest_lower_bound import glb_of_covs, largest_errors
from mlbc_stats.reliability.bounds.guttman import bounds_of_cov
from mlbc_stats.reliability.bounds.signs import count_even, differences, even_splits, exchanged, random_splits
from mlbc_stats.reliability.internal_consistency import alpha_of_cov, alphas_of_covs

EXACT = 1e-10
SOLVED = 1e-8
"""What the barrier leaves of the largest sum of error variances."""


def draw(n: int, k: int, seed: int, error: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 1)) + error * rng.normal(size=(n, k))


def named(values: np.ndarray) -> dict[str, np.ndarray]:
    return {f"x{j + 1}": column for j, column in enumerate(values.T)}


def two_factor_cov(k: int) -> np.ndarray:
    """Covariances of k items of two factors, errors .3 to .7: their reliability is known."""
    rng = np.random.default_rng(k)
    loadings = rng.uniform(0.4, 0.9, size=(k, 2)) * (np.arange(k)[:, None] % 2 == [0, 1])
    phi = np.array([[1.0, 0.4], [0.4, 1.0]])
    return loadings @ phi @ loadings.T + np.diag(rng.uniform(0.3, 0.7, size=k))


@pytest.mark.parametrize("k", [4, 6, 8])
def test_the_mean_of_all_even_splits_is_alpha(k: int) -> None:
    data = named(draw(80, k, seed=k))
    found = reliability.split_halves(data)
    assert found.all_splits and found.n_splits == count_even(k)
    assert found.mean == pytest.approx(reliability.alpha(data).alpha, abs=EXACT)
    assert found.minimum <= found.mean <= found.maximum


def test_one_split_is_among_all_and_its_guttman_is_that_value() -> None:
    data = named(draw(60, 6, seed=2))
    every = reliability.split_halves(data)
    one = reliability.split_half(data, every.best)
    assert one.guttman == pytest.approx(every.maximum, abs=EXACT)
    assert one.horst == pytest.approx(one.spearman_brown, abs=EXACT)  # halves of equal length
    assert one.guttman <= one.spearman_brown + EXACT


def test_horst_gives_the_reliability_of_parallel_items_from_unequal_halves() -> None:
    """ρ = kr/(1 + (k − 1)r) exactly in the population, where Spearman–Brown is too low."""
    rng = np.random.default_rng(3)
    raw = rng.normal(size=(200, 5))
    centred = raw - raw.mean(axis=0)
    white = centred @ np.linalg.inv(np.linalg.cholesky(np.cov(centred.T))).T
    answers = (
        white @ np.linalg.cholesky(np.full((5, 5), 0.4) + 0.6 * np.eye(5)).T
    )  # exactly these covariances
    one = reliability.split_half(named(answers), ["x1"])
    assert one.horst == pytest.approx(5 * 0.4 / (1 + 4 * 0.4), abs=EXACT)
    assert one.spearman_brown < one.horst - 0.01


def test_sampled_splits_with_exchanges_find_the_ends_of_all_splits() -> None:
    data = named(draw(100, 11, seed=4))
    every, some = reliability.split_halves(data), reliability.split_halves(data, most=100, seed=1)
    assert (some.n_splits, some.all_splits) == (100, False)
    assert some.maximum == pytest.approx(every.maximum, abs=EXACT)
    assert some.minimum == pytest.approx(every.minimum, abs=EXACT)
    assert some.mean == pytest.approx(every.mean, abs=0.02)


def test_exchanges_only_lower_the_difference() -> None:
    cov = np.cov(draw(50, 9, seed=5).T)
    start = random_splits(9, 30, np.random.default_rng(1))
    moved, free = exchanged(cov, start, False), exchanged(cov, start, True)
    assert np.all(moved.sum(axis=1) == start.sum(axis=1))
    assert np.all(differences(cov, moved) <= differences(cov, start) + EXACT)
    assert differences(cov, free).min() <= differences(cov, even_splits(9)).min() + EXACT


def test_lambda4_of_many_items_is_served_and_above_the_others() -> None:
    found = bounds_of_cov(np.cov(draw(400, 24, seed=6).T))
    assert not found.lambda4_exact
    assert found.lambda4 > max(found.lambda2, found.lambda5, found.lambda3)


def test_mu_rises_from_alpha_through_lambda2() -> None:
    cov = np.cov(draw(40, 6, seed=7).T)
    found = bounds_of_cov(cov)
    assert found.mu[0] == pytest.approx(alpha_of_cov(cov), abs=EXACT)
    assert list(found.mu) == sorted(found.mu)


@pytest.mark.parametrize("k", [2, 5, 9])
def test_the_greatest_lower_bound_is_above_every_other(k: int) -> None:
    for seed in range(5):
        cov = np.cov(draw(60, k, seed=seed).T)
        glb, found = float(glb_of_covs(cov[None])[0]), bounds_of_cov(cov)
        assert glb >= max(found.lambda4, found.lambda6, found.mu[3], found.lambda5) - SOLVED


def test_it_is_the_optimum_that_a_general_program_finds() -> None:
    """Maximize Σθ under a penalty for negative eigenvalues, from several starts."""
    cov = two_factor_cov(4) + np.cov(draw(30, 4, seed=8).T) / 3
    theta = largest_errors(cov[None])[0]
    assert np.linalg.eigvalsh(cov - np.diag(theta))[0] > -SOLVED and theta.min() > -SOLVED

    def lost(values: np.ndarray) -> float:
        lowest = min(np.linalg.eigvalsh(cov - np.diag(values))[0], values.min())
        return -values.sum() - 1e3 * min(lowest, 0.0)

    best = max(
        -minimize(lost, theta * scale, method="Nelder-Mead", options={"maxiter": 4000, "fatol": 1e-9}).fun
        for scale in (0.3, 0.8, 1.0)
    )
    assert best <= theta.sum() + 1e-3


@pytest.mark.parametrize("k", [6, 12])
def test_in_the_population_it_is_a_lower_bound(k: int) -> None:
    cov = two_factor_cov(k)
    rng = np.random.default_rng(k)
    rng.uniform(0.4, 0.9, size=(k, 2))
    reliability_of_sum = 1 - rng.uniform(0.3, 0.7, size=k).sum() / cov.sum()
    glb = float(glb_of_covs(cov[None])[0])
    assert alpha_of_cov(cov) < glb <= reliability_of_sum + SOLVED


def test_chance_raises_it_and_much_less_in_large_samples() -> None:
    """Ten parallel items of reliability .8: the bias that the docstring tells."""
    rng = np.random.default_rng(9)
    true, error = 0.8, np.sqrt(10 / 4)
    bias = {}
    for n in (100, 1000):
        covs = np.stack(
            [np.cov((rng.normal(size=(n, 1)) + error * rng.normal(size=(n, 10))).T) for _ in range(60)]
        )
        bias[n] = glb_of_covs(covs).mean() - true
        assert abs(alphas_of_covs(covs).mean() - true) < 0.01
    assert bias[100] == pytest.approx(0.06, abs=0.015)
    assert bias[1000] == pytest.approx(0.02, abs=0.01)


def test_factors_approximate_it() -> None:
    data = named(draw(300, 6, seed=10))
    found = reliability.greatest_lower_bound(data)
    assert abs(found.by_factors - found.glb) < 0.05
    assert found.n_factors == reliability.greatest_lower_bound(data, n_factors=found.n_factors).n_factors
    with pytest.raises(DataError, match="expected 1 to 5"):
        reliability.greatest_lower_bound(data, n_factors=6)


def test_scaling_items_changes_the_raw_and_not_the_standardized_bound() -> None:
    values = draw(100, 5, seed=11)
    data, scaled = named(values), named(values * [1, 2, 3, 4, 5])
    for bound in (
        lambda d, s: reliability.greatest_lower_bound(d, standardized=s).glb,
        lambda d, s: reliability.guttman_bounds(d, standardized=s).lambda4,
        lambda d, s: reliability.split_halves(d, standardized=s).mean,
    ):
        assert bound(data, True) == pytest.approx(bound(scaled, True), abs=SOLVED)
        assert abs(bound(data, False) - bound(scaled, False)) > 0.001


def test_refusals() -> None:
    values = draw(50, 4, seed=12)
    same = values.copy()
    same[:, 3] = same[:, 0]
    for bound in (reliability.greatest_lower_bound, reliability.guttman_bounds):
        with pytest.warns(DataWarning, match="x1 and x4"), pytest.raises(DataError, match="collinear"):
            bound(named(same))
    with pytest.raises(DataError, match="not among the items"):
        reliability.split_half(named(values), ["y"])
    with pytest.raises(DataError, match="a half is empty"):
        reliability.split_half(named(values), list(named(values)))
    with pytest.raises(DataError, match="one split or more"):
        reliability.split_halves(named(values), most=0)
    opposite = np.column_stack([values[:, 0], -values[:, 0]])
    for bound in (reliability.split_halves, reliability.split_half):
        with (
            pytest.warns(DataWarning, match="negative"),
            pytest.raises(DataError, match="negatively on average"),
        ):
            bound(named(opposite))
