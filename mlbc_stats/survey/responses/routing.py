"""Take away the answers to questions that a respondent was not to see because of an earlier answer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.responses.assembling import Answers
from mlbc_stats.survey.responses.model import MissingReason


def apply_routes(
    instrument: Instrument, answers: Mapping[str, Answers]
) -> tuple[dict[str, Answers], dict[str, np.ndarray]]:
    """Mark routed-out cells as `NOT_APPLICABLE`, a structural missing that is never imputed.

    An item is out when the routing question was answered with another code, or was itself routed out.
    Where the routing question is simply missing nobody knows, and the item counts as asked.

    Returns
    -------
    routed : question id → answers.
    stray : item id → (n,) bool, cases that answered an item they were not to see; only items with such cases.
    """
    routed = dict(answers)
    stray: dict[str, np.ndarray] = {}
    for item in instrument.items:
        if item.route is None or item.id not in routed:
            continue
        out = _elsewhere(routed[item.route.question], item.route.codes)
        answered = out & (routed[item.id].reasons == MissingReason.OBSERVED)
        if answered.any():
            stray[item.id] = answered
        routed[item.id] = routed[item.id].without(out, MissingReason.NOT_APPLICABLE)
    return routed, stray


def _elsewhere(question: Answers, codes: tuple[int, ...]) -> np.ndarray:
    other_code = ~np.isnan(question.codes) & ~np.isin(question.codes, codes)
    return other_code | (question.reasons == MissingReason.NOT_APPLICABLE)
