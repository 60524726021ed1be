"""Sets and what is necessary or sufficient for an outcome: qualitative comparative analysis, crisp and fuzzy.

Raw values or memberships enter; truth tables, solutions and their fit leave. Read ``tabulating.py`` first.
"""

from mlbc_stats.sets.calibration import calibrate
from mlbc_stats.sets.counterfactuals import Intermediate, intermediate
from mlbc_stats.sets.minimization import Minimization, minimize
from mlbc_stats.sets.relations import SetFit, fit_of, necessity, sufficiency
from mlbc_stats.sets.robustness import StableRange, stable_range
from mlbc_stats.sets.searching import search
from mlbc_stats.sets.tabulating import TruthTable, truth_table

__all__ = [
    "Intermediate",
    "Minimization",
    "SetFit",
    "StableRange",
    "TruthTable",
    "calibrate",
    "fit_of",
    "intermediate",
    "minimize",
    "necessity",
    "search",
    "stable_range",
    "sufficiency",
    "truth_table",
]


def __dir__() -> list[str]:
    return __all__
