"""The page on composites runs."""

from __future__ import annotations

import re

import pytest

from mlbc_stats.resources import PACKAGE


def test_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    text = (PACKAGE.parent / "docs" / "composites.md").read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.S):
        exec(compile(block, "docs/composites.md", "exec"), scope)
    told = capsys.readouterr().out
    assert "rho_a" in told
    rows = [line.split() for line in told.splitlines() if line.startswith(("factors", "composites"))]
    printed = [f"{float(path):.3f}, {float(loading):.3f}".replace("0.", ".") for *_, path, loading in rows]
    table = re.findall(r"^\| (?:factors|composites): .*", text, re.M)
    assert [cell.strip(" *") for line in table for cell in line.split("|")[2:5]] == printed
