"""Tests of distinct factors, cross-loadings, criteria, nomological and second-order validity: formulas and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import reliability, sem
from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.reliability.construct_validity.restricted_tables import unit_factors
from mlbc_stats.reliability.criteria import RULES
from mlbc_stats.sem import SemResult
from mlbc_stats.sem.data.source import Sample
from mlbc_stats.sem.fitting.fit import judged_fit
from tests.reference.corpus import read_table

HS = "data/HolzingerSwineford1939.csv"
SCALES = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
ITEMS = [item for items in SCALES.values() for item in items]
MODEL = "\n".join(f"{name} =~ {' + '.join(items)}" for name, items in SCALES.items())


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return pd.DataFrame(read_table(HS))


@pytest.fixture(scope="module")
def fit(data: pd.DataFrame) -> SemResult:
    return sem.cfa(MODEL, data)


@pytest.mark.parametrize("group", [None, "school"])
def test_factors_of_unit_variance_are_the_same_model(data: pd.DataFrame, group: str | None) -> None:
    marked = sem.cfa(MODEL, data, group=group)
    table = unit_factors(marked.table, marked.theta)
    again, _ = judged_fit(table, Sample(marked.moments, ()), marked.method, dict(marked.call), 200)
    assert again.tests[0].df == marked.tests[0].df
    np.testing.assert_allclose(again.tests[0].stat, marked.tests[0].stat, rtol=1e-9)
    assert again.estimate.iterations <= 2  # it starts where it ends


def test_scaling_by_a_loading_or_by_the_variance_gives_the_same_tests(
    data: pd.DataFrame, fit: SemResult
) -> None:
    one = reliability.discriminant_validity(fit, (0.6, 1.0), merge=True)
    other = reliability.discriminant_validity(sem.cfa(MODEL, data, std_lv=True), (0.6, 1.0), merge=True)
    for left, right in ((one.pairs, other.pairs), (one.tests, other.tests)):
        numbers = left.select_dtypes("number").columns
        np.testing.assert_allclose(left[numbers], right[numbers], atol=1e-6)


def test_a_correlation_beyond_the_cutoff_cannot_be_rejected(fit: SemResult) -> None:
    tests = reliability.discriminant_validity(fit, (0.2, 0.6)).tests.set_index(["one", "other", "cutoff"])
    beyond = tests.loc[("visual", "textual", 0.2)]
    assert (beyond["chisq_diff"], beyond["pvalue"], beyond["df"]) == (0.0, 1.0, 25.0)
    assert 0 < tests.loc[("visual", "textual", 0.6), "pvalue"] < 0.05


def test_a_negative_correlation_is_tested_on_its_own_side(data: pd.DataFrame, fit: SemResult) -> None:
    turned = data.assign(**{name: -data[name] for name in SCALES["speed"]})
    one = reliability.discriminant_validity(fit, (0.6,)).tests
    other = reliability.discriminant_validity(sem.cfa(MODEL, turned), (0.6,)).tests
    np.testing.assert_allclose(one["chisq_diff"], other["chisq_diff"], rtol=1e-6)
    np.testing.assert_allclose(one["r"].abs(), other["r"].abs(), rtol=1e-6)


@pytest.mark.filterwarnings("ignore:empty cells")
def test_scaled_statistics_under_robust_and_ordinal_estimators(data: pd.DataFrame) -> None:
    cut = {name: np.digitize(data[name], np.quantile(data[name], [0.25, 0.5, 0.75])) for name in ITEMS}
    for arguments, source in (({"estimator": "MLR"}, data), ({"ordered": True}, pd.DataFrame(cut))):
        found = reliability.discriminant_validity(sem.cfa(MODEL, source, **arguments), (0.9,))
        assert (found.tests["pvalue"] < 0.001).all() and (found.tests["note"] == "").all()


def test_what_cannot_be_told_apart_is_refused(data: pd.DataFrame, fit: SemResult) -> None:
    with pytest.raises(ModelError, match="no two correlated factors"):
        reliability.discriminant_validity(sem.cfa("f =~ x1 + x2 + x3 + x4", data))
    with pytest.raises(ModelError, match="visual and taste are no two"):
        reliability.discriminant_validity(fit, pairs=[("visual", "taste")])
    with pytest.raises(DataError, match=r"cutoff 1\.2"):
        reliability.discriminant_validity(fit, (1.2,))
    tied = sem.cfa("visual =~ x1 + a*x2 + a*x3; textual =~ x4 + x5 + x6", data)
    with pytest.raises(ModelError, match=r"tied to one another.*std_lv=True"):
        reliability.discriminant_validity(tied)
    equal = sem.cfa("visual =~ 1*x1 + 1*x2 + 1*x3; textual =~ x4 + x5 + x6", data)
    with pytest.raises(ModelError, match="several loadings of visual"):
        reliability.discriminant_validity(equal)
    tied = sem.cfa("visual =~ NA*x1 + a*x2 + a*x3; textual =~ x4 + x5 + x6", data, std_lv=True)
    assert len(reliability.discriminant_validity(tied).tests) == 2


def test_cross_loadings_are_plain_correlations(data: pd.DataFrame) -> None:
    found = reliability.cross_loadings(data, SCALES).table
    assert found.loc["x2", "visual"] == pytest.approx(data["x2"].corr(data[["x1", "x3"]].sum(axis=1)))
    assert found.loc["x2", "speed"] == pytest.approx(data["x2"].corr(data[SCALES["speed"]].sum(axis=1)))
    assert found["nearest"].isin(SCALES).all() and found.loc["x4", "holds"]


def test_cross_loadings_of_single_items_and_bad_scales(data: pd.DataFrame) -> None:
    found = reliability.cross_loadings(data, {"one": ["x1"], "two": ["x4", "x5"]})
    assert np.isnan(found.table.loc["x1", "own"]) and found.failing == ("x1",)
    with pytest.raises(DataError, match="share x1"):
        reliability.cross_loadings(data, {"one": ["x1", "x2"], "two": ["x1", "x4"]})
    with pytest.raises(DataError, match="two scales or more"):
        reliability.cross_loadings(data, {"one": ["x1", "x2"]})
    with pytest.raises(DataError, match="constant: x9"):
        reliability.cross_loadings(data.assign(x9=1.0), SCALES)


def test_criteria_hold_the_numbers_of_summary_and_say_where_thresholds_come_from(fit: SemResult) -> None:
    found = reliability.summary(fit).constructs
    table = reliability.construct_criteria(fit)
    ave = table[table["quantity"] == "AVE"].set_index("construct")
    np.testing.assert_allclose(ave["value"], found["ave"][ave.index], rtol=1e-12)
    assert ave["holds"].tolist() == [False, True, False]
    assert len(table[table["part"] == "loadings"]) == 9
    assert set(table["source"]) == {rule.source for rule in RULES.values()}
    htmt = table[table["quantity"] == "largest HTMT"]
    assert htmt["holds"].isna().all()  # without an interval there is no outer end
    assert list(dict.fromkeys(table["construct"])) == list(SCALES)


def test_criteria_take_the_interval_of_the_largest_ratio(data: pd.DataFrame, fit: SemResult) -> None:
    ratios = reliability.htmt_intervals(data, SCALES, 100, seed=1)
    table = reliability.construct_criteria(fit, ratios)
    row = table[(table["quantity"] == "largest HTMT") & (table["construct"] == "textual")].iloc[0]
    assert row["about"] == "visual" and row["lower"] < row["value"] < row["upper"] and row["holds"]


def test_criteria_of_groups_are_refused(data: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="each group alone"):
        reliability.construct_criteria(sem.cfa(MODEL, data, group="school"))


def test_expected_signs(fit: SemResult) -> None:
    found = reliability.discriminant_validity(fit, ())
    expected = {("speed", "textual"): "+", ("visual", "textual"): "-", ("visual", "speed"): "0"}
    table = reliability.nomological_table(found, expected)
    assert table["outcome"].tolist() == ["as expected", "opposite", "opposite"]
    assert table["expected"].tolist() == ["+", "-", "0"]
    with pytest.raises(DataError, match="sign '~'"):
        reliability.nomological_table(found, {("visual", "speed"): "~"})
    with pytest.raises(DataError, match=r"no correlation.*did you mean 'visual'"):
        reliability.nomological_table(found, {("visula", "speed"): "+"})


def test_second_order_validity_beside_its_parts(data: pd.DataFrame, fit: SemResult) -> None:
    higher = sem.cfa(f"{MODEL}\ng =~ visual + textual + speed", data)
    found = reliability.second_order_validity(higher, fit)
    squares = found.loadings["loading"] ** 2
    assert found.constructs.loc["g", "ave"] == pytest.approx(squares.mean())
    assert found.target == pytest.approx(1.0)  # three facets: as many parameters as three correlations
    omega = reliability.second_order_omega(higher, "g")[0]
    assert found.constructs.loc["g", "level2"] == omega.level2
    assert np.isnan(found.constructs.loc["g", "largest_r"]) and found.constructs.loc["g", "distinct"]
    with pytest.raises(DataError, match="no second-order factor"):
        reliability.second_order_validity(fit)
    with pytest.raises(DataError, match="no more degrees of freedom"):
        reliability.second_order_validity(higher, sem.cfa(f"f =~ {' + '.join(ITEMS)}", data))


def test_the_largest_correlation_of_a_second_order_factor_is_with_no_facet(data: pd.DataFrame) -> None:
    text = f"{MODEL}\ng =~ k*visual + k*textual\ng ~~ speed"
    row = reliability.second_order_validity(sem.cfa(text, data, std_lv=True)).constructs.loc["g"]
    fitted = sem.cfa(text, data, std_lv=True).standardized
    fitted = fitted[fitted["op"] == "~~"].set_index(["lhs", "rhs"])["est_std"]
    r = fitted.get(("g", "speed"), fitted.get(("speed", "g")))
    assert row["largest_r"] == pytest.approx(abs(r), abs=1e-9)
