"""Questionnaires in the formats of the platforms where people answer."""

from mlbc_stats.survey.exporters.export import TARGETS, Exported, export
from mlbc_stats.survey.exporters.surveyjs import surveyjs_form

__all__ = ["TARGETS", "Exported", "export", "surveyjs_form"]
