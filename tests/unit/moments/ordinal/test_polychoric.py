"""The public entry: rows left out, notes, mixed data, both methods, the covariance of the correlations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import moments
from mlbc_stats.errors import DataError


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    y = rng.normal(size=(400, 1)) + rng.normal(size=(400, 4))
    cuts = ([0.4], [-1.0, 1.0], [-1.0, 0.0, 1.2])
    data = {
        name: np.digitize(y[:, k], cut) + 1.0 for k, (name, cut) in enumerate(zip("abc", cuts, strict=True))
    }
    return pd.DataFrame(data | {"x": 10.0 + 2.0 * y[:, 3]})


def test_mixed_data(answers: pd.DataFrame) -> None:
    found = moments.polychoric(answers, ordered=["a", "b", "c"], gamma=True)
    assert found.ordinal.tolist() == [True, True, True, False]
    assert found.thresholds[3] is None and found.levels[3] is None
    assert [len(part) for part in found.thresholds if part is not None] == [1, 2, 3]
    assert np.abs(found.correlations[np.tril_indices(4, -1)] - 0.5).max() < 0.15
    assert found.gamma is not None
    assert found.gamma.shape == (13, 13)
    errors = np.sqrt(found.gamma.diagonal()[7:] / 400)
    np.testing.assert_allclose(found.std_errors[[1, 2, 3, 2, 3, 3], [0, 0, 0, 1, 1, 2]], errors)
    assert found.positive_definite and found.converged


def test_errors_of_correlations_do_not_depend_on_units(answers: pd.DataFrame) -> None:
    first = moments.polychoric(answers, ordered=["a", "b", "c"])
    second = moments.polychoric(answers.assign(x=answers["x"] * 1000 - 5), ordered=["a", "b", "c"])
    np.testing.assert_allclose(second.std_errors, first.std_errors, rtol=1e-6)


def test_pearson_correlation_of_two_continuous_variables(answers: pd.DataFrame) -> None:
    rng = np.random.default_rng(3)
    data = answers[["a", "x"]].assign(y=answers["x"] + rng.normal(size=400))
    expected = float(data["x"].corr(data["y"]))
    for method in ("two.step", "ml"):
        found = moments.polychoric(data, ordered=["a"], method=method)  # type: ignore[arg-type]
        assert found.correlations[1, 2] == pytest.approx(expected, abs=1e-9)
        assert found.std_errors[1, 2] == pytest.approx((1 - expected**2) / 20, rel=0.15)


def test_both_methods_agree_closely(answers: pd.DataFrame) -> None:
    two = moments.polychoric(answers, ordered=["a", "b", "c"])
    joint = moments.polychoric(answers, ordered=["a", "b", "c"], method="ml")
    np.testing.assert_allclose(joint.correlations, two.correlations, atol=0.02)
    np.testing.assert_allclose(joint.std_errors, two.std_errors, atol=0.012)
    assert joint.pair_thresholds is not None
    assert {len(part) for part in joint.pair_thresholds["a", "c"]} == {1, 3}
    assert [len(part) for part in joint.pair_thresholds["a", "x"]] == [1, 0]


@pytest.mark.parametrize("method", ["two.step", "ml"])
def test_missing_values(answers: pd.DataFrame, method: Any) -> None:
    holed = answers[["a", "b", "c"]].copy()
    holed.iloc[:10, 0] = np.nan
    holed.iloc[5:20, 2] = np.nan
    listwise = moments.polychoric(holed, method=method)
    assert listwise.n == 380
    assert listwise.notes[0] == "20 of 400 rows left out: a value is missing"
    np.testing.assert_allclose(
        listwise.correlations, moments.polychoric(holed.dropna(), method=method).correlations, rtol=1e-12
    )
    pairwise = moments.polychoric(holed, missing="pairwise", method=method)
    assert pairwise.n_pairs.tolist() == [[390, 390, 380], [390, 400, 385], [380, 385, 385]]
    assert pairwise.n == 400
    np.testing.assert_allclose(pairwise.correlations, listwise.correlations, atol=0.1)


def test_a_matrix_that_is_not_positive_definite_is_noted() -> None:
    rng = np.random.default_rng(3)
    x = np.digitize(rng.normal(size=(40, 1)) + 0.5 * rng.normal(size=(40, 8)), [-0.6, 0.6])
    found = moments.polychoric(dict(zip("abcdefgh", x.T, strict=True)))
    assert not found.positive_definite
    assert found.smallest_eigenvalue < 0
    assert "do not form a positive-definite matrix" in found.notes[-1]


@pytest.mark.parametrize("method", ["two.step", "ml"])
def test_perfect_dependence(method: Any) -> None:
    a = np.tile([0, 1], 30)
    found = moments.polychoric({"a": a, "b": 1 - a, "c": np.arange(60) // 7 % 2}, method=method)
    assert found.correlations[0, 1] < -0.999
    assert any("perfect dependence of a and b" in note for note in found.notes)
    assert np.isnan(found.std_errors[0, 1]) == (method == "ml")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"names": ["a"]}, "1 variables; correlations need two"),
        ({"ordered": ["q"]}, "ordered names q, not among"),
        ({"method": "wls"}, "method 'wls' is unknown"),
        ({"missing": "fiml"}, "missing='fiml' is unknown for ordinal data"),
        ({"method": "ml", "gamma": True}, "gamma is computed for method='two.step' only"),
        ({}, "x holds 1.62481"),
    ],
)
def test_refusals(answers: pd.DataFrame, options: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        moments.polychoric(answers, **options)


def test_no_complete_row() -> None:
    with pytest.raises(DataError, match="no row has a value for each of a, b"):
        moments.polychoric({"a": [0, 1, None, None], "b": [None, None, 0, 1]})
