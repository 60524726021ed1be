"""Deciding coefficients under other choices of analysis."""

import numpy as np
import pytest

from mlbc_stats import survey, theory
from mlbc_stats.errors import DataError, InstrumentError
from mlbc_stats.report import specification_curve
from mlbc_stats.theory.specifications.choices import combinations
from mlbc_stats.theory.specifications.controls import control_columns
from mlbc_stats.theory.specifications.results import flagged

pytestmark = pytest.mark.slow
PROPOSITIONS = ["M5r", "M8a"]


@pytest.fixture(scope="module")
def responses():
    return survey.simulate(survey.pilot_population(), n=220, seed=5)


@pytest.fixture(scope="module")
def screening(responses):
    return survey.screen(responses)


@pytest.fixture(scope="module")
def found(responses, screening):
    return theory.robustness(responses, PROPOSITIONS, screening, estimators=["MLR", "ML", "SAM"])


def test_every_choice_is_crossed_and_the_default_comes_first(found):
    counts = found.estimates.groupby("quantity")["specification"].nunique()
    assert counts.tolist() == [20] * 4
    first = found.estimates.iloc[0]
    assert first[["estimator", "missing", "cases", "controls"]].tolist() == [
        "MLR",
        "fiml",
        "screened",
        "without",
    ]
    assert found.estimates["estimate"].notna().all()
    assert found.estimates["reason"].eq("").all()


def test_the_default_specification_is_the_test_itself(found, responses, screening):
    direct = theory.test(responses, PROPOSITIONS, screening, gates=False, cutoffs=0).table()
    default = found.estimates[found.estimates["specification"] == 1]
    for name in ("estimate", "se", "lower", "upper"):
        np.testing.assert_allclose(default[name], direct[name], rtol=1e-9)
    assert default["verdict"].tolist() == direct["verdict"].tolist()


def test_plain_and_robust_errors_share_their_estimates(found):
    by = ["quantity", "missing", "cases", "controls"]
    robust, plain = (
        found.estimates[found.estimates["estimator"] == name].set_index(by) for name in ("MLR", "ML")
    )
    np.testing.assert_allclose(robust["estimate"], plain["estimate"].loc[robust.index], atol=1e-6)
    assert (robust["se"] != plain["se"].loc[robust.index]).all()


def test_screening_controls_and_missing_answers_change_what_is_estimated(found):
    rows = found.estimates.query("quantity == 'TC ~ FTC' and estimator == 'ML'")
    assert rows["estimate"].nunique() == len(rows) == 8
    sizes = rows.groupby(["cases", "missing"])["n"].first()
    assert sizes["all", "fiml"] == 220
    assert sizes["screened", "listwise"] < sizes["screened", "fiml"] < 220


def test_flipped_signs_are_flagged_against_the_default(found):
    turned = found.estimates.copy()
    mark = (turned["quantity"] == "TC ~ FTC") & (turned["specification"] == 4)
    turned.loc[mark, ["estimate", "lower", "upper"]] = [0.5, 0.4, 0.6]
    again = flagged(turned).query("quantity == 'TC ~ FTC'")
    assert again.loc[again["sign_flip"], "specification"].tolist() == [4]
    assert again.loc[again["contradicts"], "specification"].tolist() == [4]
    figure = specification_curve(again, "M5r", synthetic=True)
    assert "sign flipped in 1" in figure.description
    assert "SYNTHETIC" in figure.svg


def test_a_joint_proposition_has_a_curve_for_each_coefficient(found):
    figure = specification_curve(found.estimates, "M8a", {"cs_org ~ oml_data": "Data → Organization"})
    assert figure.description.count("specifications from") == 3
    assert "Data → Organization" in figure.svg
    with pytest.raises(DataError, match="no specification gives M1 a number"):
        specification_curve(found.estimates, "M1")


def test_complete_and_unscreened_answers_leave_fewer_choices():
    clean = survey.simulate(survey.pilot_population().clean(), n=200, seed=2)
    found = theory.robustness(
        clean, ["M5r"], survey.screen(clean, exclude=[]), controls=[], estimators=["ML"]
    )
    assert found.estimates[["missing", "cases", "controls"]].values.tolist() == [
        ["fiml", "all", "without"],
        ["listwise", "all", "without"],
    ]
    assert {way.missing for way in combinations(False, False, False)} == {"listwise"}
    assert len(combinations(screening=True, missing=True, controls=True)) == 24


def test_what_the_answers_cannot_carry_has_its_reason():
    few = survey.simulate(survey.pilot_population().clean(), n=30, seed=1)
    found = theory.robustness(few, ["M5r"], estimators=["ML"], controls=[])
    assert found.estimates["estimate"].isna().all()
    assert found.estimates["verdict"].unique().tolist() == ["not testable here"]
    assert "30 cases" in found.estimates["reason"].iloc[0]
    assert found.summary()["specifications"].tolist() == [0]


def test_controls_are_scales_numbers_or_categories(responses):
    instrument = responses.instrument
    columns = control_columns(responses, None, instrument, None)
    assert list(columns.columns) == ["control_att_change", "control_CHG", "control_marker"]
    np.testing.assert_allclose(columns.std(), 1)
    with pytest.raises(InstrumentError, match=r"no construct and no column 'markers'.*did you mean 'marker'"):
        control_columns(responses, None, instrument, ["markers"])
    with pytest.raises(InstrumentError, match="different words are no control"):
        control_columns(responses, None, instrument, ["organization_id"])


def test_an_unknown_estimator_is_refused(responses):
    with pytest.raises(DataError, match="'WLS' is none of MLR, ML, WLSMV, SAM"):
        theory.robustness(responses, ["M5r"], estimators=["WLS"])


def test_ordered_answers_are_one_of_the_ways(responses):
    found = theory.robustness(responses, ["M5r"], estimators=["WLSMV"], workers=2)
    assert found.estimates["missing"].eq("pairwise").all()
    assert found.estimates["estimate"].lt(0).all()
