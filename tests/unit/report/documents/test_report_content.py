"""The report on content validity: what it says first, what it escapes, what it leaves out."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from mlbc_stats.report import content_page, content_tables
from mlbc_stats.survey import content
from tests.examples.filled_forms import demo, fill, filled

REMARK = "<img src=x onerror=alert(1)> & =2+2"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("forms")
    paths = [path for kind in ("rating", "relevance", "sort") for path in filled(folder, kind, 6)]
    book = load_workbook(paths[-1])
    book["Form"]["G2"].value = REMARK
    book.save(paths[-1])
    return content.evaluate_items(content.read_forms(paths, demo()), draws=200)


def test_every_table_is_there_and_decisions_come_first(result):
    titles = [table.title for table in content_tables(result)]
    assert titles[:2] == ["Decisions on items", "Items at a glance"]
    assert "Comments" in titles and "Answers not given" not in titles
    assert len(titles) == len(set(titles)) == 9


def test_the_tables_hold_full_precision(result):
    items = next(table for table in content_tables(result) if table.title == "Indices of items")
    values = dict(zip(items.header, items.columns, strict=True))
    assert set(values["Value"]) >= {1.0}
    assert all(len(bounds) == 2 for bounds in values["Interval"])


def test_the_page_escapes_what_judges_wrote_and_loads_nothing(result):
    page = content_page(result).html()
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; =2+2" in page
    assert "<img" not in page and "http-equiv" in page
    assert "SYNTHETIC" not in page
    for source in (
        "10.1002/nur.20199",
        "10.1037/0021-9010.76.5.732",
        "10.1037/apl0000406",
        "10.1287/isre.2.3.192",
    ):
        assert source in page


def test_two_judges_are_too_few_and_the_page_says_so(tmp_path):
    paths = filled(tmp_path, "relevance", 2)
    page = content_page(content.evaluate_items(content.read_forms(paths, demo()), draws=100)).html()
    assert "Fewer than three judges" in page


def test_made_up_judges_stamp_the_page(tmp_path):
    for path in content.write_forms(demo(), "sort", tmp_path, [f"SYNTHETIC-{place}" for place in range(3)]):
        fill(path)
    result = content.evaluate_items(content.read_forms(tmp_path, demo()), draws=100)
    assert content_page(result).stamped
    assert all(table.synthetic for table in content_tables(result))
