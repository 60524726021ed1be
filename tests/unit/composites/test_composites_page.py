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
    assert "rho_a" in capsys.readouterr().out
