"""Compute every index that the answers allow, and decide about each item."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mlbc_stats.errors import DataError
from mlbc_stats.survey.content.criteria import Criteria, count_kept, decide_item
from mlbc_stats.survey.content.indices.from_correspondence import FitFindings, fit_findings
from mlbc_stats.survey.content.indices.from_relevance import necessity_indices, relevance_indices
from mlbc_stats.survey.content.indices.from_sorting import count_placements, place_indices, rate_pairs
from mlbc_stats.survey.content.indices.subject import Sampling, Subject
from mlbc_stats.survey.content.result import ContentResult
from mlbc_stats.survey.content.returned.answers import JudgeAnswers

COLUMNS = [
    "scope",
    "subject",
    "question",
    "index",
    "value",
    "lower",
    "upper",
    "level",
    "n",
    "threshold",
    "met",
    "error",
    "pvalue",
    "method",
    "source",
    "note",
]
FEW_ITEMS = 3


def evaluate_items(
    answers: JudgeAnswers,
    criteria: Criteria | None = None,
    level: float = 0.95,
    draws: int = 2000,
    seed: int = 1,
) -> ContentResult:
    """Indices of items, constructs and the whole, and a decision about each item.

    From ratings of relevance: I-CVI, κ*, S-CVI/Ave, S-CVI/UA and Krippendorff's ordinal α. From necessity: CVR.
    From ratings of fit: htc, htd, Hinkin and Tracey's analysis of variance, and α at the level of intervals.
    From a sort: psa, csv, hit ratio, Fleiss' κ, Cohen's κ of each pair of judges, and nominal α. Each item is
    judged by those who answered about it; none is filled in.

    Parameters
    ----------
    answers : from `read_forms`.
    criteria : limits of the decisions.
    level, draws, seed : intervals; those of shares are exact, others percentiles of `draws` resamples of judges
        (of units for α).

    Raises
    ------
    DataError
        when no judge answered anything, or `level` or `draws` make no interval.

    Examples
    --------
    >>> from mlbc_stats.survey.content import JudgeAnswers, evaluate_items
    >>> from mlbc_stats.survey.loading.load import load_instrument
    >>> row = {"source": "", "row": 1, "kind": "relevance", "question": "relevance", "definition": "tc_pace",
    ...        "construct": "tc_pace", "item": "tc_pace_1", "comment": ""}
    >>> rows = [row | {"judge": f"SYNTHETIC-{j}", "answer": 4.0} for j in range(6)]
    >>> result = evaluate_items(JudgeAnswers.of(load_instrument("mlbc_alignment"), rows))
    >>> result.decisions["decision"].tolist()
    ['keep']
    """
    if not answers.n_judges:
        raise DataError("no judge answered anything, so there is nothing to evaluate")
    rules, sampling = criteria or Criteria(), Sampling(level, draws, seed)
    fits = fit_findings(answers, sampling)
    found = [
        *relevance_indices(answers, sampling),
        *necessity_indices(answers, level, rules.alpha),
        *fits.indices,
        *place_indices(answers, sampling, rules.alpha),
    ]
    decisions = _decisions(answers, found, fits, rules)
    rows = [{"scope": s.scope, "subject": s.name, "question": s.question, **s.index.row()} for s in found]
    return ContentResult(
        answers,
        rules,
        pd.DataFrame(rows, columns=COLUMNS),
        pd.DataFrame(decisions, columns=["item", "construct", "decision", "reasons"]),
        fits.anovas,
        fits.contrasts,
        count_placements(answers),
        rate_pairs(answers, level),
        tuple(_notes(decisions, fits)),
    )


def _decisions(
    answers: JudgeAnswers, found: list[Subject], fits: FitFindings, rules: Criteria
) -> list[dict[str, str]]:
    """One row per item asked about, in the order of the instrument."""
    asked = set(answers.table["item"])
    rows = []
    for item in answers.instrument.items:
        if item.id in asked:
            own = [s.index for s in found if s.scope == "item" and s.name == item.id]
            decision, reasons = decide_item(own, fits.by_item.get(item.id), rules)
            rows.append(
                {"item": item.id, "construct": item.construct, "decision": decision, "reasons": reasons}
            )
    return rows


def _notes(decisions: list[dict[str, str]], fits: FitFindings) -> Iterator[str]:
    yield from fits.notes
    thin = {name: count for name, count in count_kept(decisions).items() if count < FEW_ITEMS}
    if thin:
        named = ", ".join(f"{name} ({count})" for name, count in thin.items())
        yield f"Fewer than {FEW_ITEMS} items would be kept as they are: {named}. Revise before dropping."
