"""Answers of respondents, with a reason for each that is missing.

Codes of questions and what is known of the cases enter; `Responses` leaves, from which nothing is ever
deleted. Read ``model.py`` first.
"""

from mlbc_stats.survey.responses.model import (
    MissingReason,
    Responses,
    case_index,
    is_rated,
    keyed,
    question_scale,
    scale_bounds,
)

__all__ = ["MissingReason", "Responses", "case_index", "is_rated", "keyed", "question_scale", "scale_bounds"]
