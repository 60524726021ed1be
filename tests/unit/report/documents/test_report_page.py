"""The page as a whole: self-contained, valid, stamped, reachable."""

import base64
import hashlib
import re

import pytest
from lxml import etree, html

from mlbc_stats import report
from mlbc_stats.errors import DataError
from mlbc_stats.report import Document, Section, Table
from tests.examples.report_examples import document, loadings, measures

VOID = {"meta", "link", "br", "hr", "img", "input"}


@pytest.fixture(scope="module")
def page():
    return document().html()


@pytest.fixture(scope="module")
def tree(page):
    return html.document_fromstring(page)


def test_the_page_is_well_formed(page):
    """HTML that also parses as XML, once void elements are closed, has its tags properly nested."""
    closed = re.sub(rf"<({'|'.join(VOID)})\b([^>]*)>", r"<\1\2/>", page.replace("<!DOCTYPE html>", ""))
    etree.fromstring(closed.encode())


def test_nothing_is_loaded_from_elsewhere(tree, page):
    loading = tree.xpath(
        "//@src | //link/@href | //*[local-name()='image']/@*[local-name()='href'] | //@srcset"
    )
    assert loading == []
    assert not tree.xpath("//script | //iframe | //object | //embed")
    assert all(target.startswith("#") for target in tree.xpath("//@href | //@*[name()='xlink:href']"))
    assert not re.search(r"@import|url\((?!#)|expression\(", page)
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'")


def test_ids_are_unique_and_every_reference_finds_one(tree, page):
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    named = [name for value in tree.xpath("//@aria-labelledby") for name in value.split()]
    links = [target.removeprefix("#") for target in tree.xpath("//@href | //@*[name()='xlink:href']")]
    inner = re.findall(r"url\(#([^)]+)\)", page)
    assert {*named, *links, *inner} <= set(ids)


def test_a_phone_can_read_it(tree):
    assert tree.xpath("//meta[@name='viewport']/@content") == ["width=device-width, initial-scale=1"]
    assert all(parent.get("class") == "scroll" for parent in tree.xpath("//table/.."))
    assert tree.xpath("//*[local-name()='svg'][@width]") == []
    style = "".join(tree.xpath("//style/text()"))
    for rule in ("@media print", "prefers-color-scheme: dark", "max-width: 40rem", "overflow-x: auto"):
        assert rule in style


def test_every_table_and_figure_of_a_synthetic_page_is_stamped_and_real_ones_say_so(tree):
    blocks = tree.xpath("//figure")
    assert len(blocks) == 9
    for block in blocks:
        real = "Evidence" in block.xpath("string(figcaption)")
        assert (block.get("data-synthetic") == "true") is not real
        assert ("SYNTHETIC" in block.xpath("string(figcaption)")) is not real
        assert ("SYNTHETIC DATA" in "".join(block.xpath("p//text()"))) is not real
        assert ("Real data" in "".join(block.xpath("p//text()"))) is real
        for drawing in block.xpath(".//*[local-name()='svg']"):
            assert "SYNTHETIC" in drawing.xpath("string(.//*[@class='watermark'])")
            assert drawing.xpath("string(./*[local-name()='desc'])").startswith("SYNTHETIC data.")


def test_the_page_itself_is_stamped_on_screen_in_the_tab_and_on_paper(tree):
    assert tree.xpath("//title/text()")[0].startswith("SYNTHETIC")
    assert "SYNTHETIC DATA" in tree.xpath("string(//div[@class='banner'])")
    assert tree.xpath("//div[@class='page-mark']/text()") == ["SYNTHETIC"]
    style = "".join(tree.xpath("//style/text()"))
    assert re.search(r"\.banner \{\s*position: fixed", style)
    assert 'content: "SYNTHETIC DATA"' in style


def test_real_data_leave_no_stamp_anywhere():
    text = document(synthetic=False).html()
    assert "SYNTHETIC" not in text
    assert "Real data" not in text


def test_one_synthetic_table_stamps_the_page_but_not_its_neighbours():
    tables = [
        report.fit_table(measures(), synthetic=flag, identifier=f"t{flag}") for flag in (True, False, None)
    ]
    found = html.document_fromstring(report.Document("p", (report.Section("s", tuple(tables)),)).html())
    assert "parts of this page" in found.xpath("string(//div[@class='banner'])")
    assert [block.get("data-synthetic") for block in found.xpath("//figure")] == ["true", None, None]


