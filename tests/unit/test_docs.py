"""The pages of docs/ hold: their examples run, and every public name stands in one of them."""

from __future__ import annotations

import importlib
import re
import runpy
import warnings
from collections import Counter
from dataclasses import fields

import pytest

from mlbc_stats.errors import MlbcWarning
from mlbc_stats.resources import PACKAGE
from mlbc_stats.sem.versions import Rules
from mlbc_stats.survey.exporters import TARGETS
from mlbc_stats.survey.readers.registry import PLATFORMS
from mlbc_stats.survey.screening.rules.registry import RULES
from tests.reference.corpus import untested
from tests.reference.ledger import entries, unmet

DOCS = PACKAGE.parent / "docs"
ROOMS = (
    "survey",
    "moments",
    "factor",
    "irt",
    "mixtures",
    "necessity",
    "planning",
    "reliability",
    "composites",
    "sets",
    "surfaces",
    "sem",
    "theory",
    "report",
    "study",
    "field",
)


def test_the_tour_of_models_runs(capsys: pytest.CaptureFixture[str]) -> None:
    text = (DOCS / "sem.md").read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        for block in re.findall(r"```python\n(.*?)```", text, re.S):
            exec(compile(block, "docs/sem.md", "exec"), scope)
    assert "use" in capsys.readouterr().out


def test_the_page_of_planning_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (DOCS / "planning.md").read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", page, re.S):
        exec(compile(block, "docs/planning.md", "exec"), {})
    assert "power" in capsys.readouterr().out


def test_the_page_of_necessity_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (DOCS / "necessity.md").read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.S):
        exec(compile(block, "docs/necessity.md", "exec"), scope)
    assert "effect_size" in capsys.readouterr().out


def test_the_page_of_surfaces_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (DOCS / "surfaces.md").read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.S):
        exec(compile(block, "docs/surfaces.md", "exec"), scope)
    assert "SSQD" in capsys.readouterr().out


def test_the_page_of_item_response_models_runs(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("irt.md", "mixtures.md"):
        page, scope = (DOCS / name).read_text(encoding="utf-8"), dict[str, object]()
        for block in re.findall(r"```python\n(.*?)```", page, re.S):
            exec(compile(block, f"docs/{name}", "exec"), scope)
    told = capsys.readouterr().out
    assert "C2 9" in told and "proportion" in told


def test_the_page_of_two_levels_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (DOCS / "two-level.md").read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.S):
        exec(compile(block, "docs/two-level.md", "exec"), scope)
    assert "Regressions (level 2, between clusters)" in capsys.readouterr().out


def test_the_page_of_products_runs(capsys: pytest.CaptureFixture[str]) -> None:
    text = (DOCS / "interactions.md").read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.S):
        exec(compile(block, "docs/interactions.md", "exec"), scope)
    out = capsys.readouterr().out
    assert "use ~ trust:skill" in out and "outside" in out


def test_the_tour_of_scales_runs(capsys: pytest.CaptureFixture[str]) -> None:
    text = (DOCS / "reliability.md").read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.S):
        exec(compile(block, "docs/reliability.md", "exec"), scope)
    assert "Equal loadings are rejected" in capsys.readouterr().out


def test_the_page_of_sets_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (DOCS / "sets.md").read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.S):
        exec(compile(block, "docs/sets.md", "exec"), scope)
    assert "SKILL*~DATA*TRUST" in capsys.readouterr().out


@pytest.mark.parametrize("page", ["lavaan-versions.md", "differences.md"])
def test_examples_of_versions_and_differences_run(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", text, re.S):
        exec(compile(block, f"docs/{page}", "exec"), {})
    assert "standard" in capsys.readouterr().out.lower()


def test_the_page_of_measurement_runs(capsys: pytest.CaptureFixture[str]) -> None:
    text = (DOCS / "measurement.md").read_text(encoding="utf-8")
    scope: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.S):
        exec(compile(block, "docs/measurement.md", "exec"), scope)
    out = capsys.readouterr().out
    assert "suggest 3 factors. ()" in out and "aggregate (" in out


def test_the_example_of_fielding_runs_and_each_target_is_explained(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = (DOCS / "fielding.md").read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", text, re.S):
        exec(compile(block, "docs/fielding.md", "exec"), {})
    assert capsys.readouterr().out.endswith("tc_pace_1 tenure_none\n")
    assert set(re.findall(r"^\| `(\w+)` \| `\.", text, re.M)) == set(TARGETS)


def test_the_examples_of_reading_run_and_each_platform_is_explained(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = (DOCS / "reading.md").read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", text, re.S):
        exec(compile(block, "docs/reading.md", "exec"), {})
    told, anonymous = capsys.readouterr().out.splitlines()
    assert told == "007 [5.0, 2.0, 7.0, 1.0]"
    assert anonymous.endswith("True")
    assert set(re.findall(r"^\| `(\w+)` \| (?:CSV|JSON)", text, re.M)) == set(PLATFORMS)


def test_the_page_of_versions_has_each_rule_and_each_group_of_the_ledger() -> None:
    page = (DOCS / "lavaan-versions.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `(\w+)` \|", page, re.M))
    assert explained == {field.name for field in fields(Rules)} - {"version"}
    groups = dict(re.findall(r"^\| ([a-z/ ]+) \| (\d+) \|", page, re.M))
    assert {group: int(count) for group, count in groups.items()} == Counter(
        entry.group for entry in entries()
    )


def test_the_page_of_differences_names_each_case_that_is_not_met() -> None:
    page = (DOCS / "differences.md").read_text(encoding="utf-8")
    skipped = {case for case, note in untested().items() if "skip" in note}
    assert {case for case in skipped | {case for case, _, _ in unmet()} if f"`{case}`" not in page} == set()


def test_the_page_of_screening_runs_and_has_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    page = (DOCS / "screening.md").read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", page, re.S):
        exec(compile(block, "docs/screening.md", "exec"), {})
    assert "kept" in capsys.readouterr().out
    for name, rule in RULES.items():
        excludes = "yes" if rule.excludes else "no"
        cells = (f"`{name}`", rule.criterion(rule.threshold), excludes, rule.source, rule.known)
        assert f"| {' | '.join(cells)} |" in page, name


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_is_on_the_reference_page(room: str) -> None:
    page = (DOCS / "reference.md").read_text(encoding="utf-8")
    listed = set(re.findall(rf"`{room}\.(\w+)`", page))
    assert listed == set(importlib.import_module(f"mlbc_stats.{room}").__all__)


@pytest.mark.parametrize(
    "page",
    ["architecture.md", "fielding.md", "reading.md", "glossary.md", "lavaan-versions.md", "differences.md"],
)
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
