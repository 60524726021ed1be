"""The mapping manifest: what a platform calls each question and each code of a fielded questionnaire.

An export writes it, the reader uses it on the way back. Read ``model.py`` first.
"""

from mlbc_stats.survey.mapping.file import read_mapping, write_mapping
from mlbc_stats.survey.mapping.fingerprint import fingerprint
from mlbc_stats.survey.mapping.loss import Loss
from mlbc_stats.survey.mapping.model import MappedCode, MappedQuestion, MappingManifest

__all__ = [
    "Loss",
    "MappedCode",
    "MappedQuestion",
    "MappingManifest",
    "fingerprint",
    "read_mapping",
    "write_mapping",
]
