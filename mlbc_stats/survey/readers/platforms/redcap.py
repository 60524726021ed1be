"""REDCap: answers as CSV, raw codes or labels, check boxes in one column per answer."""

from __future__ import annotations

import re

from mlbc_stats.survey.files.table import RawTable
from mlbc_stats.survey.readers.export import Export
from mlbc_stats.survey.readers.platforms.ticks import merged_ticks

IDS = ("record_id", "Record ID", "redcap_survey_identifier")
TICK = re.compile(r"(?P<name>[a-z][a-z0-9_]*?)___(?P<code>_?[a-z0-9]+)")
FINISHED = "finished (from _complete)"
COMPLETE = {"2": "1", "complete": "1", "0": "0", "incomplete": "0", "1": "0", "unverified": "0"}
"""Cells of a form's ``_complete`` → whether it was finished."""
BLANKS = frozenset({"", "[not completed]"})


def redcap(table: RawTable) -> Export:
    """Understand an export of REDCap.

    Check boxes (``name___1``, ``name____96`` for −96) are put together as one column of codes. Where a form's
    ``_complete`` is there, a record counts as finished when it is 2 (or ``Complete``). Headers of label exports are the
    words of the questions.
    """
    whole, notes = merged_ticks(table, TICK, lambda code: code.replace("_", "-", 1))
    known = {}
    states = [name for name in whole.names if name.endswith("_complete") or name == "Complete?"]
    if len(states) == 1:
        done = whole.coded(states[0]).changed(lambda cell: COMPLETE.get(cell.strip().casefold(), ""))
        whole, known = whole.with_columns({FINISHED: done}), {"finished": FINISHED}
    stamps = [name for name in whole.names if name.endswith("_timestamp") or name == "Survey Timestamp"]
    if len(stamps) == 1:
        known["ended"] = stamps[0]
    return Export(
        whole,
        paradata=known,
        ids=IDS,
        blanks=BLANKS,
        questions={name: name for name in table.names} | dict(table.labels),
        notes=notes,
        platform="redcap",
    )


def is_redcap(table: RawTable) -> bool:
    """Whether a table begins with a record's id and has the state of a form."""
    return table.names[0] == IDS[0] and any(name.endswith("_complete") for name in table.names)
