"""Degenerate data are refused by name."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats.errors import DataError
from mlbc_stats.moments.columns import read_columns
from mlbc_stats.moments.columns.checks import check_columns
from mlbc_stats.moments.sample import from_raw
from mlbc_stats.moments.sample.checks import check_covariance, check_sample
from mlbc_stats.moments.sample.collinearity import singular_problem
from tests.reference.corpus import read_table

NINE = [f"x{k}" for k in range(1, 10)]


def hs(name: str, names: list[str]) -> np.ndarray:
    return read_columns(read_table(f"data/{name}.csv"), names)


def test_sound_data_pass() -> None:
    assert check_sample(from_raw(hs("HolzingerSwineford1939", NINE), NINE)) == ()


@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e6])
def test_collinear_variables_are_named(scale: float) -> None:
    names = ["x1", "x2", "x3", "x10"]
    with pytest.raises(DataError, match=r"collinear variables: x10 = .*x1 \+ .*x2; leave one of them out"):
        check_sample(from_raw(hs("HS_collinear", names) * [1, 1, 1, scale], names))


def test_a_constant_variable_is_named() -> None:
    names = ["x1", "x2", "x3", "x4"]
    with pytest.raises(DataError, match=r"x3 is constant \(4 in every case\)"):
        check_sample(from_raw(hs("HS_constant", names), names))


def test_fewer_cases_than_variables() -> None:
    sample = from_raw(hs("HS_n8", NINE), NINE)
    with pytest.raises(DataError, match="8 cases for 9 variables"):
        check_sample(sample, "A")
    assert "8 cases for 9 variables" in check_sample(sample, definite=False)[0]


def test_a_column_without_values_is_named() -> None:
    with pytest.raises(DataError, match="x2 has no value in any of the 301 rows"):
        check_columns(hs("HS_allmissing", NINE), NINE)


def test_a_group_of_one_is_named() -> None:
    first = hs("HS_group1", NINE)[:1]
    with pytest.raises(DataError, match="in group 'Only one': a single case"):
        check_sample(from_raw(first, NINE), "Only one")
    with pytest.raises(DataError, match="in group 'Only one': a single case"):
        check_columns(first, NINE, "Only one")


def test_an_impossible_covariance_matrix_is_explained() -> None:
    cov = np.array([[1.0, 0.95, 0.1], [0.95, 1.0, 0.9], [0.1, 0.9, 1.0]])
    with pytest.raises(
        DataError, match=r"smallest eigenvalue .* -0.26, so that 0.506 x1 - 0.72 x2 \+ 0.475 x3"
    ):
        check_covariance(cov, NINE[:3])


@pytest.mark.parametrize(
    ("cov", "message"),
    [
        ([[1.0, 0.0], [0.0, -2.0]], "the variance of b is -2"),
        ([[4.0, 0.0], [0.0, 0.0]], "the variance of b is 0"),
        ([[4.0, 4.2], [4.2, 4.0]], "the correlation of a and b is 1.05"),
        ([[4.0, 2.0], [2.0, 1.0]], "collinear variables: b = 0.5 a; leave"),
    ],
)
def test_two_variables(cov: list[list[float]], message: str) -> None:
    assert message in singular_problem(np.array(cov), ["a", "b"])


def test_several_dependencies_are_separated() -> None:
    x = np.random.default_rng(0).normal(size=(50, 4))
    x = np.column_stack([x, 3 * x[:, 0] - x[:, 1], x[:, 2], 5 * x[:, 3] + x[:, 2]])
    problem = singular_problem(np.cov(x.T), list("abcdefg"))
    assert problem == "collinear variables: g = c + 5 d; f = c; e = 3 a - b; leave one of each set out"


def test_widely_different_variances_warn() -> None:
    x = np.random.default_rng(0).normal(size=(50, 3)) * [1.0, 60.0, 2.0]
    (warning,) = check_sample(from_raw(x, ["a", "b", "c"]))
    assert warning.startswith("variances differ by a factor of")
    assert "b " in warning
    assert "a " in warning
