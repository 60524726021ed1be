"""Read the list of units to invite: who is asked about which solution."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from mlbc_stats.errors import FieldError
from mlbc_stats.field.inviting.languages import names_a_language
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.survey.files.table import RawTable, read_table
from mlbc_stats.survey.instrument.fields import Informant
from mlbc_stats.survey.readers.export import Export
from mlbc_stats.survey.readers.identity import find_column

GROUPS: tuple[str, ...] = get_args(Informant)
INFORMANT = "informant"
CONTACT = ("email", "firstname", "lastname", "language")
"""Columns about a person; they go into the lists of invitations and never into the store."""
LONGEST = 200
SHOWN = 20
MAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+")


@dataclass(frozen=True, slots=True)
class Invitee:
    """One person to be asked about one unit.

    Attributes
    ----------
    unit : as the list names it.
    informant : group, "" for everybody.
    contact : column of `CONTACT` → what the list says.
    line : of the list.
    """

    unit: str
    informant: str
    contact: dict[str, str] = field(default_factory=dict)
    line: int = 0


def read_units(
    path: str | Path,
    informants: Sequence[str] = (),
    unit_column: str | None = None,
    encoding: str | None = None,
) -> list[Invitee]:
    """Read units.csv: one row per person, or one per unit with `informants` to ask of each.

    Parameters
    ----------
    path : CSV file or workbook with a column that names the unit (``unit_id``, ``solution_id``, ...), and where there
        are, ``informant``, ``email``, ``firstname``, ``lastname``, ``language``.
    informants : groups to ask of every unit, when the list has no column ``informant``.
    unit_column : column of the unit, where it has another name.
    encoding : of the file; UTF-8 by default.

    Raises
    ------
    FieldError
        listing by line rows without a unit, without a group where others have one or with an unknown group, addresses
        and languages that are none, a person listed twice and a unit spelled in two ways; for groups named both in
        the list and beside it, and for a list without a column of units.
    """
    table = read_table(path, encoding)
    column = find_column(Export(table), unit_column, Export(table).units, "unit_column")
    if column is None:
        raise FieldError(
            f"{table.source}: no column names the units; call it unit_id, or name it (on the command line: "
            f"--unit-column); the file has {', '.join(table.names)}"
        )
    _check(table, column, informants)
    units, lines = table.column(column), table.lines.tolist()
    contacts = {name: cells for name in CONTACT if (cells := _cells(table, name)) is not None}
    listed = _cells(table, INFORMANT)
    found = []
    for row, unit in enumerate(units):
        person = {name: cells[row].strip() for name, cells in contacts.items() if cells[row].strip()}
        asked = [listed[row].strip()] if listed is not None else list(informants) or [""]
        found += [Invitee(unit.strip(), group, person, lines[row]) for group in asked]
    _check_people(table.source, found)
    return found


def _cells(table: RawTable, wanted: str) -> tuple[str, ...] | None:
    """The column of this name, whatever its case and blanks."""
    names = {name.replace(" ", "").replace("_", "").casefold(): name for name in reversed(table.names)}
    return table.column(names[wanted]) if wanted in names else None


def _check(table: RawTable, column: str, informants: Sequence[str]) -> None:
    listed = _cells(table, INFORMANT)
    if not table.n:
        raise FieldError(f"{table.source}: holds a header and no units")
    if listed is not None and informants:
        raise FieldError(f"{table.source}: has a column informant; do not name groups beside it")
    wrong = [f"{group!r}{did_you_mean(group, GROUPS)}" for group in informants if group not in GROUPS]
    if wrong:
        raise FieldError(f"unknown informant {', '.join(wrong)}; expected {', '.join(GROUPS)}")
    problems = []
    for row, (line, unit) in enumerate(zip(table.lines.tolist(), table.column(column), strict=True)):
        group = listed[row].strip() if listed is not None else ""
        if not unit.strip() or len(unit) > LONGEST:
            problems.append(f"line {line}: no unit, or one of more than {LONGEST} characters")
        if group and group not in GROUPS:
            problems.append(f"line {line}: informant {group!r}{did_you_mean(group, GROUPS)}")
        if not group and listed is not None and any(cell.strip() for cell in listed):
            problems.append(f"line {line}: no informant, while other lines have one")
    if problems:
        raise FieldError(f"{table.source}: {_first(problems)}; informants are {', '.join(GROUPS)}")


def _check_people(source: str, people: Sequence[Invitee]) -> None:
    """Raise for addresses that platforms would drop, persons listed twice, units spelled in two ways."""
    problems: dict[str, None] = {}
    persons: dict[tuple[str, str, str], int] = {}
    spelled: dict[str, Invitee] = {}
    for one in people:
        mail = one.contact.get("email", "")
        language = one.contact.get("language", "")
        if language and not names_a_language(language):
            problems[f"line {one.line}: {language!r} is no code of a language, such as de or en"] = None
        if mail and not MAIL.fullmatch(mail):
            problems[f"line {one.line}: {mail!r} is no address of mail"] = None
        first = persons.setdefault((one.unit, one.informant, mail.casefold()), one.line)
        if mail and first != one.line:
            problems[f"line {one.line}: the person of line {first} again, for the same unit"] = None
        other = spelled.setdefault(one.unit.casefold(), one)
        if other.unit != one.unit:
            problems[f"line {one.line}: unit {one.unit!r} is {other.unit!r} on line {other.line}"] = None
    if problems:
        raise FieldError(f"{source}: {_first([*problems])}; correct the list, then invite")


def _first(problems: Sequence[str]) -> str:
    """What a terminal can show of them, and how many more there are."""
    more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
    return "; ".join([*problems[:SHOWN], *more])
