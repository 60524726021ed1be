"""Structural equation models in lavaan syntax, one batch-first engine."""

from mlbc_stats.sem.model import cfa, fit, growth
from mlbc_stats.sem.results import SemResult

__all__ = ["SemResult", "cfa", "fit", "growth"]
