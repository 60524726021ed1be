"""Several files about the same units: joined by unit, each informant heard about what they can know."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import bridge, survey
from mlbc_stats.errors import InstrumentError, ResponseError
from mlbc_stats.survey import MissingReason
from mlbc_stats.survey.responses.merging import interleaved, merged_instrument
from tests.examples.two_informants import POPULATION, renamed, two_informants


@pytest.fixture(scope="module")
def files():
    return two_informants(40)


@pytest.fixture(scope="module")
def joined(files):
    return survey.join(files, informants=["management", "technical"])


def column(responses, name: str) -> int:
    return responses.item_ids.index(name)


def test_what_a_group_may_not_answer_was_not_asked_of_it(joined) -> None:
    technical = joined.informants == "technical"
    for name, group in (("cap_value_1", technical), ("ftc_roles_1", technical), ("tc_pace_1", ~technical)):
        reasons = joined.reasons[:, column(joined, name)]
        assert (reasons[group] == MissingReason.NOT_ASKED).all()
        assert (reasons[~group] != MissingReason.NOT_ASKED).all()


def test_answers_are_averaged_over_those_who_may_give_them(joined) -> None:
    frame, keyed = bridge.unit_frame(joined), survey.keyed(joined)
    unit = joined.unit_ids == frame.index[3]
    np.testing.assert_allclose(frame["aln_state_1"].iloc[3], np.nanmean(keyed["aln_state_1"][unit]))
    technical = unit & (joined.informants == "technical")
    np.testing.assert_array_equal(frame["tc_pace_1"].iloc[3], keyed["tc_pace_1"][technical].iloc[0])
    counts = bridge.informant_counts(joined)
    assert set(counts["tc_pace"]) <= {0, 1}
    assert counts["aln_state"].max() == 2
    assert counts.index.tolist() == frame.index.tolist()


def test_answers_of_those_who_may_not_give_them_are_set_aside_and_told() -> None:
    whole = survey.simulate(POPULATION, n=30, seed=2)
    told = survey.join([whole], informants=["technical"], design="several_informants")
    assert np.isnan(told.codes[:, column(told, "cap_value_1")]).all()
    assert any("of technical informants to ftc_roles" in note and "set aside" in note for note in told.notes)
    kept = survey.join([whole], informants=["technical"], design="key_informant")
    np.testing.assert_array_equal(kept.codes, whole.codes)


def test_the_design_that_nobody_declared_is_told(files) -> None:
    single = survey.simulate(survey.pilot_population(), n=30, seed=2)
    alone = survey.join([single])
    assert alone.design == "key_informant"
    assert any("every unit has one informant" in note for note in alone.notes)
    assert survey.join(files).design == "several_informants"
    some = survey.join([files[0], renamed(files[1], 10)], informants=["management", "technical"])
    assert any("20 of 50 units have one informant, and several are expected" in note for note in some.notes)
    assert any("30 of its 40 units are also in" in note for note in some.notes)


def test_every_file_is_screened_by_itself(files, joined) -> None:
    apart = [survey.screen(part) for part in files]
    together = survey.screen(joined)
    np.testing.assert_array_equal(together.kept, np.concatenate([report.kept for report in apart]))
    assert together.flags[:, together.rules.index("duplicate")].sum() == 0


def test_files_that_share_no_unit_are_refused(files) -> None:
    groups = ["management", "technical"]
    with pytest.raises(ResponseError, match=r"none of its 40 units \(column unit_id: s0001.*declare design"):
        survey.join([files[0], renamed(files[1], 40)], informants=groups)
    with pytest.raises(
        ResponseError, match="40 would be the same without case, blanks, marks and leading zeros"
    ):
        survey.join(
            [files[0], renamed(files[1], 40, lambda unit: unit.upper().replace("S0", "S-"))],
            informants=groups,
        )
    batches = survey.join([files[0], renamed(files[0], 40)], design="key_informant")
    assert len(set(batches.unit_ids.tolist())) == 80


def test_an_item_asked_in_two_waves_is_taken_from_the_first(files) -> None:
    first, second = survey.simulate(POPULATION, n=20, seed=1), survey.simulate(POPULATION, n=20, seed=2)
    panel = survey.join([first, second], waves=[1, 2], design="key_informant")
    np.testing.assert_allclose(bridge.unit_frame(panel).to_numpy(), bridge.unit_frame(first).to_numpy())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"informants": ["technical"]}, r"informants holds 1 entries for 2 files"),
        ({"informants": ["boss", None]}, "'boss' is no group of informants; there are management, technical"),
        ({"waves": [0, 1]}, "the first is 1"),
        ({"design": "both"}, "expected key_informant or several_informants"),
    ],
)
def test_wrong_arguments_are_named(files, options, message) -> None:
    with pytest.raises(ResponseError, match=message):
        survey.join(files, **options)
    with pytest.raises(ResponseError, match="no responses to join"):
        survey.join([])


def test_different_questions_of_one_id_are_refused() -> None:
    from dataclasses import replace

    one = survey.load_instrument("mlbc_alignment")
    items = tuple(
        replace(item, construct="tc_pace") if item.id == "tc_timing_1" else item for item in one.items
    )
    with pytest.raises(InstrumentError, match=r"item 'tc_timing_1' .* \(in construct\)"):
        merged_instrument([one, replace(one, items=items)])


def test_orders_are_interleaved() -> None:
    assert interleaved([["a", "c"], ["a", "b", "c", "d"]]) == ("a", "b", "c", "d")
    short = survey.short_form(survey.load_instrument("mlbc_alignment"))
    whole = survey.load_instrument("mlbc_alignment")
    assert [item.id for item in merged_instrument([short, whole]).items] == [item.id for item in whole.items]
