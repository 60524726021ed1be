"""Invitations in the store: added once, found by token, marked as they are used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select, update

from mlbc_stats.field.store.keys import hashed, new_case
from mlbc_stats.field.store.opening import Store
from mlbc_stats.field.store.schema import INVITATIONS


@dataclass(frozen=True, slots=True)
class Respondent:
    """One invitation as far as it has been used.

    Attributes
    ----------
    respondent : random name of the case.
    unit : token of its unit.
    informant : group, "" for everybody.
    consent : 1, 0 or None while nothing was said.
    finished : when the last page came, or that nobody takes part; None before.
    """

    respondent: str
    unit: str
    informant: str
    consent: int | None
    finished: str | None


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def add_invitations(store: Store, rows: Sequence[tuple[str, str, str]]) -> None:
    """Store (token, unit token, informant) of new invitations, all or none."""
    values = [
        {
            "respondent": new_case(),
            "token_hash": hashed(store.key, "token", token),
            "unit": unit,
            "informant": informant,
        }
        for token, unit, informant in rows
    ]
    with store.changing() as connection:
        connection.execute(insert(INVITATIONS), values)


def invited(store: Store) -> dict[tuple[str, str], int]:
    """(unit token, informant) → how many invitations there are."""
    place = (INVITATIONS.c.unit, INVITATIONS.c.informant)
    with store.changing() as connection:
        rows = connection.execute(select(*place, func.count()).group_by(*place)).all()
    return {(unit, informant): count for unit, informant, count in rows}


def groups(store: Store) -> list[str]:
    """The groups of informants that were invited."""
    return sorted({informant for _, informant in invited(store)})


def find(connection: Connection, token_hash: str) -> Respondent | None:
    """The invitation of a token, held until the transaction ends; None for a token that nobody was given."""
    columns = [INVITATIONS.c[name] for name in Respondent.__dataclass_fields__]
    query = select(*columns).where(INVITATIONS.c.token_hash == token_hash).with_for_update()
    row = connection.execute(query).one_or_none()
    return None if row is None else Respondent(*row)


def mark(connection: Connection, respondent: str, **values: object) -> None:
    """Set columns of one invitation."""
    connection.execute(update(INVITATIONS).where(INVITATIONS.c.respondent == respondent).values(**values))


def mark_opened(connection: Connection, respondent: str) -> None:
    """Note when the page was opened first."""
    first = (INVITATIONS.c.respondent == respondent) & INVITATIONS.c.opened.is_(None)
    connection.execute(update(INVITATIONS).where(first).values(opened=now()))
