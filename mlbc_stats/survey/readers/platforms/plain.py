"""Plain CSV: one header row, columns named after items, paradata under their own names."""

from __future__ import annotations

from mlbc_stats.survey.files.table import RawTable
from mlbc_stats.survey.readers.export import PARADATA, Export


def plain(table: RawTable) -> Export:
    """Understand a table whose columns already bear our names.

    `started`, `ended`, `duration` (seconds), `finished`, `progress`, `status`, `preview` (1 for the author's own
    trials) and `language` are paradata.
    """
    return Export(
        table,
        paradata={name: name for name in PARADATA if name in table.names},
        questions=table.labels,
    )
