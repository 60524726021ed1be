"""Reading Qualtrics exports: three header rows, the older two, codes and choice text."""

from __future__ import annotations

import numpy as np
import pytest

from mlbc_stats import survey
from mlbc_stats.errors import ResponseError
from mlbc_stats.survey import MissingReason
from tests.examples.demo_answers import (
    HEADER,
    INSTRUMENT,
    QUALTRICS_NAMES,
    QUALTRICS_ROWS,
    export,
    qualtrics_export,
)


def read(file, **options):
    return survey.read(file, INSTRUMENT, platform="qualtrics", **options)


def test_three_header_rows(tmp_path) -> None:
    responses = read(qualtrics_export(tmp_path))
    assert responses.case_ids.tolist() == ["R_1", "R_2"]
    assert responses.unit_ids.tolist() == ["s1", "s2"]
    np.testing.assert_array_equal(responses.codes[0], [5, 3, 6, 4, 6, 2, 5])
    assert responses.reasons[1, 1] == MissingReason.NOT_ANSWERED  # -99: seen but unanswered
    assert responses.reasons[1, 4] == MissingReason.NOT_APPLICABLE
    assert responses.paradata["duration"].tolist() == [120, 110]
    assert responses.paradata["finished"].tolist() == ["1", "1"]
    assert list(responses.context) == ["phase", "org_size", "remark", "tenure"]


def test_rows_are_lines_of_the_file(tmp_path) -> None:
    responses = read(qualtrics_export(tmp_path))
    lines = (tmp_path / "qualtrics.csv").read_text(encoding="utf-8").splitlines()
    assert [lines[line - 1][-6:] for line in responses.lines] == [row[-6:] for row in QUALTRICS_ROWS]


def test_answers_outside_the_scale_name_the_line(tmp_path) -> None:
    bad = QUALTRICS_ROWS[0].replace(",2,5,3,6,4,", ",2,9,3,6,4,")
    file = qualtrics_export(tmp_path, bad, QUALTRICS_ROWS[1])
    line = file.read_text(encoding="utf-8").splitlines().index(bad) + 1
    with pytest.raises(ResponseError, match=f"row {line}, item day_1: 9 is outside"):
        read(file)


def test_choice_text(tmp_path) -> None:
    row = QUALTRICS_ROWS[0].replace(
        ",2,5,3,6,4,6,2,5,1,fine",
        ",In use,Somewhat agree,Somewhat disagree,Agree,4,Agree,Disagree,5,Small,fine",
    )
    np.testing.assert_array_equal(read(qualtrics_export(tmp_path, row)).codes[0], [5, 3, 6, 4, 6, 2, 5])


@pytest.mark.parametrize(
    "answer", ["Somewhat\N{NO-BREAK SPACE}agree", "<b>Somewhat</b>&nbsp;agree<br>", "SOMEWHAT  AGREE"]
)
def test_choice_text_is_compared_by_its_words(tmp_path, answer) -> None:
    row = QUALTRICS_ROWS[0].replace(",2,5,", f",2,{answer},")
    assert read(qualtrics_export(tmp_path, row)).codes[0, 0] == 5


def test_data_that_repeat_a_system_column_come_under_another_name(tmp_path) -> None:
    rows = [f"{row},monday" for row in QUALTRICS_ROWS]
    responses = read(qualtrics_export(tmp_path, *rows, names=QUALTRICS_NAMES + ",StartDate"))
    assert responses.context["StartDate_2"].tolist() == ["monday", "monday"]
    assert responses.paradata["started"][0] == "2025-03-01 10:00:00"
    assert any("StartDate occurs more than once" in note for note in responses.notes)


def test_items_are_never_repeated(tmp_path) -> None:
    rows = [f"{row},1" for row in QUALTRICS_ROWS]
    with pytest.raises(ResponseError, match="more than once: day_1"):
        read(qualtrics_export(tmp_path, *rows, names=QUALTRICS_NAMES + ",day_1"))


def test_previews_are_flagged_and_kept_in_the_file(tmp_path) -> None:
    responses = read(qualtrics_export(tmp_path))
    report = survey.screen(responses)
    assert responses.paradata["status"].tolist() == ["0", "1"]
    assert report.flags[:, report.rules.index("preview")].tolist() == [False, True]


def test_two_header_rows_of_the_older_export(tmp_path) -> None:
    names = "V1,V8,V9,V10,unit_id," + ",".join(HEADER.split(",")[2:-1])
    texts = "ResponseID,StartDate,EndDate,Finished,unit_id," + ",".join(
        "Some text" for _ in HEADER.split(",")[2:-1]
    )
    row = "R_9,2014-03-01 10:00:00,2014-03-01 10:01:30,1,s1,2,5,3,6,4,6,2,5,1,fine,3"
    responses = read(export(tmp_path, texts, row, header=names))
    assert responses.case_ids.tolist() == ["R_9"]
    assert responses.paradata["duration"].tolist() == [90]
    np.testing.assert_array_equal(responses.codes[0], [5, 3, 6, 4, 6, 2, 5])


def test_items_are_found_by_their_wording(tmp_path) -> None:
    names = QUALTRICS_NAMES.replace("day_1", "Q5_1").replace("day_3", "Q6")
    wording = {"Q5_1": "How far do you agree? -  The days are\ncalm.", "Q6": "The days leave time to think."}
    texts = ",".join(f'"{wording.get(name, "Text of " + name)}"' for name in names.split(","))
    ids = ",".join('"{""ImportId"":""x""}"' for _ in names.split(","))
    responses = read(export(tmp_path, texts, ids, *QUALTRICS_ROWS, header=names))
    assert responses.codes[0, 0] == 5
    assert responses.codes[0, 3] == 4
    assert "Q5_1" not in responses.context


def test_a_plain_file_is_not_taken_for_an_export(tmp_path) -> None:
    with pytest.raises(ResponseError, match="row 2: expected question texts in the second header row"):
        read(export(tmp_path, "1,2,2,5,3,6,4,6,2,5,1,fine,3,120"))


def test_a_lonely_header(tmp_path) -> None:
    (tmp_path / "one.csv").write_text(QUALTRICS_NAMES + "\n", encoding="utf-8")
    with pytest.raises(ResponseError, match="no second header row"):
        read(tmp_path / "one.csv")
