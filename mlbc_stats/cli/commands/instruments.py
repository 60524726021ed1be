"""Commands about instruments: list, show, check."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlbc_stats.cli.exit_codes import BAD_INPUT, guarded
from mlbc_stats.cli.options import EvidenceFiles, Json

if TYPE_CHECKING:
    from mlbc_stats.survey.instrument.model import Instrument
    from mlbc_stats.survey.yaml.finding import Finding

instruments = typer.Typer(name="instruments", help="List, show and check instruments.", no_args_is_help=True)


@instruments.command(name="list")
@guarded
def list_(json: Json = False) -> None:
    """List the shipped instruments; languages that come from translations say whether they are drafts.

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
            "languages": _languages(entry),
            "title": entry.title[entry.languages[0]],
        }
        for entry in loaded
    ]
    print_json(rows) if json else print_frame(pd.DataFrame(rows), "Instruments")


@instruments.command()
@guarded
def show(
    name: Annotated[str, typer.Argument(help="Shipped name or path of an instrument.")],
    language: Annotated[
        str | None, typer.Option("--language", "-l", help="Language of the texts; the source by default.")
    ] = None,
    evidence: EvidenceFiles = None,
    json: Json = False,
) -> None:
    """Show the items of an instrument with their constructs, scales and sources.

    \b
    mlbc instruments show mlbc_alignment
    mlbc instruments show my_instrument.yaml --language de
    mlbc instruments show mlbc_alignment --evidence results/evidence.yaml
    """
    import pandas as pd

    from mlbc_stats import survey
    from mlbc_stats.cli.terminal import print_frame, print_json

    instrument = survey.load_instrument(name, languages=[language] if language else ())
    shown = language or instrument.languages[0]
    for path in evidence or ():
        instrument = survey.add_evidence(instrument, path)
    rows = [
        {
            "item": item.id,
            "construct": item.construct,
            "scale": item.scale,
            "reversed": item.reversed,
            "locator": item.locator,
            "text": item.text[shown],
        }
        for item in instrument.items
    ]
    known = [asdict(row) for row in instrument.evidence]
    draft = shown in instrument.drafts
    if json:
        head = {"id": instrument.id, "version": instrument.version, "language": shown, "draft": draft}
        print_json({**head, "items": rows, "evidence": known})
        return
    mark = " (DRAFT TRANSLATION, not reviewed)" if draft else ""
    print_frame(pd.DataFrame(rows), f"{instrument.title[shown]} {instrument.version}{mark}")
    if known:
        print_frame(pd.DataFrame(known), "Evidence")
    else:
        typer.echo("evidence: none; nobody has answered, or no evidence file is given")


@instruments.command()
@guarded
def check(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Instrument files, or names of shipped ones; every shipped file by default."),
    ] = None,
    wording: Annotated[
        bool,
        typer.Option(
            "--wording", help="Check the wording of items as well; what it finds are warnings only."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Check instrument files; every finding names file, line and item. Errors end with exit code 2.

    Files of constructs, translations, evidence, propositions and studies can be checked too.

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
    """Every shipped file: instruments, constructs, propositions and translations."""
    from mlbc_stats.resources import resource

    folder = resource("instruments")
    return [str(path) for part in ("*.yaml", "translations/*.yaml") for path in sorted(folder.glob(part))]


def _languages(instrument: Instrument) -> str:
    """Own languages, then translated ones with their state."""
    from mlbc_stats import survey

    reports = survey.check_translation(instrument.id)
    words = list(instrument.languages)
    for language in dict.fromkeys(report.language for report in reports):
        mine = [report for report in reports if report.language == language]
        complete, draft = all(one.complete for one in mine), any(one.draft for one in mine)
        words.append(language + (" (incomplete)" if not complete else " (draft)" if draft else ""))
    return ", ".join(words)


def _findings(name: str, wording: bool) -> tuple[Finding, ...]:
    """Findings of one file of any kind this package reads."""
    from mlbc_stats import survey
    from mlbc_stats.survey.yaml.file import read_yaml

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
