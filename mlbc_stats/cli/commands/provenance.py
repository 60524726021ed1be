"""Commands about where items come from: trace, coverage, manual."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlbc_stats.cli.exit_codes import NOT_TRUSTWORTHY, guarded
from mlbc_stats.cli.options import PAGES, EvidenceFiles, Force, InstrumentArgument, Json, refuse_output

if TYPE_CHECKING:
    from mlbc_stats.theory import Trace

Instruments = Annotated[
    list[str] | None,
    typer.Option(
        "--instrument", "-i", help="Instrument to look at (repeatable); every shipped one by default."
    ),
]


@guarded
def trace(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="Item, element, construct, proposition or model.")
    ],
    instrument: Instruments = None,
    json: Json = False,
) -> None:
    """Follow an item to its source, construct, propositions and model, or back from any of them.

    \b
    mlbc instruments trace tc_pace_1
    mlbc instruments trace CS
    mlbc instruments trace M8b --json
    """
    from mlbc_stats import theory
    from mlbc_stats.cli.terminal import print_json

    found = theory.trace(name, instrument)
    if json:
        print_json({"start": found.start.id, "kind": found.start.kind, "steps": found.table()})
        return
    for line in _tree(found):
        typer.echo(line)


@guarded
def coverage(instrument: Instruments = None, json: Json = False) -> None:
    """Tell whether every part of the papers' definitions has items, and every item a part.

    The parts are the building blocks of M23's Table 3 and the 18 cells of H23's Table 2, each with the elements
    of the definition. Exit code 1 means that something is missing.

    \b
    mlbc instruments coverage
    mlbc instruments coverage --instrument mlbc_alignment --json
    """
    from mlbc_stats import theory
    from mlbc_stats.cli.terminal import print_frame, print_json

    found = theory.element_coverage(instrument)
    if json:
        content = {"complete": found.complete, "problems": found.problems, "parts": found.table()}
        print_json({**content, "elements": found.elements})
    else:
        print_frame(found.table().drop(columns="problem"), "Parts of the definitions and their items")
        for problem in found.problems:
            typer.echo(problem)
        covered = len(found.elements) - len(found.uncovered)
        typer.echo(f"{covered} of {len(found.elements)} elements covered; {len(found.problems)} problems")
    if not found.complete:
        raise typer.Exit(NOT_TRUSTWORTHY)


@guarded
def manual(
    name: InstrumentArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write, .html or .docx.")],
    language: Annotated[
        list[str] | None,
        typer.Option("--language", "-l", help="Language to show beside the source (repeatable)."),
    ] = None,
    evidence: EvidenceFiles = None,
    force: Force = False,
) -> None:
    """Write the manual of an instrument: definitions, items, scoring, provenance, evidence, how to cite.

    \b
    mlbc instruments manual mlbc_alignment --output manual.html
    mlbc instruments manual mlbc_alignment --output manual.docx
    """
    from mlbc_stats import report, survey

    refuse_output(output, force, (*PAGES, ".docx"))
    instrument = survey.load_instrument(name, languages=language or ())
    for path in evidence or ():
        instrument = survey.add_evidence(instrument, path)
    typer.echo(f"written: {report.instrument_manual(instrument).save(output)}")


def _tree(found: Trace) -> list[str]:
    """One block per step, indented by its kind."""
    lines = []
    for step in found.steps:
        mark = "> " if step == found.start else "  "
        lines.append(f"{mark}{step.kind} {step.id}" + (f"  [{step.locator}]" if step.locator else ""))
        lines.append(f"      {step.text}")
        lines += [f"      ({step.note})"] if step.note else []
    return lines
