"""What running a study gives: its stages, whether they can be trusted, its verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlbc_stats.errors import StudyError
from mlbc_stats.report import Table
from mlbc_stats.showing import Shown
from mlbc_stats.study.config import Study
from mlbc_stats.study.stages.stage import Stage


@dataclass(frozen=True, slots=True, repr=False)
class StudyResult(Shown):
    """A study that has been run and saved.

    Attributes
    ----------
    study : what was run; manifest : the record of the run.
    stages : what each stage gave, in order.
    folder : where everything is saved.

    Examples
    --------
    >>> StudyResult(Study(), (), {"synthetic": True}, Path("build")).trustworthy
    True
    """

    study: Study
    stages: tuple[Stage, ...]
    manifest: Mapping[str, Any]
    folder: Path

    @property
    def problems(self) -> tuple[str, ...]:
        """Why results cannot be trusted, all stages."""
        return tuple(problem for stage in self.stages for problem in stage.problems)

    @property
    def trustworthy(self) -> bool:
        """False when some stage reports a problem."""
        return not self.problems

    def summary(self) -> dict[str, Any]:
        """The outcome in plain data: where, whether to be trusted, and every verdict."""
        tables = [self._table("verdicts", "decisions"), self.verdicts]
        records = [[] if table is None else _records(table) for table in tables]
        rows = [{**found, **reached} for reached, found in zip(*records, strict=True)]
        return {
            "folder": str(self.folder),
            "synthetic": self.manifest["synthetic"],
            "trustworthy": self.trustworthy,
            "problems": list(self.problems),
            "verdicts": rows,
        }

    def stage(self, name: str) -> Stage:
        """One stage; StudyError when it was not run."""
        found = next((stage for stage in self.stages if stage.name == name), None)
        if found is None:
            raise StudyError(
                f"no stage {name!r}; this result holds: {', '.join(s.name for s in self.stages)}"
            )
        return found

    @property
    def verdicts(self) -> Table | None:
        """The table of verdicts, None when that stage was not run."""
        return self._table("verdicts", "verdicts")

    @property
    def checklist(self) -> Table | None:
        """What reviewers look for, with the state of each point; None when single stages were run."""
        return self._table("checklist", "points")

    def _table(self, stage: str, identifier: str) -> Table | None:
        tables = [table for each in self.stages if each.name == stage for table in each.tables]
        return next((table for table in tables if table.identifier == identifier), None)


def _records(table: Table) -> list[dict[str, Any]]:
    header, columns = table.data()
    return [dict(zip(header, row, strict=True)) for row in zip(*columns, strict=True)]
