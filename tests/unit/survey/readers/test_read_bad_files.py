"""Files that cannot be read as answers: each with a message that names the place and the remedy."""

from __future__ import annotations

import pytest

from mlbc_stats import survey
from mlbc_stats.errors import DataError, NotServedError, ResponseError
from tests.examples.demo_answers import HEADER, INSTRUMENT, ROWS, changed, export


def refusal(file, **options) -> str:
    with pytest.raises(ResponseError) as caught:
        survey.read(file, INSTRUMENT, **options)
    return str(caught.value)


def test_every_answer_outside_its_scale_is_listed_at_once(tmp_path) -> None:
    rows = list(changed(0, "day_1", "8"))
    rows[1] = changed(1, "phase", "3")[1]
    rows[2] = changed(2, "tenure", "61")[2]
    message = refusal(export(tmp_path, *rows))
    assert "export.csv: 3 answers" in message
    assert "row 2, item day_1: 8 is outside scale agreement7 (1 to 7; missing -96, -99)" in message
    assert "row 3, item phase: 3 is outside scale phase (1, 2)" in message
    assert "row 4, item tenure: 61 is outside scale years (0 to 60)" in message


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("day_1", "lots", "row 2, item day_1: 'lots' is text, expected a code or label of scale agreement7"),
        ("day_1", "4.5", "4.5 is outside scale"),
        ("day_1", "inf", "'inf' is text"),
        ("day_1", "1_0", "'1_0' is text"),
        ("tenure", "ten", "row 2, item tenure: 'ten' is text"),
        ("duration", "1_540", "'1_540' is text, expected seconds"),
        ("duration", "2 min", "row 2, column duration: '2 min' is text, expected seconds"),
    ],
)
def test_text_in_a_numeric_column(tmp_path, column, cell, message) -> None:
    assert message in refusal(export(tmp_path, *changed(0, column, cell)))


def test_a_number_that_may_be_two(tmp_path) -> None:
    rows = [row.replace("12.5", "12") for row in changed(0, "duration", '"1,540"')]
    message = refusal(export(tmp_path, *rows))
    assert (
        "row 2, column duration: '1,540' is 1540 with a thousands comma or 1.54 with a decimal comma"
        in message
    )
    assert 'say which by decimal="." or decimal="," (on the command line: --decimal)' in message


def test_a_renamed_column_is_named_beside_its_item(tmp_path) -> None:
    rows = changed(0, "day_1", "9")
    file = export(tmp_path, *rows, header=HEADER.replace("day_1", "Q7"))
    assert "row 2, item day_1 (column Q7): 9" in refusal(file, columns={"Q7": "day_1"})


def test_rows_longer_or_shorter_than_the_header(tmp_path) -> None:
    message = refusal(export(tmp_path, ROWS[0] + ",more", ROWS[1], "c,s2"))
    assert "row 2: 15 cells" in message
    assert "row 4: 2 cells" in message
    assert "header of 14 cells" in message


@pytest.mark.parametrize("content", [b"", b"  \n\r\n ", b"\xef\xbb\xbf"])
def test_an_empty_file(tmp_path, content) -> None:
    (tmp_path / "empty.csv").write_bytes(content)
    assert "empty.csv: the file is empty" in refusal(tmp_path / "empty.csv")


def test_a_header_without_responses(tmp_path) -> None:
    (tmp_path / "none.csv").write_text(HEADER + "\n", encoding="utf-8")
    assert "header but no responses" in refusal(tmp_path / "none.csv")


def test_another_encoding_names_the_remedy(tmp_path) -> None:
    file = export(tmp_path, *changed(1, "remark", "Zürich"), encoding="cp1252")
    message = refusal(file)
    assert "line 3: byte 0xfc is not utf-8" in message
    assert "--encoding cp1252" in message
    assert survey.read(file, INSTRUMENT, encoding="cp1252").context["remark"][1] == "Zürich"


def test_utf_16_without_a_mark(tmp_path) -> None:
    file = export(tmp_path, encoding="utf-16-le")
    assert "--encoding utf-16-le" in refusal(file)
    assert survey.read(file, INSTRUMENT, encoding="utf-16-le").n == 3


def test_an_encoding_nobody_knows(tmp_path) -> None:
    assert "'latin-99' is not the name of an encoding" in refusal(export(tmp_path), encoding="latin-99")


def test_a_workbook(tmp_path) -> None:
    (tmp_path / "book.csv").write_bytes(b"PK\x03\x04rest")
    assert "workbook or a zip archive" in refusal(tmp_path / "book.csv")


def test_no_such_file_and_a_folder(tmp_path) -> None:
    assert "no such file" in refusal(tmp_path / "absent.csv")
    assert "is a folder" in refusal(tmp_path)


def test_duplicate_columns(tmp_path) -> None:
    header = HEADER.replace("day_2", "day_1").replace("remark", "tenure")
    assert "line 1: column names occur more than once: day_1, tenure" in refusal(
        export(tmp_path, header=header)
    )


