"""Reading plain CSV: codes, labels, reasons, routes, context and ids."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import survey
from mlbc_stats.survey import MissingReason
from tests.examples.demo_answers import HEADER, INSTRUMENT, ROWS, changed, export

NAN = np.nan


def test_codes_are_as_answered_in_the_order_asked(tmp_path) -> None:
    responses = survey.read(export(tmp_path), INSTRUMENT)
    assert responses.item_ids == ("day_1", "day_2", "check_1", "day_3", "night_1", "night_2", "night_3")
    expected = [[5, 3, 6, 4, 6, 2, 5], [7, 1, 6, 6, NAN, NAN, NAN], [4, 4, 5, 4, 4, NAN, 4]]
    np.testing.assert_array_equal(responses.codes, expected)
    assert responses.case_ids.tolist() == ["a", "b", "c"]
    assert responses.unit_ids.tolist() == ["s1", "s1", "s2"]
    assert responses.lines.tolist() == [2, 3, 4]
    assert responses.source == "export.csv"
    assert not responses.synthetic


def test_missing_cells_have_their_reasons(tmp_path) -> None:
    responses = survey.read(export(tmp_path, *changed(0, "day_3", "")), INSTRUMENT)
    reasons = {
        (0, "day_3"): MissingReason.NOT_ANSWERED,
        (1, "night_1"): MissingReason.NOT_APPLICABLE,  # routed out in phase 1
        (2, "night_2"): MissingReason.NOT_APPLICABLE,  # chosen: code -96
        (2, "night_1"): MissingReason.OBSERVED,
    }
    for (row, item), reason in reasons.items():
        assert responses.reasons[row, responses.item_ids.index(item)] == reason
    assert (np.isnan(responses.codes) == (responses.reasons != 0)).all()
    assert responses.missing().loc["night_2", "not_applicable"] == 2


def test_context_holds_codes_numbers_and_text(tmp_path) -> None:
    responses = survey.read(export(tmp_path), INSTRUMENT)
    assert list(responses.context) == ["phase", "org_size", "remark", "tenure"]
    np.testing.assert_array_equal(responses.context["org_size"], [1, 2, NAN])
    assert responses.context_reasons["org_size"].tolist() == [0, 0, MissingReason.REFUSED]
    assert responses.context["remark"].tolist() == ["fine", "", ""]
    np.testing.assert_array_equal(responses.context["tenure"], [3, 12.5, NAN])
    assert responses.labels("phase").tolist() == ["In use", "Being built", "In use"]
    assert responses.labels("org_size").isna().tolist() == [False, False, True]
    assert responses.paradata["duration"].tolist() == [120, 100, 30]


def test_reversal_is_by_the_bounds_and_never_in_place(tmp_path) -> None:
    responses = survey.read(export(tmp_path), INSTRUMENT)
    before = responses.codes.copy()
    keyed = survey.keyed(responses)
    assert keyed["day_2"].tolist() == [5, 7, 4]
    assert keyed["day_1"].tolist() == [5, 7, 4]
    assert "check_1" not in keyed
    keyed.iloc[:, :] = 0
    frame = responses.frame()
    frame.iloc[:, :] = 0
    np.testing.assert_array_equal(responses.codes, before)


@pytest.mark.parametrize("cell", ["Somewhat agree", "  somewhat AGREE ", "5", "5.0", " 5 "])
def test_labels_and_codes_are_both_accepted(tmp_path, cell) -> None:
    responses = survey.read(export(tmp_path, *changed(0, "day_1", cell)), INSTRUMENT)
    assert responses.codes[0, 0] == 5


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("Does not apply", MissingReason.NOT_APPLICABLE),
        ("-99", MissingReason.NOT_ANSWERED),
        ("NA", MissingReason.NOT_ANSWERED),
        ("  ", MissingReason.NOT_ANSWERED),
        ("refused", MissingReason.REFUSED),
        ("not_reached", MissingReason.NOT_REACHED),
    ],
)
def test_ways_to_say_that_there_is_no_answer(tmp_path, cell, reason) -> None:
    responses = survey.read(export(tmp_path, *changed(0, "day_1", cell)), INSTRUMENT)
    assert np.isnan(responses.codes[0, 0])
    assert responses.reasons[0, 0] == reason


def test_answers_beyond_the_route_are_set_aside_but_kept(tmp_path) -> None:
    responses = survey.read(export(tmp_path, *changed(1, "night_1", "7")), INSTRUMENT)
    place = responses.item_ids.index("night_1")
    assert np.isnan(responses.codes[1, place])
    assert responses.reasons[1, place] == MissingReason.NOT_APPLICABLE
    assert responses.context["night_1_routed_out"].tolist() == ["", "7", ""]
    assert any("1 answer to night_1" in note for note in responses.notes)


def test_an_unanswered_routing_question_leaves_the_routed_items(tmp_path) -> None:
    responses = survey.read(export(tmp_path, *changed(0, "phase", "")), INSTRUMENT)
    assert responses.codes[0, responses.item_ids.index("night_1")] == 6


def test_ids_stay_text(tmp_path) -> None:
    rows = [row.replace(old, new, 1) for row, old, new in zip(ROWS, "abc", ("007", "NA", "1e5"), strict=True)]
    responses = survey.read(export(tmp_path, *rows), INSTRUMENT)
    assert responses.case_ids.tolist() == ["007", "NA", "1e5"]


def test_ids_stay_text_behind_a_mark_and_before_windows_line_ends(tmp_path) -> None:
    ids = (("007", "01"), ("NA", "null"), ("1e5", "NA"))
    cut = [row.split(",", 2)[2] for row in ROWS]
    rows = [",".join((*pair, rest)) for pair, rest in zip(ids, cut, strict=True)]
    (tmp_path / "ids.csv").write_bytes("\r\n".join((HEADER, *rows, "")).encode("utf-8-sig"))
    responses = survey.read(tmp_path / "ids.csv", INSTRUMENT)
    assert responses.case_ids.tolist() == ["007", "NA", "1e5"]
    assert responses.unit_ids.tolist() == ["01", "null", "NA"]
    assert "case_id" not in responses.context


def test_without_id_columns_lines_name_the_cases(tmp_path) -> None:
    header = HEADER.replace("case_id,unit_id", "who,team")
    responses = survey.read(export(tmp_path, header=header), INSTRUMENT)
    assert responses.case_ids.tolist() == responses.unit_ids.tolist() == ["2", "3", "4"]
    assert responses.context["who"].tolist() == ["a", "b", "c"]
    named = survey.read(export(tmp_path, header=header), INSTRUMENT, id_column="who", unit_column="team")
    assert named.unit_ids.tolist() == ["s1", "s1", "s2"]
    assert "who" not in named.context


def test_nothing_is_lost_of_unknown_columns(tmp_path) -> None:
    rows = [f"{row},{extra}" for row, extra in zip(ROWS, ("01", " NA ", '"x\ny"'), strict=True)]
    responses = survey.read(export(tmp_path, *rows, header=HEADER + ",campaign"), INSTRUMENT)
    assert responses.context["campaign"].tolist() == ["01", " NA ", "x\ny"]


def test_columns_can_be_named_by_the_user(tmp_path) -> None:
    file = export(tmp_path, header=HEADER.replace("day_1", "Q7"))
    assert survey.read(file, INSTRUMENT, columns={"Q7": "day_1"}).codes[0, 0] == 5


def test_absent_items_can_be_allowed(tmp_path) -> None:
    file = export(tmp_path, header=HEADER.replace("day_1", "q7").replace("remark", "notes"))
    responses = survey.read(file, INSTRUMENT, allow_absent=True)
    assert (responses.reasons[:, 0] == MissingReason.NOT_ASKED).all()
    assert responses.context["remark"].tolist() == ["", "", ""]
    assert responses.context["q7"].tolist() == ["5", "7", "4"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_line_ends_and_marks_just_work(tmp_path, delimiter, line_end, encoding) -> None:
    text = line_end.join((HEADER, *ROWS)).replace(",", delimiter)
    (tmp_path / "other.csv").write_bytes(text.encode(encoding))
    expected = survey.read(export(tmp_path), INSTRUMENT)
    found = survey.read(tmp_path / "other.csv", INSTRUMENT)
    np.testing.assert_array_equal(found.codes, expected.codes)
    assert found.case_ids.tolist() == ["a", "b", "c"]
    assert found.lines.tolist() == [2, 3, 4]


def test_lines_count_quoted_newlines_and_blank_lines(tmp_path) -> None:
    first = ROWS[0].replace("fine", '"two\nlines, ""quoted"""')
    responses = survey.read(export(tmp_path, first, "", ROWS[1], "," * 13, ROWS[2]), INSTRUMENT)
    assert responses.context["remark"][0] == 'two\nlines, "quoted"'
    assert responses.lines.tolist() == [2, 5, 7]


