"""Forms: what stands in them, what they hide, and that answers come back as typed."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook

from mlbc_stats.errors import DataError, DataWarning, InstrumentError
from mlbc_stats.survey import content
from mlbc_stats.survey.content.forms.design import design_form, orbit
from mlbc_stats.survey.loading.load import list_instruments, load_instrument
from tests.examples.filled_forms import as_csv, demo, fill, filled, intended

KINDS = ("rating", "relevance", "sort")


def rows_of(path):
    return list(load_workbook(path)["Form"].iter_rows(min_row=2, values_only=True))


def renamed(instrument, item_id, text):
    """The instrument with another wording of one item."""
    items = tuple(
        replace(item, text={"en": text}) if item.id == item_id else item for item in instrument.items
    )
    return replace(instrument, items=items)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("encoding", ["xlsx", "utf-8", "utf-8-sig", "utf-16"])
def test_what_judges_type_is_what_is_read(tmp_path, kind, encoding):
    paths = filled(tmp_path, kind, judges=3)
    if encoding != "xlsx":
        for path in paths:
            as_csv(path, encoding, delimiter=";" if encoding == "utf-8-sig" else ",")
    answers = content.read_forms(tmp_path, demo())
    assert answers.judges() == ("J01", "J02", "J03")
    assert answers.missing().empty and answers.notes == ()
    for row in answers.table.itertuples():
        own = row.definition == row.construct
        expected = {
            "fit": 7.0 if own else 2.0,
            "relevance": 4.0,
            "necessity": "essential",
            "place": row.construct,
        }
        assert row.answer == expected[row.question]


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_is_there_once_in_an_order_of_the_judges_own(tmp_path, kind):
    first, second = content.write_forms("mlbc_alignment", kind, tmp_path, 2, constructs=["TC", "CS"])
    design = design_form(load_instrument("mlbc_alignment"), kind, ["TC", "CS"])
    orders = [[row[2] for row in rows_of(path) if not row[2].startswith("#")] for path in (first, second)]
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(design.cells)
    assert orders[0] != orders[1]
    (again, _) = content.write_forms("mlbc_alignment", kind, tmp_path / "again", 2, constructs=["TC", "CS"])
    assert rows_of(again) == rows_of(first)
    (other, _) = content.write_forms(
        "mlbc_alignment", kind, tmp_path / "other", 2, constructs=["TC", "CS"], seed=2
    )
    assert rows_of(other) != rows_of(first)
    assert rows_of(other)[0][0] == rows_of(first)[0][0]  # the id is the form's, not the judge's or the seed's


@pytest.mark.parametrize("kind", KINDS)
def test_forms_do_not_give_away_what_an_item_is_meant_for(tmp_path, kind):
    (path,) = content.write_forms("mlbc_alignment", kind, tmp_path, 1)
    texts = [path.with_suffix(".html").read_text(encoding="utf-8")]
    for sheet in load_workbook(path):
        texts += [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    instrument = load_instrument("mlbc_alignment")
    items = {item.id for item in instrument.items if item.construct}
    for name in items | {construct.id for construct in instrument.constructs if construct.parent}:
        assert not any(re.search(rf"\b{name}\b", text) for text in texts), name


@pytest.mark.parametrize("kind", KINDS)
def test_only_answers_and_comments_can_be_changed(tmp_path, kind):
    (path,) = content.write_forms(demo(), kind, tmp_path, 1)
    book = load_workbook(path)
    assert book.security.lockStructure
    assert all(sheet.protection.sheet for sheet in book)
    sheet = book["Form"]
    assert [sheet.column_dimensions[letter].hidden for letter in "ABCD"] == [True, True, True, False]
    width = sheet.max_column
    for row in sheet.iter_rows(min_row=2):
        open_cells = [cell.column for cell in row if not cell.protection.locked]
        assert open_cells == ([] if row[2].value.startswith("#") else list(range(6, width + 1)))
    lists = sheet.data_validations.dataValidation
    assert len(lists) == width - 6
    answered = {
        cell
        for row in sheet.iter_rows(min_row=2)
        if ":" in row[2].value or kind == "sort"
        for cell in row[5:-1]
    }
    assert all(any(cell.coordinate in entry.sqref for entry in lists) for cell in answered)
    assert all(entry.showErrorMessage for entry in lists)


def test_lists_offer_just_the_answers_that_are_read(tmp_path):
    (path,) = content.write_forms(demo(), "sort", tmp_path, 1)
    book = load_workbook(path)
    (rule,) = book["Form"].data_validations.dataValidation
    offered = [row[0] for row in book["Definitions"].iter_rows(values_only=True)]
    assert rule.formula1 == f"'Definitions'!$A$1:$A${len(offered)}"
    for choice in offered:
        fill(path, lambda *_, choice=choice: choice)
        answer = {"B": "calm_day", "C": "calm_night"}.get(choice.split("  ")[0], "none")
        assert set(content.read_forms(path, demo()).table["answer"]) == {answer}


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+1", "-2+3", '=HYPERLINK("http://x","y")'])
def test_texts_that_look_like_formulas_stay_texts(tmp_path, text):
    instrument = renamed(demo(), "day_1", text)
    (path,) = content.write_forms(instrument, "sort", tmp_path, 1)
    cells = [row[4] for row in load_workbook(path)["Form"].iter_rows(min_row=2)]
    (cell,) = [cell for cell in cells if cell.value == text]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    fill(path, instrument=instrument)
    assert content.read_forms(path, instrument).missing().empty


def test_a_control_character_is_refused_with_its_place(tmp_path):
    with pytest.raises(InstrumentError, match="control character"):
        content.write_forms(renamed(demo(), "day_1", "bad\x07text"), "sort", tmp_path, 1)


class Page(HTMLParser):
    """Tags and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.links = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href", "action")]

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_self_contained_and_escaped(tmp_path, kind):
    text = "<script>alert(1)</script> & <b onclick=x>bold</b>"
    (path,) = content.write_forms(renamed(demo(), "day_1", text), kind, tmp_path, 1)
    page = Page(path.with_suffix(".html").read_text(encoding="utf-8"))
    assert text in page.text
    assert page.links == [] and "script" not in page.tags and "b" not in page.tags
    assert any("J01" in part for part in page.text)


