"""The graph of tasks: one task a stage, digests that change with what they rest on, exhibits that are up to date."""

import csv
import re
import runpy
import sys

import pytest

from mlbc_stats import source_files
from mlbc_stats.resources import PACKAGE
from mlbc_stats.study.paper.source import read_source
from mlbc_stats.study.run import STAGES

ROOT = PACKAGE.parent
ANALYSIS = ROOT / "analysis"


@pytest.fixture(scope="module")
def steps():
    sys.path.insert(0, str(ANALYSIS))
    try:
        import steps

        yield steps
    finally:
        sys.path.pop(0)


def test_every_stage_has_its_task_and_every_task_its_stage(steps):
    tasks = {path.stem.removeprefix("task_") for path in (ANALYSIS / "tasks").glob("task_*.py")}
    assert tasks == {*STAGES, "libraries", "report"}
    assert set(steps.ORDER) == {*STAGES, "libraries"}


def test_tasks_name_the_instruments_that_the_pilot_was_asked_from(steps):
    from mlbc_stats import study

    material = study.open_study(study.load_study())
    assert tuple(name for name, _ in material.fielded) == steps.ASKED
    assert all(path.is_file() for path in (*steps.inputs(), *steps.quotations()))


def test_no_task_computes():
    for path in (ANALYSIS / "tasks").glob("task_*.py"):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) < 40
        assert not re.search(r"numpy|pandas|scipy|sem\.|reliability\.", text), path.name


def names(*modules):
    return {path.relative_to(PACKAGE).as_posix() for path in source_files.source_files(*modules)}


def test_a_digest_rests_on_the_files_that_are_imported():
    found = names("mlbc_stats.study.stages.structure")
    assert "sem/fitting/fit.py" in found and "report/render/html.py" in found
    assert not any(name.startswith(("cli/", "field/")) for name in found)
    assert "study/stages/dimensionality.py" not in found


def test_a_name_from_a_front_door_counts_as_the_file_that_holds_it():
    found = names("mlbc_stats.report.figures.slopes")
    assert "report/figures/canvas.py" in found and "report/figures/scree.py" not in found


def test_templates_count_with_the_modules_beside_them():
    assert "report/templates/report.html" in names("mlbc_stats.report")


def test_exhibits_are_those_of_the_source():
    source = read_source(ROOT / "paper")
    with (ROOT / "paper" / "exhibits.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    shown = dict.fromkeys(re.findall(r"(?:table|figure|standard)\(\"([\w/]+)\"", source.body))
    assert [row["place"] for row in rows] == list(shown)
    assert all((ROOT / row["task"]).is_file() for row in rows if row["task"])


def test_the_readme_has_the_exhibits_of_today():
    made = runpy.run_path(str(ROOT / "docs" / "exhibits.py"))
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert made["updated"](page) == page, "run `python docs/exhibits.py`"
