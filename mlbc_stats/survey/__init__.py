"""Instruments, responses, screening and scoring.

Instrument files and exports of survey platforms enter; instruments, questionnaires, forms for the platforms, responses
with a reason for every missing answer, and marks on careless cases leave. Read ``instrument/model.py`` first, then
``responses/model.py``.
"""

from mlbc_stats.survey.checking.check import check_instrument
from mlbc_stats.survey.checking.wording import check_wording
from mlbc_stats.survey.exporters.export import Exported, export
from mlbc_stats.survey.instrument.administration_time import counted_minutes
from mlbc_stats.survey.instrument.short_forms import short_form
from mlbc_stats.survey.loading.completeness import TranslationReport
from mlbc_stats.survey.loading.evidence import add_evidence
from mlbc_stats.survey.loading.load import list_instruments, load_constructs, load_instrument
from mlbc_stats.survey.loading.translation_files import write_translation
from mlbc_stats.survey.mapping.file import read_mapping
from mlbc_stats.survey.mapping.model import MappingManifest
from mlbc_stats.survey.open_data.bundle import Release, release
from mlbc_stats.survey.privacy.anonymity import AnonymityReport, anonymity
from mlbc_stats.survey.profile.case_flow import case_flow
from mlbc_stats.survey.profile.completion import completion
from mlbc_stats.survey.profile.early_late import early_late
from mlbc_stats.survey.profile.sample_profile import SampleProfile, sample_profile
from mlbc_stats.survey.questionnaire.composition import compose
from mlbc_stats.survey.questionnaire.model import Questionnaire
from mlbc_stats.survey.readers.registry import read
from mlbc_stats.survey.responses.joining import join
from mlbc_stats.survey.responses.model import MissingReason, Responses, keyed
from mlbc_stats.survey.screening.flagging import screen
from mlbc_stats.survey.screening.policy import ScreeningPolicy
from mlbc_stats.survey.screening.report import ScreeningReport
from mlbc_stats.survey.screening.scoring import score
from mlbc_stats.survey.synthetic.discretization import population_moments
from mlbc_stats.survey.synthetic.pilot import pilot_population
from mlbc_stats.survey.synthetic.population import Careless, Missingness, Nesting, Population, Timing
from mlbc_stats.survey.synthetic.simulation import simulate
from mlbc_stats.survey.translation.merging import TranslationImport
from mlbc_stats.survey.translation.workflow import (
    check_translation,
    compare_translations,
    export_translation,
    import_translation,
)
from mlbc_stats.survey.writing.writer import write

__all__ = [
    "AnonymityReport",
    "Careless",
    "Exported",
    "MappingManifest",
    "MissingReason",
    "Missingness",
    "Nesting",
    "Population",
    "Questionnaire",
    "Release",
    "Responses",
    "SampleProfile",
    "ScreeningPolicy",
    "ScreeningReport",
    "Timing",
    "TranslationImport",
    "TranslationReport",
    "add_evidence",
    "anonymity",
    "case_flow",
    "check_instrument",
    "check_translation",
    "check_wording",
    "compare_translations",
    "completion",
    "compose",
    "counted_minutes",
    "early_late",
    "export",
    "export_translation",
    "import_translation",
    "join",
    "keyed",
    "list_instruments",
    "load_constructs",
    "load_instrument",
    "pilot_population",
    "population_moments",
    "read",
    "read_mapping",
    "release",
    "sample_profile",
    "score",
    "screen",
    "short_form",
    "simulate",
    "write",
    "write_translation",
]


def __dir__() -> list[str]:
    return __all__
