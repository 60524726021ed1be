"""One study: instrument, responses, propositions, options and seed, stage by stage to a report.

A study file enters; every stage's tables, figures and texts leave, and the report that joins them, written at once or
not at all. Read ``run.py`` first.
"""

from mlbc_stats.study.config import Study, load_study, with_responses
from mlbc_stats.study.drafting.init import init_study
from mlbc_stats.study.feasibility import StudyCheck, check_study
from mlbc_stats.study.model_screening import person_fit, screen
from mlbc_stats.study.opening import open_study
from mlbc_stats.study.paper.building import Paper, build_paper
from mlbc_stats.study.paper.standards import filled_checklist
from mlbc_stats.study.paper.starting import new_paper
from mlbc_stats.study.preregistration.registered import Preregistration, preregister
from mlbc_stats.study.provenance.trace import Origin, trace_back
from mlbc_stats.study.run import Progress, carry_out, finish, run_stage, run_study
from mlbc_stats.study.sources import Answers, read_sources
from mlbc_stats.study.stages.stage import Stage
from mlbc_stats.study.study_result import StudyResult

__all__ = [
    "Answers",
    "Origin",
    "Paper",
    "Preregistration",
    "Progress",
    "Stage",
    "Study",
    "StudyCheck",
    "StudyResult",
    "build_paper",
    "carry_out",
    "check_study",
    "filled_checklist",
    "finish",
    "init_study",
    "load_study",
    "new_paper",
    "open_study",
    "person_fit",
    "preregister",
    "read_sources",
    "run_stage",
    "run_study",
    "screen",
    "trace_back",
    "with_responses",
]


def __dir__() -> list[str]:
    return __all__