def test_decimal_commas_in_semicolon_files(tmp_path) -> None:
    text = "\n".join((HEADER, *ROWS)).replace(",", ";").replace("12.5", "12,5")
    (tmp_path / "comma.csv").write_text(text, encoding="utf-8")
    assert survey.read(tmp_path / "comma.csv", INSTRUMENT).context["tenure"][1] == 12.5


@pytest.mark.parametrize(
    ("cell", "other", "decimal", "seconds"),
    [
        ('"1,540"', "100", ".", 1540),
        ('"1,540"', "100", ",", 1.54),
        ('"1,540"', "99.5", None, 1540),
        ('"1,540"', '"99,5"', None, 1.54),
        ("1 540", "100", None, 1540),
        ("1.540", "100", None, 1.54),
    ],
)
def test_seconds_with_a_mark_in_them(tmp_path, cell, other, decimal, seconds) -> None:
    rows = [row.replace("12.5", "12") for row in changed(0, "duration", cell)]
    rows[1] = rows[1].replace(",100", f",{other}")
    assert (
        survey.read(export(tmp_path, *rows), INSTRUMENT, decimal=decimal).paradata["duration"][0] == seconds
    )


def test_a_scale_decides_between_two_numbers(tmp_path) -> None:
    rows = [row.replace("12.5", "12") for row in changed(0, "tenure", '"3,125"')]
    assert survey.read(export(tmp_path, *rows), INSTRUMENT).context["tenure"][0] == 3.125


def test_a_separator_too_many_on_every_line_is_harmless(tmp_path) -> None:
    file = export(tmp_path, *(f"{row}," for row in ROWS), header=HEADER + ",")
    assert survey.read(file, INSTRUMENT).n == 3


def test_an_instrument_can_be_given_by_path(tmp_path) -> None:
    from tests.examples.demo_files import DEMO

    assert survey.read(export(tmp_path), str(DEMO)).instrument.id == "demo"


def test_one_marked_row_marks_the_file(tmp_path) -> None:
    rows = [f"{row},{mark}" for row, mark in zip(ROWS, ("", "SYNTHETIC", ""), strict=True)]
    responses = survey.read(export(tmp_path, *rows, header=HEADER + ",synthetic"), INSTRUMENT)
    assert responses.synthetic
    assert "synthetic" not in responses.context
