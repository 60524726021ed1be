"""Who answered: the questions about respondent, solution and organization, counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mlbc_stats.survey.instrument.item import Item
from mlbc_stats.survey.responses.model import MissingReason, Responses, question_scale
from mlbc_stats.survey.screening.report import ScreeningReport, kept_cases

REPEATED = 0.5
"""Share of distinct words up to which a free text (a country) is counted; remarks are not."""


@dataclass(frozen=True, slots=True, eq=False)
class SampleProfile:
    """What the context questions say about the cases.

    Attributes
    ----------
    n : cases described.
    categories : one row per question and answer: question, text, answer, cases, share (of those who answered); the
        last row of a question that some left out is "no answer", without a share.
    numbers : one row per question that asks for a number: text, n, mean, sd (divisor n − 1), median, minimum, maximum.
    silent : ids of context questions that nobody answered.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> profile = survey.sample_profile(survey.simulate(survey.pilot_population(), n=60, seed=1))
    >>> isinstance(profile, survey.SampleProfile), profile.n
    (True, 60)
    """

    n: int
    categories: pd.DataFrame
    numbers: pd.DataFrame
    silent: tuple[str, ...]


def sample_profile(
    responses: Responses, screening: ScreeningReport | None = None, language: str = "en"
) -> SampleProfile:
    """Count what respondents say about themselves, their solution and their organization.

    Parameters
    ----------
    responses : answers.
    screening : when given, only the cases it keeps are described.
    language : of questions and labels; the instrument's first where a label is missing in it.

    Raises
    ------
    ResponseError
        when the screening belongs to other responses.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> profile = survey.sample_profile(survey.simulate(survey.pilot_population(), n=60, seed=1))
    >>> counted = profile.categories.query("question == 'phase'")
    >>> int(counted["cases"].sum()), round(float(counted["share"].sum()), 6)
    (60, 1.0)
    """
    kept = kept_cases(responses, screening)
    rows: list[dict[str, Any]] = []
    numbers: list[dict[str, Any]] = []
    silent: list[str] = []
    for item in _asked(responses):
        asked = kept & _was_asked(responses, item.id)
        answers = responses.context[item.id][asked].replace("", None)
        text = item.text.get(language, next(iter(item.text.values())))
        named = {"question": item.id, "text": text}
        kind = question_scale(responses.instrument, item.id).kind
        if answers.isna().all():
            silent.append(item.id)
        elif kind == "number":
            numbers.append(named | _summary(answers.to_numpy(dtype=float)))
        elif kind == "text":
            rows += [named | row for row in _words(answers)]
        else:
            rows += [named | row for row in _counts(responses, item.id, asked, language)]
    return SampleProfile(
        n=int(kept.sum()),
        categories=pd.DataFrame(rows, columns=["question", "text", "answer", "cases", "share"]),
        numbers=pd.DataFrame(
            numbers, columns=["question", "text", "n", "mean", "sd", "median", "minimum", "maximum"]
        ),
        silent=tuple(silent),
    )


def _asked(responses: Responses) -> list[Item]:
    """Context questions that the responses hold, in the order asked."""
    return [
        item
        for item in responses.instrument.items
        if not item.construct and item.id in responses.context.columns
    ]


def _was_asked(responses: Responses, question: str) -> np.ndarray:
    """Cases (n,) bool that the question was put to, as far as the files say."""
    if question not in responses.context_reasons.columns:
        return np.ones(responses.n, dtype=bool)
    return responses.context_reasons[question].to_numpy() != MissingReason.NOT_ASKED


def _counts(
    responses: Responses, question: str, asked: np.ndarray, language: str
) -> Iterator[dict[str, Any]]:
    """Every answer of the scale in its order, those that nobody chose too."""
    labels = responses.labels(question, language)[asked]
    scale = question_scale(responses.instrument, question)
    order = [code.label.get(language, str(code.value)) for code in scale.codes]
    counts = labels.value_counts()
    return _shares({name: int(counts.get(name, 0)) for name in order}, int(asked.sum()))


def _words(answers: pd.Series) -> Iterator[dict[str, Any]]:
    """Counts of a free text whose answers repeat, the most frequent first."""
    said = answers.dropna().astype(str).str.strip()
    folded = said.str.casefold()
    if folded.nunique() > max(REPEATED * len(folded), 1):
        return iter(())
    first = said.groupby(folded).first()
    counts = folded.value_counts()
    return _shares({str(first[str(name)]): int(count) for name, count in counts.items()}, len(answers))


def _shares(counts: dict[str, int], n: int) -> Iterator[dict[str, Any]]:
    answered = sum(counts.values())
    for answer, cases in counts.items():
        yield {"answer": answer, "cases": cases, "share": cases / answered if answered else np.nan}
    if answered < n:
        yield {"answer": "no answer", "cases": n - answered, "share": np.nan}


def _summary(values: np.ndarray) -> dict[str, Any]:
    known = values[~np.isnan(values)]
    return {
        "n": len(known),
        "mean": float(known.mean()),
        "sd": float(known.std(ddof=1)) if len(known) > 1 else np.nan,
        "median": float(np.median(known)),
        "minimum": float(known.min()),
        "maximum": float(known.max()),
    }
