"""Indices of a general factor: exploratory groups, given groups, and loadings that are none."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import factor
from mlbc_stats.errors import DataError


def test_without_zeros_each_item_belongs_to_its_largest_group() -> None:
    found = factor.bifactor_indices([[0.6, 0.4, 0.1], [0.6, -0.5, 0.1], [0.6, 0.1, 0.4], [0.6, 0.05, 0.3]])
    assert found.members.tolist() == [[True, False], [True, False], [False, True], [False, True]]
    assert found.puc == pytest.approx(2 / 3)


def test_groups_can_be_given() -> None:
    members = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], dtype=bool)
    found = factor.bifactor_indices(
        [[0.6, 0.4, 0.1], [0.6, 0.5, 0.1], [0.6, 0.1, 0.4], [0.6, 0.05, 0.3]], members
    )
    assert found.puc == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("loadings", "message"),
    [
        ([[0.5], [0.6]], "a general factor and at least one"),
        ([[0.9, 0.5], [0.5, 0.5]], r"row 1: .* sum to 1.06"),
    ],
)
def test_what_is_no_bifactor_solution_is_told(loadings, message) -> None:
    with pytest.raises(DataError, match=message):
        factor.bifactor_indices(loadings)
