"""Answers to single questions, and how they become responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.responses.model import MissingReason, Responses, is_rated, question_scale

INFORMANT = "informant"
"""The question by which respondents say which group of informants they belong to."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What n cases answered to one closed question.

    Attributes
    ----------
    codes : (n,) float, NaN where missing.
    reasons : (n,) int8, `MissingReason`.
    """

    codes: np.ndarray
    reasons: np.ndarray

    def without(self, cases: np.ndarray, reason: MissingReason) -> Answers:
        """The same answers with those of some cases (n,) bool taken away for a reason."""
        return Answers(
            np.where(cases, np.nan, self.codes), np.where(cases, reason, self.reasons).astype(np.int8)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """Where responses come from: those fields of `Responses` that are not answers."""

    case_ids: np.ndarray
    unit_ids: np.ndarray
    lines: np.ndarray
    paradata: pd.DataFrame
    source: str
    synthetic: bool
    notes: tuple[str, ...] = ()
    unit_column: str = ""
    set_aside: Mapping[str, int] = field(default_factory=dict)


def assemble(
    instrument: Instrument,
    answers: Mapping[str, Answers],
    texts: Mapping[str, Sequence[str]],
    other: pd.DataFrame,
    origin: Origin,
) -> Responses:
    """Responses from the answers to all questions.

    Parameters
    ----------
    answers : question id → answers of every closed question, routes applied already.
    texts : item id → (n,) free text of every open question.
    other : n rows of columns that belong to no question.
    origin : ids, paradata and source.
    """
    rows = pd.RangeIndex(len(origin.case_ids))
    rated = tuple(question.id for question in instrument.sequence if is_rated(instrument, question.id))
    aside = [item.id for item in instrument.items if item.id not in rated]
    closed = [name for name in aside if name in answers]
    columns: dict[str, object] = {
        name: answers[name].codes if name in answers else list(texts[name]) for name in aside
    }
    columns |= {name: other[name].to_list() for name in other.columns}
    codes = np.array([answers[name].codes for name in rated], dtype=float).T.reshape(len(rows), len(rated))
    reasons = np.array([answers[name].reasons for name in rated], dtype=np.int8).T.reshape(codes.shape)
    for array in (codes, reasons, origin.case_ids, origin.unit_ids):
        array.setflags(write=False)
    return Responses(
        instrument=instrument,
        case_ids=origin.case_ids,
        unit_ids=origin.unit_ids,
        item_ids=rated,
        codes=codes,
        reasons=reasons,
        context=pd.DataFrame(columns, index=rows),
        context_reasons=pd.DataFrame({name: answers[name].reasons for name in closed}, index=rows),
        paradata=origin.paradata,
        synthetic=origin.synthetic,
        source=origin.source,
        lines=origin.lines,
        notes=origin.notes,
        informants=_informants(instrument, answers, len(rows)),
        waves=np.ones(len(rows), dtype=np.int64),
        unit_column=origin.unit_column,
        set_aside=origin.set_aside,
    )


def _informants(instrument: Instrument, answers: Mapping[str, Answers], n: int) -> np.ndarray:
    """The group that each case says it belongs to, "" where it was not asked or did not say."""
    if INFORMANT not in answers:
        return np.full(n, "", dtype=object)
    scale = question_scale(instrument, INFORMANT)
    names = {code.value: code.name or "" for code in scale.codes}
    return np.array([names.get(code, "") for code in answers[INFORMANT].codes.tolist()], dtype=object)
