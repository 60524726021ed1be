"""Returned forms that are wrong: every message names file, row and item, what was expected and got."""

from __future__ import annotations

import shutil
import warnings
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook

from mlbc_stats.errors import DataWarning, ResponseError
from mlbc_stats.survey import content
from mlbc_stats.survey.loading.load import load_instrument
from tests.examples.filled_forms import as_csv, demo, fill, filled
from tests.unit.survey.content.test_content_forms import renamed


@pytest.fixture
def form(tmp_path):
    """One relevance form, filled in."""
    (path,) = filled(tmp_path, "relevance", judges=1)
    return path


def change(path, edit):
    """Edit the sheet of a workbook: edit(sheet, first row of an item)."""
    book = load_workbook(path)
    sheet = book["Form"]
    first = next(row[0].row for row in sheet.iter_rows(min_row=2) if not row[2].value.startswith("#"))
    edit(sheet, first)
    book.save(path)
    return first


def complaint(place, instrument=None, **options):
    with pytest.raises(ResponseError) as caught:
        content.read_forms(place, instrument or demo(), **options)
    return str(caught.value)


def setter(column, value):
    def edit(sheet, row):
        sheet.cell(row, column).value = value

    return edit


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (5, "'5'"),
        (0, "'0'"),
        (3.5, "'3.5'"),
        ("four", "'four'"),
        ("=2+2", "the formula '=2+2'"),
        (True, "'True'"),
        (-1, "'-1'"),
    ],
)
def test_answers_off_the_scale_name_file_row_and_item(form, value, got):
    row = change(form, setter(6, value))
    item = next(
        text
        for text in ("day_1", "day_2", "day_3", "night_1", "night_2", "night_3")
        if text in complaint(form)
    )
    text = complaint(form)
    assert f"{form.name}, row {row}, item {item}, Relevance (1 to 4): expected" in text
    assert f"got {got}" in text


@pytest.mark.parametrize("value", [4, "4", " 4 ", 4.0, "４"])
def test_answers_typed_in_other_ways_are_the_same_answer(form, value):
    change(form, setter(6, value))
    assert set(content.read_forms(form, demo()).matrix("relevance")["J01"]) == {4.0}


@pytest.mark.parametrize("value", ["Essential", "ESSENTIAL ", "essential"])
def test_words_are_read_whatever_their_case(form, value):
    change(form, setter(7, value))
    assert set(content.read_forms(form, demo()).matrix("necessity")["J01"]) == {"essential"}


def test_an_altered_item_is_an_error_with_both_texts(form):
    def edit(sheet, row):
        sheet.cell(row, 5).value += " Really."

    row = change(form, edit)
    text = complaint(form)
    assert f"row {row}" in text and "the text was altered" in text
    assert " Really.'" in text and "comment" in text


def test_spaces_quotes_and_case_are_no_alteration(form):
    def edit(sheet, row):
        sheet.cell(row, 5).value = f"  {sheet.cell(row, 5).value.upper()}  "

    change(form, edit)
    assert content.read_forms(form, demo()).notes == ()


def test_an_altered_definition_is_an_error(form):
    change(form, lambda sheet, row: setter(5, "Something else")(sheet, row - 1))
    assert "the text was altered" in complaint(form)


def test_a_truncated_form_names_what_is_missing(form):
    change(form, lambda sheet, row: sheet.delete_rows(row + 1, 50))
    text = complaint(form)
    assert "5 of 6 rows are missing" in text and "night_" in text


@pytest.mark.parametrize("as_text", [False, True])
def test_repeated_and_unknown_rows_are_errors(form, as_text):
    def edit(sheet, row):
        copied = [cell.value for cell in sheet[row]]
        sheet.append(copied)
        sheet.append([*copied[:2], "i999:A", *copied[3:]])

    row = change(form, edit)
    path = as_csv(form) if as_text else form
    text = complaint(path)
    assert f"of row {row}; delete one" in text
    assert "'i999:A' is not a row of this form" in text
    assert text.startswith("2 problems")


def test_rows_that_somebody_added_are_quoted_and_not_read(form):
    change(form, lambda sheet, row: sheet.append([None, None, None, None, "I liked this!", 4]))
    with pytest.warns(DataWarning, match="not part of the form and not read: 'I liked this! | 4'"):
        answers = content.read_forms(form, demo())
    assert len(answers.table) == 12


@pytest.mark.parametrize("heading", ["Code", "Relevance (1 to 4)", "Item"])
def test_missing_columns_are_named(form, heading):
    def edit(sheet, _):
        column = next(cell.column for cell in sheet[1] if cell.value == heading)
        sheet.delete_cols(column)

    change(form, edit)
    assert f"no column {heading!r}" in complaint(form)


def test_two_judges_in_one_file_are_refused(form):
    change(form, setter(2, "J09"))
    assert "the form of one judge" in complaint(form)


