"""The table of the page on composites is what its example prints."""

from __future__ import annotations

import re

from tests.unit.pages import DOCS, run_page


def test_the_table_of_the_page_is_printed(capsys) -> None:
    run_page("composites.md")
    told = capsys.readouterr().out
    rows = [line.split() for line in told.splitlines() if line.startswith(("factors", "composites"))]
    printed = [f"{float(path):.3f}, {float(loading):.3f}".replace("0.", ".") for *_, path, loading in rows]
    text = (DOCS / "composites.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| (?:factors|composites): .*", text, re.M)
    assert [cell.strip(" *") for line in table for cell in line.split("|")[2:5]] == printed
