"""Commands about content validity: forms for judges, and the report on what they send back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mlbc_stats.cli.exit_codes import NOT_TRUSTWORTHY, guarded, say
from mlbc_stats.cli.options import (
    DEFAULT_INSTRUMENT,
    PAGES,
    Encoding,
    Force,
    InstrumentName,
    Json,
    refuse_output,
)
from mlbc_stats.errors import DataError

LARGE = 150
"""Answers above which a form tires its judge; a warning, no limit."""

content = typer.Typer(
    name="content", help="Content validity: forms for judges, and their report.", no_args_is_help=True
)


@content.command()
@guarded
def form(
    instrument: Annotated[str, typer.Argument(help="Shipped name or path of an instrument.")],
    kind: Annotated[
        str, typer.Option("--kind", "-k", help="rating (fit to definitions), relevance or sort.")
    ] = "relevance",
    judges: Annotated[
        str, typer.Option("--judges", "-j", help="Number of judges, or their codes with commas between them.")
    ] = "10",
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the forms.")] = Path("forms"),
    construct: Annotated[
        list[str] | None,
        typer.Option("--construct", "-c", help="Construct or facet to judge (repeatable); all by default."),
    ] = None,
    ask: Annotated[
        list[str] | None,
        typer.Option("--ask", help="Part of a relevance form: relevance or necessity; both by default."),
    ] = None,
    against: Annotated[
        str,
        typer.Option("--against", help="Which other definitions items are rated against: neighbours or all."),
    ] = "neighbours",
    language: Annotated[str | None, typer.Option("--language", "-l", help="Language of the items.")] = None,
    seed: Annotated[
        int, typer.Option("--seed", "-s", help="Seed of the order of definitions and items.")
    ] = 1,
    force: Force = False,
    json: Json = False,
) -> None:
    """Write a form for each judge: a workbook to answer and a page to print.

    \b
    mlbc content form mlbc_alignment --kind relevance --judges 10 --output forms
    mlbc content form mlbc_alignment --kind sort -c TC -c CS --judges 20 -o forms
    mlbc content form mlbc_alignment --kind rating -c TC -c CS --judges anna,ben -o forms
    """
    from mlbc_stats import survey
    from mlbc_stats.cli.terminal import print_json
    from mlbc_stats.survey.content import write_forms
    from mlbc_stats.survey.content.forms.design import design_form
    from mlbc_stats.survey.content.forms.writing import count_answers

    loaded = survey.load_instrument(instrument)
    design = design_form(loaded, kind, construct, tuple(ask or ()), language, against)  # type: ignore[arg-type]
    paths = write_forms(
        loaded,
        kind,
        output,
        _judges(judges),
        constructs=construct,
        questions=tuple(ask or ()),
        against=against,  # type: ignore[arg-type]
        language=language,
        seed=seed,
        overwrite=force,
    )
    answers = count_answers(design)
    if answers > LARGE:
        say(f"warning: {answers} answers a judge are many; choose constructs with --construct")
    if json:
        codes = [{"code": code, "item": item} for item, code in design.codes.items()]
        print_json({"form": design.token, "answers": answers, "files": paths, "codes": codes})
        return
    typer.echo(f"{len(paths)} forms of {answers} answers each in {output}, with a page to print beside each")


@content.command()
@guarded
def report(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILES...", help="Returned forms (XLSX or CSV), or folders of them."),
    ],
    instrument: InstrumentName = DEFAULT_INSTRUMENT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the whole report to this HTML file.")
    ] = None,
    alpha: Annotated[float, typer.Option("--alpha", help="Significance level of the tests.")] = 0.05,
    level: Annotated[float, typer.Option("--level", help="Confidence level of the intervals.")] = 0.95,
    draws: Annotated[int, typer.Option("--draws", help="Resamples for intervals that need them.")] = 2000,
    seed: Annotated[int, typer.Option("--seed", "-s", help="Seed of the resamples.")] = 1,
    encoding: Encoding = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Read returned forms and say of each item whether to keep, revise or drop it, with reasons.

    Ends with code 1 when a question was answered by fewer than three judges.

    \b
    mlbc content report forms --instrument mlbc_alignment
    mlbc content report forms/a.xlsx forms/b.csv -i mlbc_alignment -o content.html
    mlbc content report forms -i mlbc_alignment --json
    """
    from mlbc_stats.cli.terminal import print_json, print_table
    from mlbc_stats.report import content_page, content_tables
    from mlbc_stats.survey.content import Criteria, evaluate_items, read_forms

    if output is not None:
        refuse_output(output, force, (*PAGES, ".docx"))
    answers = read_forms(files, instrument, encoding)
    result = evaluate_items(answers, Criteria(alpha=alpha), level, draws, seed)
    if output is not None:
        content_page(result).save(output)
        say(f"written: {output}")
    if json:
        parts = ("decisions", "indices", "anovas", "contrasts", "pairs", "notes", "synthetic")
        about = {"instrument": answers.instrument.id, "version": answers.instrument.version}
        print_json({**about, "judges": answers.judges(), **{name: getattr(result, name) for name in parts}})
    else:
        for table in content_tables(result)[:3]:
            print_table(table)
        for note in result.notes:
            say(f"warning: {note}")
    if not result.trustworthy:
        say("fewer than three judges answered a question: too few to conclude anything")
        raise typer.Exit(NOT_TRUSTWORTHY)


def _judges(text: str) -> int | list[str]:
    """A number of judges, or their codes."""
    if text.strip().isdigit():
        return int(text)
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise DataError(f"--judges {text!r}: expected a number, or codes between commas such as anna,ben")
    return names
