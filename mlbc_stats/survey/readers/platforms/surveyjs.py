"""SurveyJS: one answer a line as JSON, rows of a matrix inside it."""

from __future__ import annotations

from mlbc_stats.survey.files.json_lines import BETWEEN
from mlbc_stats.survey.files.table import RawTable
from mlbc_stats.survey.readers.export import PARADATA, Export


def surveyjs(table: RawTable) -> Export:
    """Understand answers that a SurveyJS form gives: ``{"TC__1": {"tc_pace_1": 5}}`` is column ``TC__1.tc_pace_1``.

    The page that stores the answers may add ``started``, ``ended``, ``duration``, ``finished`` and ids.
    """
    also = {name: (name.rpartition(BETWEEN)[2],) for name in table.names if BETWEEN in name}
    return Export(
        table,
        paradata={name: name for name in PARADATA if name in table.names},
        also=also,
        platform="surveyjs",
    )
