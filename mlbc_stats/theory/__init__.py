"""Propositions, the models that test them and the verdicts."""

from mlbc_stats.theory.constructs import construct_table
from mlbc_stats.theory.evidence import coded_evidence, cooccurrence, coverage
from mlbc_stats.theory.evidence_audit import AuditReport, audit
from mlbc_stats.theory.models import build_model
from mlbc_stats.theory.multiplicity import holm_levels
from mlbc_stats.theory.propositions import Proposition, load_propositions
from mlbc_stats.theory.results import TheoryResult
from mlbc_stats.theory.testing import test
from mlbc_stats.theory.verdicts import Outcome, Verdict, decide

__all__ = [
    "AuditReport",
    "Outcome",
    "Proposition",
    "TheoryResult",
    "Verdict",
    "audit",
    "build_model",
    "coded_evidence",
    "construct_table",
    "cooccurrence",
    "coverage",
    "decide",
    "holm_levels",
    "load_propositions",
    "test",
]
