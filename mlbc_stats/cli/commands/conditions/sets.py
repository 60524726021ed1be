"""The command for qualitative comparative analysis: `mlbc sets DATA`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlbc_stats.cli.commands.conditions.cases import (
    Cases,
    Folder,
    Instrument,
    pair_of,
    read_cases,
    write_folder,
)
from mlbc_stats.cli.commands.conditions.solutions import Found, as_dict, memberships_of, tables_of
from mlbc_stats.cli.data import AS_TOLD, Reading
from mlbc_stats.cli.exit_codes import NOT_TRUSTWORTHY, complain, guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import Json, names_of
from mlbc_stats.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.sets import TruthTable

METHODS = ("direct", "crisp", "indirect", "ranks")
NAMED = 8
"""Cases of a row that the terminal names; files and JSON name all."""
FORM = "column=thresholds, such as A=1,4,7, A=crisp:4 or A=ranks"


@dataclass(frozen=True, slots=True)
class Cuts:
    """Which rows of the truth table are positive, and which are remainders."""

    consistency: Annotated[
        str,
        typer.Option(
            "--incl",
            "--consistency",
            help="Lowest consistency of positive rows; with 0.8,0.6 rows in between are contradictions.",
        ),
    ] = "0.8"
    pri: Annotated[float, typer.Option("--pri", help="Lowest PRI of positive rows.")] = 0.0
    frequency: Annotated[int, typer.Option("--frequency", help="Fewest cases that a row needs to count.")] = 1
    exclude: Annotated[
        str | None,
        typer.Option("--exclude", help="Numbers of rows that must not serve as remainders, with commas."),
    ] = None


USUAL = Cuts()


@guarded
@grouped
def sets(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="CSV of cases, or answers to an instrument.")],
    outcome: Annotated[
        str, typer.Option("--outcome", help="Outcome: a column, or an expression such as ~Y.")
    ],
    conditions: Annotated[
        str, typer.Option("--conditions", help="Conditions: columns, with commas between them.")
    ],
    calibration: Annotated[
        list[str] | None,
        typer.Option(
            "--calibrate",
            help="A=1,4,7 (exclusion, crossover, inclusion), A=crisp:4, A=indirect:2,4,6 or A=ranks (repeatable).",
        ),
    ] = None,
    instrument: Instrument = None,
    cuts: Cuts = USUAL,
    expect: Annotated[
        str | None,
        typer.Option(
            "--expect", help='Directional expectations for the intermediate solution, such as "A, ~B".'
        ),
    ] = None,
    names: Annotated[str | None, typer.Option("--cases", help="Column with names of cases.")] = None,
    output: Folder = None,
    reading: Reading = AS_TOLD,
    json: Json = False,
) -> None:
    """Qualitative comparative analysis: what is necessary and what is sufficient for an outcome.

    Prints calibration, necessary conditions, the truth table, and conservative, parsimonious and (with --expect)
    intermediate solutions with all ties. Columns without --calibrate hold memberships already. Exit code 1: no row is
    positive, or every row is.

    \b
    mlbc sets data.csv --outcome Y --conditions A,B,C --calibrate A=1,4,7 --calibrate B=crisp:4
    mlbc sets sets.csv --outcome "~Y" --conditions A,B,C --incl 0.85 --pri 0.5 --frequency 2 --expect "~A, ~B"
    mlbc sets data.csv --outcome Y --conditions A,B --calibrate A=ranks --cases firm --output qca
    """
    from mlbc_stats import sets as room
    from mlbc_stats.study.output_folder import check_target

    if output is not None:
        check_target(output)
    given = [_thresholds(each) for each in calibration or []]
    _once([name for name, _, _ in given])
    consistency, exclude = _numbers(cuts), _rows(cuts.exclude)
    cases = read_cases(data, instrument, reading)
    frame = _calibrated(cases, given)
    wanted = names_of(conditions, "--conditions")
    with cases.speaking():
        necessary = room.necessity(frame, outcome, wanted)
    table = room.truth_table(
        frame, outcome, wanted, consistency, cuts.pri, cuts.frequency, exclude, names or cases.names
    )
    _tell_idle(given, table)
    found = _solved(frame, given, necessary, table, expect)
    if output is not None:
        record = {
            "kind": "sets",
            "outcome": outcome,
            "conditions": wanted,
            "calibration": {name: f"{method}: {cut}" for name, method, cut in given},
            "cuts": list(table.cuts),
            "excluded": list(table.excluded),
            "expectations": expect,
            "synthetic": cases.synthetic,
        }
        tables = [memberships_of(found, cases.synthetic), *tables_of(found, cases.synthetic)]
        write_folder(output, data, tables, None, record)
    if json:
        from mlbc_stats.cli.terminal import print_json

        print_json(as_dict(found) | {"synthetic": cases.synthetic})
    else:
        from mlbc_stats.cli.terminal import print_table

        for each in tables_of(found, cases.synthetic, NAMED):
            print_table(each)
    if found.problem:
        raise complain(found.problem, NOT_TRUSTWORTHY)


def _thresholds(text: str) -> tuple[str, str, str]:
    """Column, method and thresholds; a single number is a crisp cut."""
    name, value = pair_of(text, "--calibrate", FORM)
    method, sign, cuts = value.partition(":")
    if value == "ranks" or sign:
        if method.strip() not in METHODS:
            raise typer.BadParameter(
                f"{text!r}: method {method!r}; use one of {', '.join(METHODS)}", param_hint="--calibrate"
            )
        return name, method.strip(), cuts.strip()
    return name, "crisp" if "," not in value else "direct", value


def _once(names: list[str]) -> None:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise typer.BadParameter(f"{', '.join(twice)} is calibrated twice", param_hint="--calibrate")


def _numbers(cuts: Cuts) -> float | tuple[float, float]:
    try:
        numbers = [float(each) for each in names_of(cuts.consistency)]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2):
        raise typer.BadParameter(
            f"{cuts.consistency!r}: write one number such as 0.8, or two such as 0.8,0.6", param_hint="--incl"
        )
    return numbers[0] if len(numbers) == 1 else (numbers[0], numbers[1])


def _rows(text: str | None) -> list[int]:
    try:
        return [int(each) for each in names_of(text)] if text else []
    except ValueError:
        raise typer.BadParameter(
            f"{text!r}: write numbers of rows such as 3,5", param_hint="--exclude"
        ) from None


def _calibrated(cases: Cases, given: list[tuple[str, str, str]]) -> pd.DataFrame:
    from mlbc_stats.moments.columns import read_columns
    from mlbc_stats.sets import calibrate

    frame = cases.frame.copy()
    for name, method, cuts in given:
        with cases.speaking():
            values = read_columns(cases.frame, [name])[:, 0]
        try:
            frame[name] = calibrate(values, cuts if cuts else (), method)
        except DataError as error:
            raise DataError(f"--calibrate {name}: {error}") from None
    return frame


def _tell_idle(given: list[tuple[str, str, str]], table: TruthTable) -> None:
    """Say which calibrated columns play no part: a slip in a name, perhaps."""
    for name in [name for name, _, _ in given if name not in table.conditions and name not in table.outcome]:
        say(f"warning: --calibrate {name}: the column is neither a condition nor in the outcome")


def _solved(
    frame: pd.DataFrame,
    given: list[tuple[str, str, str]],
    necessary: pd.DataFrame,
    table: TruthTable,
    expect: str | None,
) -> Found:
    """Everything that was found; without solutions the reason."""
    from mlbc_stats import sets as room

    try:
        if expect is None:
            ends = room.minimize(table), room.minimize(table, "parsimonious")
            return Found(frame, tuple(given), necessary, table, *ends)
        between = room.intermediate(table, expect)
        ends = between.conservative, between.parsimonious
        return Found(frame, tuple(given), necessary, table, *ends, between)
    except DataError as error:
        return Found(frame, tuple(given), necessary, table, problem=str(error))
