"""Take identifiers out of a table of answers as it is read, or put keyed hashes in their place."""

from __future__ import annotations

from collections.abc import Iterable

from mlbc_stats.survey.files.columns import Column
from mlbc_stats.survey.files.table import RawTable
from mlbc_stats.survey.privacy.personal import (
    CELLS,
    IDENTIFIERS,
    MACHINES,
    Personal,
    checked_way,
    keyed_hash,
    squeezed,
)

LISTED = 10
"""Columns that a note names."""


def protect(
    table: RawTable, free: Iterable[str], way: Personal, key: str | None
) -> tuple[RawTable, tuple[str, ...]]:
    """The table without what tells who answered, and notes that name the columns.

    "drop" leaves columns of names, addresses and places out, and numbers machines (IP addresses, devices) in the order
    met, so that equal ones can still be seen; "hash" puts HMAC-SHA-256 under `key` in the place of each; "keep" does
    nothing. A column counts by its name, or when its cells are addresses of mail or of machines.

    Parameters
    ----------
    free : columns that answer no question and are neither ids nor records of answering.

    Raises
    ------
    ResponseError
        for another `way`, and a hash without a key.
    """
    checked_way(way, key)
    if way == "keep":
        return table, ()
    machines = [name for name in free if _is_machine(name, table.coded(name))]
    others = [name for name in free if name not in machines and _is_identifier(name, table.coded(name))]
    filled = [name for name in (*machines, *others) if any(map(str.strip, table.coded(name).texts))]
    if key is not None:
        hashed = {name: table.coded(name).changed(lambda cell: _hashed(cell, key)) for name in filled}
        return table.with_columns(hashed), _told("hashed under the key", filled)
    numbered = {name: _numbered(table.coded(name)) for name in machines}
    notes = (
        *_told("left out", [name for name in others if name in filled]),
        *_told("numbered in the order met", [name for name in machines if name in filled]),
    )
    return table.with_columns(numbered).without(set(others)), notes


def protect_ids(
    ids: list[str], way: Personal, key: str | None, what: str
) -> tuple[list[str], tuple[str, ...]]:
    """Ids of cases or units that are addresses: hashed, numbered (cases) or told (units, which files share)."""
    if way == "keep" or not any(map(CELLS.fullmatch, set(ids))):
        return ids, ()
    if key is not None:
        hashes = {one: keyed_hash(one, key) for one in set(ids)}
        return [hashes[one] for one in ids], (f"ids of {what} that are addresses are hashed under the key",)
    if what == "units":
        note = "ids of units are addresses; personal='hash' with a key hides them and still joins files"
        return ids, (note,)
    number = {one: f"c{place}" for place, one in enumerate(dict.fromkeys(ids), 1)}
    return [number[one] for one in ids], ("ids of cases are addresses; numbers stand in their place",)


def _is_machine(name: str, column: Column) -> bool:
    return MACHINES.fullmatch(squeezed(name)) is not None or (
        _are_addresses(column) and not any("@" in text for text in column.texts)
    )


def _is_identifier(name: str, column: Column) -> bool:
    return IDENTIFIERS.fullmatch(squeezed(name)) is not None or _are_addresses(column)


def _are_addresses(column: Column) -> bool:
    """Whether any cell is nothing but an address."""
    return any(map(CELLS.fullmatch, column.texts))


def _hashed(cell: str, key: str) -> str:
    return keyed_hash(cell, key) if cell.strip() else ""


def _numbered(column: Column) -> Column:
    number = {text: place for place, text in enumerate(filter(str.strip, column.texts), 1)}
    return column.changed(lambda cell: str(number.get(cell, "")))


def _told(what: str, names: list[str]) -> tuple[str, ...]:
    if not names:
        return ()
    shown = ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")
    return (f"{what}, as they may tell who answered: {shown}; personal='keep' keeps them as they are",)
