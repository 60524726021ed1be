"""The pages of docs/ hold: their examples run, and every public name stands in one of them."""

from __future__ import annotations

import importlib
import re
import warnings

import pytest

from mlbc_stats.errors import MlbcWarning
from mlbc_stats.resources import PACKAGE

DOCS = PACKAGE.parent / "docs"
ROOMS = ("survey", "moments", "reliability", "sem", "theory", "report", "study")


def test_the_tour_of_models_runs(capsys: pytest.CaptureFixture[str]) -> None:
    text = (DOCS / "sem.md").read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        for block in re.findall(r"```python\n(.*?)```", text, re.S):
            exec(compile(block, "docs/sem.md", "exec"), scope)
    assert "use" in capsys.readouterr().out


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_is_on_the_reference_page(room: str) -> None:
    page = (DOCS / "reference.md").read_text(encoding="utf-8")
    listed = set(re.findall(rf"`{room}\.(\w+)`", page))
    assert listed == set(importlib.import_module(f"mlbc_stats.{room}").__all__)
