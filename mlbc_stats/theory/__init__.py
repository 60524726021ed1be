"""Propositions, the models that test them and the verdicts.

The registry of propositions, instruments, responses and coded quotations enter; fitted models, verdicts, traces and
audits leave. Read ``propositions.py`` first, then ``testing.py``.
"""

from mlbc_stats.theory.composite_engine import CompositeVerdicts, by_composites
from mlbc_stats.theory.deciders.stage_agreement import StageAgreement, stage_agreement
from mlbc_stats.theory.entries import Proposition
from mlbc_stats.theory.feasibility import Feasibility, check
from mlbc_stats.theory.model_files import model_texts
from mlbc_stats.theory.models import build_model
from mlbc_stats.theory.propositions import load_propositions
from mlbc_stats.theory.provenance.constructs import construct_table
from mlbc_stats.theory.provenance.elements import ElementCoverage, element_coverage
from mlbc_stats.theory.provenance.tracing import Trace, trace
from mlbc_stats.theory.quotations.audit import AuditReport, audit
from mlbc_stats.theory.quotations.coded import coded_evidence, cooccurrence, coverage
from mlbc_stats.theory.specifications.results import Robustness
from mlbc_stats.theory.specifications.running import robustness
from mlbc_stats.theory.states import State
from mlbc_stats.theory.testing import test
from mlbc_stats.theory.verdicts.decision import Outcome, Verdict, decide
from mlbc_stats.theory.verdicts.multiplicity import holm_levels
from mlbc_stats.theory.verdicts.results import TheoryResult

__all__ = [
    "AuditReport",
    "CompositeVerdicts",
    "ElementCoverage",
    "Feasibility",
    "Outcome",
    "Proposition",
    "Robustness",
    "StageAgreement",
    "State",
    "TheoryResult",
    "Trace",
    "Verdict",
    "audit",
    "build_model",
    "by_composites",
    "check",
    "coded_evidence",
    "construct_table",
    "cooccurrence",
    "coverage",
    "decide",
    "element_coverage",
    "holm_levels",
    "load_propositions",
    "model_texts",
    "robustness",
    "stage_agreement",
    "test",
    "trace",
]


def __dir__() -> list[str]:
    return __all__
