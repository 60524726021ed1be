"""Exploratory factor analysis: how many factors, their loadings, and what they explain.

A table or a correlation matrix enters; loadings, errors, fit and advice leave. Read ``solution.py`` first.
"""

from mlbc_stats.factor.bifactor import BifactorIndices, bifactor_indices
from mlbc_stats.factor.counting.advice import Retention, retention
from mlbc_stats.factor.counting.comparison import ComparisonData, comparison_data
from mlbc_stats.factor.counting.parallel import ParallelAnalysis, parallel_analysis
from mlbc_stats.factor.inference.fit_statistics import FactorFit
from mlbc_stats.factor.person_scores import FactorScores, scores
from mlbc_stats.factor.result import FactorResult
from mlbc_stats.factor.sampling_adequacy import Adequacy, adequacy
from mlbc_stats.factor.second_order import SchmidLeiman, schmid_leiman
from mlbc_stats.factor.solution import fit
from mlbc_stats.factor.turning.rotate import Rotated, rotate

__all__ = [
    "Adequacy",
    "BifactorIndices",
    "ComparisonData",
    "FactorFit",
    "FactorResult",
    "FactorScores",
    "ParallelAnalysis",
    "Retention",
    "Rotated",
    "SchmidLeiman",
    "adequacy",
    "bifactor_indices",
    "comparison_data",
    "fit",
    "parallel_analysis",
    "retention",
    "rotate",
    "schmid_leiman",
    "scores",
]


def __dir__() -> list[str]:
    return __all__
