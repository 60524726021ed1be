"""Instruments, responses, screening and scoring."""

from mlbc_stats.survey.administration import counted_minutes
from mlbc_stats.survey.check import check_instrument
from mlbc_stats.survey.composing import compose
from mlbc_stats.survey.discretization import population_moments
from mlbc_stats.survey.fielded import Questionnaire
from mlbc_stats.survey.ledger import add_evidence
from mlbc_stats.survey.load import list_instruments, load_constructs, load_instrument
from mlbc_stats.survey.pilot import pilot_population
from mlbc_stats.survey.population import Careless, Missingness, Nesting, Population, Timing
from mlbc_stats.survey.readers.registry import read
from mlbc_stats.survey.responses import MissingReason, Responses, keyed
from mlbc_stats.survey.scoring import score
from mlbc_stats.survey.screening import ScreeningReport, screen
from mlbc_stats.survey.shortform import short_form
from mlbc_stats.survey.synthetic import simulate
from mlbc_stats.survey.translation.completeness import TranslationReport
from mlbc_stats.survey.translation.file import write_translation
from mlbc_stats.survey.translation.merging import TranslationImport
from mlbc_stats.survey.translation.workflow import (
    check_translation,
    compare_translations,
    export_translation,
    import_translation,
)
from mlbc_stats.survey.wording import check_wording
from mlbc_stats.survey.writer import write

__all__ = [
    "Careless",
    "MissingReason",
    "Missingness",
    "Nesting",
    "Population",
    "Questionnaire",
    "Responses",
    "ScreeningReport",
    "Timing",
    "TranslationImport",
    "TranslationReport",
    "add_evidence",
    "check_instrument",
    "check_translation",
    "check_wording",
    "compare_translations",
    "compose",
    "counted_minutes",
    "export_translation",
    "import_translation",
    "keyed",
    "list_instruments",
    "load_constructs",
    "load_instrument",
    "pilot_population",
    "population_moments",
    "read",
    "score",
    "screen",
    "short_form",
    "simulate",
    "write",
    "write_translation",
]
