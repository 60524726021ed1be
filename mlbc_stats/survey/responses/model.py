"""Answers of respondents to one instrument, with a reason for every answer that is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import pandas as pd

from mlbc_stats.errors import ResponseError
from mlbc_stats.showing import Shown
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.instrument.scale import ResponseScale


class MissingReason(IntEnum):
    """Why a cell holds no answer; the first one says that it does hold one.

    `NOT_APPLICABLE` is structural (routed out, or chosen by the respondent) and is never imputed;
    `NOT_ASKED` marks an item that the export does not carry at all.

    Examples
    --------
    >>> MissingReason(2).name
    'NOT_APPLICABLE'
    """

    OBSERVED = 0
    NOT_ANSWERED = 1
    NOT_APPLICABLE = 2
    DONT_KNOW = 3
    REFUSED = 4
    NOT_REACHED = 5
    NOT_ASKED = 6


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Responses(Shown):
    """What n cases answered to the k rated items and checks of an instrument. Never changed after reading.

    Attributes
    ----------
    instrument : the instrument that was answered.
    case_ids : (n,) str, one per case as in the file; they may repeat (screening flags that).
    unit_ids : (n,) str, the solution or organization each case speaks about.
    item_ids : (k,) ids of the rated items and attention checks, in the order asked.
    codes : (n, k) float, as answered (reversed items are not turned), NaN where missing.
    reasons : (n, k) int8, `MissingReason` of each cell, 0 where answered.
    context : n rows; answers to the questions that measure no construct, closed ones and numbers as floats
        (NaN where missing), free ones as text, then every column that nobody claimed, as text.
    context_reasons : n rows; `MissingReason` of the closed context questions and numbers.
    paradata : n rows; `duration` in seconds, `started`, `ended`, `finished`, ... as far as the file has them.
    synthetic : True when no respondent ever gave these answers.
    source : name of the file or of the population.
    lines : (n,) int, line of the file on which each case starts; 0 when there is no file.
    notes : what reading had to decide, in words.
    informants : (n,) str, the group of informants each case belongs to, "" where unknown.
    waves : (n,) int, the wave of the panel in which each case was asked; 1 where there is but one.
    unit_column : the column that names the units, "" where every case is a unit of its own.
    design : "key_informant", "several_informants", or "" where nobody said.
    parts : the files that were joined, as they were read; empty for a single one.
    set_aside : reason ("blank row", "no consent") → rows of the files that are no cases.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> responses = survey.simulate(survey.pilot_population(), n=20, seed=1)
    >>> isinstance(responses, Responses), responses.frame().shape == responses.codes.shape
    (True, True)
    >>> responses.labels("phase").iloc[0].split(":")[0] in {"In development", "In release", "In operation"}
    True
    """

    instrument: Instrument
    case_ids: np.ndarray
    unit_ids: np.ndarray
    item_ids: tuple[str, ...]
    codes: np.ndarray
    reasons: np.ndarray
    context: pd.DataFrame
    context_reasons: pd.DataFrame
    paradata: pd.DataFrame
    synthetic: bool
    source: str
    lines: np.ndarray
    informants: np.ndarray
    waves: np.ndarray
    notes: tuple[str, ...] = ()
    unit_column: str = ""
    design: str = ""
    parts: tuple[Responses, ...] = ()
    set_aside: Mapping[str, int] = field(default_factory=dict)

    def _facts(self) -> Mapping[str, object]:
        shares = {
            reason: float((self.reasons == reason).mean()) for reason in MissingReason if self.codes.size
        }
        told = [
            f"{reason.name.lower().replace('_', ' ')} {share:.1%}"
            for reason, share in shares.items()
            if share
        ]
        return {
            "instrument": f"{self.instrument.id} {self.instrument.version}",
            "source": self.source,
            "cases": self.n,
            "units": len(set(self.unit_ids.tolist())),
            "items": len(self.rated_ids),
            "cells": ", ".join(told),
            "notes": len(self.notes),
        }

    @property
    def counted(self) -> str:
        """How many rows were read, used and set aside, in words."""
        aside = sum(self.set_aside.values())
        why = ", ".join(f"{count} {reason}" for reason, count in self.set_aside.items() if count)
        return f"{self.n + aside} rows read, {self.n} used, {aside} set aside" + (f" ({why})" if why else "")

    @property
    def n(self) -> int:
        """Number of cases."""
        return len(self.case_ids)

    @property
    def check_ids(self) -> tuple[str, ...]:
        """Ids of the attention checks among `item_ids`."""
        checks = {check.id for check in self.instrument.checks}
        return tuple(name for name in self.item_ids if name in checks)

    @property
    def rated_ids(self) -> tuple[str, ...]:
        """Ids of the rated items: `item_ids` without the checks."""
        checks = set(self.check_ids)
        return tuple(name for name in self.item_ids if name not in checks)

    def frame(self) -> pd.DataFrame:
        """Codes as answered, one row per case (index `case_id`), one column per item or check."""
        return pd.DataFrame(self.codes.copy(), index=case_index(self), columns=list(self.item_ids))

    def missing(self) -> pd.DataFrame:
        """Number of cells per item (rows) and reason (columns), `OBSERVED` included."""
        counts = {reason.name.lower(): (self.reasons == reason).sum(axis=0) for reason in MissingReason}
        return pd.DataFrame(counts, index=pd.Index(self.item_ids, name="item"))

    def labels(self, item_id: str, language: str = "en") -> pd.Series:
        """Answers to one closed question as labels; NA where there is none.

        Raises
        ------
        ResponseError
            when the responses hold no such question.
        """
        if item_id not in self.item_ids and item_id not in self.context.columns:
            raise ResponseError(f"{self.source}: no item {item_id!r} in these responses")
        scale = question_scale(self.instrument, item_id)
        names = {code.value: code.label.get(language, str(code.value)) for code in scale.codes}
        answers = self.frame()[item_id] if item_id in self.item_ids else self.context[item_id]
        texts = [None if pd.isna(value) else names.get(int(value), str(value)) for value in answers]
        return pd.Series(texts, index=case_index(self), name=item_id, dtype="object")


def keyed(responses: Responses) -> pd.DataFrame:
    """Codes with every reversed item turned, so that a high code always means much of the construct.

    A reversed item becomes lower + upper − code, by the bounds of its own response scale; the responses
    stay as they are. Checks are left out: they measure nothing.

    Returns
    -------
    DataFrame (n, k) indexed by `case_id`, NaN where missing.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> responses = survey.simulate(survey.pilot_population(), n=20, seed=1)
    >>> turned = [item.id for item in responses.instrument.items if item.reversed][0]
    >>> pair = survey.keyed(responses)[turned] + responses.frame()[turned]
    >>> bool((pair.dropna() == 8).all())
    True
    """
    frame = responses.frame()[list(responses.rated_ids)]
    for name in responses.rated_ids:
        if responses.instrument.item(name).reversed:
            scale = question_scale(responses.instrument, name)
            frame[name] = sum(scale_bounds(scale)) - frame[name]
    return frame


def question_scale(instrument: Instrument, question_id: str) -> ResponseScale:
    """Response scale of an item or an attention check."""
    check = next((check for check in instrument.checks if check.id == question_id), None)
    return instrument.scale(check.scale if check else instrument.item(question_id).scale)


def scale_bounds(scale: ResponseScale) -> tuple[float, float]:
    """Lowest and highest code of a scale; the codes themselves where no bounds are stated."""
    lower = min(scale.values) if scale.lower is None else scale.lower
    upper = max(scale.values) if scale.upper is None else scale.upper
    return float(lower), float(upper)


def is_rated(instrument: Instrument, question_id: str) -> bool:
    """Whether a question belongs to the matrix of codes: checks, and ordinal items of a construct."""
    if any(check.id == question_id for check in instrument.checks):
        return True
    return (
        bool(instrument.item(question_id).construct)
        and question_scale(instrument, question_id).kind == "ordinal"
    )


def case_index(responses: Responses) -> pd.Index:
    """Case ids as an index called `case_id`."""
    return pd.Index(responses.case_ids, name="case_id")
