"""Composites and partial least squares: constructs as weighted sums of their indicators.

A model text and a table enter; weights, loadings, paths and the report of a PLS study leave. Read ``fitting.py``
first.
"""

from mlbc_stats.composites.fitting import fit
from mlbc_stats.composites.resampling.bootstrap import bootstrap
from mlbc_stats.composites.resampling.bootstrap_result import CompositeBootstrap
from mlbc_stats.composites.resampling.exact_fit import ExactFit, exact_fit
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.slopes import simple_slopes

__all__ = [
    "CompositeBootstrap",
    "CompositeResult",
    "ExactFit",
    "bootstrap",
    "exact_fit",
    "fit",
    "simple_slopes",
]


def __dir__() -> list[str]:
    return __all__
