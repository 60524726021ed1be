"""ODK Central and KoboToolbox: answers as CSV or workbook, names with the groups of the form before them."""

from __future__ import annotations

import re

from mlbc_stats.survey.files.table import RawTable
from mlbc_stats.survey.readers.export import Export
from mlbc_stats.survey.readers.platforms.ticks import merged_ticks

PARADATA = {
    "started": ("start",),
    "ended": ("end", "_submission_time", "SubmissionDate"),
    "status": ("_status", "ReviewState"),
    "language": ("language",),
}
SIGNS = (frozenset({"KEY", "SubmissionDate"}), frozenset({"_uuid", "_submission_time"}))
"""Columns by which an export of ODK Central, and one of KoboToolbox, is recognised."""
TICK = re.compile(r"(?P<name>.+)/(?P<code>[^/]+)")


def odk(table: RawTable) -> Export:
    """Understand an export of ODK Central (``group-name``) or KoboToolbox (``group/name``).

    Questions with several answers (``select_multiple``) that come in one column per answer are put together again as
    one column of codes with blanks between them; the others stay beside it. Columns of machines and places
    (``deviceid``, ``_geolocation``) are handled as identifiers.
    """
    whole, notes = merged_ticks(table, TICK)
    also = {name: tuple(_other_names(name)) for name in whole.names}
    return Export(
        whole,
        paradata={
            role: found[0]
            for role, tries in PARADATA.items()
            if (found := [one for one in tries if one in whole.names])
        },
        ids=("KEY", "_uuid", "meta-instanceID", "meta/instanceID", "instanceID", "_id"),
        questions=whole.labels,
        also={name: names for name, names in also.items() if names},
        notes=notes,
        platform="odk",
    )


def is_odk(table: RawTable) -> bool:
    """Whether a table has the columns that ODK Central or KoboToolbox always export."""
    return any(signs <= set(table.names) for signs in SIGNS)


def _other_names(name: str) -> list[str]:
    """The name without its groups, one group at a time."""
    parts = re.split(r"[-/:]", name)
    return ["-".join(parts[start:]) for start in range(1, len(parts))]
