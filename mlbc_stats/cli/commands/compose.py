"""The command that composes a questionnaire and shows it as a respondent would see it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlbc_stats.cli.composing import Composing
from mlbc_stats.cli.exit_codes import guarded
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import Force, Json, refuse_output


@grouped
@guarded
def compose(
    names: Annotated[
        list[str], typer.Argument(metavar="INSTRUMENT...", help="Shipped names or paths, in the order asked.")
    ],
    composing: Composing,
    language: Annotated[
        str | None, typer.Option("--language", "-l", help="Language of the page; the source by default.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the page (HTML); else a summary is printed.")
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Compose a questionnaire from instruments and read it as a respondent would.

    \b
    mlbc instruments compose mlbc_alignment mlbc_cycles --informant technical --seed 1 --output page.html
    mlbc instruments compose mlbc_alignment --short --period "the last three months"
    """
    import pandas as pd

    from mlbc_stats import report
    from mlbc_stats.cli.terminal import print_frame, print_json

    if output is not None:
        refuse_output(output, force)
    made = composing.compose(names, [language] if language else ())
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(report.questionnaire_page(made, language), encoding="utf-8")
        typer.echo(f"written: {output}", err=json)
    rows = [{"block": block.id, "from": block.module, "questions": block.questions} for block in made.blocks]
    if json:
        print_json({"minutes": made.minutes, "seed": made.seed, "blocks": rows, "remarks": made.remarks})
        return
    shown = pd.DataFrame([{**row, "questions": ", ".join(row["questions"])} for row in rows])
    print_frame(shown, f"{len(made.questions)} questions, about {made.minutes:.0f} minutes")
    for remark in made.remarks:
        typer.echo(remark)
