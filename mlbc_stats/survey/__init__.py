"""Instruments, responses, screening and scoring."""

from mlbc_stats.survey.check import check_instrument
from mlbc_stats.survey.load import list_instruments, load_constructs, load_instrument

__all__ = ["check_instrument", "list_instruments", "load_constructs", "load_instrument"]
