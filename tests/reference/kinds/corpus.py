"""Read a corpus: its cases, their tables, and what is not to be tested."""

from __future__ import annotations

import csv
import json
import math
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Case = dict[str, Any]
OWN = Path(__file__).parent / "own"
PUBLIC = Path(__file__).parents[1]
"""Public data sets that the project holds; a case of the own corpus may name them."""


@dataclass(frozen=True)
class Corpus:
    """A folder of cases.

    Attributes
    ----------
    folder : holds `cases/`, `data/` and perhaps `annotations.json`.
    """

    folder: Path

    def cases(self, kind: str | None = None) -> list[Case]:
        """The cases, by id, of one kind if given."""
        return [case for case in self._all if kind in (None, case["kind"])]

    def kinds(self) -> list[str]:
        return sorted({case["kind"] for case in self._all})

    def untested(self, case: Case) -> frozenset[str]:
        """Fields, by name or dotted path, that `annotations.json` sets aside; "all" for the whole case."""
        notes = [self._notes.get("*", {}), self._notes.get(case["id"], {})]
        given = [note.get(key, []) for note in notes for key in ("skip", "optional")]
        return frozenset(name for names in given for name in ([names] if isinstance(names, str) else names))

    def table(self, file: str) -> dict[str, list[Any]]:
        """Columns of a CSV file: numbers where every cell is one (`NA` is NaN), text otherwise."""
        path = next((at for root in (self.folder, PUBLIC) if (at := root / file).is_file()), None)
        if path is None:
            raise FileNotFoundError(
                f"{file} is neither in {self.folder} nor among the public data of the tests"
            )
        with path.open(encoding="utf-8", newline="") as handle:
            header, *rows = csv.reader(handle)
        return {name: _column([row[j] for row in rows]) for j, name in enumerate(header)}

    @cached_property
    def _all(self) -> list[Case]:
        files = sorted((self.folder / "cases").glob("*.json"))
        return [json.loads(file.read_text(encoding="utf-8")) for file in files]

    @cached_property
    def _notes(self) -> dict[str, Any]:
        file = self.folder / "annotations.json"
        return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def chosen() -> Corpus:
    """The corpus that `MLBC_CORPUS` names, else the project's own."""
    return Corpus(Path(os.environ.get("MLBC_CORPUS") or OWN))


def _column(cells: list[str]) -> list[Any]:
    try:
        return [math.nan if cell in ("NA", "") else float(cell) for cell in cells]
    except ValueError:
        return cells
