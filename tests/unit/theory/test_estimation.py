"""What is taken to estimate, why, and what it costs."""

import numpy as np
import pandas as pd
import pytest

from mlbc_stats import survey, theory
from mlbc_stats.errors import DataError, InstrumentError
from mlbc_stats.theory.estimation import Estimation, settle

FRAME = pd.DataFrame({"x1": [1.0, 2, np.nan, np.nan], "x2": [2.0, 3, 4, np.nan]})
NONE = pd.DataFrame(index=FRAME.index)


def organizations(*names):
    return pd.DataFrame({"firm": list(names)})


def test_survey_answers_get_robust_errors_and_keep_their_units():
    found = settle(Estimation(), FRAME, NONE)
    assert found.arguments == {"estimator": "MLR", "missing": "fiml"}
    assert "3 units kept; listwise deletion would keep 2" in found.reasons[1]


def test_what_is_asked_for_is_taken_and_said():
    found = settle(Estimation(estimator="ML", missing="listwise"), FRAME, NONE)
    assert found.arguments == {"estimator": "ML", "missing": "listwise"}
    assert "as requested" in found.reasons[0]
    assert "2 units kept; FIML would keep 3" in found.reasons[1]


def test_complete_answers_need_no_treatment():
    complete = settle(Estimation(), FRAME[["x2"]][:3], NONE[:3])
    assert complete.arguments["missing"] == "listwise"
    assert "No answer" in complete.reasons[1]


def test_organizations_are_found_by_usual_names():
    found = settle(Estimation(), FRAME, organizations("a", "a", "b", None))
    assert found.arguments["cluster"] == "firm"
    assert found.frame["firm"].tolist() == [0, 0, 1, 2]
    assert "4 units in 3 organizations" in found.reasons[-1]
    assert "too small" in found.reasons[-1]


@pytest.mark.parametrize("names", [("a", "b", "c", "d"), ("a", "a", "a", "a")])
def test_no_nesting_needs_no_clusters(names):
    found = settle(Estimation(), FRAME, organizations(*names))
    assert "cluster" not in found.arguments
    assert "firm" in found.reasons[-1]


def test_clusters_can_be_declined_and_misspelled():
    assert "cluster" not in settle(Estimation(cluster=""), FRAME, organizations(*"aabb")).arguments
    with pytest.raises(InstrumentError, match=r"'frim'.*firm"):
        settle(Estimation(cluster="frim"), FRAME, organizations(*"aabb"))


def test_averages_are_no_categories():
    with pytest.raises(DataError, match="x1, x2 hold averages"):
        settle(Estimation(ordered=True), FRAME.replace(2.0, 2.5), NONE)


@pytest.mark.parametrize(
    "asked",
    [{"bootstrap": 0}, {"bootstrap": 100, "estimator": "MLR"}, {"bootstrap": 100, "ordered": True}],
)
def test_options_that_exclude_one_another_are_refused(asked):
    with pytest.raises(DataError, match="bootstrap"):
        Estimation(**asked)


@pytest.fixture(scope="module")
def responses():
    return survey.simulate(survey.pilot_population(), n=220, seed=3)


def test_missing_answers_cost_cells_and_never_units(responses):
    screening = survey.screen(responses)
    kept = len(set(responses.unit_ids[screening.kept].tolist()))
    result = theory.test(responses, ["M1"], screening, cutoffs=0)
    assert result.verdict("M1").n >= 0.95 * kept
    assert result.estimation["missing"] == "fiml"
    assert result.estimation["cluster"] == "organization_id"


def test_constructs_that_were_not_asked_leave_the_others_alone(responses):
    lacking = survey.simulate(survey.pilot_population(), n=220, seed=3)
    places = [place for place, name in enumerate(lacking.item_ids) if name.startswith("oml_")]
    codes, reasons = lacking.codes.copy(), lacking.reasons.copy()
    codes[:, places], reasons[:, places] = np.nan, survey.MissingReason.NOT_ASKED
    from dataclasses import replace

    result = theory.test(replace(lacking, codes=codes, reasons=reasons), cutoffs=0)
    outcomes = {verdict.proposition: verdict.outcome.value for verdict in result.verdicts}
    assert outcomes["M4"] == outcomes["M8a"] == outcomes["M13"] == "not testable here"
    assert result.verdict("M4").reason == "OML was not asked by two items or more"
    assert outcomes["M1"] == "supported"
    assert any("OML was not asked" in note for note in result.notes)
    table = result.table().set_index("proposition")
    assert np.isnan(table.loc["M4", "estimate"])


def test_too_few_units_are_a_reason_and_no_error():
    few = survey.simulate(survey.pilot_population(), n=40, seed=3)
    result = theory.test(few)
    assert not result.trustworthy
    large = [verdict for verdict in result.verdicts if verdict.model in ("S1", "S2", "S3", "S4")]
    assert {verdict.outcome.value for verdict in large} <= {"undecided", "not testable here"}
    assert "cannot be fitted" in result.verdict("M1").reason
