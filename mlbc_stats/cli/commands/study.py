"""Commands about studies: init, check, run."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlbc_stats.cli.estimation_options import AS_ADVISED, EstimationOptions
from mlbc_stats.cli.exit_codes import NOT_TRUSTWORTHY, guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import InstrumentNames, Json
from mlbc_stats.cli.progress import steps
from mlbc_stats.cli.response_files import AS_EXPORTED, AS_IN_THE_FILE, ExportReading, StudySources

if TYPE_CHECKING:
    from mlbc_stats.study import StudyResult

LONGEST = 110
"""Characters of a problem on the terminal; the report has all of it."""


class Engine(StrEnum):
    """By which models propositions are decided."""

    FACTORS = "factors"
    COMPOSITES = "composites"


class Standard(StrEnum):
    """Lists of what a report should hold."""

    JARS = "jars"
    TOP = "top"
    DCAS = "dcas"


StudyFile = Annotated[
    Path | None, typer.Argument(metavar="STUDY", help="Study file; the shipped study by default.")
]

study = typer.Typer(
    name="study", help="Draft, check and run a study, from exports to report.", no_args_is_help=True
)


@study.command()
@guarded
@grouped
def run(
    file: StudyFile = None,
    sources: StudySources = AS_IN_THE_FILE,
    reading: ExportReading = AS_EXPORTED,
    estimation: EstimationOptions = AS_ADVISED,
    robustness: Annotated[
        bool | None,
        typer.Option(
            "--robustness/--no-robustness",
            help="Whether to try other choices of analysis; yes by default.",
        ),
    ] = None,
    engine: Annotated[
        Engine | None,
        typer.Option(
            "--engine", help="factors: factor models only; composites (default): composites as well."
        ),
    ] = None,
    opinion: Annotated[
        bool, typer.Option("--second-opinion", help="Fit the models once more with semopy; takes minutes.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder of the results; build by default.")
    ] = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Write evidence.yaml about the instrument; real answers only.")
    ] = False,
    json: Json = False,
) -> None:
    """Run every stage of a study and write report, tables, figures and manifest.

    Without arguments the shipped synthetic pilot is used, and every page says SYNTHETIC. Exit code 1 says
    that some stage's result cannot be trusted; the report says which.

    \b
    mlbc study run
    mlbc study run --responses export.csv --platform qualtrics
    mlbc study run --responses export.csv --missing listwise --estimator ML
    mlbc study run --responses managers.csv --informant management --responses engineers.csv --informant technical
    mlbc study run my_study.yaml --output results --evidence
    mlbc study run --no-robustness --engine factors
    """
    from mlbc_stats.cli.terminal import print_json
    from mlbc_stats.study import run_study

    chosen = sources.applied_to(file, reading)
    if output is not None:
        chosen = replace(chosen, output=str(output.absolute()))
    if estimation.arguments:
        chosen = replace(chosen, estimation=replace(chosen.estimation, **estimation.arguments))
    if robustness is not None:
        chosen = replace(chosen, robustness=robustness)
    if engine is not None:
        chosen = replace(chosen, engine=engine.value)
    if opinion:
        chosen = replace(chosen, second_opinion=True)
    if evidence:
        chosen = replace(chosen, evidence=True)
    with steps() as progress:
        result = run_study(chosen, progress=progress)
    if json:
        print_json(result.summary())
    else:
        _print_summary(result)
    for remark in (remark for stage in result.stages for remark in stage.remarks):
        say(remark)
    if not result.trustworthy:
        say("some results cannot be trusted:")
        for line in _doubts(result):
            say(f"  {line}")
        raise typer.Exit(NOT_TRUSTWORTHY)


@study.command()
@guarded
def init(
    exports: Annotated[
        list[Path], typer.Argument(metavar="EXPORT...", help="Files of answers (CSV, .xlsx, .sav).")
    ],
    instrument: InstrumentNames = None,
    title: Annotated[str | None, typer.Option("--title", help="Title of the report.")] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Study file to write; never overwritten.")
    ] = Path("study.yaml"),
) -> None:
    """Write a commented study file from one or several exports.

    Platform, encoding, separator, columns of cases and units, what was asked of which informants, short form and
    language are looked for in the files; what is missing or has to be decided stands in comments.

    \b
    mlbc study init export.csv
    mlbc study init managers.csv engineers.csv --title "Alignment in our sector" -o my_study.yaml
    """
    from mlbc_stats.study import init_study

    place = init_study(exports, output, instruments=instrument or (), title=title)
    say(f"written: {place}; look at it, then: mlbc study check {place}")


@study.command()
@guarded
@grouped
def check(
    file: StudyFile = None,
    sources: StudySources = AS_IN_THE_FILE,
    reading: ExportReading = AS_EXPORTED,
    json: Json = False,
) -> None:
    """Say what a study can and cannot test, before anything is fitted.

    Files are read, joined and screened as in a run. Each proposition is testable, was not asked, or needs waves,
    groups, units (more than its model has parameters), variation or informants. Exit code 1 means that nothing is
    testable.

    \b
    mlbc study check my_study.yaml
    mlbc study check --responses export.csv --platform qualtrics
    """
    from mlbc_stats.cli.terminal import print_frame, print_json
    from mlbc_stats.study import check_study

    found = check_study(sources.applied_to(file, reading))
    table = found.feasibility.table()
    if json:
        content = {"synthetic": found.synthetic, "sample": found.sample, "notes": found.notes}
        print_json(content | {"propositions": table})
    else:
        for name, value in found.sample.items():
            typer.echo(f"{name}: {', '.join(map(str, value)) if isinstance(value, tuple) else value}")
        for note in found.notes:
            typer.echo(note)
        print_frame(
            table.drop(columns="statement"),
            "What can be tested",
            index=False,
            synthetic=found.synthetic,
        )
    if not found.feasibility.testable:
        raise typer.Exit(NOT_TRUSTWORTHY)


@study.command()
@guarded
def checklist(
    results: Annotated[Path, typer.Option("--results", help="Folder of the results of a run.")] = Path(
        "build"
    ),
    standard: Annotated[
        Standard | None, typer.Option("--standard", help="Another list than the points of reviewers.")
    ] = None,
    missing: Annotated[
        bool, typer.Option("--missing", help="Only what is not reported, or in part.")
    ] = False,
    json: Json = False,
) -> None:
    """Print what reviewers look for, point by point: reported and where, or what to do.

    Filled from the results of a run. Other lists: jars (structural equation models), top (openness), dcas (data and
    code).

    \b
    mlbc study checklist --missing
    mlbc study checklist --results results --standard jars
    """
    from mlbc_stats.cli.terminal import print_json, print_table
    from mlbc_stats.study import filled_checklist

    table = filled_checklist(results, standard.value if standard else None, missing)
    if json:
        header, columns = table.data()
        print_json([dict(zip(header, row, strict=True)) for row in zip(*columns, strict=True)])
    else:
        print_table(table)


def _doubts(result: StudyResult) -> list[str]:
    """One line for each stage with problems: the first of them, and how many more the report names."""
    lines = []
    for stage in (stage for stage in result.stages if stage.problems):
        more = f" (and {len(stage.problems) - 1} more in the report)" if len(stage.problems) > 1 else ""
        lines.append(f"{stage.title}: {textwrap.shorten(stage.problems[0], LONGEST, placeholder=' …')}{more}")
    return lines


def _print_summary(result: StudyResult) -> None:
    from mlbc_stats.cli.terminal import print_table

    if result.verdicts is not None:
        print_table(replace(result.verdicts, notes=(), glosses={}))
    typer.echo(f"report: {result.folder / 'report.html'}")
