"""The graph of tasks: one task a stage, digests that change with what they rest on, exhibits that are up to date."""

import csv
import os
import re
import runpy
import shutil
import subprocess
import sys

import pytest

from mlbc_stats import source_files
from mlbc_stats.resources import PACKAGE, resource
from mlbc_stats.study.paper.source import read_source
from mlbc_stats.study.run import STAGES

ROOT = PACKAGE.parent
ANALYSIS = ROOT / "analysis"
SMALL = """kind: study
responses: {path: answers.csv}
instruments: [mlbc_alignment, mlbc_capability, context, marker]
propositions: [M5r]
engine: factors
robustness: false
resamples: 0
estimation: {cutoffs: 0}
output: found
"""


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
    assert all(path.is_file() for path in steps.answers())


def inputs(steps, stage):
    return {path.name for path in steps.inputs(stage)}


def test_instruments_count_for_the_stages_that_read_them(steps):
    """Instruments make the answers' material; the registry of propositions and the quotations are read by few."""
    assert {"mlbc_alignment.yaml", "marker.yaml", "pilot.csv"} <= {path.name for path in steps.answers()}
    assert "propositions.yaml" not in {path.name for path in steps.answers()}
    assert inputs(steps, "verdicts") >= {"material.stage", "propositions.yaml"}
    assert inputs(steps, "dimensionality") == {"material.stage"}
    assert all("material.stage" in inputs(steps, stage) for stage in STAGES)  # no stage is at work before it
    assert "mucha2023.csv" in inputs(steps, "evidence") and "mucha2023.csv" not in inputs(steps, "sample")


def test_every_module_that_reads_a_shipped_file_is_known(steps):
    opened = names("mlbc_stats.study.opening")
    for stage in STAGES:
        for name in names(steps.module(stage)) - opened - set(steps.READ):
            text = (PACKAGE / name).read_text(encoding="utf-8")
            assert "resource(" not in re.sub(r"(?m)^\s*(>>>|\.\.\.).*$|^def resource\(", "", text), (
                stage,
                name,
            )


def test_a_change_reaches_what_rests_on_it_and_nothing_before(steps):
    def touched(name):
        return {stage for stage in STAGES if name in names(steps.module(stage))}

    assert "survey/screening/flagging.py" in names("mlbc_stats.study.opening")
    assert not touched(
        "survey/screening/flagging.py"
    )  # stages follow when other cases are kept, by the material
    assert touched("sem/fitting/fit.py") >= {"measurement", "structure", "verdicts", "robustness"}
    assert not touched("sem/fitting/fit.py") & {"dimensionality", "evidence"}
    assert touched("composites/resampling/bootstrap.py") == {"verdicts"}
    assert touched("theory/testing.py") == {"verdicts", "structure", "opinion"}
    assert touched("theory/quotations/coded.py") == {"evidence"}


def test_comments_and_docstrings_are_no_change(tmp_path):
    plain, spoken = tmp_path / "plain.py", tmp_path / "spoken.py"
    plain.write_text("def f(x):\n    return x + 1\n", encoding="utf-8")
    spoken.write_text(
        '"""What."""\n\n\ndef f(x):  # why\n    """How."""\n    return x + 1\n', encoding="utf-8"
    )
    assert source_files._read(plain).deeds == source_files._read(spoken).deeds
    spoken.write_text("def f(x):\n    return x + 2\n", encoding="utf-8")
    source_files._read.cache_clear()
    assert source_files._read(plain).deeds != source_files._read(spoken).deeds


@pytest.mark.slow
def test_another_study_is_run_with_its_stages_beside_it(tmp_path):
    study_file = tmp_path / "mine.yaml"
    shutil.copyfile(resource("data", "synthetic", "pilot.csv"), tmp_path / "answers.csv")
    study_file.write_text(SMALL, encoding="utf-8")

    def run():
        made = subprocess.run(
            [sys.executable, str(ANALYSIS / "run.py")],
            env={**os.environ, "MLBC_STUDY": study_file.name, "PYTHONPATH": str(ROOT)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=600,
        )
        return made.stdout + made.stderr, {p.name: p.stat().st_mtime_ns for p in stages.glob("*.stage")}

    stages = tmp_path / "mine.stages"
    said, first = run()
    assert f"report: {tmp_path / 'found' / 'report.html'}" in said, said
    assert (tmp_path / "found" / "results.json").is_file() and len(first) == len(STAGES) + 2
    answers = tmp_path / "answers.csv"
    answers.write_bytes(answers.read_bytes().rstrip(b"\n") + b"\n\n")  # another file that says the same
    assert run()[1] == first
    with answers.open(encoding="utf-8") as lines:
        answers.write_text("".join(list(lines)[:-40]), encoding="utf-8")
    later = run()[1]
    assert {name for name in first if later[name] == first[name]} == set()


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
