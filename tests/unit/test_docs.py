"""The pages of docs/ hold: their examples run, and every public name stands in one of them."""

from __future__ import annotations

import importlib
import re
import runpy
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


@pytest.mark.parametrize("page", ["architecture.md", "glossary.md"])
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    named = re.findall(r"`(mlbc_stats/[\w/]+\.py|mlbc_stats/[\w/]+/)`", text)
    assert [name for name in named if not (PACKAGE.parent / name).exists()] == []
    assert [name for name in re.findall(r"\]\(([^)]+)\)", text) if not (DOCS / name).is_file()] == []


def test_the_pictures_of_the_floors_are_drawn_from_the_imports() -> None:
    floors = runpy.run_path(str(DOCS / "floors.py"))
    for file, package in floors["PICTURES"].items():
        drawn = floors["draw"](floors["room_graph"](package))
        assert (DOCS / file).read_text(encoding="utf-8") == drawn, "run `make architecture`"
