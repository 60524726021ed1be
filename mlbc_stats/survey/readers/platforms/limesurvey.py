"""LimeSurvey: answers as CSV (codes or labels, question codes or texts in the header) or as its SPSS export."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mlbc_stats.survey.files.table import RawTable
from mlbc_stats.survey.readers.export import Export

PARADATA = {
    "started": ("startdate", "Date started"),
    "ended": ("datestamp", "Date last action", "submitdate", "Date submitted"),
    "duration": ("interviewtime", "Total time"),
    "language": ("startlanguage", "Start language"),
}
SUBMITTED = ("submitdate", "Date submitted")
"""Blank for who stopped early."""
SIGNS = (
    frozenset({"id", "submitdate", "lastpage", "startlanguage"}),
    frozenset({"Response ID", "Date submitted", "Last page", "Start language"}),
)
"""Columns by which an export is recognised, as codes and as texts."""
FINISHED = "finished (from submitdate)"
HEADING = re.compile(r"(?P<code>[A-Za-z][A-Za-z0-9_]*(?:\[[^\]]*\])?)\. (?P<text>.+)", re.DOTALL)
"""A header that gives both the code and the words."""


def limesurvey(table: RawTable) -> Export:
    """Understand an export of LimeSurvey.

    Headers may be question codes (``G1[SQ001]``), codes and words (``G1[SQ001]. Words``) or words alone; SPSS files
    have names that lost their brackets, with the words as labels. A response without a date of submission is a
    partial one. ``N/A`` is what LimeSurvey writes for a question that was not shown.
    """
    also = {name: tuple(_other_names(name)) for name in table.names}
    texts = {name: found["text"] for name in table.names if (found := HEADING.fullmatch(name))}
    known = _paradata(table.names)
    submitted = next((name for name in SUBMITTED if name in table.names), "")
    if submitted:
        done = table.coded(submitted).changed(lambda cell: "1" if cell.strip() else "0")
        table = table.with_columns({FINISHED: done})
        known["finished"] = FINISHED
    return Export(
        table,
        paradata=known,
        ids=("id", "Response ID", "token", "Token"),
        units=("token", "unit_id", "solution_id"),
        blanks=frozenset({"", "N/A", "NA"}),
        questions={**{name: name for name in table.names}, **texts, **table.labels},
        also={name: names for name, names in also.items() if names},
        platform="limesurvey",
    )


def is_limesurvey(table: RawTable) -> bool:
    """Whether a table has the columns that LimeSurvey always exports."""
    return any(signs <= set(table.names) for signs in SIGNS)


def _other_names(name: str) -> list[str]:
    """The code in a heading, and the code of a row in the code of its grid."""
    found = HEADING.fullmatch(name)
    code = found["code"] if found else name
    row = re.fullmatch(r"[^\[\]]+\[([^\[\]]+)\]", code)
    return [one for one in (code, row[1] if row else "") if one not in ("", name)]


def _paradata(names: tuple[str, ...]) -> dict[str, str]:
    found: Mapping[str, list[str]] = {
        role: [one for one in tries if one in names] for role, tries in PARADATA.items()
    }
    return {role: tries[0] for role, tries in found.items() if tries}
