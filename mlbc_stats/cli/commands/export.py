"""The command that writes a questionnaire for the platform where people answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlbc_stats.cli.composing import Composing
from mlbc_stats.cli.exit_codes import guarded
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import Json

if TYPE_CHECKING:
    import pandas as pd


@grouped
@guarded
def export(
    names: Annotated[
        list[str], typer.Argument(metavar="INSTRUMENT...", help="Shipped names or paths, in the order asked.")
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="xlsform, surveyjs, limesurvey, lss, qualtrics, qsf, redcap, google, sav, ddi or printable.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write to; created if it is missing.")],
    composing: Composing,
    language: Annotated[
        list[str] | None,
        typer.Option("--language", "-l", help="Language (repeatable), the first one shown first."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")] = False,
    json: Json = False,
) -> None:
    """Compose a questionnaire and write it for a platform, with the mapping that brings answers back.

    What the platform cannot carry is counted here; the mapping file lists all of it by item. Keep that file: answers
    are read with it.

    \b
    mlbc export mlbc_alignment --to xlsform --out fielding --seed 1 --language en --language de
    mlbc export mlbc_alignment mlbc_cycles --to limesurvey --out fielding --informant technical
    """
    from mlbc_stats import survey
    from mlbc_stats.cli.terminal import print_frame, print_json

    made = composing.compose(names, language or ())
    done = survey.export(made, to, out, languages=language or (), overwrite=force)
    if json:
        print_json(
            {
                "files": [str(file) for file in done.files],
                "mapping": str(done.mapping_path),
                "remarks": made.remarks,
                "losses": done.losses.to_dict("records"),
            }
        )
        return
    for file in (*done.files, done.mapping_path):
        typer.echo(f"written: {file}")
    for remark in made.remarks:
        typer.echo(remark)
    if done.losses.empty:
        typer.echo("This platform carries everything.")
        return
    print_frame(_counted(done.losses), "What this platform cannot carry, or carries in another form")


def _counted(losses: pd.DataFrame) -> pd.DataFrame:
    """One row per kind of loss: in how many questions, the first of them, and what to do."""
    import pandas as pd

    rows = []
    whole = losses["question"] == ""
    for (_, aspect, lost), group in losses.groupby([~whole, "aspect", "lost"], sort=False):
        first = group.iloc[0]
        rows.append(
            {
                "what": aspect,
                "is": "lost" if lost else "changed",
                "questions": group["question"].nunique() if first["question"] else "the whole",
                "such as": ": ".join(filter(None, (first["question"], first["detail"]))),
                "remedy": first["remedy"],
            }
        )
    return pd.DataFrame(rows)