def test_codes_are_stable_over_kinds_and_selections():
    instrument = load_instrument("mlbc_alignment")
    whole, part = design_form(instrument, "rating"), design_form(instrument, "sort", ["TC"])
    assert whole.codes == part.codes and whole.letters == part.letters
    assert whole.fingerprint != design_form(instrument, "rating", against="all").fingerprint


def test_every_rated_item_meets_its_own_definition_and_two_others():
    instrument = load_instrument("mlbc_alignment")
    design = design_form(instrument, "rating")
    met = {}
    for item, definition in design.cells.values():
        met.setdefault(item.id, set()).add(definition.id)
    for item in instrument.items:
        if item.module == instrument.id and item.construct:
            assert item.construct in met[item.id]
            assert len(met[item.id]) >= 3, item.id
    everything = design_form(instrument, "rating", ["TC", "CS"], against="all")
    assert len(everything.cells) == len(everything.constructs) * len(
        {i.id for i, _ in everything.cells.values()}
    )


@pytest.mark.parametrize("name", list_instruments())
@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_instrument_can_be_judged(name, kind):
    instrument = load_instrument(name)
    own = {item.construct for item in instrument.items if item.module == name and item.construct}
    if kind == "sort" and len(own) == 1:
        return
    design = design_form(instrument, kind)
    assert {item.id for item, _ in design.cells.values()} == {
        item.id for item in instrument.items if item.module == name and item.construct
    }


def test_items_that_meet_no_other_definition_are_pointed_out_and_stay_undecided(tmp_path):
    with pytest.warns(DataWarning, match="items of marker meet no definition but their own"):
        paths = content.write_forms("marker", "rating", tmp_path, 3)
    instrument = load_instrument("marker")
    for path in paths:
        fill(path, lambda *_: 6, instrument)
    found = content.evaluate_items(content.read_forms(paths, instrument), draws=100)
    assert set(found.decisions["reasons"]) == {"judged by its own definition alone"}


def test_orbits_are_mutual_but_for_parents_and_children():
    assert orbit(demo(), "calm_day") == {"calm_night"}
    assert orbit(demo(), "calm_night") == {"calm_day"}
    assert "TC" not in orbit(load_instrument("mlbc_alignment"), "tc_pace")


