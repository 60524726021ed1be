"""Files made to harm or that broke on the way: refused with a message, never read as something else."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest

from mlbc_stats import survey
from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.files import limits
from mlbc_stats.survey.files.table import read_table
from tests.examples.demo_answers import HEADER, INSTRUMENT, ROWS, export

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def refused(file, **options) -> ResponseError:
    with pytest.raises(ResponseError) as caught:
        read_table(file, **options)
    return caught.value


def workbook(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def repacked(path, change):
    """The workbook with the text of its first sheet changed."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = change(parts[sheet].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


def test_every_row_of_another_length_is_among_the_findings(tmp_path) -> None:
    error = refused(export(tmp_path, *[f"{row},more" for row in ROWS * 10]))
    assert len(error.findings) == 30
    assert "30 rows" in str(error)
    assert "and 10 more" in str(error)


def test_a_row_longer_than_its_header_shifts_nothing_in_a_workbook(tmp_path) -> None:
    file = workbook(tmp_path / "long.xlsx", [["case_id", "day_1"], ["a", 5], ["b", 5, 7]])
    assert "columns with answers but without a name at position 3" in str(refused(file))


def test_ids_stay_as_they_are(tmp_path) -> None:
    rows = [ROWS[0].replace("a,s1", "007,NA"), ROWS[1].replace("b,s1", "1e5,null")]
    found = survey.read(export(tmp_path, *rows), INSTRUMENT)
    assert (found.case_ids.tolist(), found.unit_ids.tolist()) == (["007", "1e5"], ["NA", "null"])
    frame = workbook(tmp_path / "ids.xlsx", [["case_id", "day_1"], ["007", 5], ["NA", 4]])
    assert read_table(frame).column("case_id") == ("007", "NA")


def test_an_entity_bomb_in_a_workbook(tmp_path) -> None:
    file = workbook(tmp_path / "bomb.xlsx", [["case_id"], ["a"]])
    repacked(file, lambda sheet: f"{BOMB}{sheet}")
    assert "declares a document type" in str(refused(file))


def test_a_workbook_that_unpacks_to_far_more(tmp_path) -> None:
    file = workbook(tmp_path / "wide.xlsx", [["case_id"], ["a"]])
    repacked(file, lambda sheet: sheet.replace("<sheetData>", "<sheetData>" + " " * 30_000_000))
    assert "unpacks to 30," in str(refused(file))


def test_something_else_called_a_workbook(tmp_path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 broken")
    assert "no Excel workbook" in str(refused(tmp_path / "a.xlsx"))
    (tmp_path / "b.sav").write_bytes(b"$FL2 broken")
    assert "no SPSS file" in str(refused(tmp_path / "b.sav"))


def test_limits_of_size_width_and_cells(tmp_path, monkeypatch) -> None:
    file = export(tmp_path)
    monkeypatch.setattr(limits, "MAX_COLUMNS", 13)
    assert "the header has 14 columns, more than the 13" in str(refused(file))
    monkeypatch.setattr(limits, "MAX_COLUMNS", 14)
    monkeypatch.setattr(limits, "MAX_CELLS", 30)
    assert "more than 30 cells" in str(refused(file))
    monkeypatch.setattr(limits, "MAX_BYTES", 50)
    assert "more than the 50 that are read" in str(refused(file))


def test_a_header_of_a_thousand_equal_names(tmp_path) -> None:
    names = [f"x{k}" for k in range(30)] * 2
    (tmp_path / "twice.csv").write_text(",".join(names) + "\n", encoding="utf-8")
    error = refused(tmp_path / "twice.csv")
    assert len(error.findings) == 30
    assert "and 10 more; rename or remove the copies" in str(error)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"a": 1, "a": 2}', "the name 'a' occurs twice"),
        ('{"a": {"b": 1}, "a.b": 2}', "the name 'a.b' occurs twice"),
        ('{"a": NaN}', "NaN is no number in JSON"),
        ("[1, 2]", "expected an object"),
        ('{"a":' * 12 + "1" + "}" * 12, "nested deeper than 10 levels"),
        ("[" * 100_000, "no answer in JSON"),
        ('{"a": 1', "no answer in JSON"),
    ],
)
def test_json_that_is_no_answer(tmp_path, line, message) -> None:
    (tmp_path / "answers.jsonl").write_text('{"case_id": "x"}\n' + line + "\n", encoding="utf-8")
    assert message in str(refused(tmp_path / "answers.jsonl"))
    assert "answers.jsonl, line 2" in str(refused(tmp_path / "answers.jsonl"))


def test_json_lines_are_a_table(tmp_path) -> None:
    (tmp_path / "answers.jsonl").write_text(
        '{"id": "007", "TC": {"day_1": 5}, "ok": true, "many": ["a", "b"]}\n\n{"id": "NA", "x": 2.0}\n',
        encoding="utf-8",
    )
    table = read_table(tmp_path / "answers.jsonl")
    assert table.names == ("id", "TC.day_1", "ok", "many", "x")
    assert table.row(0) == ("007", "5", "1", '["a", "b"]', "")
    assert table.row(1) == ("NA", "", "", "", "2")
    assert table.lines.tolist() == [1, 3]


def test_text_that_a_spreadsheet_would_run_is_written_inert_and_read_back(tmp_path) -> None:
    risky = ["=1+1", "@SUM(A1)", "-fine", "+358 40 1", "\tx", "'=quoted", "-3", "it's", "'"]
    base = ROWS[0].split(",")
    place = HEADER.split(",").index("remark")
    rows = []
    for number, text in enumerate(risky):
        cells = [f"c{number}", *base[1:]]
        cells[place] = f'"{text}"'
        rows.append(",".join(cells))
    first = survey.read(export(tmp_path, *rows, name="first.csv"), INSTRUMENT)
    expected = [text[1:] if text.startswith("'=") else text for text in risky]
    assert first.context["remark"].tolist() == expected
    file = survey.write(first, tmp_path / "second.csv", personal="keep")
    written = file.read_text(encoding="utf-8")
    assert all(f",'{text}," in written for text in ("=1+1", "@SUM(A1)", "-fine", "+358 40 1", "\tx"))
    assert ",-3," in written
    second = survey.read(file, INSTRUMENT)
    assert second.context["remark"].tolist() == expected
    assert any("is read without the apostrophe" in note for note in second.notes)


def test_a_workbook_is_written_with_text_as_text(tmp_path) -> None:
    rows = [ROWS[0].replace("fine", "=1+1").replace("a,s1", "007,s1"), ROWS[2]]
    first = survey.read(export(tmp_path, *rows), INSTRUMENT)
    file = survey.write(first, tmp_path / "out.xlsx", personal="keep")
    sheet = openpyxl.load_workbook(file).active
    head = [cell.value for cell in sheet[1]]
    remark = sheet.cell(2, head.index("remark") + 1)
    assert (remark.value, remark.data_type, remark.quotePrefix) == ("=1+1", "s", True)
    assert sheet.cell(2, head.index("case_id") + 1).value == "007"
    assert sheet.cell(2, head.index("day_1") + 1).value == 5
    assert sheet.cell(3, head.index("night_2") + 1).value == -96
    again = survey.read(file, INSTRUMENT)
    assert again.frame().equals(first.frame())
    assert again.context["remark"].tolist() == first.context["remark"].tolist()
    assert again.case_ids.tolist() == ["007", "c"]
