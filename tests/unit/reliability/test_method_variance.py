"""Checks of common-method variance: a factor behind all items, full collinearity, what they could have found."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import DataError, ModelError, NotServedError
from tests.reference.corpus import read_table

HS = "data/HolzingerSwineford1939.csv"
SCALES = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
MODEL = "\n".join(f"{name} =~ {' + '.join(items)}" for name, items in SCALES.items())
ROUND = 5e-4
"""lavaan prints three digits of standardized values."""
LAVAAN = {"chisq": (85.30552177, 54.89683276), "x1": 0.578, "r": -0.920}


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return pd.DataFrame(read_table(HS))


def test_a_factor_behind_all_items_beside_lavaan(data: pd.DataFrame) -> None:
    """lavaan 0.6-14: cfa(..., std.lv = TRUE) with method =~ m*x1 + ... + m*x9, method ~~ 0*f; lavTestLRT."""
    found = reliability.method_factor(MODEL, data, free=False)
    assert found.models["df"].tolist() == [24, 23]
    np.testing.assert_allclose(found.models["chisq"], LAVAAN["chisq"], rtol=1e-5)
    np.testing.assert_allclose(found.comparisons["stat"], LAVAAN["chisq"][0] - LAVAAN["chisq"][1], atol=1e-4)
    assert found.shares.loc["x1", "method"] == pytest.approx(LAVAAN["x1"], abs=ROUND)
    row = found.correlations.iloc[0]
    assert (row["one"], row["other"]) == ("visual", "textual")
    assert row["method"] == pytest.approx(LAVAAN["r"], abs=ROUND) and row["cfa"] == pytest.approx(
        0.4585, abs=ROUND
    )


def test_a_factor_behind_all_items_needs_a_plain_model(data: pd.DataFrame) -> None:
    with pytest.raises(ModelError, match="two substantive factors"):
        reliability.method_factor("f =~ x1 + x2 + x3", data)
    with pytest.raises(ModelError, match="a method factor starts from a plain measurement model"):
        reliability.method_factor(f"{MODEL}\nx1 ~~ x2", data)
    with pytest.raises(ModelError, match="factors of factors have no place"):
        reliability.method_factor(f"{MODEL}\ng =~ visual + textual + speed", data)


def test_full_collinearity_is_that_of_regressions(data: pd.DataFrame) -> None:
    scores = pd.DataFrame({name: data[items].mean(axis=1) for name, items in SCALES.items()})
    found = reliability.full_collinearity(scores.corr())
    y, x = scores["visual"], np.column_stack([np.ones(len(scores)), scores["textual"], scores["speed"]])
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    assert found.loc["visual", "r_square"] == pytest.approx(1 - left.var() / y.var())
    assert not found["beyond"].any()


def test_full_collinearity_of_what_is_no_correlation_matrix() -> None:
    names = ["a", "b"]
    with pytest.raises(DataError, match="same names"):
        reliability.full_collinearity(pd.DataFrame(np.eye(2), names, ["a", "c"]))
    with pytest.raises(DataError, match="some are missing"):
        reliability.full_collinearity(pd.DataFrame([[1, np.nan], [np.nan, 1]], names, names))
    with pytest.raises(DataError, match="scores or factors"):
        reliability.full_collinearity(pd.DataFrame(np.eye(2), names, names), "items")
    same = reliability.full_collinearity(pd.DataFrame(np.ones((2, 2)), names, names))
    assert same["vif"].isna().all() and same["beyond"].all()


def test_what_could_have_been_found_grows_with_cases_and_says_the_bias(data: pd.DataFrame) -> None:
    fit = sem.cfa(MODEL, data)
    few, many = (
        reliability.detectable_method_variance(fit, n=n, replications=50, seed=1) for n in (150, 3000)
    )
    assert many.table.loc["method_factor", "share"] < 0.3
    assert (many.rates["method_factor"] + 1e-9 >= few.rates["method_factor"]).all()
    assert few.rates["method_factor"].iloc[0] == pytest.approx(
        0.025, abs=1e-6
    )  # squares of loadings: one side
    assert few.bias["mean_bias"].iloc[0] == 0 and few.bias["mean_bias"].is_monotonic_increasing
    pd.testing.assert_frame_equal(
        reliability.detectable_method_variance(fit, n=150, replications=50, seed=1).rates, few.rates
    )


def test_a_share_of_method_adds_what_its_algebra_says(data: pd.DataFrame) -> None:
    """Equal loadings l, factors that correlate r: with a share s they correlate ((1-s) l² r + s)/((1-s) l² + s)."""
    names = list("abcdefghi")
    r = np.full((9, 9), 0.6 * 0.3)
    for k in range(3):
        r[3 * k : 3 * k + 3, 3 * k : 3 * k + 3] = 0.6
    np.fill_diagonal(r, 1.0)
    text = "one =~ a + b + c\ntwo =~ d + e + f\nrain =~ g + h + i"
    fit = sem.cfa(text, sample_cov={"names": names, "values": r}, sample_nobs=400)
    found = reliability.detectable_method_variance(fit, shares=(0, 0.2), replications=2, seed=1)
    expected = (0.8 * 0.6 * 0.3 + 0.2) / (0.8 * 0.6 + 0.2) - 0.3
    np.testing.assert_allclose(found.bias.loc[0.2], [expected, expected], atol=1e-5)


def test_what_could_have_been_found_is_refused_where_there_is_no_population(data: pd.DataFrame) -> None:
    fit = sem.cfa(MODEL, data)
    with pytest.raises(ModelError, match="no factor 'rain'"):
        reliability.detectable_method_variance(fit, "rain")
    with pytest.raises(DataError, match="rising shares from 0"):
        reliability.detectable_method_variance(fit, shares=(0.1, 0.2))
    with pytest.raises(DataError, match="8 cases of 9 items"):
        reliability.detectable_method_variance(fit, n=8)
    with pytest.raises(NotServedError, match="one group"):
        reliability.detectable_method_variance(sem.cfa(MODEL, data, group="school"))
    with pytest.raises(ModelError, match="two correlated factors"):
        reliability.detectable_method_variance(sem.cfa("f =~ x1 + x2 + x3 + x4", data))
