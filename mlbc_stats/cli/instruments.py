"""Commands about instruments: list, show, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlbc_stats.cli.guard import BAD_INPUT, guarded
from mlbc_stats.cli.options import Json

if TYPE_CHECKING:
    from mlbc_stats.survey.finding import Finding

instruments = typer.Typer(name="instruments", help="List, show and check instruments.", no_args_is_help=True)


@instruments.command(name="list")
@guarded
def list_(json: Json = False) -> None:
    """List the shipped instruments.

    \b
    mlbc instruments list
    mlbc instruments list --json
    """
    import pandas as pd

    from mlbc_stats import survey
    from mlbc_stats.cli.terminal import print_frame, print_json

    loaded = [survey.load_instrument(name) for name in survey.list_instruments()]
    rows = [
        {
            "id": entry.id,
            "version": entry.version,
            "items": len(entry.items),
            "constructs": len(entry.constructs),
            "minutes": survey.counted_minutes(entry),
            "languages": " ".join(entry.languages),
            "title": entry.title[entry.languages[0]],
        }
        for entry in loaded
    ]
    print_json(rows) if json else print_frame(pd.DataFrame(rows), "Instruments")


@instruments.command()
@guarded
def show(
    name: Annotated[str, typer.Argument(help="Shipped name or path of an instrument.")],
    language: Annotated[str, typer.Option("--language", "-l", help="Language of the texts.")] = "en",
    json: Json = False,
) -> None:
    """Show the items of an instrument with their constructs, scales and sources.

    \b
    mlbc instruments show mlbc_alignment
    mlbc instruments show my_instrument.yaml --language de
    """
    import pandas as pd

    from mlbc_stats import survey
    from mlbc_stats.cli.terminal import print_frame, print_json

    instrument = survey.load_instrument(name)
    rows = [
        {
            "item": item.id,
            "construct": item.construct,
            "scale": item.scale,
            "reversed": item.reversed,
            "locator": item.locator,
            "text": item.text.get(language, item.text[instrument.languages[0]]),
        }
        for item in instrument.items
    ]
    if json:
        print_json({"id": instrument.id, "version": instrument.version, "items": rows})
    else:
        print_frame(pd.DataFrame(rows), f"{instrument.title[instrument.languages[0]]} {instrument.version}")


@instruments.command()
@guarded
def check(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Instrument files, or names of shipped ones; every shipped file by default."),
    ] = None,
    wording: Annotated[
        bool, typer.Option("--wording", help="Look at the wording of items, too; all of it are warnings.")
    ] = False,
    json: Json = False,
) -> None:
    """Check instrument files; every finding names file, line and item. Errors end with exit code 2.

    Files of constructs, propositions and studies can be checked too.

    \b
    mlbc instruments check
    mlbc instruments check mlbc_alignment --wording
    mlbc instruments check my_instrument.yaml my_constructs.yaml --json
    """
    from mlbc_stats.cli.terminal import print_json

    chosen = files or _shipped()
    findings = [finding for name in chosen for finding in _findings(name, wording)]
    errors = sum(finding.severity == "error" for finding in findings)
    if json:
        fields = ("file", "line", "item", "severity", "message")
        print_json([{field: getattr(finding, field) for field in fields} for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"{finding.severity}: {finding}")
        typer.echo(f"{len(chosen)} checked: {errors} errors, {len(findings) - errors} warnings")
    if errors:
        raise typer.Exit(BAD_INPUT)


def _shipped() -> list[str]:
    """Every shipped file: instruments, constructs and propositions."""
    from mlbc_stats.resources import resource

    return [str(path) for path in sorted(resource("instruments").glob("*.yaml"))]


def _findings(name: str, wording: bool) -> tuple[Finding, ...]:
    """Findings of one file of any kind this package reads."""
    from mlbc_stats import survey
    from mlbc_stats.survey.yamlfile import read_yaml

    path = Path(name)
    source = read_yaml(path) if path.is_file() else None
    kind = source.data.get("kind") if source is not None and isinstance(source.data, dict) else None
    if kind == "propositions":
        from mlbc_stats.theory import load_propositions

        load_propositions(path)
        return ()
    if kind == "study":
        from mlbc_stats.study import load_study

        load_study(path)
        return ()
    found = survey.check_instrument(name)
    return found + survey.check_wording(name) if wording and kind in (None, "instrument") else found
