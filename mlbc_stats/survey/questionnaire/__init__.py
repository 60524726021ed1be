"""Composing the questionnaire that is fielded.

One or several instruments enter; one `Questionnaire` leaves: questions in blocks, in an order that routing
allows, for one group of informants. Read ``model.py`` first, then ``composition.py``.
"""

from mlbc_stats.survey.questionnaire.composition import compose
from mlbc_stats.survey.questionnaire.model import Block, Questionnaire

__all__ = ["Block", "Questionnaire", "compose"]
