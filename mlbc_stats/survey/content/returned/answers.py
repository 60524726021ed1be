"""What the judges answered, as one table, with what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mlbc_stats.survey.instrument.model import Instrument

SYNTHETIC_PREFIX = "SYNTHETIC"
COLUMNS = (
    "source",
    "row",
    "judge",
    "kind",
    "question",
    "item",
    "construct",
    "definition",
    "answer",
    "comment",
)


@dataclass(frozen=True, slots=True)
class JudgeAnswers:
    """Answers of judges about the items of an instrument. Never changed after reading.

    Attributes
    ----------
    instrument : what was judged.
    table : one row per judge, question, item and definition: source, row, judge, kind, question (relevance,
        necessity, fit or place), item, its construct, the definition it was judged by, the answer (a number, a
        word, the id of a construct or ``"none"``; None when not given), the comment.
    notes : what was noticed while reading and is no error.

    Examples
    --------
    >>> from mlbc_stats.survey.content import JudgeAnswers
    >>> from mlbc_stats.survey.loading.load import load_instrument
    >>> JudgeAnswers.of(load_instrument("marker"), []).n_judges
    0
    """

    instrument: Instrument
    table: pd.DataFrame
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, instrument: Instrument, records: Iterable[dict[str, object]], notes: Iterable[str] = ()
    ) -> JudgeAnswers:
        """Answers made of records, one per row of `table`."""
        return cls(instrument, pd.DataFrame(list(records), columns=list(COLUMNS)), tuple(notes))

    @property
    def n_judges(self) -> int:
        """Number of judges who answered anything."""
        return len(self.judges())

    @property
    def synthetic(self) -> bool:
        """Whether any judge is made up, as its code says."""
        return any(str(judge).upper().startswith(SYNTHETIC_PREFIX) for judge in self.table["judge"].unique())

    def judges(self, question: str | None = None) -> tuple[str, ...]:
        """Codes of the judges who answered anything, to one question or at all, sorted."""
        table = self.table if question is None else self.table[self.table["question"] == question]
        return tuple(sorted(table.loc[table["answer"].notna(), "judge"].unique()))

    def items(self, question: str) -> tuple[str, ...]:
        """Ids of the items asked about, in the order of the instrument."""
        asked = set(self.table.loc[self.table["question"] == question, "item"])
        return tuple(item.id for item in self.instrument.items if item.id in asked)

    def matrix(self, question: str, definition: str | None = None) -> pd.DataFrame:
        """Answers to one question: items × judges; of a rating, those on one definition.

        Numbers are floats with NaN where none was given; words and ids are texts with None.
        """
        table = self.table[self.table["question"] == question]
        if definition is not None:
            table = table[table["definition"] == definition]
        answers = {(row.item, row.judge): row.answer for row in table.itertuples()}
        rated, judges = set(table["item"]), list(self.judges(question))
        items = [name for name in self.items(question) if name in rated]
        cells = [[answers.get((item, judge)) for judge in judges] for item in items]
        values = np.array(cells, dtype=object).reshape(len(items), len(judges))
        frame = pd.DataFrame(values, index=pd.Index(items, name="item"), columns=judges)
        return frame.astype(float) if question in ("relevance", "fit") else frame

    def missing(self) -> pd.DataFrame:
        """Answers that were asked for and not given by judges who gave others: one row each."""
        gaps = self.table["answer"].isna() & self.table["judge"].isin(self.judges())
        return self.table.loc[gaps, ["source", "row", "judge", "question", "item", "definition"]].reset_index(
            drop=True
        )

    def comments(self) -> pd.DataFrame:
        """Comments, once per row of a form."""
        made = self.table[self.table["comment"] != ""]
        once = made.drop_duplicates(["source", "row"])
        return once[["item", "definition", "judge", "comment"]].reset_index(drop=True)
