"""The benchmarks time the same tasks on all sides; nothing is timed here."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def tasks():
    sys.path.insert(0, str(FOLDER))
    try:
        return runpy.run_path(str(FOLDER / "tasks.py"))["TASKS"]
    finally:
        sys.path.remove(str(FOLDER))


def test_lavaan_has_every_task(tasks):
    text = (FOLDER / "lavaan.R").read_text(encoding="utf-8")
    assert re.findall(r"^  (\w+) += function\(id\)", text, flags=re.MULTILINE) == [
        task.id for task in tasks if task.target
    ]


def test_semopy_has_no_other_task(tasks):
    text = (FOLDER / "semopy_side.py").read_text(encoding="utf-8")
    assert set(re.findall(r'^        "(\w+)": ', text, flags=re.MULTILINE)) <= {task.id for task in tasks}


def test_tasks_are_described(tasks):
    assert all(task.title for task in tasks)
