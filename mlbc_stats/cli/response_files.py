"""Read files of responses as every command does that takes one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlbc_stats.cli.options import (
    AllowAbsent,
    Columns,
    Decimal,
    Delimiter,
    Encoding,
    IdColumn,
    Platform,
    UnitColumn,
)
from mlbc_stats.errors import ResponseError

if TYPE_CHECKING:
    from mlbc_stats.survey.responses.model import Responses


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

    @property
    def arguments(self) -> dict[str, Any]:
        """As arguments of `survey.read`."""
        given = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "column"}
        return given | {"columns": _mapping(self.column)}


@dataclass(frozen=True, slots=True)
class EstimationOptions:
    """How models are estimated: the options of every command that decides propositions."""

    estimator: Annotated[
        str | None,
        typer.Option("--estimator", help="MLR by default; ML, MLM, ULS, ...; WLSMV with --ordered."),
    ] = None
    missing: Annotated[
        str | None,
        typer.Option("--missing", help="fiml by default, or listwise; pairwise with --ordered."),
    ] = None
    ordered: Annotated[bool, typer.Option("--ordered", help="Analyse the answers as ordered categories.")] = (
        False
    )
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster", help="Column of a unit's organization; a usual name is found, 'none' for none."
        ),
    ] = None
    bootstrap: Annotated[
        int | None, typer.Option("--bootstrap", help="Resamples behind the errors, such as 1000.")
    ] = None

    gates: Annotated[
        bool,
        typer.Option(
            "--gates/--no-gates", help="Whether closed gates leave propositions undecided; shown in any case."
        ),
    ] = True
    cutoffs: Annotated[
        int | None,
        typer.Option("--cutoffs", help="Samples to simulate cutoffs of fit from; 0 for conventional ones."),
    ] = None

    @property
    def arguments(self) -> dict[str, Any]:
        """As arguments of `theory.test`."""
        return {name: value for name, value in self._stated.items() if value is not None}

    @property
    def given(self) -> dict[str, Any]:
        """What the command line says, without what it leaves out."""
        untold = {each.name: each.default for each in fields(self)}
        return {name: value for name, value in self.arguments.items() if value != untold[name]}

    @property
    def _stated(self) -> dict[str, Any]:
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        return given | {"cluster": "" if self.cluster == "none" else self.cluster}


AS_ADVISED = EstimationOptions()
"""Everything as suits survey answers."""
AS_EXPORTED = ExportReading()
"""Everything as the file itself tells, every item there."""


def load_responses(file: Path, instrument: str, reading: ExportReading) -> Responses:
    """The responses of a file."""
    from mlbc_stats import survey

    return survey.read(file, survey.load_instrument(instrument), **reading.arguments)


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