def test_nothing_is_overwritten_unasked(tmp_path):
    (path,) = content.write_forms(demo(), "sort", tmp_path, 1)
    fill(path)
    before = path.read_bytes()
    with pytest.raises(InstrumentError, match="exists already"):
        content.write_forms(demo(), "sort", tmp_path, 1)
    assert path.read_bytes() == before
    content.write_forms(demo(), "sort", tmp_path, 1, overwrite=True)
    assert path.read_bytes() != before


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"kind": "guess"}, DataError, "expected one of rating, relevance, sort"),
        ({"kind": "sort", "constructs": ["calm_day"]}, DataError, "two constructs or more"),
        ({"kind": "sort", "constructs": ["nothing"]}, InstrumentError, "no construct 'nothing'"),
        ({"kind": "rating", "questions": ["relevance"]}, DataError, "asks for fit"),
        ({"kind": "rating", "against": "some"}, DataError, "neighbours or all"),
        ({"kind": "rating", "language": "de"}, DataError, "in en, not in 'de'"),
        ({"kind": "rating", "judges": 0}, DataError, "1 to 500"),
        ({"kind": "rating", "judges": ["../x"]}, DataError, "codes of letters"),
        ({"kind": "rating", "judges": ["a", "A"]}, DataError, "code of their own"),
        ({"kind": "rating", "judges": []}, DataError, "codes of letters"),
    ],
)
def test_wrong_wishes_say_what_is_possible(tmp_path, options, error, message):
    with pytest.raises(error, match=message):
        content.write_forms(demo(), options.pop("kind"), tmp_path, **options)
    assert list(tmp_path.iterdir()) == []


def test_one_question_may_be_asked_alone(tmp_path):
    paths = filled(tmp_path, "relevance", judges=1, questions=["necessity"])
    answers = content.read_forms(paths, demo())
    assert set(answers.table["question"]) == {"necessity"}
    assert answers.matrix("relevance").empty


def test_kinds_may_be_mixed_and_split_over_panels(tmp_path):
    for kind in KINDS:
        filled(tmp_path, kind, judges=2)
    filled(tmp_path / "more", "relevance", judges=2, constructs=["calm_day"])
    answers = content.read_forms(tmp_path, demo())
    assert set(answers.table["kind"]) == set(KINDS)
    assert answers.n_judges == 2
    part = content.read_forms(tmp_path / "more", demo())
    assert part.items("relevance") == ("day_1", "day_2", "day_3")


def test_comments_come_back_once(tmp_path):
    (path,) = filled(tmp_path, "relevance", judges=1)
    book = load_workbook(path)
    for row in book["Form"].iter_rows(min_row=2):
        if not row[2].value.startswith("#"):
            row[7].value = "=better: <b>calm</b>"
            break
    book.save(path)
    (comment,) = content.read_forms(path, demo()).comments()["comment"]
    assert comment == "=better: <b>calm</b>"


def test_answers_not_given_are_counted_and_never_filled(tmp_path):
    def lazy(design, code, judge, question):
        silent = judge == "J02" and design.cells[code][0].id == "night_1"
        return None if silent else intended(design, code, judge, question)

    filled(tmp_path, "relevance", judges=3, answer=lazy)
    with pytest.warns(DataWarning, match="judge J02 left 2 answer"):
        answers = content.read_forms(tmp_path, demo())
    assert answers.missing()[["judge", "item"]].drop_duplicates().to_numpy().tolist() == [["J02", "night_1"]]
    matrix = answers.matrix("relevance")
    assert matrix.isna().sum().sum() == 1
    assert matrix.loc["night_1"].isna().tolist() == [False, True, False]


def test_a_form_without_any_answer_is_no_judge(tmp_path):
    filled(
        tmp_path,
        "sort",
        judges=2,
        answer=lambda d, c, judge, q: intended(d, c, judge, q) if judge == "J01" else None,
    )
    with pytest.warns(DataWarning, match="judge J02 gave no answer"):
        answers = content.read_forms(tmp_path, demo())
    assert answers.judges() == ("J01",)
    assert answers.missing().empty


def test_made_up_judges_mark_everything(tmp_path):
    for path in content.write_forms(demo(), "sort", tmp_path, ["SYNTHETIC-1", "SYNTHETIC-2"]):
        fill(path)
    answers = content.read_forms(tmp_path, demo())
    assert answers.synthetic
    assert content.evaluate_items(answers, draws=100).synthetic


def test_who_stops_half_way_is_left_without_forms(tmp_path, monkeypatch):
    written = []

    def stop(design, blocks, name, path):
        written.append(path)
        if len(written) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("mlbc_stats.survey.content.forms.writing.write_page", stop)
    with pytest.raises(KeyboardInterrupt):
        content.write_forms(demo(), "sort", tmp_path / "forms", judges=3)
    assert list((tmp_path / "forms").iterdir()) == []


def test_a_file_is_no_folder_for_forms(tmp_path):
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    with pytest.raises(InstrumentError, match="is a file; name a folder"):
        content.write_forms(demo(), "sort", tmp_path / "taken", judges=1)
