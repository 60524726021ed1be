"""Commands that show the propositions: list them, show one, say what answers can test, print the models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlbc_stats.cli.commands.theory import Propositions, RegistryFile, theory
from mlbc_stats.cli.exit_codes import NOT_TRUSTWORTHY, guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import Force, Json, ResponseFile, refuse_output
from mlbc_stats.cli.response_files import (
    AS_A_WHOLE,
    AS_EXPORTED,
    AS_USUAL,
    Asked,
    Cases,
    ExportReading,
    load_responses,
)

if TYPE_CHECKING:
    from mlbc_stats.theory import Proposition
    from mlbc_stats.theory.propositions import Registry

Instruments = Annotated[
    list[str] | None,
    typer.Option(
        "--instrument", "-i", help="What is asked (repeatable); every instrument about the propositions."
    ),
]


@theory.command(name="list")
@guarded
def list_all(propositions: Propositions = None, registry: RegistryFile = None, json: Json = False) -> None:
    """List the propositions: what they say, how they are decided and which data they need.

    \b
    mlbc theory list
    mlbc theory list M5 M6 M7 --json
    """
    import pandas as pd

    from mlbc_stats.cli.terminal import print_frame, print_json
    from mlbc_stats.theory import load_propositions

    known = load_propositions(registry)
    chosen = [known.proposition(name) for name in propositions or known.ids]
    if json:
        print_json([_record(entry) for entry in chosen])
        return
    rows = [
        {
            "id": entry.id,
            "statement": entry.statement,
            "family": entry.family,
            "decision": entry.decision.replace("_", " "),
            "model": entry.model,
            "needs": entry.design.needs,
        }
        for entry in chosen
    ]
    print_frame(
        pd.DataFrame(rows),
        f"{len(rows)} propositions",
        index=False,
        notes=tuple(f"{key}: {family.role}; {family.about}" for key, family in known.families.items()),
    )


@theory.command()
@guarded
def show(
    proposition: Annotated[str, typer.Argument(help="Id such as M5r.")],
    registry: RegistryFile = None,
    json: Json = False,
) -> None:
    """Show one proposition whole: source, model, quantities, rule of decision, design, rivals.

    \b
    mlbc theory show M5
    """
    from mlbc_stats.cli.terminal import print_json
    from mlbc_stats.theory import load_propositions

    known = load_propositions(registry)
    entry = known.proposition(proposition)
    if json:
        print_json(_record(entry))
        return
    for label, text in _lines(entry, known):
        typer.echo(f"{label}: {text}")


@theory.command()
@guarded
@grouped
def check(
    file: ResponseFile,
    propositions: Propositions = None,
    asked: Asked = AS_A_WHOLE,
    reading: ExportReading = AS_EXPORTED,
    cases: Cases = AS_USUAL,
    registry: RegistryFile = None,
    json: Json = False,
) -> None:
    """Say of each proposition whether a file of responses can test it, and what it would need; nothing is fitted.

    Exit code 1 means that nothing can be tested.

    \b
    mlbc theory check pilot.csv
    mlbc theory check export.csv M5 M9 --platform qualtrics --json
    """
    from mlbc_stats import theory as theory_
    from mlbc_stats.cli.terminal import print_frame, print_json

    responses = load_responses(file, asked, reading)
    for note in responses.notes:
        say(note)
    found = theory_.check(responses, propositions or None, cases.screening(responses), registry=registry)
    if json:
        print_json({"synthetic": responses.synthetic, "notes": found.notes, "propositions": found.table()})
    else:
        print_frame(
            found.table().drop(columns="statement"),
            "What can be tested",
            index=False,
            notes=found.notes,
            synthetic=responses.synthetic,
        )
    if not found.testable:
        raise typer.Exit(NOT_TRUSTWORTHY)


@theory.command()
@guarded
def models(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models such as S1 S3; all in lavaan syntax by default.")
    ] = None,
    instrument: Instruments = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to write them to, one .lav file each.")
    ] = None,
    force: Force = False,
    registry: RegistryFile = None,
) -> None:
    """Print the models that decide the propositions, in lavaan syntax, ready to be edited and run elsewhere.

    \b
    mlbc theory models S1
    mlbc theory models --output models
    mlbc theory models S2 --instrument my_instrument.yaml
    """
    from mlbc_stats import theory as theory_

    found = theory_.model_texts(names or None, instrument or None, registry=registry)
    for name, model in found.items():
        if output is None:
            typer.echo(model)
            continue
        path = output / f"{name}.lav"
        refuse_output(path, force)
        output.mkdir(parents=True, exist_ok=True)
        path.write_text(model, encoding="utf-8")
        typer.echo(f"written: {path}")


def _record(entry: Proposition) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(entry) | {"needs": entry.design.needs}


def _lines(entry: Proposition, known: Registry) -> list[tuple[str, str]]:
    from mlbc_stats.theory.verdicts.decision import EQUIVALENCE_LEVEL, LEVEL
    from mlbc_stats.theory.verdicts.decision_forms import rule

    family = known.families[entry.family]
    found = [
        (entry.id, entry.statement),
        ("source", f"{entry.source} {entry.locator} ({entry.reading})"),
        ("model", f"{entry.model}, {known.models[entry.model]}"),
        ("says", "; ".join(entry.fragment.splitlines())),
        ("decided by", "; ".join(entry.deciding)),
        ("beside", "; ".join(f"{one.quantity} in {one.model}" for one in entry.beside)),
        ("predicted", entry.sign),
        ("smallest effect", f"{entry.smallest_effect:g}"),
        ("decision", entry.decision.replace("_", " ")),
        ("rule", rule(entry.decision, entry.smallest_effect, LEVEL, EQUIVALENCE_LEVEL)),
        ("needs", entry.design.needs),
        ("family", f"{entry.family}, {family.role}; {family.about}"),
        ("rivals", ", ".join(entry.rivals)),
        ("note", entry.note or ""),
    ]
    return [(label, text) for label, text in found if text]
