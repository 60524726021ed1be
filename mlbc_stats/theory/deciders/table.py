"""The table of deciders: by the model of a proposition where it has one of its own, else by its decision form."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mlbc_stats.theory.deciders.ceilings import CEILINGS
from mlbc_stats.theory.deciders.phases import PHASES
from mlbc_stats.theory.deciders.rewind import REWIND
from mlbc_stats.theory.deciders.rivals import RIVALS
from mlbc_stats.theory.deciders.seam import Decider
from mlbc_stats.theory.deciders.steps import STEPS
from mlbc_stats.theory.deciders.waves import WAVES
from mlbc_stats.theory.entries import Proposition

DECIDERS: Mapping[str, Decider] = MappingProxyType(
    {
        "necessity": CEILINGS,
        "model_comparison": RIVALS,
        "phases": PHASES,
        "rewind": REWIND,
        "steps": STEPS,
        "S5": WAVES,
    }
)
"""Model ("rewind", "S5") or decision form ("necessity") → what decides; models in lavaan syntax need no entry."""


def decider_of(entry: Proposition) -> Decider | None:
    """What decides a proposition whose model is no text; None where nothing does yet.

    Examples
    --------
    >>> from mlbc_stats import theory
    >>> decider_of(theory.load_propositions().proposition("M1")) is None
    True
    """
    return DECIDERS.get(entry.model) or DECIDERS.get(entry.decision)
