"""Stage 1: what the quotations of the two papers cover. Real data, whatever the study's own are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlbc_stats.report import Table
from mlbc_stats.study.stages.material import Material
from mlbc_stats.study.stages.stage import Stage
from mlbc_stats.theory.quotations.coded import SOURCES, coded_evidence, cooccurrence, coverage

if TYPE_CHECKING:
    import pandas as pd

UNIT = (
    "Unit: one practitioner quotation; a repeated quotation is counted once. A phase belongs to the section."
)


def evidence(_: Material) -> Stage:
    """Coverage by section and code, co-occurrence of challenge and practice."""
    rows = coded_evidence()
    return Stage(
        name="evidence",
        title="Coded evidence of the papers",
        short=f"{len(rows)} practitioner quotations of the two papers, coded: real data.",
        text=(
            f"{len(rows)} practitioner quotations of the two papers, coded but not quoted: real data. The "
            "tables show where the theory has support in the text and where it has none; they test no "
            "proposition.",
        ),
        tables=(*(_coverage(rows, source) for source in SOURCES), _cooccurrence(rows)),
    )


def _coverage(rows: pd.DataFrame, source: str) -> Table:
    """Codes down, sections across: many codes, few sections."""
    counts = coverage(rows[rows["source"] == source]).droplevel("source").T
    named = counts.any(axis=1)
    silent = [str(name) for name in counts.index[~named]]
    absent = (f"Without a quotation: {', '.join(silent)}.",) if silent else ()
    return Table.from_frame(
        counts[named],
        f"Quotations by code and section, {source}",
        formats="count",
        notes=(UNIT, *absent),
        synthetic=False,
        identifier=f"coverage_{source}",
    )


def _cooccurrence(rows: pd.DataFrame) -> Table:
    return Table.from_frame(
        cooccurrence(rows),
        "Quotations that name a challenge together with a practice",
        formats="count",
        notes=(UNIT,),
        synthetic=False,
        identifier="cooccurrence",
    )