def test_answers_without_a_column_name(tmp_path) -> None:
    message = refusal(export(tmp_path, header=HEADER.replace("remark", " ")))
    assert "columns with answers but without a name at position 12" in message


def test_all_missing_item_columns_are_named(tmp_path) -> None:
    header = HEADER.replace("day_1", "Day_1").replace("check_1", "Q3").replace("remark", "Q4")
    message = refusal(export(tmp_path, header=header))
    assert "no column for 3 items of demo: day_1 (is it 'Day_1'?); check_1; remark" in message
    assert "--column FILECOLUMN=ITEM (in Python columns={file column: item})" in message
    assert "--allow-absent (allow_absent=True)" in message
    assert "right file" not in message


def test_a_column_that_answers_another_item_is_never_suggested(tmp_path) -> None:
    message = refusal(export(tmp_path, header=HEADER.replace("night_1", "Q5")))
    assert (
        "no column for 1 item of demo: night_1. Give" in message
    )  # night_2 and night_3 are near, but themselves
    mapped = HEADER.replace("night_2", "nights_1").replace("night_1", "nigth_1")
    message = refusal(export(tmp_path, header=mapped), columns={"nights_1": "night_2"})
    assert "no column for 1 item of demo: night_1 (is it 'nigth_1'?). Give" in message


def test_the_nearest_column_is_suggested_and_only_once(tmp_path) -> None:
    header = HEADER.replace("night_1", "Night_3x").replace("night_3", "Night_3").replace("day_1", "Q1")
    message = refusal(export(tmp_path, header=header))
    named = "night_3 (is it 'Night_3'?); night_1 (is it 'Night_3x'?); day_1."
    assert named in message  # what has a suggestion comes first, the nearest pair before others


def test_ids_and_paradata_are_never_suggested(tmp_path) -> None:
    renamed = HEADER.replace("day_1", "Q1")
    message = refusal(export(tmp_path, header=renamed.replace("duration", "day_1_")))
    assert "day_1 (is it 'day_1_'?)" in message
    assert "is it" not in refusal(export(tmp_path, header=renamed))


def test_a_file_about_something_else_is_refused_even_with_absent_items_allowed(tmp_path) -> None:
    (tmp_path / "else.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    message = refusal(tmp_path / "else.csv", allow_absent=True)
    assert "none of the columns belongs to demo; is this the right file or instrument?" in message
    assert "no column for 11 items of demo" in message
    assert message.count(";") == 10  # one in the question, nine between the ten items that are listed
    assert " and 1 more. Give --column" in message
    assert "--allow-absent" not in message


def test_a_file_that_shares_one_column_by_chance_is_doubted(tmp_path) -> None:
    (tmp_path / "else.csv").write_text("case_id,phase,b\n1,2,3\n", encoding="utf-8")
    with pytest.raises(ResponseError, match=r"only 1 of 3 columns belongs to mlbc_alignment; is this the"):
        survey.read(tmp_path / "else.csv", "mlbc_alignment")


def test_a_long_list_of_wrong_mappings_is_cut(tmp_path) -> None:
    message = refusal(export(tmp_path), columns={f"Q{k}": f"day_{k}" for k in range(4, 12)})
    assert message.endswith(" and 6 more")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"Q9": "day_1"}, "no column 'Q9' in the file"),
        ({"day_1": "day_9"}, "no item 'day_9' in the instrument"),
        ({"day_1": "day_1", "day_2": "day_1"}, "item 'day_1' is given two columns"),
    ],
)
def test_wrong_mappings(tmp_path, columns, message) -> None:
    assert message in refusal(export(tmp_path), columns=columns)


def test_rows_without_an_id(tmp_path) -> None:
    rows = (ROWS[0], ROWS[1].replace("b,s1", ",s1"), ROWS[2].replace("c,s2", " ,s2"))
    assert "no id in column case_id in row 3, 4" in refusal(export(tmp_path, *rows))


def test_an_id_column_that_is_not_there(tmp_path) -> None:
    assert "id_column='who' is not a column; the file has case_id" in refusal(
        export(tmp_path), id_column="who"
    )


def test_an_unclosed_quotation(tmp_path) -> None:
    message = refusal(export(tmp_path, ROWS[0], ROWS[1].replace("b,s1", 'b,"s1'), ROWS[2]))
    assert "row at line 3" in message
    assert "quotation mark" in message


def test_an_unknown_platform(tmp_path) -> None:
    with pytest.raises(
        NotServedError, match=r"'sparse' is not served; choose one of auto, google, limesurvey"
    ):
        survey.read(export(tmp_path), INSTRUMENT, platform="sparse")


def test_another_mark_before_decimals(tmp_path) -> None:
    with pytest.raises(DataError, match="decimal is ';'; expected"):
        survey.read(export(tmp_path), INSTRUMENT, decimal=";")
