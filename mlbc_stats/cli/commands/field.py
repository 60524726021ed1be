"""Commands of fielding: invite, serve the page, see who has answered, take the answers home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from mlbc_stats.cli.composing import AS_WRITTEN, Shaping, languages_of
from mlbc_stats.cli.exit_codes import guarded, say
from mlbc_stats.cli.option_groups import grouped
from mlbc_stats.cli.options import Encoding, Force, Json
from mlbc_stats.errors import FieldError

field = typer.Typer(
    name="field", help="Field a questionnaire: invitations, its own page, answers.", no_args_is_help=True
)

StoreName = Annotated[
    str,
    typer.Option("--store", "-s", help="SQLite file, or an address such as postgresql://user@host/name."),
]
KeyFile = Annotated[
    Path, typer.Option("--key", help="File of the secret key, created on first use. Keep a copy of it.")
]
Units = Annotated[
    Path | None,
    typer.Option(
        "--units", help="The list that was invited, to name units as it does; their tokens by default."
    ),
]
UnitColumn = Annotated[
    str | None, typer.Option("--unit-column", help="Column of units in the list; usual names are found.")
]
DEFAULT_STORE, DEFAULT_KEY = "field.db", Path("field.key")


@field.command()
@guarded
def invite(
    units: Annotated[
        Path, typer.Argument(metavar="UNITS", help="List of units (CSV, .xlsx), one row per person.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the lists.")] = Path(
        "invitations"
    ),
    informant: Annotated[
        list[str] | None,
        typer.Option(
            "--informant",
            help="Group asked of every unit (repeatable), where the list has no column informant.",
        ),
    ] = None,
    address: Annotated[
        str, typer.Option("--address", help="Address of your page, as respondents reach it.")
    ] = "http://127.0.0.1:8000",
    unit_column: UnitColumn = None,
    encoding: Encoding = None,
    again: Annotated[
        bool, typer.Option("--again", help="Invite more people from units that already have invitations.")
    ] = False,
    store: StoreName = DEFAULT_STORE,
    key: KeyFile = DEFAULT_KEY,
    json: Json = False,
) -> None:
    """Make invitations, and the lists that your own page, LimeSurvey and Qualtrics take.

    All questionnaires of one unit carry the same unit token, by which the answers of its informants are joined later.
    The lists hold tokens in plain text; keep them apart from the answers. The store holds keyed hashes only.

    \b
    mlbc field invite units.csv --informant technical --informant management
    mlbc field invite units.csv --address https://survey.example.org --output invitations
    """
    from mlbc_stats.cli.terminal import print_json

    with _extra():
        from mlbc_stats.field import invite as make
        from mlbc_stats.field import open_store
        from mlbc_stats.field.inviting.units import read_units

    people = read_units(units, informant or (), unit_column, encoding)  # a wrong list leaves no store
    opened = open_store(store, key)
    files = make(opened, people, output, address=address, again=again)
    if json:
        print_json({"files": files})
        return
    for path in files:
        typer.echo(f"written: {path}")
    say(f"store {opened.name}, key {key}: keep both; without the key nobody can answer or be matched")


@field.command()
@guarded
@grouped
def serve(
    names: Annotated[
        list[str], typer.Argument(metavar="QUESTIONNAIRE...", help="Instruments, in the order asked.")
    ],
    shaping: Shaping = AS_WRITTEN,
    language: Annotated[
        list[str] | None, typer.Option("--language", "-l", help="Language besides the source (repeatable).")
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    certificate: Annotated[
        Path | None,
        typer.Option("--certificate", help="Certificate (PEM), for HTTPS without a web server before it."),
    ] = None,
    certificate_key: Annotated[
        Path | None, typer.Option("--certificate-key", help="Its private key (PEM).")
    ] = None,
    monitor_password: Annotated[
        Path | None,
        typer.Option(
            "--monitor-password",
            help="File with a password for the page /monitor; without it there is no such page.",
        ),
    ] = None,
    store: StoreName = DEFAULT_STORE,
    key: KeyFile = DEFAULT_KEY,
) -> None:
    """Serve the questionnaire as a page of your own until you press Ctrl-C.

    Each group of informants gets it in its own words. Only other machines need a certificate, or a web server with
    HTTPS that passes requests on to this one.

    \b
    mlbc field serve mlbc_alignment --language de --seed 1
    mlbc field serve mlbc_alignment --controller "Example University, data@example.org" --retention "ten years"
    mlbc field serve mlbc_alignment --store postgresql://survey@localhost/survey --monitor-password password.txt
    """
    with _extra():
        from mlbc_stats.field import Fielding, open_store
        from mlbc_stats.field import serve as run

    fielding = Fielding(
        tuple(str(Path(name).resolve()) if Path(name).is_file() else name for name in names),
        languages=tuple(language or ()),
        **shaping.arguments(languages_of(names, language or ())),
    )
    for remark in fielding.questionnaire(None).remarks:
        say(f"note: {remark}")
    password = None if monitor_password is None else monitor_password.read_text(encoding="utf-8").strip()
    opened = open_store(store, key)
    where = f"{'https' if certificate else 'http'}://{host}:{port}"
    run(
        opened,
        fielding,
        host=host,
        port=port,
        admin_password=password,
        certificate=certificate,
        certificate_key=certificate_key,
        started=lambda: say(f"serving {', '.join(names)} on {where}, Ctrl-C to stop"),
    )


@field.command()
@guarded
def monitor(
    units: Units = None,
    unit_column: UnitColumn = None,
    encoding: Encoding = None,
    answers: Annotated[
        list[str] | None,
        typer.Option(
            "--answers",
            metavar="GROUP=FILE",
            help="Export of another platform that a group answered on (repeatable); FILE alone for everybody.",
        ),
    ] = None,
    store: StoreName = DEFAULT_STORE,
    key: KeyFile = DEFAULT_KEY,
    json: Json = False,
) -> None:
    """Show how many of those invited have answered, by group of informants and by unit.

    \b
    mlbc field monitor --units units.csv
    mlbc field monitor --answers technical=limesurvey.csv --answers management=qualtrics.csv
    """
    from mlbc_stats.cli.terminal import print_frame, print_json

    with _extra():
        from mlbc_stats.field import monitor as count
        from mlbc_stats.field import open_store
        from mlbc_stats.field.answers.monitoring import by_group, by_unit

    exports = {entry.rpartition("=")[0]: entry.rpartition("=")[2] for entry in answers or ()}
    counts = count(open_store(store, key, create=False), units, unit_column, exports, encoding)
    if json:
        print_json(counts)
        return
    print_frame(by_group(counts), "Invitations by group of informants")
    print_frame(by_unit(counts), "Finished of invited, by unit")


@field.command()
@guarded
def export(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the files.")] = Path("answers"),
    units: Units = None,
    unit_column: UnitColumn = None,
    encoding: Encoding = None,
    store: StoreName = DEFAULT_STORE,
    key: KeyFile = DEFAULT_KEY,
    force: Force = False,
    json: Json = False,
) -> None:
    """Write the answers as files that every other command reads, and a study file that names them.

    \b
    mlbc field export --output answers
    mlbc study check answers/study.yaml
    """
    from mlbc_stats.cli.terminal import print_json

    with _extra():
        from mlbc_stats.field import export as write
        from mlbc_stats.field import open_store

    files = write(
        open_store(store, key, create=False),
        output,
        units=units,
        unit_column=unit_column,
        encoding=encoding,
        overwrite=force,
    )
    if json:
        print_json({"files": files})
        return
    for path in files:
        typer.echo(f"written: {path}")


@contextmanager
def _extra() -> Iterator[None]:
    """Imports of the room; an error that names the extra where its libraries are missing."""
    try:
        yield
    except ImportError as error:
        raise FieldError(f"{error.name} is missing; pip install 'mlbc-stats[field]'") from None
