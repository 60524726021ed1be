"""The command that composes a questionnaire and shows it as a respondent would see it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlbc_stats.cli.exit_codes import guarded
from mlbc_stats.cli.options import Force, Json, refuse_output


@guarded
def compose(
    names: Annotated[
        list[str], typer.Argument(metavar="INSTRUMENT...", help="Shipped names or paths, in the order asked.")
    ],
    informant: Annotated[
        str | None,
        typer.Option(
            "--informant", help="management, technical, internal_user or external_user; all by default."
        ),
    ] = None,
    short: Annotated[bool, typer.Option("--short", help="Ask the short forms.")] = False,
    period: Annotated[
        str | None,
        typer.Option("--period", help="For panels: the time between waves, such as 'the last three months'."),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", "-l", help="Language of the page; the source by default.")
    ] = None,
    order: Annotated[
        str | None,
        typer.Option("--order", help="fixed, items, blocks or both; both when a seed is given, else fixed."),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of the shuffling.")] = None,
    controller: Annotated[
        str | None,
        typer.Option("--controller", help="Who is responsible for the data; told in the consent text."),
    ] = None,
    retention: Annotated[
        str | None, typer.Option("--retention", help="How long the data are kept; told in the consent text.")
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

    from mlbc_stats import report, survey
    from mlbc_stats.cli.terminal import print_frame, print_json

    if output is not None:
        refuse_output(output, force)
    made = survey.compose(
        names,
        informant=informant,
        short=short,
        period=_period(period, language),
        controller=_told(controller, language),
        retention=_told(retention, language),
        languages=[language] if language else (),
        order=order,
        seed=seed,
    )
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


def _period(period: str | None, language: str | None) -> bool | str | dict[str, str]:
    """The period in the language of the page; the instruments' own for the others is not asked for."""
    return _told(period, language) or False


def _told(text: str | None, language: str | None) -> str | dict[str, str] | None:
    """Words in the language of the page, which stand for those in the source as well."""
    return {"en": text, language: text} if text and language else text
