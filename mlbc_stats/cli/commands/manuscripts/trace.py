"""The command that follows a number of a manuscript back to the data."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlbc_stats.cli.exit_codes import NOT_TRUSTWORTHY, guarded, say
from mlbc_stats.cli.options import Json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlbc_stats.study import Origin

SHOWN = 4
"""Items of one number on the terminal; ``--json`` has all."""


@guarded
def trace(
    what: Annotated[
        str, typer.Argument(metavar="NUMBER|EXHIBIT", help='A number as printed, or "Table 3", "Figure 1".')
    ],
    paper: Annotated[Path, typer.Option("--paper", help="Folder of the manuscript, built before.")] = Path(
        "paper"
    ),
    json: Json = False,
) -> None:
    """Follow a number or an exhibit of the manuscript to result file, task, data and items.

    Write a negative number after two hyphens. Exit code 1 says that a result file is not as the run wrote it.

    \b
    mlbc trace .998
    mlbc trace "Table 3"
    mlbc trace -- -0.46
    """
    from mlbc_stats.cli.terminal import print_json
    from mlbc_stats.study import trace_back

    found = trace_back(what, paper)
    if json:
        print_json([asdict(origin) for origin in found])
    else:
        for origin in found:
            for line in _lines(origin):
                typer.echo(line)
    if not all(origin.unchanged for origin in found):
        say("some result files are not as the run wrote them: run the study again")
        raise typer.Exit(NOT_TRUSTWORTHY)


def _lines(origin: Origin) -> Iterator[str]:
    full = f" = {origin.value}" if origin.value else ""
    yield f"{origin.shown}{full}"
    cell = f", row {origin.row}, column {origin.column}" if origin.row else ""
    yield f"  result: {origin.place}{cell}"
    if origin.file:
        state = "as the run wrote it" if origin.unchanged else "CHANGED since the run"
        yield f"  file: {origin.file} (SHA-256 {origin.sha256[:16]}…, {state})"
    if origin.task:
        yield f"  task: {origin.task}"
    for name, digest in origin.data if origin.file else ():
        yield f"  data: {name} (SHA-256 {digest[:16]}…)"
    for name, text in origin.items[:SHOWN]:
        yield f"  item: {name}: {text}"
    if len(origin.items) > SHOWN:
        yield f"  and {len(origin.items) - SHOWN} more items: mlbc instruments trace ID says where each comes from"
