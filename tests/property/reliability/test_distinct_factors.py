"""What tests of distinct factors mean: the interval covers, and the test keeps its level at its cutoff."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import MlbcWarning

MODEL = "one =~ a + b + c\ntwo =~ d + e + f"


@pytest.mark.slow
def test_the_interval_covers_and_the_test_keeps_its_level() -> None:
    """At ρ = .8: coverage 95 %, and |ρ| ≥ .8 is rejected in 2.5 % of samples, half of the two-sided level."""
    rng = np.random.default_rng(4)
    inside, rejected, runs = 0, 0, 300
    for _ in range(runs):
        common = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 300).repeat(3, axis=1)
        items = dict(zip("abcdef", (common + rng.normal(size=(300, 6)) * 0.8).T, strict=True))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MlbcWarning)
            found = reliability.discriminant_validity(sem.cfa(MODEL, items, std_lv=True), (0.8,))
        inside += bool(found.pairs["lower"][0] <= 0.8 <= found.pairs["upper"][0])
        rejected += bool(found.tests["pvalue"][0] < 0.05)
    assert abs(inside / runs - 0.95) < 3 * np.sqrt(0.95 * 0.05 / runs)
    assert abs(rejected / runs - 0.025) < 3 * np.sqrt(0.025 * 0.975 / runs)
