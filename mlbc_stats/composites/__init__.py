"""Composites and partial least squares: constructs as weighted sums of their indicators.

A model text and a table enter; weights, loadings, paths and the report of a PLS study leave. Read ``fitting.py``
first.
"""

from mlbc_stats.composites.endogeneity.copula import gaussian_copula
from mlbc_stats.composites.fitting import fit
from mlbc_stats.composites.multigroup.comparing import compare_groups
from mlbc_stats.composites.multigroup.comparison_result import CompositeGroups
from mlbc_stats.composites.multigroup.invariance import invariance
from mlbc_stats.composites.multigroup.invariance_result import CompositeInvariance
from mlbc_stats.composites.performance.importance_result import CompositeImportance
from mlbc_stats.composites.performance.measuring import importance
from mlbc_stats.composites.prediction.blindfold_result import CompositeBlindfold
from mlbc_stats.composites.prediction.blindfolding import blindfold
from mlbc_stats.composites.prediction.comparing import compare_prediction
from mlbc_stats.composites.prediction.predicting import predict
from mlbc_stats.composites.prediction.prediction_result import CompositePrediction
from mlbc_stats.composites.reflectivity.testing import tetrads
from mlbc_stats.composites.reflectivity.tetrads_result import CompositeTetrads
from mlbc_stats.composites.resampling.bootstrap import bootstrap
from mlbc_stats.composites.resampling.bootstrap_result import CompositeBootstrap
from mlbc_stats.composites.resampling.exact_fit import ExactFit, exact_fit
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.sample.dummies import dummies
from mlbc_stats.composites.segments.finite_mixture import compare_segments, fimix
from mlbc_stats.composites.segments.predicting_result import PredictionSegments
from mlbc_stats.composites.segments.prediction_oriented import pos
from mlbc_stats.composites.segments.segments_result import CompositeSegments
from mlbc_stats.composites.slopes import simple_slopes

__all__ = [
    "CompositeBlindfold",
    "CompositeBootstrap",
    "CompositeGroups",
    "CompositeImportance",
    "CompositeInvariance",
    "CompositePrediction",
    "CompositeResult",
    "CompositeSegments",
    "CompositeTetrads",
    "ExactFit",
    "PredictionSegments",
    "blindfold",
    "bootstrap",
    "compare_groups",
    "compare_prediction",
    "compare_segments",
    "dummies",
    "exact_fit",
    "fimix",
    "fit",
    "gaussian_copula",
    "importance",
    "invariance",
    "pos",
    "predict",
    "simple_slopes",
    "tetrads",
]


def __dir__() -> list[str]:
    return __all__
