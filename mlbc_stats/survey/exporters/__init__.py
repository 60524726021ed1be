"""Questionnaires in the formats of the platforms where people answer.

A `Questionnaire` enters; files for a platform and a `MappingManifest` leave. Read ``export.py`` first,
then ``plan/form.py`` and the file of a target. XLSForm, SurveyJS, SPSS and paper are checked by software that reads
them; LimeSurvey, Qualtrics, REDCap, Google Forms and DDI by structure only.
"""

from mlbc_stats.survey.exporters.export import TARGETS, Exported, export
from mlbc_stats.survey.exporters.surveyjs import surveyjs_form

__all__ = ["TARGETS", "Exported", "export", "surveyjs_form"]
