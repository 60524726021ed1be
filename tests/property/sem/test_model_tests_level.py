"""Under a true model the tests beside the standard one have their reference distribution, incomplete data included."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import sem

MODEL = "f =~ a + b + c\ng =~ d + e + h"
TESTS = [
    "standard",
    "browne.residual.nt",
    "browne.residual.nt.model",
    "browne.residual.adf",
    "browne.residual.adf.model",
]
SAMPLES, CASES, DF = 120, 1500, 8
# The mean of 120 statistics on 8 degrees of freedom has an error of 4/√120.
OFF = 4 * 4 / np.sqrt(SAMPLES)


def statistics(missing: float, tests: list[str], long_tails: bool = False) -> np.ndarray:
    """P values and statistics (samples, tests) of samples from the model."""
    rng = np.random.default_rng(31)
    out = []
    for _ in range(SAMPLES):
        factors = rng.normal(size=(CASES, 2)) @ np.array([[1.0, 0.4], [0.0, 0.9]])
        noise = rng.standard_t(7, size=(CASES, 6)) if long_tails else rng.normal(size=(CASES, 6))
        x = factors[:, [0, 0, 0, 1, 1, 1]] + 0.8 * noise
        x[rng.random(x.shape) < missing] = np.nan
        data = dict(zip("abcdeh", x.T, strict=True))
        fit = sem.cfa(MODEL, data, test=tests, missing="ml" if missing else "listwise")
        out.append([(test.stat, test.pvalue) for test in fit.tests])
    return np.array(out)


@pytest.mark.slow
def test_residual_tests_have_their_mean() -> None:
    found = statistics(0.0, TESTS)[..., 0]
    assert np.all(np.abs(found.mean(axis=0) - DF) < OFF)


@pytest.mark.slow
def test_residual_tests_of_saturated_estimates_have_their_mean() -> None:
    found = statistics(0.1, ["standard", "browne.residual.nt", "browne.residual.adf"])[..., 0]
    assert np.all(np.abs(found.mean(axis=0) - DF) < OFF)


@pytest.mark.slow
def test_smoothed_eigenvalues_correct_long_tails() -> None:
    found = statistics(0.0, ["standard", "fmg", "pall", "pols2"], long_tails=True)[..., 1]
    assert np.all(np.abs(found[:, 1:].mean(axis=0) - 0.5) < 4 * np.sqrt(1 / 12 / SAMPLES))
