"""Tables and what they are written as."""

import csv
import io
import re

import numpy as np
import pandas as pd
import pytest
from lxml import html
from markdown_it import MarkdownIt

from mlbc_stats.errors import DataError
from mlbc_stats.report import RowGroup, Spanner, Table, named
from mlbc_stats.report.render.width import PAGE, needed_width

MARKDOWN = MarkdownIt().enable("table")
NASTY = "<script>alert('x')</script> & \"q\" | a_b* $x$ 100% #1 {y} ~ ^ \\ =~"


def table(**changes):
    settings = {
        "title": "Loadings",
        "header": ("item", "est", "p"),
        "columns": (("x1", "x2", "x3"), (0.1 + 0.2, -0.25, None), (0.2, 0.00001, np.nan)),
        "formats": ("text", "estimate", "p"),
    }
    return Table(**{**settings, **changes})


def cells(fragment):
    return [[cell.text_content() for cell in line] for line in html.fromstring(fragment).iter("tr")]


def test_html_has_rounded_cells_a_caption_and_row_headers():
    fragment = table().to_html("Table 1.")
    assert cells(fragment) == [
        ["item", "est", "p"],
        ["x1", "0.300", ".200"],
        ["x2", "−0.250", "< .001"],
        ["x3", "—", "—"],
    ]
    tree = html.fromstring(fragment)
    assert tree.xpath("string(//figcaption)") == "Table 1. Loadings"
    assert tree.xpath("//tbody/tr/th/@scope") == ["row"] * 3
    assert tree.xpath("//table/@aria-labelledby") == tree.xpath("//figcaption/@id")


def test_markdown_marks_alignment_and_escapes_bars():
    lines = table(header=("a|b", "est", "p")).to_markdown().splitlines()
    assert lines[2:4] == [r"| a\|b | est | p |", "|:--|--:|--:|"]


def test_csv_keeps_every_digit_and_leaves_missing_values_empty():
    lines = list(csv.reader(io.StringIO(table().to_csv())))
    assert lines[1:] == [["x1", repr(0.1 + 0.2), "0.2"], ["x2", "-0.25", "1e-05"], ["x3", "", ""]]


def test_csv_splits_intervals_and_reads_back_as_the_same_frame():
    bounds = ((0.1, 0.3), None, (np.float64(-1 / 3), 2 / 3))
    found = pd.read_csv(io.StringIO(table(columns=(("a", "b", "c"), bounds, (1, 2, 3)), formats=()).to_csv()))
    assert found["est_upper"].to_list()[::2] == [0.3, 2 / 3]
    assert list(found.columns) == ["item", "est_lower", "est_upper", "p"]


@pytest.mark.parametrize("write", ["to_html", "to_markdown", "to_latex"])
def test_nothing_in_a_cell_heading_title_or_note_becomes_markup(write):
    nasty = table(
        title=NASTY,
        header=(NASTY, "est", "p"),
        columns=((NASTY,), (0.5,), (0.5,)),
        notes=(NASTY,),
        spanners=(Spanner(NASTY, 1, 2),),
        groups=(RowGroup(NASTY, 0),),
    )
    text = getattr(nasty, write)()
    if write == "to_latex":
        assert "<" not in text
        return
    tree = html.fromstring(text if write == "to_html" else f"<div>{MARKDOWN.render(text)}</div>")
    assert not tree.xpath("//script")
    assert tree.xpath("count(//tbody//*[contains(., 'script')]/em)") == 0
    assert NASTY in {cell.text_content() for cell in tree.xpath("//tbody//th | //tbody//td")}
    assert NASTY in {text.text_content() for text in tree.xpath("//figcaption | //p")}


def test_latex_escapes_each_special_character():
    text = table(title="100% of a_b & c").to_latex()
    assert r"\caption{100\% of a\_b \& c}" in text
    assert r"x2 & $-$0.250 & \textless{} .001 \\" in text


@pytest.mark.parametrize("write", ["to_html", "to_markdown", "to_latex", "to_csv"])
def test_a_synthetic_table_is_stamped_in_every_form(write):
    assert "SYNTHETIC" in getattr(table(synthetic=True), write)()
    assert "SYNTHETIC" not in getattr(table(), write)()
    assert "SYNTHETIC" not in getattr(table(synthetic=False), write)()


def test_the_stamp_in_csv_is_in_every_row():
    lines = list(csv.reader(io.StringIO(table(synthetic=True).to_csv())))
    assert [line[-1] for line in lines] == ["data", "SYNTHETIC", "SYNTHETIC", "SYNTHETIC"]


def test_spanners_and_groups_cover_their_columns_and_rows():
    fragment = table(spanners=(Spanner("Both", 1, 2),), groups=(RowGroup("Late", 1),)).to_html()
    tree = html.fromstring(fragment)
    assert tree.xpath("//thead/tr[1]/*/@colspan") == ["1", "2"]
    assert [len(body.xpath("tr")) for body in tree.xpath("//tbody")] == [1, 3]
    assert tree.xpath("string(//tr[@class='group'])").strip() == "Late"
    assert r"\multicolumn{2}{c}{Both}" in table(spanners=(Spanner("Both", 1, 2),)).to_latex()
    assert "Both: est" in table(spanners=(Spanner("Both", 1, 2),)).to_markdown()


