"""Who agreed to take part: rows without consent are set aside before anything of theirs is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.files.columns import Column
from mlbc_stats.survey.files.table import RawTable
from mlbc_stats.survey.privacy.personal import squeezed

NAMES = frozenset({"consent", "informedconsent", "einwilligung", "zustimmung", "suostumus"})
"""Columns that are taken to hold the consent, in lower case without blanks, hyphens and underscores."""
YES = frozenset(
    {"1", "yes", "y", "true", "agree", "agreed", "i agree", "accept", "accepted", "given", "consented"}
    | {"ja", "wahr", "zugestimmt", "ich stimme zu", "kyllä", "suostun", "oui", "sí", "si", "checked", "ok"}
)
NO = frozenset(
    {"", "0", "2", "no", "n", "false", "disagree", "i do not agree", "refused", "declined", "not given"}
    | {"nein", "falsch", "abgelehnt", "ich stimme nicht zu", "ei", "en suostu", "non", "unchecked", "na"}
)
LISTED = 5


@dataclass(frozen=True, slots=True)
class ConsentRule:
    """Where consent stands, and how it is written.

    Attributes
    ----------
    column : of the file.
    given : cells, in lower case, that are consent; every other cell is none.
    """

    column: str
    given: frozenset[str]


def consent_rule(table: RawTable, asked: str | None, taken: set[str]) -> ConsentRule | None:
    """The rule by which rows of a table count.

    Parameters
    ----------
    asked : ``COLUMN`` or ``COLUMN=VALUE`` as the user names it; by default a column of a usual name, else nobody was
        asked.
    taken : columns that are something else.

    Raises
    ------
    ResponseError
        for a column that is not there, and cells that are neither yes nor no in words that are known.
    """
    name, _, value = (asked or "").partition("=")
    if asked and name not in table.names and asked in table.names:
        name, value = asked, ""
    if not asked:
        usual = [one for one in table.names if squeezed(one) in NAMES and one not in taken]
        if not usual:
            return None
        name = usual[0]
    column = table.coded(name.strip())
    if value:
        return ConsentRule(name.strip(), frozenset({value.strip().casefold()}))
    unknown = [text for text in column.texts if text.strip().casefold() not in YES | NO]
    if unknown:
        raise ResponseError(
            f"{table.source}: whether {', '.join(map(repr, unknown[:LISTED]))} in column {name} is consent is not "
            f"known; say which cell is, as consent='{name}={unknown[0]}' (on the command line: --consent)"
        )
    return ConsentRule(name.strip(), YES)


def consented(column: Column, rule: ConsentRule) -> np.ndarray:
    """Rows (n,) bool that hold consent."""
    given = [text.strip().casefold() in rule.given for text in column.texts]
    return np.array(given, dtype=bool)[column.places]
