"""A file of finished pieces: a header that names the plan, then one line per piece; what is whole can be resumed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from mlbc_stats import __version__
from mlbc_stats.errors import DataError
from mlbc_stats.planning.monte_carlo.plan import Plan, canonical, plan_of
from mlbc_stats.sem.simulation.sample_fits import SampleFits

KIND = "mlbc plan, synthetic"
"""First words of every file: nobody answered."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a file holds: plan; version of the package that made it; done : key of a task → result."""

    plan: Plan
    version: str
    done: dict[str, SampleFits]


class Record:
    """A file that grows by one line for each finished piece.

    A file may serve plans that differ in their grids and replications alone; a header is added for each, and the last
    one stands. Numbers are written as the shortest
    decimals that give the same bits again. A line that a stop cut off is dropped when the file is opened again.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> plan = Plan(propositions=("M5r",), n=(200,), replications=2)
    >>> nothing = SampleFits(np.ones((2, 1)), np.ones((2, 1)), np.ones(2, bool), np.ones(2, bool))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with Record(Path(folder) / "plan.jsonl", plan) as record:
    ...         record.add("a", nothing)
    ...     list(read_record(Path(folder) / "plan.jsonl").done)
    ['a']
    """

    def __init__(self, path: Path, plan: Plan) -> None:
        self.path, self.plan = path, plan
        self.done: dict[str, SampleFits] = {}
        self._file: TextIO | None = None

    def __enter__(self) -> Record:
        if self.path.exists() and b"\n" in self.path.read_bytes():
            found = read_record(self.path)
            _check_same(found.plan.basis == self.plan.basis, found, self.plan, self.path)
            self.done = found.done
            _cut_torn_line(self.path)
            self._file = self.path.open("a", encoding="utf-8")
            if found.plan.hash != self.plan.hash:
                self._write(header(self.plan))
            return self
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("w", encoding="utf-8")
        self._write(header(self.plan))
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, key: str, result: SampleFits) -> None:
        """Keep a finished piece, on disk before the call returns."""
        self.done[key] = result
        self._write({"task": key, **to_json(result)})

    def _write(self, value: dict[str, Any]) -> None:
        if self._file is None:
            raise DataError(f"{self.path} is not open; use it in a with block")
        self._file.write(canonical(value) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def header(plan: Plan) -> dict[str, Any]:
    """The first line of a file: what it is, whose numbers follow."""
    return {
        "kind": KIND,
        "synthetic": True,
        "version": __version__,
        "hash": plan.hash,
        "plan": asdict(plan),
    }


def read_record(path: Path) -> Recorded:
    """The plan and the finished pieces of a file.

    Raises
    ------
    DataError
        with file and line: no such file, not a file of this kind, a plan that does not have the hash that it is named
        by, a broken line that is not the last one.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path}: cannot be read ({type(error).__name__}); expected a file that mlbc plan wrote"
        ) from None
    first = _line(path, 1, lines[0])
    if len(lines) < 2 or first.get("kind") != KIND:
        raise DataError(f"{path}: line 1 is no header of a plan; expected a file that mlbc plan wrote")
    plan, done = _plan_of_header(path, 1, first), {}
    for number, text in enumerate(
        lines[1:-1], start=2
    ):  # what follows the last line break was cut off by a stop
        found = _line(path, number, text)
        if "task" in found:
            done[str(found["task"])] = from_json(found)
        else:
            plan = _plan_of_header(path, number, found)
    return Recorded(plan, str(first["version"]), done)


def join_records(paths: Iterable[Path]) -> Recorded:
    """Several files of the same plan as one.

    Raises
    ------
    DataError
        for no file, files of different plans or versions, and pieces that two files give differently.
    """
    found = [(path, read_record(path)) for path in paths]
    if not found:
        raise DataError("no file to merge; name the files that mlbc plan --shard wrote")
    first = found[0][1]
    done: dict[str, SampleFits] = {}
    for path, each in found:
        _check_same(each.plan.hash == first.plan.hash, each, first.plan, path, first.version)
        for key, result in each.done.items():
            if key in done and to_json(done[key]) != to_json(result):
                raise DataError(f"{path}: {key} differs from what another file holds; run one of them again")
            done[key] = result
    return Recorded(first.plan, first.version, done)


def to_json(result: SampleFits) -> dict[str, Any]:
    """Numbers that JSON can hold; what is no number is null."""
    return {
        "estimates": _nested(result.estimates),
        "errors": _nested(result.errors),
        "converged": result.converged.astype(int).tolist(),
        "admissible": result.admissible.astype(int).tolist(),
    }


def from_json(value: dict[str, Any]) -> SampleFits:
    """The same bits as were written."""
    estimates, errors = (np.array(value[name], dtype=float) for name in ("estimates", "errors"))
    converged, admissible = (np.array(value[name], dtype=bool) for name in ("converged", "admissible"))
    return SampleFits(estimates, errors, converged, admissible)


def _nested(values: np.ndarray) -> list[list[float | None]]:
    return [[value if np.isfinite(value) else None for value in row] for row in values.tolist()]


def _plan_of_header(path: Path, number: int, found: dict[str, Any]) -> Plan:
    plan = plan_of(found["plan"])
    if plan.hash != found["hash"]:
        raise DataError(
            f"{path}: the plan in line {number} was changed: its hash is {plan.hash[:12]}, not {found['hash'][:12]}"
        )
    return plan


def _line(path: Path, number: int, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or not {"task", "kind"} & set(found):
        raise DataError(
            f"{path}: line {number} is broken; expected a file that mlbc plan wrote, a finished piece per line"
        )
    return found


def _cut_torn_line(path: Path) -> None:
    """Take away what follows the last line break."""
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        path.write_bytes(whole)


def _check_same(same: bool, found: Recorded, plan: Plan, path: Path, version: str = __version__) -> None:
    if not same:
        raise DataError(
            f"{path} holds another plan ({found.plan.hash[:12]}, not {plan.hash[:12]}); choose another file, or run "
            "with the options that the file was begun with"
        )
    if found.version != version:
        raise DataError(
            f"{path} was made by version {found.version}, not {version}; numbers of two versions are not mixed"
        )
