"""The instrument as data.

Plain data of instrument, construct and translation files enter; closed, checked types leave, with their JSON Schemas,
short forms, reading level and time. Read ``model.py`` first.
"""

from mlbc_stats.survey.instrument.construct import Construct
from mlbc_stats.survey.instrument.evidence import Evidence
from mlbc_stats.survey.instrument.item import Check, Item, ScoringRule, ShortForm
from mlbc_stats.survey.instrument.model import Instrument, InstrumentFile
from mlbc_stats.survey.instrument.scale import ResponseScale
from mlbc_stats.survey.instrument.short_forms import short_form

__all__ = [
    "Check",
    "Construct",
    "Evidence",
    "Instrument",
    "InstrumentFile",
    "Item",
    "ResponseScale",
    "ScoringRule",
    "ShortForm",
    "short_form",
]
