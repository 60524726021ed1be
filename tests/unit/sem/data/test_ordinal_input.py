"""Ordinal variables that cannot be analysed as asked: a message that says what, where and what to do, never silence."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataError, DataWarning, MlbcWarning, ModelError, NotServedError
from tests.reference.corpus import read_table

ITEMS = [f"x{i}" for i in range(1, 10)]
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(read_table("data/HS_ord4.csv"))


def fit(table: Any, model: str = MODEL, **arguments: Any) -> sem.SemResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        return sem.cfa(model, table, **({"ordered": ITEMS} | arguments))


def told(model: str, table: Any, **arguments: Any) -> tuple[sem.SemResult, str]:
    """The fit and all warnings it gave, which are those it holds."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        result = sem.fit(model, table, **arguments)
    texts = [str(each.message) for each in given if issubclass(each.category, DataWarning)]
    assert set(texts) <= set(result.warnings)
    return result, "\n".join(texts)


def test_a_category_that_a_group_does_not_use(table: pd.DataFrame) -> None:
    pasteur = table["school"] == "Pasteur"
    table.loc[pasteur, "x1"] = table.loc[pasteur, "x1"].clip(upper=3)
    with pytest.raises(DataError, match=r"in group 'Pasteur': no row used has category 4 of x1 .*4: 0\)"):
        fit(table, group="school")


def test_a_category_with_one_respondent_is_told(table: pd.DataFrame) -> None:
    table.loc[0, "x1"] = 5
    result, text = told(MODEL, table, ordered=ITEMS)
    assert result.converged
    assert "fewer than 5 answers: x1 = 5 (1)" in text


def test_a_binary_item_nobody_endorsed(table: pd.DataFrame) -> None:
    items = (table[ITEMS] > 2).astype(int)
    items["x1"] = 0
    with pytest.raises(DataError, match="x1 has only the category 0"):
        fit(items)


def test_eleven_categories_are_analysed_and_a_measurement_is_refused(table: pd.DataFrame) -> None:
    rng = np.random.default_rng(1)
    noisy = table["x1"] + 0.6 * rng.normal(size=len(table))
    table["x1"] = pd.qcut(noisy, 11, labels=False)
    result = fit(table)
    assert result.converged
    assert int((result.parameters.query("lhs == 'x1'")["op"] == "|").sum()) == 10
    table["x1"] = noisy
    with pytest.raises(DataError, match="301 different values"):
        fit(table)


def test_fractions_are_no_categories(table: pd.DataFrame) -> None:
    table["x1"] += 0.5
    with pytest.raises(DataError, match=r"x1 holds 1\.5"):
        fit(table)


def test_ordered_categories_of_text_are_ordinal_by_themselves(table: pd.DataFrame) -> None:
    words = {1: "low", 2: "some", 3: "more", 4: "top"}
    plain = fit(table, ordered=["x1"])
    table["x1"] = pd.Categorical(table["x1"].map(words), categories=list(words.values()), ordered=True)
    result = fit(table, ordered=())
    assert result.table.ordinal == ("x1",)
    assert result.tests[0].stat == pytest.approx(plain.tests[0].stat, rel=1e-12)


def test_a_covariate_declared_ordinal_enters_by_its_codes(table: pd.DataFrame) -> None:
    result, text = told("visual =~ x1 + x2 + x3\nvisual ~ x4", table, ordered=ITEMS[:4])
    assert "x4: nothing in the model points at an ordered covariate" in text
    assert "x4" not in result.table.ordinal


BAD = {
    "unknown name": ({"ordered": ["x1", "zz"]}, ModelError, "ordered names zz"),
    "likelihood": ({"estimator": "MLR"}, ModelError, "treats codes as continuous"),
    "fiml": ({"missing": "fiml"}, ModelError, "use 'listwise' or 'pairwise'"),
    "parameterization": ({"parameterization": "gamma"}, ModelError, "expected 'delta' or 'theta'"),
    "information": ({"information": "observed"}, ModelError, "expected information"),
    "cluster": ({"cluster": "school", "estimator": "WLS"}, NotServedError, "cluster= with estimator='WLS'"),
    "bollen": ({"test": "bollen.stine", "bootstrap": 5}, ModelError, "draws continuous data"),
    "bare": ({"kind": "lavaan"}, ModelError, r"lacks x1 \| t1 \+ t2 \+ t3"),
}