def test_a_frame_keeps_its_index_unless_it_only_counts():
    frame = pd.DataFrame({"alpha": [0.8, 0.9]}, index=pd.Index(["TC", "CS"], name="facet"))
    assert Table.from_frame(frame, "t").header == ("facet", "alpha")
    assert Table.from_frame(frame.reset_index(drop=True), "t").header == ("alpha",)
    many = frame.set_index(pd.MultiIndex.from_tuples([("a", 1), ("a", 2)], names=["x", "y"]))
    assert Table.from_frame(many, "t").row_header == 2


def test_a_frame_is_not_changed_and_values_stay_unrounded():
    frame = pd.DataFrame({"est": [1 / 3], "name": ["007"]})
    before = frame.copy()
    made = Table.from_frame(frame, "t", formats="estimate")
    assert made.columns == ((1 / 3,), ("007",))
    assert made.sheet().rows == (("0.333", "007"),)
    pd.testing.assert_frame_equal(frame, before)


def test_columns_that_pandas_types_as_text_or_missing_are_written():
    frame = pd.DataFrame(
        {"s": pd.array(["a", pd.NA], dtype="string"), "i": pd.array([1, None], dtype="Int64")}
    )
    assert Table.from_frame(frame, "t").sheet().rows == (("a", "1"), ("—", "—"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"header": ("a", "b")}, "2 headings for 3 columns"),
        ({"formats": ("text",)}, "1 formats for 3 columns"),
        ({"formats": ("text", "bold", "p")}, "unknown format 'bold'"),
        ({"columns": (("a",), (1, 2), (3,))}, "columns of unequal length"),
        ({"spanners": (Spanner("s", 0, 1), Spanner("t", 1, 2))}, "spanners overlap"),
        ({"spanners": (Spanner("s", 2, 3),)}, "leave the 3 columns"),
        ({"groups": (RowGroup("g", 2), RowGroup("h", 1))}, "row groups start at"),
    ],
)
def test_parts_that_do_not_fit_are_refused_with_the_table_named(changes, message):
    with pytest.raises(DataError, match=f"table 'Loadings': .*{message}"):
        table(**changes)


def test_an_empty_table_is_still_a_table():
    empty = Table("Nothing", ("a", "b"), ((), ()), synthetic=True)
    assert cells(empty.to_html()) == [["a", "b"]]
    assert empty.to_csv() == "a,b,data\n"


def test_every_id_has_its_name_below_it_and_a_column_in_files():
    made = named(table(), {"x1": "First <item>", "x3": "Third"})
    assert made.sheet().rows[0][0] == "x1\nFirst <item>"
    assert 'x1<span class="gloss">First &lt;item&gt;</span>' in made.to_html()
    assert made.to_csv().splitlines()[:2] == ["item,item name,est,p", f"x1,First <item>,{0.1 + 0.2!r},0.2"]
    assert named(made, {"x1": "Another"}).glosses == made.glosses
    assert named(table(), {"y": "unrelated"}) == table()


def test_a_square_table_shows_its_columns_by_number_and_files_keep_their_names():
    square = Table(
        "r", ("scale", "a", "b", "c"), (("a", "b", "c"), (1.0, 0.5, 0.2), (None, 1.0, 0.3), (None, None, 1.0))
    )
    made = named(square, {"a": "A", "b": "B", "c": "C"})
    assert made.sheet().header == ("scale", "1", "2", "3")
    assert made.sheet().rows[1] == ("2 b\nB", "0.500", "1.000", "")
    assert made.to_csv().startswith("scale,scale name,a,b,c")


def test_ids_that_head_columns_are_explained_in_a_note():
    frame = table(header=("item", "tc", "cs"), columns=(("q",), (1,), (2,)), formats=())
    wide = Table("t", ("item", "tc", "cs", "oml"), (("q",), (1,), (2,), (3,)))
    names = {"tc": "Complexity", "cs": "Sensitivity", "oml": "Learning"}
    assert named(frame, names).notes == ()
    assert named(wide, names).notes == ("tc: Complexity; cs: Sensitivity; oml: Learning.",)


def test_a_wider_table_needs_more_room_and_is_set_densely_before_it_is_stacked():
    widths = [
        needed_width(Table("t", tuple(map(str, range(k))), ((1.25,),) * k, ("estimate",) * k).sheet())
        for k in (2, 8, 15, 40)
    ]
    assert [width for width, _ in widths] == sorted(width for width, _ in widths)
    assert [dense for _, dense in widths] == [False, False, True, True]
    assert widths[2][0] <= PAGE < widths[3][0]


def test_every_value_carries_its_heading_for_narrow_pages():
    tree = html.fromstring(table(spanners=(Spanner("Both", 1, 2),)).to_html())
    assert tree.xpath("//tbody/tr[1]/td/@data-label") == ["Both: est", "Both: p"]
    assert re.fullmatch(r"need-\d+", tree.xpath("//table/@class")[0])


def test_glosses_of_another_length_are_refused():
    with pytest.raises(DataError, match="columns of unequal length"):
        table(glosses={0: ("only one",)})
