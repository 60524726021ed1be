"""Awkward ordinal data: a clear error, or estimates with a note; never a crash and never silence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.moments.correlations.newton_search import BOUND
from mlbc_stats.moments.ordinal.moments import OrdinalMoments
from mlbc_stats.moments.ordinal.two_step import ordinal_moments
from mlbc_stats.moments.weights import bootstrap_weights

NAMES = ["a", "b", "c", "d"]


@pytest.fixture
def rare() -> np.ndarray:
    """Forty cases, four items, outer categories so rare that resamples lose them."""
    rng = np.random.default_rng(5)
    return np.digitize(rng.normal(size=(40, 1)) + rng.normal(size=(40, 4)), [-1.8, 0, 1.8]).astype(float)


def solve(x: np.ndarray, ordinal: list[int] | None = None, **options: Any) -> OrdinalMoments:
    return ordinal_moments(
        x, NAMES[: x.shape[1]], range(x.shape[1]) if ordinal is None else ordinal, **options
    )


@pytest.mark.parametrize("gamma", ["none", "diagonal", "full"])
@pytest.mark.parametrize("ordinal", [[0, 1, 2, 3], [0, 1, 2]])
@pytest.mark.parametrize("covariate", [False, True])
def test_resamples_without_a_category_are_marked(
    rare: np.ndarray, gamma: Any, ordinal: list[int], covariate: bool
) -> None:
    rng = np.random.default_rng(1)
    if 3 not in ordinal:
        rare[:, 3] = 1e6 + 1e3 * rng.normal(size=40)
    given: dict[str, Any] = {"covariates": ("z",), "z": rng.normal(size=(40, 1))} if covariate else {}
    weights = bootstrap_weights(rng, 40, 30)
    found = solve(rare, ordinal, weights=weights, gamma=gamma, **given)
    lacking = np.zeros(30, bool)
    for v in ordinal:
        for code in np.unique(rare[:, v]):
            lacking |= weights @ (rare[:, v] == code) == 0
    assert 0 < lacking.sum() < 30
    assert not found.ok[lacking].any()
    assert np.isnan(found.moments[lacking]).any(1).all()
    assert found.ok[~lacking].mean() > 0.9
    assert np.isfinite(found.moments[found.ok]).all()
    assert f"{(~found.ok).sum()} of 30 resamples" in found.notes[0]
    if gamma != "none":
        assert np.isfinite(found.gamma_diagonal[found.ok]).all()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.0] * 8, "b is 1 in every row"),
        ([np.nan] * 8, "b has no value in any row"),
        ([1.0, 2.0, 2.5, 1.0, 2.0, 1.0, 2.0, 1.0], "b holds 2.5"),
        ([1.0, 2.0, np.inf, 1.0, 2.0, 1.0, 2.0, 1.0], "b holds inf"),
    ],
)
def test_what_is_no_ordinal_variable(values: list[float], message: str) -> None:
    x = np.column_stack([np.tile([0.0, 1.0], 4), values])
    with pytest.raises(DataError, match=message):
        solve(x, missing="pairwise")


def test_too_many_categories() -> None:
    x = np.column_stack([np.tile([0.0, 1.0], 10), np.arange(20.0)])
    with pytest.raises(DataError, match="b has 20 categories; at most 15"):
        solve(x)


def test_the_message_names_the_group() -> None:
    x = np.column_stack([np.tile([0.0, 1.0], 4), np.ones(8)])
    with pytest.raises(DataError, match="in group 'north': b is 1"):
        solve(x, label="north")


def test_a_constant_continuous_variable() -> None:
    x = np.column_stack([np.tile([0.0, 1.0], 4), np.ones(8)])
    with pytest.raises(DataError, match="b is constant"):
        solve(x, [0])


def test_missing_values_in_listwise_data(rare: np.ndarray) -> None:
    rare[3, 1] = np.nan
    with pytest.raises(DataError, match="b is missing in row 4"):
        solve(rare)
    with pytest.raises(DataError, match="covariate z is missing in row 1"):
        solve(rare, missing="pairwise", covariates=("z",), z=np.full((40, 1), np.nan))


@pytest.mark.parametrize(
    ("z", "message"),
    [
        (np.ones((40, 1)), "covariate z1 is 1 in every row"),
        (np.arange(40.0)[:, None] * [1.0, -2.0], "covariate z2 is a combination of z1"),
    ],
)
def test_covariates_that_cannot_be(rare: np.ndarray, z: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        solve(rare, covariates=("z1", "z2")[: z.shape[1]], z=z)


def test_covariates_that_separate_the_categories(rare: np.ndarray) -> None:
    found = solve(rare, covariates=("z",), z=rare[:, :1])
    assert found.notes[0] == "no estimates for a: the covariates separate its categories"
    assert not found.ok
    assert np.isfinite(found.moments[3:12]).all(), "the others have their thresholds"


def test_a_level_that_no_case_has(rare: np.ndarray) -> None:
    levels = [np.arange(5.0) if v == 1 else np.arange(4.0) for v in range(4)]
    found = solve(rare, levels=levels)
    assert found.notes[0] == "no estimates for b: a category has no case"
    assert not found.ok
    assert np.isnan(found.moments[found.threshold_variable.size :]).sum() == 3
    with pytest.raises(DataError, match=r"a is 3 in row \d+, which is none of its categories"):
        solve(rare, levels=[np.arange(3.0)] * 4)


@pytest.mark.parametrize("turn", [False, True])
@pytest.mark.parametrize("categories", [2, 3])
def test_perfect_dependence_is_bounded_and_said(turn: bool, categories: int) -> None:
    a = np.tile(np.arange(categories, dtype=float), 30)
    x = np.column_stack([a, (categories - 1 - a) if turn else a, np.arange(30 * categories) // 7 % 2])
    found = solve(x)
    assert found.correlation[1, 0] == pytest.approx(-BOUND if turn else BOUND)
    assert any("perfect dependence of a and b" in note for note in found.notes)
    assert np.isfinite(found.gamma).all()


def test_pairs_without_a_common_case(rare: np.ndarray) -> None:
    rare[:20, 0] = np.nan
    rare[20:, 1] = np.nan
    found = solve(rare, missing="pairwise")
    assert np.isnan(found.correlation[1, 0])
    assert not found.ok
    assert found.notes[0] == "no correlation of a and b: too few cases have both values"
    assert np.isfinite(found.correlation[2:, :]).all()


@pytest.mark.parametrize("ordinal", [[0, 1, 2, 3], [0, 1]])
@pytest.mark.parametrize("kind", ["none", "sampling", "resampling"])
def test_rows_without_any_value_are_no_cases(rare: np.ndarray, ordinal: list[int], kind: str) -> None:
    rare[3, 1] = np.nan
    padded = np.insert(rare, [0, 7, 40], np.nan, axis=0)
    weights = np.random.default_rng(1).uniform(0.5, 1.5, 43)
    some = ~np.isnan(padded).all(1)
    options: dict[str, Any] = {
        "none": None,
        "sampling": weights,
        "resampling": np.stack([weights, weights + 1]),
    }
    given = options[kind]
    first = solve(rare, ordinal, missing="pairwise", weights=None if given is None else given[..., some])
    second = solve(padded, ordinal, missing="pairwise", weights=given)
    np.testing.assert_array_equal(second.gamma, first.gamma)
    np.testing.assert_array_equal(second.n, first.n)


def test_one_respondent_in_a_category_and_eleven_categories(rare: np.ndarray) -> None:
    rng = np.random.default_rng(2)
    rare[0, 0] = 9.0
    rare[:, 1] = np.digitize(rare[:, 2] + rng.normal(size=40), np.linspace(-1, 4, 10))
    found = solve(rare)
    assert found.ok
    assert "empty cells in the table of a and b" in found.notes[0]


@pytest.mark.parametrize("ordinal", [[0], []])
def test_a_single_variable(ordinal: list[int]) -> None:
    x = np.array([[0.0], [1.0], [1.0], [2.0]])
    found = solve(x, ordinal)
    assert found.correlation.tolist() == [[1.0]]
    assert len(found.moments) == 2


def test_rows_of_weights_of_the_wrong_length(rare: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"expected \(40,\) or \(resamples, 40\)"):
        solve(rare, weights=np.ones(39))


@pytest.mark.parametrize("spread", [0.3, 0.1, 0.05, 0.02])
def test_a_high_correlation_is_no_perfect_dependence(spread: float) -> None:
    rng = np.random.default_rng(0)
    y = rng.normal(size=(3000, 1)) + spread * rng.normal(size=(3000, 2))
    found = solve(np.digitize(y, [-1, -0.3, 0.3, 1]).astype(float))
    error = np.sqrt(found.gamma_diagonal[-1] / 3000)
    assert abs(found.correlation[1, 0] - 1 / (1 + spread**2)) < 4 * error
    assert found.correlation[1, 0] < BOUND
    assert not any("perfect" in note for note in found.notes)


@pytest.mark.parametrize(
    "table",
    [
        [[9, 0, 0], [2, 20, 4], [0, 0, 5]],
        [[4, 0, 0, 0], [4, 9, 0, 0], [0, 2, 2, 0], [0, 0, 1, 2]],
        [[8, 2, 3], [1, 0, 0]],
    ],
)
def test_a_likelihood_that_rises_to_the_bound(table: list[list[int]]) -> None:
    counts = np.array(table)
    rows, columns = np.indices(counts.shape)
    x = np.column_stack([np.repeat(part.ravel(), counts.ravel()) for part in (rows, columns)]).astype(float)
    found = solve(x)
    assert found.ok
    assert abs(found.correlation[1, 0]) == pytest.approx(BOUND)
    assert "perfect dependence of a and b" in found.notes[-1]
