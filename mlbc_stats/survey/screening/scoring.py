"""Scale scores of each case by the instrument's scoring rules."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mlbc_stats.survey.instrument.item import ScoringRule
from mlbc_stats.survey.responses.model import Responses, keyed
from mlbc_stats.survey.screening.report import ScreeningReport, kept_cases


def score(responses: Responses, screening: ScreeningReport | None = None) -> pd.DataFrame:
    """Scores of facets and constructs, reversed items keyed first.

    A score is the mean of the answered items of its rule, or that mean times the number of items for a sum,
    and NaN when a smaller share of them than `minimum_answered` is answered. Constructs without a rule get no
    score.

    Parameters
    ----------
    responses : answers.
    screening : when given, only the cases it keeps are scored.

    Returns
    -------
    DataFrame indexed by `case_id`, one column per construct, in the order of the instrument's constructs.

    Raises
    ------
    ResponseError
        when the screening belongs to other responses.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> scores = survey.score(survey.simulate(survey.pilot_population(), n=30, seed=1))
    >>> bool(scores["TC"].between(1, 7).all()), list(scores.columns)[:3]
    (True, ['TC', 'tc_timing', 'tc_pace'])
    """
    items = keyed(responses)
    scores = {rule.construct: _by_rule(items, rule) for rule in responses.instrument.scoring}
    order = [construct.id for construct in responses.instrument.constructs if construct.id in scores]
    table = pd.DataFrame({name: scores[name] for name in order}, index=items.index)
    return table[kept_cases(responses, screening)]


def _by_rule(items: pd.DataFrame, rule: ScoringRule) -> np.ndarray:
    answers = items[list(rule.items)].to_numpy()
    answered = ~np.isnan(answers)
    count = answered.sum(axis=1)
    mean = np.where(answered, answers, 0.0).sum(axis=1) / np.maximum(count, 1)
    enough = (count > 0) & (count >= rule.minimum_answered * len(rule.items) - 1e-9)
    return np.where(enough, mean * (len(rule.items) if rule.method == "sum" else 1), np.nan)
