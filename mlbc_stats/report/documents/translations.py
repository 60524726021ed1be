"""Lay the languages of an instrument side by side on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlbc_stats.report.documents.blocks import Block, Notice, Section
from mlbc_stats.report.documents.document import Document
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

HEADINGS = {"item": "Items", "check": "Attention checks", "scale": "Response scales"}
FRAME = "Frame of the questionnaire"


def translation_page(texts: pd.DataFrame, title: str) -> Document:
    """The page of what ``survey.compare_translations`` gives.

    A language with anything less than reviewed is announced as a draft at the top, and every text carries its
    status.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> page = translation_page(survey.compare_translations("marker", ["sv"]), "Marker")
    >>> [section.title for section in page.sections]
    ['State of the translations', 'Frame of the questionnaire', 'Items', 'Response scales']
    """
    languages = [name.removesuffix(" status") for name in texts.columns if name.endswith(" status")]
    kinds = [HEADINGS.get(path.partition("/")[0], FRAME) for path in texts["path"]]
    parts = [name for name in (FRAME, *HEADINGS.values()) if name in kinds]
    sections = [Section(name, (_table(texts[[k == name for k in kinds]], name),)) for name in parts]
    return Document(title, (Section("State of the translations", _state(texts, languages)), *sections))


def _state(texts: pd.DataFrame, languages: list[str]) -> tuple[Block, ...]:
    """One sentence per language; drafts as notices."""
    blocks: list[Block] = []
    for language in languages:
        counts = texts[f"{language} status"].value_counts()
        words = ", ".join(f"{count} {status}" for status, count in counts.items())
        if counts.get("reviewed", 0) < len(texts):
            blocks.append(Notice(f"{language}: DRAFT, not to be fielded before it is reviewed. {words}."))
        else:
            blocks.append(f"{language}: {words}.")
    return tuple(blocks) or ("There is no translation.",)


def _table(texts: pd.DataFrame, name: str) -> Table:
    headings = {column: "status" for column in texts.columns if column.endswith(" status")}
    return Table.from_frame(texts.reset_index(drop=True), name, headings=headings, index=False)
