"""Commands about manuscripts: new, build, text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlbc_stats.cli.exit_codes import guarded, say

paper = typer.Typer(
    name="paper",
    help="A manuscript from the results of a study, no number typed by hand.",
    no_args_is_help=True,
)
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the manuscript.")]
ResultsFolder = Annotated[
    Path, typer.Option("--results", help="Folder of the results that a study wrote.", show_default=True)
]


@paper.command()
@guarded
def new(
    folder: Folder,
    results: ResultsFolder = Path("build"),
    title: Annotated[str, typer.Option("--title", help="Title of the manuscript.")] = "",
) -> None:
    """Start a manuscript: a source with placeholders, references, and their style.

    \b
    mlbc paper new manuscript --results results --title "Alignment in our sector"
    """
    from mlbc_stats.study import new_paper

    source = new_paper(folder, results, title)
    say(f"written: {source}; edit it, then: mlbc paper build {folder}")


@paper.command()
@guarded
def build(folder: Folder = Path("paper")) -> None:
    """Make the manuscript as Word, HTML and PDF, and list its numbers, tables and figures.

    Stops when results were changed after the run, when a number is typed into the text, or when a placeholder is not
    filled by the results.

    \b
    mlbc paper build manuscript
    """
    from mlbc_stats.study import build_paper

    made = build_paper(folder)
    for path in (*made.files.values(), made.numbers, made.exhibits):
        typer.echo(str(path))
    if made.synthetic:
        say("SYNTHETIC data: every page says so, and the text speaks of a plan, not of findings")


@paper.command()
@guarded
def text(results: ResultsFolder = Path("build")) -> None:
    """Print the paragraphs of method and results that write themselves, in Markdown with citations.

    \b
    mlbc paper text --results results
    """
    from mlbc_stats.report import paragraphs, read_results

    for paragraph in paragraphs(read_results(results)).values():
        typer.echo(f"{paragraph}\n")
