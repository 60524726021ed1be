"""Near neighbours keep their places, whatever their last bits."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats.sem.ranking import ranked


def test_equal_numbers_keep_their_places() -> None:
    rng = np.random.default_rng(3)
    values = np.repeat(np.arange(20.0), 3)[rng.permutation(60)] ** 2
    expected = np.argsort(values, kind="stable")
    for _ in range(20):
        assert np.array_equal(ranked(values * (1 + rng.uniform(-1e-9, 1e-9, 60))), expected)


def test_numbers_that_are_zero_up_to_rounding_are_equal() -> None:
    assert ranked(np.array([3e-17, 1e-30, 0.0])).tolist() == [0, 1, 2]


def test_what_is_apart_is_ordered() -> None:
    assert ranked(np.array([2.0, 1.0, 1.00001]), equal=1e-6).tolist() == [1, 2, 0]


@pytest.mark.parametrize(("values", "places"), [([], []), ([np.nan, 1.0, np.nan], [1, 0, 2])])
def test_no_number_and_no_value(values: list[float], places: list[int]) -> None:
    assert ranked(np.array(values)).tolist() == places


def test_from_the_largest_down() -> None:
    values = np.array([0.5, 3.5252462387978443, 1e-31, 3.525246238797876, 4.0, 0.0])
    assert ranked(-values).tolist() == [4, 1, 3, 0, 2, 5]