def test_a_stamped_figure_is_not_stamped_twice():
    drawing = report.loadings_heatmap(loadings(), synthetic=True)
    text = report.Document("p", (report.Section("s", (drawing,)),), synthetic=True).html()
    assert text.count('class="watermark"') == 1


def test_texts_are_escaped(tree, page):
    assert "Text with <b>markup</b> & signs." in tree.xpath("string(//main)")
    assert not tree.xpath("//b")
    assert "A pilot &lt;study&gt;" in page


def test_tables_and_figures_are_numbered_through(tree):
    numbers = [text.strip() for text in tree.xpath("//figcaption/span[@class='number']/text()")]
    assert [n for n in numbers if n.startswith("Table")] == [f"Table {i}." for i in (1, 2, 3, 4)]
    assert [n for n in numbers if n.startswith("Figure")] == [f"Figure {i}." for i in (1, 2, 3, 4, 5)]


def test_landmarks_headings_and_contents_lead_through_the_page(tree):
    assert [node.tag for node in tree.xpath("//h1 | //h2")].count("h1") == 1
    contents = [link.text for link in tree.xpath("//nav//a")]
    assert contents == [h.text for h in tree.xpath("//main//h2")] == ["Summary", "Evidence", "Summary"]
    assert len(tree.xpath("//main")) == len(tree.xpath("//nav")) == len(tree.xpath("//footer")) == 1
    assert tree.xpath("//body/a[1]/@href") == ["#content"]
    assert all(th.get("scope") for th in tree.xpath("//th"))
    assert all(region.get("tabindex") == "0" for region in tree.xpath("//*[@role='region']"))


def test_the_manifest_is_printed_with_its_nesting(tree):
    assert tree.xpath("string(//footer/dl/dd[1]/dl/dd)") == "9f86d081"
    assert tree.xpath("string(//footer/dl/dd[3])") == "a 1.0.0, b 1.0.0"


def test_a_dark_scheme_reaches_the_drawings(page):
    inner = page[page.index("<main") :]
    assert "fill: var(--ink, #1b1f24)" in inner
    assert "fill: #1b1f24" not in inner


def test_the_page_is_the_same_every_time(page):
    assert document().html() == page


def test_saving_makes_the_folder_and_writes_utf8(tmp_path):
    path = report.Document("Größe −1", ()).save(tmp_path / "new" / "report.html")
    assert "Größe −1" in path.read_text(encoding="utf-8")


def test_a_block_of_another_kind_is_refused():
    with pytest.raises(DataError, match="not DataFrame"):
        report.Document("p", (report.Section("s", (loadings(),)),)).html()


def test_importing_the_room_loads_nothing_heavy():
    import subprocess
    import sys

    code = "import sys, mlbc_stats.report; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pandas", "numpy", "matplotlib", "seaborn", "jinja2", "lxml"} & set(done.stdout.split())


def test_the_manifest_speaks_words_instead_of_python():
    record = {"synthetic": True, "seed": None, "data": [{"file": "pilot.csv", "sha256": "e367"}]}
    page = report.Document("p", (), manifest=record).html()
    assert "<dd>pilot.csv, SHA-256 e367</dd>" in page
    assert "<dd>yes</dd>" in page and "<dd>none</dd>" in page


def test_long_expressions_may_break_at_products():
    rows = report.Table("t", ("expression",), (("a_long_name*b_on_c*another_name",),), ("text",))
    assert "a_long_name*<wbr>b<wbr>_on_c*<wbr>another_name" in rows.to_html()


def test_an_interactive_page_searches_by_one_known_script_and_saves_its_tables():
    table = Table("Loadings", ("item", "est"), (("x1",), (0.1 + 0.2,)), identifier="loadings", synthetic=True)
    page = Document("T", (Section("S", ("Text.", table)), Section("R", ("More.",))), interactive=True).html()
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL).group(1)
    known = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{known}'" in page
    link = re.search(r'<a download="loadings.csv" href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)
    assert base64.b64decode(link.group(1)).decode() == table.to_csv()
    assert "0.30000000000000004" in table.to_csv()
