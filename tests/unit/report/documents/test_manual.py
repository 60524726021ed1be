"""The manual says everything about an instrument, as a page and as a Word file; the preview reads like a survey."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest
from lxml import etree

from mlbc_stats import report, survey
from mlbc_stats.errors import InstrumentError, NotServedError
from mlbc_stats.report import Document, Figure, Notice, RowGroup, Section, Spanner, Table
from mlbc_stats.survey.instrument.evidence import Evidence

pytestmark = pytest.mark.slow

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def instrument():
    return survey.load_instrument("mlbc_alignment")


@pytest.fixture(scope="module")
def manual(instrument):
    return report.instrument_manual(instrument)


@pytest.fixture(scope="module")
def word(manual):
    return docx.Document(io.BytesIO(manual.docx()))


def texts(word) -> str:
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in word.paragraphs] + cells)


def test_both_forms_hold_every_item_construct_and_source(instrument, manual, word):
    page, file = manual.html(), texts(word)
    for item in instrument.items:
        assert f">{item.id}<" in page and item.id in file
        assert item.text["en"] in file
    for construct in instrument.constructs:
        assert construct.definition in file
        for element in construct.elements:
            assert element.text in file and element.locator in file
    for word_ in (instrument.license, instrument.population, "Cite as", "10.1108/INTR-10-2022-0769", "M8b"):
        assert word_ in page and word_ in file
    assert "Nobody has answered this instrument yet" in page


@pytest.mark.parametrize("name", survey.list_instruments())
def test_every_shipped_instrument_has_a_manual_in_both_forms(name):
    found = report.instrument_manual(survey.load_instrument(name))
    assert found.html().startswith("<!DOCTYPE html>")
    assert docx.Document(io.BytesIO(found.docx())).tables


def test_evidence_is_shown_in_the_manual(instrument):
    one = Evidence(
        construct="TC",
        property="reliability",
        statistic="alpha",
        value=0.9,
        n=50,
        source="Trial",
        date="2026-11-25",
    )
    fields = {name: getattr(instrument, name) for name in instrument.__dataclass_fields__}
    page = report.instrument_manual(type(instrument)(**{**fields, "evidence": (one,)})).html()
    assert "What studies found" in page and "Nobody has answered" not in page


def test_the_word_file_has_real_styles_language_and_repeated_headers(word, manual):
    headings = [p.text for p in word.paragraphs if p.style.name == "Heading 1"]
    assert headings == [section.title for section in manual.sections]
    assert [p.text for p in word.paragraphs if p.style.name == "Title"] == [manual.title]
    lang = word.styles.element.find(f".//{W}docDefaults//{W}lang")
    assert lang.get(f"{W}val") == "en" and word.core_properties.language == "en"
    assert word.core_properties.title == manual.title
    for table in word.tables:
        assert table.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None
        assert len(table.rows) > 1
    captions = [p.text for p in word.paragraphs if p.style.name == "Caption"]
    assert len(captions) == len(word.tables) and captions[0].startswith("Table 1. ")


def test_every_part_of_the_word_file_is_well_formed(manual):
    with zipfile.ZipFile(io.BytesIO(manual.docx())) as parts:
        assert parts.testzip() is None
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(parts.read(name))


ORDER = {  # of children, by the schema of Word files (ECMA-376, wml.xsd), those that we write
    "tblPr": ("tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblLook"),
    "tcPr": ("tcW", "gridSpan", "vMerge", "tcBorders", "shd"),
    "pPr": (
        "pStyle",
        "keepNext",
        "keepLines",
        "numPr",
        "pBdr",
        "shd",
        "spacing",
        "ind",
        "contextualSpacing",
        "jc",
    ),
}


def test_properties_stand_in_the_order_that_word_wants(manual):
    table = Table(
        "T", ("a", "b"), (("x",), ("y",)), spanners=(Spanner("s", 0, 1),), groups=(RowGroup("g", 0),)
    )
    small = Document("T", (Section("S", (Notice("Mind."), table)),)).docx()
    for content in (manual.docx(), small):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for name in ("word/document.xml", "word/styles.xml"):
                for element in etree.fromstring(parts.read(name)).iter(*(f"{W}{tag}" for tag in ORDER)):
                    order = ORDER[element.tag.removeprefix(W)]
                    places = [order.index(t) for c in element if (t := c.tag.removeprefix(W)) in order]
                    assert places == sorted(places), etree.tostring(element)[:300]


def test_spanners_groups_notices_and_stamps_reach_the_word_file():
    table = Table(
        "Numbers",
        ("name", "a", "b"),
        (("x", "y"), (1.0, 2.0), (3.0, 4.0)),
        spanners=(Spanner("both", 1, 2),),
        groups=(RowGroup("first", 0), RowGroup("second", 1)),
        notes=("A note.",),
    )
    page = Document(
        "T", (Section("S", ("One.\n\nTwo.", Notice("Mind."), ("a point",), table)),), synthetic=True
    )
    word = docx.Document(io.BytesIO(page.docx()))
    styles = {p.text: p.style.name for p in word.paragraphs}
    assert (
        styles["Mind."] == "Notice"
        and styles["a point"] == "List Bullet"
        and styles["A note."] == "Table Note"
    )
    assert styles["SYNTHETIC DATA: no respondent gave these answers."] == "Notice"
    assert any("SYNTHETIC" in text for text, style in styles.items() if style == "Caption")
    rows = [[cell.text for cell in row.cells] for row in word.tables[0].rows]
    assert rows[0] == ["", "both", "both"] and rows[2] == ["first"] * 3 and rows[4] == ["second"] * 3
    assert "One." in styles and "Two." in styles


DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 36"><circle r="9"/></svg>'


def test_figures_stand_in_word_with_their_description():
    page = Document("T", (Section("S", (Figure("Drawing", DOT, "One dot."),)),), synthetic=True)
    content = page.docx()
    word = docx.Document(io.BytesIO(content))
    assert [p.text for p in word.paragraphs if p.style.name == "Caption"] == [
        "Figure 1. Drawing (SYNTHETIC data)"
    ]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert 'descr="One dot."' in parts.read("word/document.xml").decode()
        assert any(name.endswith(".png") for name in parts.namelist())


def test_captions_count_by_fields_and_bookmarks():
    table = Table("Numbers", ("name", "a"), (("x",), (1.0,)))
    with zipfile.ZipFile(io.BytesIO(Document("T", (Section("S", (table, table)),)).docx())) as parts:
        text = parts.read("word/document.xml").decode()
    assert text.count("SEQ Table") == 2
    assert 'w:name="_table_1"' in text and 'w:name="_table_2"' in text


def test_the_same_document_gives_the_same_bytes(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    table = Table("Numbers", ("name", "a"), (("x",), (1.0,)), synthetic=True)
    page = Document("T", (Section("S", ("Text.", table, Figure("Dot", DOT))),))
    assert page.docx() == page.docx() and page.pdf() == page.pdf()


def test_a_pdf_is_made_for_archives_and_takes_nothing_for_markup():
    table = Table("A #title $x$ [b] <c>", ("name\\", '"a"'), (("*x*",), (1.0,)), notes=("@note",))
    content = Document("T", (Section("S_1 #x", ("#let a = 1", ("*p*",), table)),)).pdf()
    assert content.startswith(b"%PDF") and b"pdfaid:part" in content


def test_without_python_docx_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    with pytest.raises(NotServedError, match=r"mlbc-stats\[paper\]"):
        Document("T", ()).docx()


def test_the_preview_asks_every_question_once(instrument):
    made = survey.compose(["mlbc_alignment", "mlbc_cycles"], informant="management", seed=5)
    page = report.questionnaire_page(made)
    for question in made.questions:
        assert page.count(f'<span class="id">{question.id}') == 1
        assert f'name="{question.id}"' in page
    assert "Not answered" not in page and "Does not apply" in page
    assert not re.findall(r"(?:src|href)=\"", page) and "<script" not in page
    assert "only after phase: In operation" in page
    assert "Estimated time" in page and "seed 5" in page


def test_the_preview_escapes_and_refuses_a_language_it_does_not_have():
    made = survey.compose(["marker"])
    assert "DRAFT" not in report.questionnaire_page(made)
    with pytest.raises(InstrumentError, match="not in 'sv'; it is in: en"):
        report.questionnaire_page(made, "sv")


def test_descriptions_are_choices_to_read_and_not_heads_of_columns():
    page = report.questionnaire_page(survey.compose(["ai_scaling_staged"]))
    assert page.count("<fieldset") == 6 and "<table" not in page


def test_abbreviations_keep_their_capitals_inside_a_sentence(manual):
    page = manual.html()
    assert "not “ML-based capability” (CAP)" in page and "ml-based" not in page
