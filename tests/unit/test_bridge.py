"""Responses become one row per unit, an instrument becomes a measurement model."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import bridge, survey
from mlbc_stats.errors import InstrumentError, ResponseError
from tests.examples.demo_answers import INSTRUMENT, ROWS, changed, export


def test_informants_of_a_unit_are_averaged(tmp_path) -> None:
    frame = bridge.unit_frame(survey.read(export(tmp_path), INSTRUMENT))
    assert frame.index.tolist() == ["s1", "s2"]
    assert frame.index.name == "unit_id"
    assert frame.columns.tolist() == ["day_1", "day_2", "day_3", "night_1", "night_2", "night_3"]
    assert frame.loc["s1", ["day_1", "day_2", "day_3"]].tolist() == [6, 6, 5]  # day_2 keyed first
    assert frame.loc["s1", "night_1"] == 6  # of the one informant who was asked
    assert np.isnan(frame.loc["s2", "night_2"])


def test_screened_cases_are_left_out(tmp_path) -> None:
    responses = survey.read(export(tmp_path), INSTRUMENT)
    frame = bridge.unit_frame(responses, survey.screen(responses))
    assert frame.index.tolist() == ["s1"]
    other = survey.read(export(tmp_path, *ROWS[:2]), INSTRUMENT)
    with pytest.raises(ResponseError, match="other cases"):
        bridge.unit_frame(other, survey.screen(responses))


def test_unit_ids_such_as_na_are_units(tmp_path) -> None:
    responses = survey.read(export(tmp_path, *changed(2, "unit_id", "NA")), INSTRUMENT)
    assert bridge.unit_frame(responses).index.tolist() == ["s1", "NA"]


def test_two_facets_have_equal_loadings() -> None:
    assert bridge.measurement_model(INSTRUMENT, ["CALM"]).splitlines() == [
        "calm_day =~ day_1 + day_2 + day_3",
        "calm_night =~ night_1 + night_2 + night_3",
        "CALM =~ CALM_equal*calm_day + CALM_equal*calm_night",
    ]


def test_more_facets_are_free() -> None:
    instrument = survey.load_instrument("mlbc_alignment")
    assert bridge.measurement_model(instrument, ["CS"]).splitlines()[-1] == "CS =~ cs_task + cs_org + cs_env"


def test_facets_alone_and_no_facet_twice() -> None:
    lines = bridge.measurement_model(INSTRUMENT, ["CALM", "calm_day"], higher_order=False).splitlines()
    assert [line.split()[0] for line in lines] == ["calm_day", "calm_night"]


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(InstrumentError, match="no construct 'HASTE'"):
        bridge.measurement_model(INSTRUMENT, ["HASTE"])
