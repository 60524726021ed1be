"""Find and read the stored reference cases, their annotations and their data."""

from __future__ import annotations

import csv
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Case = dict[str, Any]


@cache
def load_case(case_id: str) -> Case:
    """One stored case, of lavaan 0.6-14 or (`cases07`) of lavaan 0.7-2; the caller must not change it."""
    paths = (HERE / folder / f"{case_id}.json" for folder in ("cases", "cases07"))
    return json.loads(next(path for path in paths if path.exists()).read_text(encoding="utf-8"))


def case_ids(kind: str | None = None, status: str | None = None) -> list[str]:
    """Identifiers of the stored cases, sorted, of one kind or status if given."""
    found = sorted(path.stem for path in (HERE / "cases").glob("*.json"))
    return [i for i in found if _matches(load_case(i), kind, status)]


def read_table(file: str) -> dict[str, list[Any]]:
    """Columns of a stored CSV file: numbers where every cell is one (`NA` is NaN), text otherwise."""
    with (HERE / file).open(encoding="utf-8", newline="") as handle:
        header, *rows = csv.reader(handle)
    return {name: _column([row[j] for row in rows]) for j, name in enumerate(header)}


@cache
def untested() -> dict[str, dict[str, Any]]:
    """Fields that are not to be tested, per case (`*` means all cases), each with its reason."""
    return json.loads((HERE / "annotations.json").read_text(encoding="utf-8"))


def _matches(case: Case, kind: str | None, status: str | None) -> bool:
    return kind in (None, case["kind"]) and status in (None, case.get("status", "ok"))


def _column(cells: list[str]) -> list[Any]:
    try:
        return [math.nan if cell == "NA" else float(cell) for cell in cells]
    except ValueError:
        return cells
