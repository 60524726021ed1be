"""The pages of docs/ hold: their examples run, and every public name stands in one of them."""

from __future__ import annotations

import importlib
import re
import runpy
import shutil
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from mlbc_stats.resources import PACKAGE
from mlbc_stats.sem.versions import Rules
from mlbc_stats.survey.exporters import TARGETS
from mlbc_stats.survey.readers.registry import PLATFORMS
from mlbc_stats.survey.screening.rules.registry import RULES
from tests.reference.corpus import untested
from tests.reference.ledger import entries, unmet
from tests.unit.pages import DOCS, PAGES_WITH_EXAMPLES, run_page

PRINTED = {
    "composites.md": ("rho_a",),
    "content.md": ("keep",),
    "differences.md": ("Standard",),
    "factor.md": ("3 factors",),
    "fielding.md": ("tc_pace_1 tenure_none\n",),
    "interactions.md": ("use ~ trust:skill", "outside"),
    "irt.md": ("C2 9",),
    "lavaan-versions.md": ("standard",),
    "measurement.md": ("suggest 3 factors. ()", "aggregate ("),
    "mixtures.md": ("proportion",),
    "necessity.md": ("effect_size",),
    "panels.md": ("RI_strain =~", "practice_on_strain"),
    "perspectives.md": ("supported |", "supported True"),
    "planning.md": ("power",),
    "prediction.md": ("henseler_pvalue",),
    "reading.md": ("007 [5.0, 2.0, 7.0, 1.0]", "True\n"),
    "reliability.md": ("Equal loadings are rejected",),
    "screening.md": ("kept",),
    "segments.md": ("segment_2",),
    "sem.md": ("use",),
    "sets.md": ("SKILL*~DATA*TRUST",),
    "surfaces.md": ("SSQD",),
    "tutorials/lavaan.md": ("85.306", "partly scalar", "indirect"),
    "tutorials/planning.md": ("0.1 783", "coverage"),
    "tutorials/smartpls.md": ("fame -> trust -> stay", "trust:fame"),
    "verdicts.md": ("supported\n", "opposite in 0.02"),
    "two-level.md": ("Regressions (level 2, between clusters)",),
}
"""What the examples of a page print, among other things."""
HOLZINGER = "tests/reference/data/HolzingerSwineford1939.csv"
ROOMS = (
    "survey",
    "moments",
    "factor",
    "irt",
    "mixtures",
    "necessity",
    "panels",
    "perspectives",
    "planning",
    "regression",
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


@pytest.mark.parametrize("page", sorted(PAGES_WITH_EXAMPLES))
def test_the_examples_of_a_page_run(page, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(PACKAGE.parent / "instruments" / "mlbc_alignment.yaml", "my_instrument.yaml")
    Path("tests/reference/data").mkdir(parents=True)
    shutil.copy(PACKAGE.parent / HOLZINGER, HOLZINGER)
    run_page(page)
    told = capsys.readouterr().out
    assert [line for line in PRINTED.get(page, ()) if line not in told] == []


def test_each_target_and_each_platform_is_explained() -> None:
    targets = (DOCS / "fielding.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \| `\.", targets, re.M)) == set(TARGETS)
    platforms = (DOCS / "reading.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \| (?:CSV|JSON)", platforms, re.M)) == set(PLATFORMS)


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


def test_the_page_of_screening_has_every_rule() -> None:
    page = (DOCS / "screening.md").read_text(encoding="utf-8")
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
