"""The plan of the house: no circle between files or between folders, few floors, small folders."""

from __future__ import annotations

import runpy
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLAN = runpy.run_path(str(ROOT / "docs" / "floors.py"))
ROOMS = [path.name for path in sorted((ROOT / "mlbc_stats").iterdir()) if (path / "__init__.py").exists()]
FLOORS = {"mlbc_stats": 8, "mlbc_stats.sem": 11}
FILES_IN_A_FOLDER, MEDIAN_LINES = 14, 120


def test_no_file_imports_itself_by_a_detour() -> None:
    """Imports inside functions and for types alone count."""
    PLAN["floors"](PLAN["file_graph"]("mlbc_stats"))


@pytest.mark.parametrize("room", ROOMS)
def test_no_folder_of_a_room_imports_itself_by_a_detour(room: str) -> None:
    PLAN["floors"](PLAN["room_graph"](f"mlbc_stats.{room}"))


@pytest.mark.parametrize(("package", "most"), FLOORS.items())
def test_the_house_is_not_higher_than_it_should_be(package: str, most: int) -> None:
    assert max(PLAN["floors"](PLAN["room_graph"](package)).values()) <= most


def test_a_circle_is_found() -> None:
    with pytest.raises(ValueError, match="a → b → a"):
        PLAN["floors"]({"a": {"b"}, "b": {"a"}})


@pytest.mark.parametrize("folder", ["mlbc_stats", "tests", "analysis"])
def test_folders_are_small(folder: str) -> None:
    counts: dict[Path, int] = {}
    for path in (ROOT / folder).rglob("*.py"):
        if path.name != "__init__.py":
            counts[path.parent] = counts.get(path.parent, 0) + 1
    assert {str(at.relative_to(ROOT)): n for at, n in counts.items() if n > FILES_IN_A_FOLDER} == {}


def test_files_are_short() -> None:
    files = [path for path in (ROOT / "mlbc_stats").rglob("*.py") if path.name != "__init__.py"]
    assert median(path.read_text(encoding="utf-8").count("\n") for path in files) <= MEDIAN_LINES
