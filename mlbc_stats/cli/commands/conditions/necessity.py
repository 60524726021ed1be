"""The command for necessary conditions: `mlbc necessity DATA`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlbc_stats.cli.commands.conditions.cases import (
    Cases,
    Folder,
    Instrument,
    pair_of,
    read_cases,
    write_folder,
)
from mlbc_stats.cli.data import AS_TOLD, Reading
from mlbc_stats.cli.exit_codes import NOT_TRUSTWORTHY, guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import FIGURES, Force, Json, Seed, names_of, refuse_data
from mlbc_stats.counted import counted

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.necessity import NecessityResult
    from mlbc_stats.report import Table

EMPTY_TOP = "upper_left"
"""The corner that bottleneck tables are about."""
EFFECTS = ("effect_size", "pvalue", "accuracy", "fit", "above")
CEILINGS = (
    "ceiling_zone",
    "scope",
    "intercept",
    "slope",
    "condition_inefficiency",
    "outcome_inefficiency",
    "relative_inefficiency",
)
SIZE = ("effect size: empty area above the ceiling as a share of the scope",)


@guarded
@grouped
def necessity(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="CSV of cases, or answers to an instrument.")],
    x: Annotated[str, typer.Option("--x", help="Conditions: columns, with commas between them.")],
    y: Annotated[str, typer.Option("--y", help="Outcome: a column.")],
    instrument: Instrument = None,
    ceilings: Annotated[
        str, typer.Option("--ceilings", help="ce_fdh, cr_fdh, ce_vrs, cr_vrs, cols, qr, c_lp; with commas.")
    ] = "ce_fdh,cr_fdh",
    corner: Annotated[
        str,
        typer.Option(
            "--corner", help="Corner that is empty: upper_left, upper_right, lower_left or lower_right."
        ),
    ] = EMPTY_TOP,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope", help="Possible range of a variable, A=1,7 (repeatable); the data's by default."
        ),
    ] = None,
    permutations: Annotated[
        int, typer.Option("--permutations", min=0, help="Permutations behind the p values; 0 for none.")
    ] = 10_000,
    seed: Seed = 1,
    bottleneck: Annotated[
        str | None, typer.Option("--bottleneck", help="Ceiling of the bottleneck table; cr_fdh if asked for.")
    ] = None,
    steps: Annotated[
        int, typer.Option("--steps", min=1, help="Steps of the outcome in the bottleneck table.")
    ] = 10,
    unit: Annotated[
        str,
        typer.Option(
            "--unit",
            help="Unit of the bottleneck table: percentage.range, percentage.max, actual or percentile.",
        ),
    ] = "percentage.range",
    figure: Annotated[
        Path | None,
        typer.Option("--figure", help="File for the figure of cases and ceilings (.svg or .png)."),
    ] = None,
    output: Folder = None,
    reading: Reading = AS_TOLD,
    force: Force = False,
    json: Json = False,
) -> None:
    """Necessary condition analysis: how far the outcome is bounded by each condition.

    Prints effect sizes by ceiling with permutation tests, and what each level of the outcome needs. Exit code 1: no
    ceiling of a condition gives an effect size.

    \b
    mlbc necessity data.csv --x trust,tools --y success
    mlbc necessity data.csv --x trust --y success --scope trust=1,7 --scope success=1,7 --figure ceilings.svg
    mlbc necessity answers.csv --instrument mlbc_alignment --x CHG,OML --y CAP --ceilings ce_fdh,cr_fdh,qr --output nca
    """
    from mlbc_stats import necessity as room
    from mlbc_stats.report import ceiling_plot
    from mlbc_stats.study.output_folder import check_target

    if figure is not None:
        refuse_data(figure, force, FIGURES, "--figure")
    if output is not None:
        check_target(output)
    wanted, ranges = names_of(ceilings, "--ceilings"), dict(_range(each) for each in scope or [])
    cases = read_cases(data, instrument, reading)
    with cases.speaking():
        found = room.fit(
            cases.frame,
            names_of(x, "--x"),
            y,
            ceilings=wanted,
            corner=corner,
            scope=ranges,
            permutations=permutations,
            seed=seed,
        )
    needed = _bottleneck(found, bottleneck, corner, steps, unit)
    tables = _tables(found, needed, cases, permutations)
    plot = ceiling_plot(found, synthetic=cases.synthetic) if figure or output else None
    if figure is not None and plot is not None:
        say(f"figure written to {plot.save(figure)}")
    if output is not None:
        record = {
            "kind": "necessity",
            "outcome": y,
            "conditions": list(found.conditions),
            "corner": corner,
            "scope": ranges,
            "permutations": permutations,
            "seed": seed,
            "synthetic": cases.synthetic,
        }
        write_folder(output, data, tables, plot, record)
    _show(found, tables, needed, cases, json)
    _end(found)


def _range(text: str) -> tuple[str, tuple[float, float]]:
    name, value = pair_of(text, "--scope", "column=lowest,highest")
    try:
        low, high = map(float, value.split(","))
    except ValueError:
        raise typer.BadParameter(f"{text!r}: write column=lowest,highest", param_hint="--scope") from None
    return name, (low, high)


def _bottleneck(
    found: NecessityResult, wanted: str | None, corner: str, steps: int, unit: str
) -> tuple[str, pd.DataFrame] | None:
    """The ceiling and its table; none of other corners than the upper left."""
    if corner != EMPTY_TOP and wanted is None:
        say(f"no bottleneck table: it is about the upper left corner, not {corner.replace('_', ' ')}")
        return None
    asked = list(next(iter(found.conditions.values())).ceilings)
    ceiling = wanted or ("cr_fdh" if "cr_fdh" in asked else asked[0])
    return ceiling, found.bottleneck(ceiling, steps, x_unit=unit, y_unit=unit)


def _tables(
    found: NecessityResult, needed: tuple[str, pd.DataFrame] | None, cases: Cases, permutations: int
) -> list[Table]:
    from mlbc_stats.report import frame_table

    tested = f"; p of {counted(permutations, 'permutation')}" if permutations else ""
    parts = (
        ("effects", f"Conditions necessary for {found.outcome}, n = {found.n}{tested}", EFFECTS, SIZE),
        ("ceilings", "Ceilings: areas, lines, and what they leave free in per cent", CEILINGS, ()),
    )
    tables = [
        frame_table(
            found.table[["condition", "ceiling", *columns]],
            title,
            headings={name: name.replace("_", " ") for name in columns if name != "pvalue"},
            notes=notes,
            synthetic=cases.synthetic,
            identifier=name,
        )
        for name, title, columns, notes in parts
    ]
    if needed is None:
        return tables
    title = f"Bottlenecks by {needed[0]}: what each level of {found.outcome} needs"
    notes = ("—: the condition is not necessary for this level; ∞: no value in the scope suffices",)
    formats = dict.fromkeys(map(str, needed[1].columns), "short")
    levels = frame_table(
        needed[1], title, formats, notes=notes, synthetic=cases.synthetic, identifier="bottlenecks"
    )
    return [*tables, levels]


def _show(
    found: NecessityResult,
    tables: list[Table],
    needed: tuple[str, pd.DataFrame] | None,
    cases: Cases,
    json: bool,
) -> None:
    from mlbc_stats.cli.terminal import print_json, print_table

    if not json:
        for table in tables:
            print_table(table)
        return
    print_json(
        {
            "outcome": found.outcome,
            "cases": found.n,
            "effects": found.table,
            "bottlenecks": None if needed is None else {"ceiling": needed[0], "levels": _told(*needed[1:])},
            "warnings": list(found.warnings),
            "synthetic": cases.synthetic,
        }
    )


def _told(levels: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows in which words say what NaN and ∞ stand for."""
    words = {"nan": "not necessary", "inf": "not attainable"}
    rows = levels.to_dict(orient="records")
    return [{str(name): words.get(str(value), value) for name, value in row.items()} for row in rows]


def _end(found: NecessityResult) -> None:
    """Say which effects are not defined; exit code 1 where a condition has none at all."""
    known = {
        name: [x.size == x.size for x in each.effects.values()] for name, each in found.conditions.items()
    }
    for name, each in found.conditions.items():
        if lines := [ceiling for ceiling, effect in each.effects.items() if effect.size != effect.size]:
            say(f"warning: {name} has no effect by {', '.join(lines)}: a single corner gives no line")
    if not all(map(any, known.values())):
        raise typer.Exit(NOT_TRUSTWORTHY)
