"""Invite: a token for every person on the list of units, and the lists that carry them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from mlbc_stats.errors import FieldError
from mlbc_stats.field.inviting.invitation import Invitation
from mlbc_stats.field.inviting.lists import LISTS, list_text
from mlbc_stats.field.inviting.units import Invitee, read_units
from mlbc_stats.field.store.keys import new_token, unit_token
from mlbc_stats.field.store.opening import Store
from mlbc_stats.field.store.respondents import add_invitations, invited

ADDRESS = "http://127.0.0.1:8000"


def invite(
    store: Store,
    units: str | Path | Sequence[Invitee],
    folder: str | Path,
    *,
    informants: Sequence[str] = (),
    address: str = ADDRESS,
    unit_column: str | None = None,
    encoding: str | None = None,
    again: bool = False,
) -> list[Path]:
    """Make invitations for a list of units and write the lists that each platform imports.

    Every person gets a token that opens one questionnaire once; the store keeps its keyed hash only. Questionnaires of
    one unit, whatever the group and the platform, bear the same unit token, by which their answers meet again.

    Parameters
    ----------
    store : of the fielding.
    units : CSV file or workbook, see `read_units`: one row per person, or per unit with `informants`; or what
        `read_units` found in one, and then `informants`, `unit_column` and `encoding` say nothing more.
    folder : for the lists, made where it is missing: ``page.csv`` (links of the own page), and for each group
        ``limesurvey_GROUP.csv`` (participants of a survey) and ``qualtrics_GROUP.csv`` (contacts). They hold tokens in
        plain text and whatever the list says about persons, so they are readable by their owner only; keep them apart
        from the answers.
    informants : groups asked of every unit, when the list does not say.
    address : of the own page, as respondents reach it.
    unit_column : column of units, where it has no usual name.
    encoding : of the list; UTF-8 by default.
    again : invite more persons of a unit and group that has invitations already.

    Returns
    -------
    Paths of the lists.

    Raises
    ------
    FieldError
        for a list that cannot be used, lists that are there already, and units invited before without `again`.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from mlbc_stats import field
    >>> with TemporaryDirectory() as name:
    ...     folder = Path(name)
    ...     _ = (folder / "units.csv").write_text("unit_id\\nS001\\nS002\\n", encoding="utf-8")
    ...     store = field.open_store(folder / "field.db", folder / "field.key")
    ...     lists = field.invite(store, folder / "units.csv", folder / "lists", informants=["technical"])
    ...     store.engine.dispose()
    >>> [path.name for path in lists]
    ['page.csv', 'limesurvey_technical.csv', 'qualtrics_technical.csv']
    """
    if not address.startswith(("http://", "https://")):
        raise FieldError(
            f"address {address!r}: expected one that begins with https:// (or http:// for a trial)"
        )
    people = read_units(units, informants, unit_column, encoding) if isinstance(units, str | Path) else units
    if not again:
        _refuse_twice(store, people)
    files = _files(Path(folder), sorted({one.informant for one in people}))
    tokens = [(new_token(), unit_token(store.key, one.unit), one.informant) for one in people]
    add_invitations(store, tokens)
    links = [f"{address.rstrip('/')}/#t={token}" for token, _, _ in tokens]
    made = [
        Invitation(one.unit, unit, one.informant, token, link, one.contact)
        for one, (token, unit, _), link in zip(people, tokens, links, strict=True)
    ]
    for path, (platform, group) in files.items():
        chosen = [one for one in made if group is None or one.informant == group]
        _write(path, list_text(platform, chosen))
    return list(files)


def _refuse_twice(store: Store, people: Sequence[Invitee]) -> None:
    there = invited(store)
    twice = [one for one in people if (unit_token(store.key, one.unit), one.informant) in there]
    if twice:
        shown = ", ".join(f"{one.unit} ({one.informant or 'everybody'})" for one in twice[:5])
        raise FieldError(
            f"{len(twice)} of {len(people)} are invited already: {shown}{' …' if len(twice) > 5 else ''}; list new "
            "units only, or say that more persons of them are to be asked (on the command line: --again)"
        )


def _files(folder: Path, groups: Sequence[str]) -> dict[Path, tuple[str, str | None]]:
    """File → (platform, group); refused before a token is made when one is there."""
    platforms = [platform for platform in LISTS if platform != "page"]
    files: dict[Path, tuple[str, str | None]] = {folder / "page.csv": ("page", None)}
    for group in groups:
        files |= {
            folder / f"{platform}_{group or 'everybody'}.csv": (platform, group) for platform in platforms
        }
    there = [path.name for path in files if path.exists()]
    if there:
        raise FieldError(
            f"{folder}: holds {', '.join(there)} already, with tokens that are nowhere else; name another folder"
        )
    if folder.exists() and not folder.is_dir():
        raise FieldError(f"{folder}: is a file; name a folder for the lists")
    folder.mkdir(parents=True, exist_ok=True)
    return files


def _write(path: Path, text: str) -> None:
    """A file for its owner only."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
