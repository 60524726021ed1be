"""Panels: what leads to what over waves, in models that a user can read, edit and run elsewhere.

Columns of several waves enter; model texts and their fits leave. Read ``building.py`` first.
"""

from mlbc_stats.panels.building import model
from mlbc_stats.panels.fitting import fit
from mlbc_stats.panels.widening import widen

__all__ = ["fit", "model", "widen"]


def __dir__() -> list[str]:
    return __all__
