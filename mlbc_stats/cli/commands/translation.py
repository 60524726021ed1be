"""Commands about translations: export, import, check, compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlbc_stats.cli.exit_codes import NOT_TRUSTWORTHY, guarded, say
from mlbc_stats.cli.options import Force, InstrumentArgument, Json, refuse_output
from mlbc_stats.errors import InstrumentError

if TYPE_CHECKING:
    from mlbc_stats.survey import TranslationReport

translation = typer.Typer(
    name="translation", help="Send an instrument to translators and take it back.", no_args_is_help=True
)
Languages = Annotated[
    list[str] | None,
    typer.Option(
        "--language", "-l", help="Language to look at (repeatable); every translated one by default."
    ),
]


@translation.command()
@guarded
def export(
    name: InstrumentArgument,
    language: Annotated[str, typer.Option("--language", "-l", help="Language to translate into.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File to write; .xlf gives XLIFF 2.1, .po gives PO.")
    ],
    force: Force = False,
) -> None:
    """Write the texts of one instrument file for translators, with notes and what is translated so far.

    Modules (context, marker) are files of their own.

    \b
    mlbc instruments translation export mlbc_alignment --language sv --output mlbc_alignment.sv.xlf
    mlbc instruments translation export marker --language sv --output marker.sv.po
    """
    from mlbc_stats import survey

    typer.echo(f"written: {survey.export_translation(name, language, output, overwrite=force)}")


@translation.command(name="import")
@guarded
def import_(
    file: Annotated[Path, typer.Argument(help="XLIFF or PO file that came back.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="Translation file to write, translations/<instrument>.<language>.yaml."
        ),
    ],
    instrument: Annotated[
        str | None,
        typer.Option(
            "--instrument",
            "-i",
            help="Instrument that was translated; by default the one that the file names.",
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Merge a file that came back from translators into the translation there is and write the result.

    Better work is never replaced by worse: a text that comes back empty or with a lower status is left as it
    was, and named.

    \b
    mlbc instruments translation import mlbc_alignment.sv.xlf --output translations/mlbc_alignment.sv.yaml
    """
    from mlbc_stats import survey

    if output.suffix not in (".yaml", ".yml"):
        raise InstrumentError(f"{output}: a translation file ends in .yaml; choose another name")
    done = survey.import_translation(file, instrument)
    place = survey.write_translation(done.translation, output, overwrite=force)
    for path in done.kept:
        say(f"kept as it was, the file has less: {path}")
    for path in done.unknown:
        say(f"the instrument has no such text: {path}")
    typer.echo(f"{len(done.changed)} texts new or changed; written: {place}")


@translation.command()
@guarded
def check(name: InstrumentArgument, language: Languages = None, json: Json = False) -> None:
    """Tell what is missing, stale or without its placeholders, for an instrument and its modules.

    Exit code 1 means that some translation is incomplete. A draft can be complete.

    \b
    mlbc instruments translation check mlbc_alignment
    mlbc instruments translation check mlbc_alignment --language de --json
    """
    import pandas as pd

    from mlbc_stats import survey
    from mlbc_stats.cli.terminal import print_frame, print_json

    reports = survey.check_translation(name, language)
    rows = [_row(report) for report in reports]
    if json:
        print_json(rows)
    elif not rows:
        typer.echo(f"{name} has no translation; begin one with 'mlbc instruments translation export'")
    else:
        print_frame(pd.DataFrame(rows).drop(columns="problems"), f"Translations of {name}")
        for report in reports:
            for problem in report.problems:
                typer.echo(f"{report.instrument} {report.language}: {problem}")
            for path in report.unknown:
                typer.echo(
                    f"{report.instrument} {report.language}: {path}: no longer in the instrument; kept"
                )
    if not all(report.complete for report in reports):
        raise typer.Exit(NOT_TRUSTWORTHY)


@translation.command()
@guarded
def compare(
    name: InstrumentArgument,
    language: Languages = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write a page (HTML) instead of printing a table.")
    ] = None,
    force: Force = False,
    json: Json = False,
) -> None:
    """Lay the texts of one instrument file in several languages side by side, each with its status.

    \b
    mlbc instruments translation compare mlbc_alignment --language de --language fi
    mlbc instruments translation compare mlbc_alignment --output side_by_side.html
    """
    from mlbc_stats import report, survey
    from mlbc_stats.cli.terminal import print_frame, print_json

    if output is not None:
        refuse_output(output, force)
    texts = survey.compare_translations(name, language)
    if output is not None:
        page = report.translation_page(texts, f"{Path(name).stem}: languages side by side")
        typer.echo(f"written: {page.save(output)}")
    elif json:
        print_json(texts)
    else:
        print_frame(texts, f"{Path(name).stem}: languages side by side")


def _row(report: TranslationReport) -> dict[str, object]:
    return {
        "instrument": report.instrument,
        "language": report.language,
        "state": ("complete" if report.complete else "incomplete") + (", draft" if report.draft else ""),
        "texts": report.total,
        **{
            status: report.counts.get(status, 0)
            for status in ("draft", "translated", "back-translated", "reviewed")
        },
        "missing": len(report.missing),
        "stale": len(report.stale),
        "placeholders": len(report.placeholders),
        "problems": report.problems,
    }