def test_the_same_form_twice_counts_once_and_another_one_of_the_same_judge_is_an_error(form):
    copy = form.with_name("copy.xlsx")
    shutil.copy(form, copy)
    with pytest.warns(DataWarning, match="the same answers of judge J01"):
        answers = content.read_forms(form.parent, demo())
    assert len(answers.table) == 12
    change(copy, setter(6, 1))
    assert "judge J01 answered otherwise in" in complaint(form.parent)


def test_one_judge_asked_the_same_by_two_different_forms_is_an_error(form):
    (part,) = filled(form.parent / "part", "relevance", judges=1, constructs=["calm_day"])
    text = complaint([form, part])
    assert text.startswith("6 problems")
    assert f"judge J01 was asked this in {form}, row" in text


def test_another_instrument_and_other_texts_are_errors(form):
    assert "is about 'demo', expected 'mlbc_alignment'" in complaint(form, load_instrument("mlbc_alignment"))
    newer = replace(renamed(demo(), "day_1", "The days are very calm."), version="2.0.0")
    text = complaint(form, newer)
    assert "version 1.0.0" in text and "version 2.0.0" in text and "other texts" in text


def test_another_version_with_the_same_texts_is_a_warning(form):
    with pytest.warns(DataWarning, match="made from version 1.0.0, read with version 1.1.0"):
        content.read_forms(form, replace(demo(), version="1.1.0"))


def test_an_id_that_was_tampered_with_is_refused(form):
    def edit(sheet, _):
        for row in sheet.iter_rows(min_row=2):
            row[0].value = "nonsense"

    change(form, edit)
    assert "'nonsense' is not the id of a form" in complaint(form)


def test_files_that_are_no_forms(tmp_path):
    for name, data in {
        "empty.xlsx": b"",
        "noise.xlsx": b"PK\x03\x04 broken",
        "text.xlsx": b"a,b\n1,2\n",
        "word.docx": b"x",
        "blank.csv": b"\n\n",
        "other.csv": b"a,b\n1,2\n",
        "quote.csv": b'Form,Judge,Code,Item\n"a,b,c,d\n',
    }.items():
        (tmp_path / name).write_bytes(data)
        assert name in complaint(tmp_path / name)
    book = Workbook()
    book.save(tmp_path / "sheet.xlsx")
    assert "expected a sheet 'Form', got 'Sheet'" in complaint(tmp_path / "sheet.xlsx")
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    assert "unpacks to 60,000,000 bytes" in complaint(tmp_path / "bomb.xlsx")


def test_places_that_hold_nothing(tmp_path):
    assert "no such file or folder" in complaint(tmp_path / "nowhere")
    assert "holds no workbook" in complaint(tmp_path)


def test_lock_files_of_editors_are_left_alone(form):
    (form.parent / f"~${form.name}").write_bytes(b"lock")
    assert content.read_forms(form.parent, demo()).n_judges == 1


def test_a_wrong_encoding_is_named_and_can_be_given(tmp_path):
    instrument = renamed(demo(), "day_1", "Die Tage sind schön.")
    (path,) = content.write_forms(instrument, "relevance", tmp_path, 1)
    path = as_csv(fill(path, instrument=instrument), "cp1252")
    assert "looks like cp1252" in complaint(path, instrument)
    assert content.read_forms(path, instrument, encoding="cp1252").n_judges == 1
    assert "altered" in complaint(path, instrument, encoding="mac_roman")


def test_ragged_csv_is_refused_by_line(form):
    path = as_csv(form)
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines[:2], lines[2] + ",extra", *lines[3:]]), "utf-8")
    assert "row 3: 9 cells" in complaint(path)


def test_many_problems_of_many_files_come_at_once(tmp_path):
    filled(tmp_path, "relevance", judges=3, answer=lambda *_: "no")
    text = complaint(tmp_path)
    assert text.startswith("36 problems")
    assert text.count("\n") == 21 and text.endswith("and 16 more")
    for name in ("J01", "J02"):
        assert f"demo_relevance_{name}.xlsx, row" in text


def test_damage_of_any_kind_never_ends_in_a_traceback(tmp_path):
    """Forty forms cut short or with bytes changed: each is read whole, or refused by name."""
    (form,) = filled(tmp_path, "sort", judges=1)
    data = form.read_bytes()
    text = as_csv(form).read_bytes()
    generator = np.random.default_rng(7)
    refused = 0
    for round_, (original, ending) in enumerate([(data, "xlsx"), (text, "csv")] * 20):
        damaged = bytearray(original)
        for place in generator.integers(0, len(damaged), size=3):
            damaged[place] = generator.integers(0, 256)
        if round_ % 4 < 2:
            damaged = damaged[: generator.integers(1, len(damaged))]
        path = tmp_path / f"damaged.{ending}"
        path.write_bytes(bytes(damaged))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                content.read_forms(path, demo())
        except ResponseError as error:
            refused += 1
            assert path.name in str(error)
    assert refused > 20
