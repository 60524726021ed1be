"""Permutations, invariance and predictive ability hold their error rates where nothing differs, and find what does."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import composites
from tests.unit.composites.samples import drawn, model

SAMPLES, LEVEL = 60, 0.2
# Twelve binomial shares of 60 samples stay below .2 + 4·√(.2·.8/60) = .41 but for one run in a thousand.
MOST = LEVEL + 4 * np.sqrt(LEVEL * (1 - LEVEL) / SAMPLES)
HALF = np.arange(120) % 2


def rejected(p_values: np.ndarray) -> np.ndarray:
    """Share of samples (per column) whose p is at most the level."""
    return np.asarray((p_values <= LEVEL).mean(axis=0))


def test_invariance_of_one_population_is_seldom_rejected() -> None:
    names = ["c_pvalue", "mean_difference_pvalue", "log_variance_ratio_pvalue"]
    found = []
    for seed in range(SAMPLES):
        fit = composites.fit(model(), drawn(120, 100 + seed), tolerance=1e-6)
        found.append(
            composites.invariance(fit, HALF, 19, seed=seed, workers=1).table[names].to_numpy().ravel()
        )
    rates = rejected(np.array(found))
    assert rates.max() < MOST
    assert rates.mean() == pytest.approx(LEVEL, abs=0.06)


def test_differences_of_one_population_are_seldom_found() -> None:
    found = []
    for seed in range(SAMPLES):
        fit = composites.fit(model(), drawn(120, 200 + seed), tolerance=1e-6)
        table = composites.compare_groups(fit, HALF, 19, 60, seed=seed, workers=1)
        columns = ["permutation_pvalue", "henseler_two_sided", "pooled_pvalue", "welch_pvalue"]
        found.append(
            np.append(table.differences()[columns].to_numpy().ravel(), table.distances["d_l_pvalue"][0])
        )
    rates = rejected(np.array(found))
    assert rates[::4].max() < MOST  # permutation, and the distance
    assert rates.mean() < LEVEL + 0.06


def test_a_model_of_noise_predicts_no_better_than_the_mean() -> None:
    """One-sided: without any relation composites are a little worse than the mean, so the rate is below the level."""
    text = "f <~ x1 + x2; g <~ y1 + y2; g ~ f"
    better = []
    for seed in range(SAMPLES):
        rng = np.random.default_rng(300 + seed)
        data = {name: rng.normal(size=100) for name in ("x1", "x2", "y1", "y2")}
        found = composites.predict(composites.fit(text, data, max_iter=2000), 5, 1, seed=seed, workers=1)
        better.append(composites.compare_prediction(found)["p_better"].iloc[0])
    assert rejected(np.array(better)) < MOST


def test_what_is_there_is_found() -> None:
    found = []
    for seed in range(20):
        fit = composites.fit(model(), drawn(250, 400 + seed))
        table = composites.compare_prediction(composites.predict(fit, 5, 1, seed=seed, workers=1))
        found.append(table["p_better"].max())
    assert np.mean(np.array(found) < 0.05) > 0.9
