"""The command for alignment as fit: `mlbc perspectives DATA`."""

from __future__ import annotations

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
from mlbc_stats.cli.data import AS_TOLD, Reading
from mlbc_stats.cli.exit_codes import guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import FIGURES, Force, Json, Seed, names_of, refuse_data

if TYPE_CHECKING:
    from mlbc_stats.perspectives import PerspectiveResult
    from mlbc_stats.report import Table


@guarded
@grouped
def perspectives(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="CSV of cases, or answers to an instrument.")],
    x: Annotated[str, typer.Option("--x", help="Predictors: columns, with commas.")],
    y: Annotated[str, typer.Option("--y", help="Outcome: a column.")],
    perspective: Annotated[
        str,
        typer.Option(
            "--perspective",
            help="moderation, mediation, matching, gestalts, profile_deviation or covariation.",
        ),
    ],
    instrument: Instrument = None,
    controls: Annotated[
        str | None, typer.Option("--controls", help="Columns held constant, with commas.")
    ] = None,
    ideal: Annotated[
        list[str] | None,
        typer.Option(
            "--ideal", help="Ideal value of a predictor, A=5 (repeatable); best performers' by default."
        ),
    ] = None,
    smallest: Annotated[float, typer.Option("--smallest", help="Smallest effect of interest.")] = 0.10,
    classes: Annotated[int, typer.Option("--classes", min=1, help="Most classes of gestalts.")] = 6,
    bootstrap: Annotated[int, typer.Option("--bootstrap", min=0, help="Resamples; 0 for none.")] = 1000,
    seed: Seed = 1,
    figure: Annotated[
        Path | None, typer.Option("--figure", help="Where to write what it rests on (.svg or .png).")
    ] = None,
    output: Folder = None,
    reading: Reading = AS_TOLD,
    force: Force = False,
    json: Json = False,
) -> None:
    """Alignment as fit, by one of six perspectives (Venkatraman 1989).

    Prints the claim, what it asks of the data, the deciding quantity and the verdict.

    \b
    mlbc perspectives data.csv --x needs,supplies --y use --perspective matching --figure surface.svg
    mlbc perspectives data.csv --x a,b,c --y use --perspective profile_deviation --ideal a=6 --ideal b=6 --ideal c=4
    mlbc perspectives answers.csv --instrument mlbc_alignment --x FTC,TC --y aln_state --perspective moderation
    """
    from mlbc_stats import perspectives as room
    from mlbc_stats.report import perspective_plot
    from mlbc_stats.study.output_folder import check_target

    if figure is not None:
        refuse_data(figure, force, FIGURES, "--figure")
    if output is not None:
        check_target(output)
    stated = dict(_value(each) for each in ideal or [])
    cases = read_cases(data, instrument, reading)
    with cases.speaking():
        found = room.fit(
            cases.frame,
            y,
            names_of(x, "--x"),
            perspective,
            controls=names_of(controls, "--controls") if controls else (),
            smallest=smallest,
            bootstrap=bootstrap,
            seed=seed,
            n_classes=tuple(range(1, classes + 1)),
            ideal=stated,
            synthetic=cases.synthetic,
        )
    plot = perspective_plot(found) if figure or output else None
    if figure is not None and plot is not None:
        say(f"figure written to {plot.save(figure)}")
    tables = _tables(found, cases)
    if output is not None:
        record = {
            "kind": perspective,
            "outcome": y,
            "predictors": list(found.predictors),
            "controls": names_of(controls, "--controls") if controls else [],
            "ideal": stated,
            "smallest": smallest,
            "bootstrap": bootstrap,
            "seed": seed,
            "verdict": found.verdict.value,
            "reason": found.reason,
            "synthetic": cases.synthetic,
        }
        write_folder(output, data, tables, plot, record)
    _show(found, tables, json)


def _value(text: str) -> tuple[str, float]:
    name, value = pair_of(text, "--ideal", "column=value")
    try:
        return name, float(value)
    except ValueError:
        raise typer.BadParameter(f"{text!r}: write column=value", param_hint="--ideal") from None


def _tables(found: PerspectiveResult, cases: Cases) -> list[Table]:
    import pandas as pd

    from mlbc_stats.report import frame_table

    part = found.quantity
    row = {
        "quantity": part.name,
        "est": part.estimate,
        "se": part.se,
        "ci_lower": part.lower,
        "ci_upper": part.upper,
        "verdict": found.verdict.value,
    }
    asks = tuple(f"asks: {text}" for text in found.asks)
    verdict = frame_table(
        pd.DataFrame([row]),
        f"{found.perspective.replace('_', ' ').capitalize()}: {found.claim}, n = {found.n}",
        notes=(f"{found.verdict.value}: {found.reason}", *found.remarks, *asks),
        synthetic=cases.synthetic,
        identifier="verdict",
    )
    frame = found.table if found.perspective != "gestalts" else found.table.reset_index()
    parts = frame_table(frame, "What it rests on", synthetic=cases.synthetic, identifier="parts")
    return [verdict, parts]


def _show(found: PerspectiveResult, tables: list[Table], json: bool) -> None:
    from mlbc_stats.cli.terminal import print_json, print_table

    if not json:
        for table in tables:
            print_table(table)
        return
    part = found.quantity
    print_json(
        {
            "perspective": found.perspective,
            "claim": found.claim,
            "asks": list(found.asks),
            "quantity": part.name,
            "estimate": part.estimate,
            "se": part.se,
            "interval": [part.lower, part.upper],
            "inner": [part.inner_lower, part.inner_upper],
            "verdict": found.verdict.value,
            "reason": found.reason,
            "cases": found.n,
            "parts": found.table,
            "remarks": list(found.remarks),
            "warnings": list(found.warnings),
            "synthetic": found.synthetic,
        }
    )
