"""Read files of responses, and choose their cases, as every command does that takes one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlbc_stats.cli.exit_codes import say
from mlbc_stats.cli.options import (
    AllowAbsent,
    Columns,
    Consent,
    Decimal,
    Delimiter,
    DesignOption,
    Encoding,
    GroupOfInformants,
    IdColumn,
    InstrumentNames,
    KeyFile,
    Language,
    Mapping,
    PersonalData,
    Platform,
    Short,
    UnitColumn,
)
from mlbc_stats.errors import ResponseError, StudyError

if TYPE_CHECKING:
    from mlbc_stats.study import Study
    from mlbc_stats.survey.responses.model import Responses
    from mlbc_stats.survey.screening.report import ScreeningReport

Policy = Annotated[
    Path | None,
    typer.Option("--policy", help="YAML file of thresholds and of what flags do; see responses policy."),
]


@dataclass(frozen=True, slots=True)
class ExportReading:
    """How a file of responses is to be read: the options that all such commands have."""

    platform: Platform = "auto"
    encoding: Encoding = None
    delimiter: Delimiter = None
    id_column: IdColumn = None
    unit_column: UnitColumn = None
    column: Columns = None
    allow_absent: AllowAbsent = False
    decimal: Decimal = None
    language: Language = None
    personal: PersonalData = "drop"
    key_file: KeyFile = None
    consent: Consent = None
    mapping: Mapping = None

    @property
    def arguments(self) -> dict[str, Any]:
        """As fields of a study's file of answers."""
        given = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "column"}
        return given | {"columns": _mapping(self.column)}


AS_EXPORTED = ExportReading()
"""Everything as the file itself tells, every item there."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of whom: the options that all commands have which take one file of responses."""

    instrument: InstrumentNames = None
    informant: GroupOfInformants = None
    short: Short = False
    design: DesignOption = None


AS_A_WHOLE = Asked()
"""The default instrument, of everybody."""


@dataclass(frozen=True, slots=True)
class StudySources:
    """The files of answers of a study, where they are not those of its file, and what was asked of whom."""

    responses: Annotated[
        list[Path] | None,
        typer.Option("--responses", help="Answers in place of the study's own (repeatable; joined by unit)."),
    ] = None
    informant: Annotated[
        list[str] | None,
        typer.Option("--informant", help="Group of informants of each --responses, in their order."),
    ] = None
    wave: Annotated[
        list[int] | None, typer.Option("--wave", help="Wave of each --responses, in their order.")
    ] = None
    instrument: InstrumentNames = None
    short: Short = False
    design: DesignOption = None

    def applied_to(self, file: Path | None, reading: ExportReading) -> Study:
        """The study of a file, or the shipped one, with what the command line says instead.

        Raises
        ------
        StudyError
            options about files of answers without ``--responses``; values that cannot be.
        """
        from mlbc_stats.study import load_study, with_responses
        from mlbc_stats.study.config import with_choices

        chosen = with_choices(load_study(file), design=self.design, instruments=self.instrument)
        if self.responses:
            return with_responses(
                chosen,
                self.responses,
                informant=self.informant,
                wave=self.wave,
                short=self.short,
                **reading.arguments,
            )
        if reading != AS_EXPORTED or self.informant or self.wave or self.short:
            raise StudyError(
                "options about the files of answers go with --responses; else write them into the study"
            )
        return chosen


AS_IN_THE_FILE = StudySources()
"""The study as its file states it."""


@dataclass(frozen=True, slots=True)
class Cases:
    """The options of every command that screens before it does something else."""

    screened: Annotated[
        bool | None,
        typer.Option("--screened/--all", help="Leave out flagged cases, or use all.", show_default=False),
    ] = None
    policy: Policy = None

    def screening(self, responses: Responses, usual: bool = True) -> ScreeningReport | None:
        """What screening found, None where all cases are used; `usual` is what happens unless an option says it.

        Raises
        ------
        ResponseError
            for a policy beside ``--all``.
        """
        if self.screened is False and self.policy:
            raise ResponseError(
                "--policy says which cases are left out, --all that none are; give one of them"
            )
        wanted = (usual or self.policy is not None) if self.screened is None else self.screened
        return self.judged(responses) if wanted else None

    def judged(self, responses: Responses) -> ScreeningReport:
        """What screening found by the policy, whatever cases are used."""
        from mlbc_stats import study, survey

        return study.screen(responses, self.policy) if self.policy else survey.screen(responses)


AS_USUAL = Cases()
"""As the command does without these options, by the usual policy."""


def load_responses(file: Path, asked: Asked, reading: ExportReading) -> Responses:
    """The responses of a file, those set aside that its group of informants may not give."""
    from mlbc_stats.study import Study, read_sources, with_responses
    from mlbc_stats.study.config import with_choices

    chosen = with_responses(
        with_choices(Study(), instruments=asked.instrument, design=asked.design),
        file,
        informant=asked.informant,
        short=asked.short,
        **reading.arguments,
    )
    found = read_sources(chosen).responses
    say(f"{found.source}: {found.counted}")
    return found


def _mapping(pairs: list[str] | None) -> dict[str, str]:
    """Column → item of every ``--column``; the last ``=`` divides, as ids of items have none."""
    found: dict[str, str] = {}
    for pair in pairs or []:
        name, _, item = (part.strip() for part in pair.rpartition("="))
        if not name or not item:
            raise ResponseError(
                f"--column {pair}: expected a column of the file and an item, such as Q7=tc_timing_1"
            )
        if found.setdefault(name, item) != item:
            raise ResponseError(f"--column: {name} is given two items, {found[name]} and {item}; keep one")
    return found
