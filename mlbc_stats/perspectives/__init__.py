"""Alignment as fit: six perspectives on what it means that variables fit one another.

A table of scores or items enters; a verdict on fit, what it rests on and what it asks of the data leave. Read
``fitting.py`` first.
"""

from mlbc_stats.perspectives.fitting import fit
from mlbc_stats.perspectives.result import PerspectiveResult

__all__ = ["PerspectiveResult", "fit"]


def __dir__() -> list[str]:
    return __all__
