"""The page on prediction, groups and importance runs."""

from __future__ import annotations

import re

import pytest

from mlbc_stats.resources import PACKAGE


def test_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    text = (PACKAGE.parent / "docs" / "prediction.md").read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.S):
        exec(compile(block, "docs/prediction.md", "exec"), scope)
    assert "henseler_pvalue" in capsys.readouterr().out
