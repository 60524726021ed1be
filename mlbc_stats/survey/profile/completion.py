"""How far respondents came: part by part of the questionnaire, who reached it and who stopped there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mlbc_stats.survey.instrument.item import Item
from mlbc_stats.survey.responses.model import MissingReason, Responses

CONTEXT = "context"
"""Name of a part whose questions measure no construct."""


def completion(responses: Responses) -> pd.DataFrame:
    """Completion and drop-out by part of the questionnaire.

    A part is a run of questions about one construct, in the order of the instrument. A case stops where its first
    question stands that it did not reach, which readers tell from questions skipped. Where several files were joined, a
    part counts the cases that were asked any of its questions.

    Returns
    -------
    DataFrame
        One row per part: part (id of the construct, or "context"), first (id of its first question), questions,
        reached (cases who came to it), stopped (cases who went no further than within it or just before it), share
        (of the cases asked who came to its end; NaN where nobody was).

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> table = survey.completion(survey.simulate(survey.pilot_population(), n=80, seed=1))
    >>> int(table["reached"].iloc[0]), bool(table["reached"].is_monotonic_decreasing)
    (80, True)
    """
    ids, parts = _sequence(responses)
    reasons = np.array([_reasons(responses, name) for name in ids]).T.reshape(responses.n, len(ids))
    places = reasons == MissingReason.NOT_REACHED
    stop = np.where(places.any(axis=1), places.argmax(axis=1), len(ids))
    rows, start = [], 0
    while start < len(ids):
        end = start
        while end < len(ids) and parts[end] == parts[start]:
            end += 1
        asked = (reasons[:, start:end] != MissingReason.NOT_ASKED).any(axis=1)
        reached = asked & (stop >= start)
        here = reached & (stop < end)
        rows.append(
            {
                "part": parts[start],
                "first": ids[start],
                "questions": end - start,
                "reached": int(reached.sum()),
                "stopped": int(here.sum()),
                "share": float((stop >= end)[asked].mean()) if asked.any() else np.nan,
            }
        )
        start = end
    return pd.DataFrame(rows, columns=["part", "first", "questions", "reached", "stopped", "share"])


def _sequence(responses: Responses) -> tuple[list[str], list[str]]:
    """Closed questions in the order asked, and the part of each; a check belongs to the part it stands in."""
    ids: list[str] = []
    parts: list[str] = []
    known = {*responses.item_ids, *responses.context_reasons.columns}
    for question in responses.instrument.sequence:
        if question.id not in known:
            continue
        own = (question.construct or CONTEXT) if isinstance(question, Item) else ""
        ids.append(question.id)
        parts.append(own or (parts[-1] if parts else CONTEXT))
    return ids, parts


def _reasons(responses: Responses, question: str) -> np.ndarray:
    if question in responses.item_ids:
        return np.asarray(responses.reasons[:, responses.item_ids.index(question)])
    return responses.context_reasons[question].to_numpy()