@pytest.mark.parametrize("name", BAD)
def test_arguments_without_meaning(table: pd.DataFrame, name: str) -> None:
    arguments, error, message = BAD[name]
    with pytest.raises(error, match=message):
        fit(table, **arguments)


ROWS = {
    "x1 | t1 + t2 + t3 + t4": ({}, "its thresholds are t1, t2, t3"),
    "x1 ~~ NA*x1": ({}, "use parameterization='theta'"),
    "x1 ~~ 0.5*x1": ({}, "use parameterization='theta'"),
    "x1 ~*~ NA*x1": ({"parameterization": "theta"}, "use parameterization='delta'"),
}


@pytest.mark.parametrize("row", ROWS)
def test_rows_that_cannot_be(table: pd.DataFrame, row: str) -> None:
    arguments, message = ROWS[row]
    with pytest.raises(ModelError, match=message):
        fit(table, f"{MODEL}\n{row}", **arguments)


def test_pairwise_is_for_ordinal_data(table: pd.DataFrame) -> None:
    with pytest.raises(ModelError, match="pairwise"):
        fit(table, ordered=(), missing="pairwise")


def test_matrices_have_no_categories(table: pd.DataFrame) -> None:
    with pytest.raises(ModelError, match="a covariance matrix has no categories"):
        sem.cfa(MODEL, sample_cov=table[ITEMS].cov(), sample_nobs=301, ordered=ITEMS)


def test_rows_dropped_are_counted_and_pairwise_keeps_them(table: pd.DataFrame) -> None:
    table.loc[::3, "x1"] = np.nan
    listwise, text = told(MODEL, table, ordered=ITEMS)
    assert (
        "101 of 301 rows were dropped (listwise): a value is missing in x1; missing='pairwise' keeps them"
        in text
    )
    assert (listwise.nobs, fit(table, missing="pairwise").nobs) == (200, 301)


def test_a_free_scale_in_one_group_is_not_identified(table: pd.DataFrame) -> None:
    assert not fit(table, f"{MODEL}\nx1 ~*~ NA*x1").identified


def test_items_that_are_the_same_are_told(table: pd.DataFrame) -> None:
    table["x2"] = table["x1"]
    assert "perfect dependence of x1 and x2" in told(MODEL, table, ordered=ITEMS)[1]


def test_wls_with_fewer_cases_than_moments(table: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="use estimator='WLSMV'"):
        fit(table.iloc[:20], estimator="WLS")


@pytest.mark.parametrize("kind", [pd.Index, np.array, pd.Series, iter, set])
def test_names_in_any_collection(table: pd.DataFrame, kind: Any) -> None:
    assert set(fit(table, ordered=kind(ITEMS[:6])).table.ordinal) == set(ITEMS[:6])


@pytest.mark.parametrize("given", [1, [1, 2], [True, False]])
def test_ordered_that_is_no_name(table: pd.DataFrame, given: Any) -> None:
    with pytest.raises(ModelError, match=r"ordered holds .*; expected names as text"):
        fit(table, ordered=given)


def test_numpy_truth_is_truth(table: pd.DataFrame) -> None:
    assert fit(table, ordered=np.True_).tests[0].stat == fit(table, ordered=True).tests[0].stat


def test_a_pair_that_nobody_answered_together(table: pd.DataFrame) -> None:
    table = table.astype({"x1": float, "x2": float})
    table.loc[:150, "x1"] = np.nan
    table.loc[151:, "x2"] = np.nan
    with pytest.raises(DataError, match="no correlation of x1 and x2: too few cases have both values"):
        fit(table, missing="pairwise")


def test_a_category_that_only_weightless_rows_have(table: pd.DataFrame) -> None:
    table["mass"] = (table["x1"] != 4).astype(float)
    with pytest.raises(DataError, match=r"no row used has category 4 of x1 .*4: 0\)"):
        fit(table, sampling_weights="mass")


def test_a_covariate_that_holds_an_item(table: pd.DataFrame) -> None:
    table["copy"] = table["x1"]
    with pytest.raises(
        DataError,
        match="no estimates for x1: the covariates separate its categories",
    ):
        fit(table, MODEL + "\nvisual ~ copy")
