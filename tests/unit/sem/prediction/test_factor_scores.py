"""Factor scores beyond the stored numbers: incomplete and new rows, groups, layers of factors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.sem import SemResult
from tests.reference.corpus import read_table

MODEL = "visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9"
ITEMS = [f"x{k}" for k in range(1, 10)]


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return pd.DataFrame(read_table("data/HolzingerSwineford1939.csv"))


@pytest.fixture(scope="module")
def result(data: pd.DataFrame) -> SemResult:
    return sem.cfa(MODEL, data)


@pytest.mark.parametrize("method", ["regression", "bartlett"])
def test_new_rows_are_scored_with_the_same_estimates(
    data: pd.DataFrame, result: SemResult, method: str
) -> None:
    whole = sem.factor_scores(result, method)
    some = sem.factor_scores(result, method, data.iloc[[7, 3]])
    np.testing.assert_allclose(some, whole.loc[[7, 3]])
    assert some.index.tolist() == [7, 3]


def test_rows_keep_their_positions_when_some_are_dropped(data: pd.DataFrame) -> None:
    holed = data[ITEMS].copy()
    holed.iloc[[0, 4], 2] = np.nan
    with pytest.warns(match="were dropped"):
        listwise = sem.cfa(MODEL, holed)
    scores = sem.factor_scores(listwise)
    assert 0 not in scores.index
    assert 4 not in scores.index
    assert len(scores) == len(data) - 2
    assert sem.factor_scores(listwise, data=holed).index.tolist() == list(range(len(data)))


def test_a_factor_without_answers_is_predicted_but_not_estimated(
    data: pd.DataFrame, result: SemResult
) -> None:
    holed = data.iloc[:2].copy()
    holed.loc[holed.index[0], ["x7", "x8", "x9"]] = np.nan
    predicted, estimated = (sem.factor_scores(result, method, holed) for method in ("regression", "bartlett"))
    assert predicted.notna().all(axis=None)
    assert estimated.isna().sum().tolist() == [0, 0, 1]
    complete = sem.factor_scores(result, "bartlett")
    assert estimated.loc[1].tolist() == pytest.approx(complete.loc[1].tolist())


def test_groups_are_named_and_rows_stay_in_order(data: pd.DataFrame) -> None:
    shuffled = data.sample(frac=1, random_state=np.random.RandomState(4)).reset_index(drop=True)
    result = sem.cfa(MODEL, shuffled, group="school", group_equal="loadings")
    scores = sem.factor_scores(result)
    assert scores.index.tolist() == list(range(len(data)))
    assert scores["group"].tolist() == shuffled["school"].tolist()
    again = sem.factor_scores(result, data=shuffled[shuffled["school"] == "Pasteur"])
    np.testing.assert_allclose(
        again.drop(columns="group"), scores[scores["group"] == "Pasteur"].drop(columns="group")
    )
    with pytest.raises(DataError, match=r"group 'Harvard'.*Pasteur"):
        sem.factor_scores(result, data=shuffled.assign(school="Harvard"))


def test_scores_recover_the_factors_of_two_layers() -> None:
    rng = np.random.default_rng(8)
    general = rng.normal(size=2000)
    answers: dict[str, Any] = {}
    for name in "abc":
        factor = 0.9 * general + 0.4 * rng.normal(size=2000)
        answers |= {f"{name}{k}": factor + 0.5 * rng.normal(size=2000) for k in range(3)}
    text = "; ".join(f"{n} =~ {n}0 + {n}1 + {n}2" for n in "abc") + "; g =~ a + b + c"
    result = sem.cfa(text, answers)
    predicted, estimated = (sem.factor_scores(result, m)["g"] for m in ("regression", "Bartlett"))
    assert np.corrcoef(predicted, general)[0, 1] > 0.95
    # Unbiased given the factor: the slope on it is its scale (loading 1 of the first factor, 0.9 in the population).
    assert np.polyfit(general, estimated, 1)[0] == pytest.approx(0.9, abs=0.05)
    assert np.var(predicted) < np.var(estimated)


def test_regression_scores_equal_the_conditional_expectation(data: pd.DataFrame, result: SemResult) -> None:
    loadings = np.zeros((9, 3))
    for row in result.parameters.query("op == '=~'").itertuples():
        loadings[ITEMS.index(row.rhs), result.table.latent.index(row.lhs)] = row.est
    phi = sem.latent_moments(result)[0].cov.to_numpy()
    x = data[ITEMS].to_numpy(float)
    expected = (x - x.mean(0)) @ np.linalg.solve(result.sigma[0], loadings @ phi)
    np.testing.assert_allclose(sem.factor_scores(result), expected, atol=1e-10)


def test_a_covariance_matrix_has_no_rows_to_score(data: pd.DataFrame) -> None:
    result = sem.cfa(MODEL, sample_cov=data[ITEMS].cov(), sample_nobs=len(data))
    with pytest.raises(DataError, match="data="):
        sem.factor_scores(result)
    assert len(sem.factor_scores(result, data=data)) == len(data)


def test_what_cannot_be_scored_is_refused(data: pd.DataFrame, result: SemResult) -> None:
    with pytest.raises(ModelError, match="method='anderson'"):
        sem.factor_scores(result, "anderson")
    with pytest.raises(ModelError, match="std_ov"):
        sem.factor_scores(sem.cfa(MODEL, data, std_ov=True), data=data)
