"""Curves of power: the truth is found again, and the interval holds it as often as it says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from mlbc_stats.errors import ModelError
from mlbc_stats.planning.monte_carlo.curve import fit_curve

SIZES = np.array([100, 200, 300, 500, 800])
A, B = -1.96, 0.13


def truth(n: float) -> float:
    return float(ndtr(A + B * np.sqrt(n)))


def test_exact_power_gives_the_curve_back() -> None:
    many = [10**7] * len(SIZES)
    curve = fit_curve(SIZES.tolist(), [truth(n) for n in SIZES], many)
    assert curve.intercept == pytest.approx(A, abs=1e-5)
    assert curve.slope == pytest.approx(B, abs=1e-6)
    least = ((ndtri(0.8) - A) / B) ** 2
    assert curve.smallest_n(0.8)[0] == pytest.approx(least, abs=1)
    assert truth(curve.smallest_n(0.8)[0]) >= 0.8 - 1e-4


def test_intervals_hold_the_truth() -> None:
    rng, least, hits = np.random.default_rng(1), ((ndtri(0.8) - A) / B) ** 2, 0
    for _ in range(300):
        found = rng.binomial(400, [truth(n) for n in SIZES]) / 400
        _, lower, upper = fit_curve(SIZES.tolist(), found.tolist(), [400] * len(SIZES)).smallest_n(0.8)
        hits += lower <= least <= upper
    assert 0.91 < hits / 300 < 0.985


def test_power_that_does_not_rise_reaches_nothing() -> None:
    flat = fit_curve([100, 200, 400], [0.06, 0.05, 0.04], [500] * 3)
    assert flat.slope == 0
    assert np.isnan(flat.smallest_n(0.8)[0])
    full = fit_curve([100, 200], [1.0, 1.0], [500] * 2)
    assert full.power(150) > 0.99


def test_one_size_is_no_curve() -> None:
    with pytest.raises(ModelError, match="two sizes"):
        fit_curve([100, 100], [0.5, 0.5], [100, 100])
