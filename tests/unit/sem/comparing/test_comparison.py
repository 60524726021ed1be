"""compare(): its methods, what it refuses, and the scalar formulas behind it."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from mlbc_stats import sem
from mlbc_stats.errors import DataError, DataWarning, InadmissibleWarning, ModelError
from mlbc_stats.sem.comparing.difference import corrected_difference, plain_difference, scaled_difference
from mlbc_stats.sem.comparing.restriction import delta_restrictions, exact_restrictions
from tests.reference.corpus import read_table

CFA = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
TIED = "visual =~ x1 + a*x2 + a*x3\ntextual =~ x4 + x5 + x6"
ELSEWHERE = "visual =~ x1 + a*x2 + a*x3\ntextual =~ x4 + b*x5 + b*x6\nx1 ~~ x4"


@pytest.fixture(scope="module")
def students():
    return read_table("data/HolzingerSwineford1939.csv")


@pytest.fixture(scope="module")
def free(students):
    return sem.cfa(CFA, students)


@pytest.fixture(scope="module")
def tied(students):
    return sem.cfa(TIED, students)


def test_models_are_sorted_and_named(free, tied):
    got = sem.compare(tied, free)
    assert got.names == ("model 2", "model 1")
    assert got.df == (8, 9)
    assert list(got.table.columns) == [
        "df",
        "aic",
        "bic",
        "chisq",
        "chisq_diff",
        "df_diff",
        "pvalue",
        "rmsea_diff",
    ]
    assert pickle.loads(pickle.dumps(got)).table.equals(got.table)


def test_criteria_are_those_of_the_fits(free, tied):
    got = sem.compare(free, tied)
    assert got.aic == pytest.approx([free.fit_measures["aic"], tied.fit_measures["aic"]], rel=1e-12)
    assert got.bic == pytest.approx([free.fit_measures["bic"], tied.fit_measures["bic"]], rel=1e-12)


def test_marker_and_unit_variance_are_the_same_model(students, tied):
    scaled = sem.cfa(CFA, students, std_lv=True)
    assert sem.compare(scaled, tied).differences[0].df == 1


@pytest.mark.parametrize(("estimator", "method"), [
    ("ML", "standard"), ("MLM", "satorra_bentler_2001"), ("MLR", "satorra_bentler_2001"), ("MLMV", "satorra_2000"),
    ("MLMVS", "satorra_2000"), ("GLS", "standard")])  # fmt: skip
def test_default_method_follows_the_test(students, estimator, method):
    fits = [sem.cfa(model, students, estimator=estimator) for model in (CFA, TIED)]
    assert sem.compare(*fits).method == method


def test_standard_ignores_the_correction(students, free, tied):
    robust = [sem.cfa(model, students, estimator="MLM") for model in (CFA, TIED)]
    got, plain = sem.compare(*robust, method="standard"), sem.compare(free, tied)
    assert got.differences[0].stat == pytest.approx(plain.differences[0].stat, rel=1e-9)


def test_both_ways_to_the_restrictions_agree_at_one_point(students):
    wide, narrow = (sem.cfa(model, students, estimator="MLM") for model in (CFA, TIED))
    exact, delta = exact_restrictions(wide, narrow), delta_restrictions(wide, narrow)
    assert exact.shape == delta.shape == (1, len(wide.theta))
    cosine = abs(float(exact[0] @ delta[0]) / np.linalg.norm(exact) / np.linalg.norm(delta))
    assert cosine > 0.99  # each Jacobian is taken at its own estimates, so only nearly the same


def test_fixed_value_counts_as_a_restriction(students):
    wide = sem.cfa(CFA + "\ntextual =~ x1", students, estimator="MLM")
    narrow = sem.cfa(CFA, students, estimator="MLM")
    got = sem.compare(wide, narrow, method="satorra_2000", a_method="exact")
    assert got.differences[0].df == 1
    assert not got.notes


def test_order_of_the_variables_does_not_matter(students):
    other = "textual =~ x6 + x4 + x5\nvisual =~ x1 + a*x3 + a*x2"
    wide = sem.cfa(CFA, students, estimator="MLM")
    narrow = [sem.cfa(model, students, estimator="MLM") for model in (TIED, other)]
    got = [sem.compare(wide, each, method="satorra_2000").differences[0] for each in narrow]
    assert got[0].stat == pytest.approx(got[1].stat, rel=1e-8)


def test_other_variables_are_refused(students, free):
    other = sem.cfa(CFA + "\nspeed =~ x7 + x8 + x9", students)
    with pytest.raises(
        DataError, match=r"A and B have different observed variables \(x7, x8, x9 in one only\)"
    ):
        sem.compare(free, other, names=["A", "B"])


def test_other_cases_are_refused(students, free):
    half = {name: column[:200] for name, column in students.items()}
    with pytest.raises(DataError, match="fitted to 301 cases, model 2 to 200"):
        sem.compare(free, sem.cfa(TIED, half))


def test_other_values_are_refused(students, free):
    moved = students | {"x1": np.asarray(students["x1"])[::-1]}
    with pytest.raises(DataError, match="different data"):
        sem.compare(free, sem.cfa(TIED, moved))


def test_other_groups_are_refused(students, free):
    with pytest.warns(DataWarning, match="single label"):
        grouped = sem.cfa(TIED, students, group="school")
    with pytest.raises(DataError, match="same groups"):
        sem.compare(free, grouped)


def test_another_estimator_is_refused(students, free):
    with pytest.raises(ModelError, match="discrepancy 'ML' and 'GLS'"):
        sem.compare(free, sem.cfa(TIED, students, estimator="GLS"))


def test_equal_degrees_of_freedom_are_refused(students, free):
    with pytest.raises(ModelError, match="both have 8 degrees of freedom"):
        sem.compare(free, sem.cfa(CFA.replace("x3", "X").replace("x4", "x3").replace("X", "x4"), students))


def test_models_that_are_not_nested_are_refused(students, free):
    with pytest.raises(ModelError, match="model 2 is not nested in model 1"):
        sem.compare(free, sem.cfa(ELSEWHERE, students))


def test_check_can_be_passed_over(students, free):
    assert sem.compare(free, sem.cfa(ELSEWHERE, students), check=False).differences[0].df == 1


def test_one_model_or_wrong_names_are_refused(free, tied):
    with pytest.raises(ModelError, match="at least two"):
        sem.compare(free)
    with pytest.raises(ModelError, match="one different name per model"):
        sem.compare(free, tied, names=["A", "A"])


@pytest.mark.parametrize(("arguments", "message"), [
    ({"method": "wald"}, "method='wald' is not known"), ({"a_method": "numeric"}, "a_method='numeric' is not known"),
    ({"method": "satorra.bentler.2001"}, "needs fits with a robust test")])  # fmt: skip
def test_unknown_or_unfit_methods_are_refused(free, tied, arguments, message):
    with pytest.raises(ModelError, match=message):
        sem.compare(free, tied, **arguments)


def test_factors_of_shifted_tests_are_not_combined(students):
    fits = [sem.cfa(model, students, estimator="MLMV") for model in (CFA, TIED)]
    with pytest.raises(ModelError, match="is not scaled by one factor"):
        sem.compare(*fits, method="satorra_bentler_2001")


def test_negative_difference_warns(students):
    wide = sem.cfa(CFA + "\nspeed =~ x7 + x8 + x9\nvisual =~ x9", students, estimator="MLR")
    narrow = sem.cfa(CFA + "\nspeed =~ x7 + x8 + x9", students, estimator="MLR")
    with pytest.warns(InadmissibleWarning, match=r"negative .*satorra_2000"):
        got = sem.compare(wide, narrow, method="satorra_bentler_2010")
    assert got.differences[0].pvalue == 1.0


def test_parameters_that_only_the_restricted_model_frees_are_noted(students):
    fits = [sem.cfa(CFA, students, group="school", group_equal=equal, estimator="MLM")
            for equal in (["loadings"], ["loadings", "intercepts"])]  # fmt: skip
    exact = sem.compare(*fits, method="satorra_2000", a_method="exact")
    assert "6 restrictions, the models by 4 degrees of freedom" in exact.notes[0]
    assert not sem.compare(*fits, method="satorra_2000").notes
    assert "not a point of the freer model" in sem.compare(*fits, method="satorra_bentler_2010").notes[0]


def test_corrections_are_plain_for_normal_data():
    """With tr(UΓ) = tr((UΓ)²) = m and c = 1 every form returns the plain statistic."""
    plain = plain_difference(9.0, 4, 200, 1)
    for form in ("scaled", "shifted", "adjusted"):
        got = corrected_difference(9.0, 4, 4.0, 4.0, form)
        assert (got.stat, got.df, got.pvalue) == pytest.approx((9.0, 4.0, plain.pvalue))
    assert scaled_difference(9.0, 4, (10, 1.0), (6, 1.0)).pvalue == pytest.approx(plain.pvalue)
    assert plain.rmsea == pytest.approx(np.sqrt(5 / 800))
