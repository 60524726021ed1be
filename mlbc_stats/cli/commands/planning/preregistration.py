"""The command `mlbc theory preregister STUDY`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlbc_stats.cli.commands.propositions import theory
from mlbc_stats.cli.exit_codes import guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import Force, Json, refuse_output

__all__ = ["theory"]
ENDINGS = (".json",)


@theory.command()
@guarded
@grouped
def preregister(
    file: Annotated[
        Path | None, typer.Argument(metavar="STUDY", help="Study file; the shipped study by default.")
    ] = None,
    plan: Annotated[
        list[Path] | None,
        typer.Option("--plan", help="File that mlbc plan wrote (repeatable): planned power."),
    ] = None,
    n: Annotated[
        int | None, typer.Option("--n", min=2, help="Planned sample; the largest of the plans by default.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write it (.json).")] = Path(
        "preregistration.json"
    ),
    force: Force = False,
    json: Json = False,
) -> None:
    """Write what a study settles beforehand, with a hash that mlbc study run checks later.

    Hypotheses, measures, exclusions, models, decision rules, analysis and planned power. Name the file in the study as
    preregistration: deviations from it are a section of the report.

    \b
    mlbc theory preregister my_study.yaml
    mlbc theory preregister my_study.yaml --plan plan-a6316e3d.jsonl --n 600 --output registered.json
    """
    from mlbc_stats.cli.terminal import print_json
    from mlbc_stats.study import load_study
    from mlbc_stats.study import preregister as settle

    refuse_output(output, force, ENDINGS)
    made = settle(load_study(file), plan or [], n)
    output.write_text(made.text(), encoding="utf-8")
    say(f"preregistration written to {output}; name it in the study file: 'preregistration: {output.name}'")
    if json:
        print_json(
            {"hash": made.hash, "date": made.date, "power": made.power, "families": made.planned_families}
        )
        return
    typer.echo(made.hash)
