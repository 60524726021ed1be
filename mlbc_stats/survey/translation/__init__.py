"""Translations of instruments: their files, exchange with translators, completeness.

An instrument and what translators send back enter; files for translators and merged translations leave, better work
never lost. Read ``workflow.py`` first.
"""

from mlbc_stats.survey.translation.merging import TranslationImport
from mlbc_stats.survey.translation.workflow import (
    check_translation,
    compare_translations,
    export_translation,
    import_translation,
)

__all__ = [
    "TranslationImport",
    "check_translation",
    "compare_translations",
    "export_translation",
    "import_translation",
]
