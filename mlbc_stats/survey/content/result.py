"""The result of a study of content validity."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from mlbc_stats.survey.content.criteria import Criteria
from mlbc_stats.survey.content.returned.answers import JudgeAnswers


@dataclass(frozen=True, slots=True)
class ContentResult:
    """Indices and decisions; what was not asked is an empty table.

    Attributes
    ----------
    answers, criteria : what the result rests on.
    indices : one row per index: scope (item, construct, instrument), subject (its id), question, index, value,
        lower, upper, level, n, threshold, met, error, pvalue, method, source, note.
    decisions : one row per item: item, construct, decision (keep, revise, drop, undecided), reasons.
    anovas : one row per rated item: item, construct, judges, f, df_between, df_within, pvalue, epsilon,
        pvalue_corrected.
    contrasts : one row per rated item and other definition: item, construct, definition, own_mean, other_mean,
        difference, t, df, pvalue, holm.
    placements : of a sort, how often items of each construct (rows) were put with each choice (columns).
    pairs : of a sort, Cohen's κ of each pair of judges.
    notes : what a reader must know.

    Examples
    --------
    >>> from mlbc_stats.survey.content import ContentResult
    >>> "decisions" in ContentResult.__dataclass_fields__
    True
    """

    answers: JudgeAnswers
    criteria: Criteria
    indices: pd.DataFrame
    decisions: pd.DataFrame
    anovas: pd.DataFrame
    contrasts: pd.DataFrame
    placements: pd.DataFrame
    pairs: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def synthetic(self) -> bool:
        """Whether any judge is made up."""
        return self.answers.synthetic

    @property
    def trustworthy(self) -> bool:
        """Whether every question was answered by three judges at least, the fewest that Lynn (1986) allows."""
        asked = self.answers.table["question"].unique()
        return bool(len(asked)) and all(len(self.answers.judges(question)) >= 3 for question in asked)

    def items(self) -> pd.DataFrame:
        """One row per item: decision, the value of each index, reasons."""
        own = self.indices[self.indices["scope"] == "item"]
        wide = (
            own.pivot_table(index="subject", columns="index", values="value", dropna=False)
            if len(own)
            else pd.DataFrame()
        )
        order = list(dict.fromkeys(own["index"]))
        left = self.decisions.set_index("item")
        joined = left[["construct", "decision"]].join(wide.reindex(columns=order)).join(left["reasons"])
        return joined.rename_axis("item").reset_index()
