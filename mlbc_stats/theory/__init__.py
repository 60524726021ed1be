"""Propositions, the models that test them and the verdicts."""

from mlbc_stats.theory.constructs import construct_table
from mlbc_stats.theory.multiplicity import holm_levels
from mlbc_stats.theory.propositions import Proposition, load_propositions
from mlbc_stats.theory.verdicts import Outcome, Verdict, decide

__all__ = [
    "Outcome",
    "Proposition",
    "Verdict",
    "construct_table",
    "decide",
    "holm_levels",
    "load_propositions",
]
