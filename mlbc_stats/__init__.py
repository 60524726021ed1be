"""Instruments, structural equation models and verdicts for two frameworks about machine learning in organizations."""

from importlib import import_module
from types import ModuleType

__version__ = "0.1.0"

ROOMS = (
    "composites",
    "factor",
    "field",
    "irt",
    "mixtures",
    "moments",
    "necessity",
    "panels",
    "perspectives",
    "planning",
    "regression",
    "reliability",
    "report",
    "sem",
    "sets",
    "study",
    "surfaces",
    "survey",
    "theory",
)
"""Loaded when first named, as in ``import mlbc_stats as ms; ms.sem.fit``."""


def __getattr__(name: str) -> ModuleType:
    if name in ROOMS:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(ROOMS)}")


def __dir__() -> list[str]:
    return ["__version__", *ROOMS]
