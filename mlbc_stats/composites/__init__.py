"""Composites and partial least squares: constructs as weighted sums of their indicators.

A model text and a table enter; weights, loadings, paths and the report of a PLS study leave. Read ``fitting.py``
first.
"""

from mlbc_stats.composites.fitting import fit
from mlbc_stats.composites.resampling.bootstrap import bootstrap
from mlbc_stats.composites.resampling.bootstrap_result import CompositeBootstrap
from mlbc_stats.composites.result import CompositeResult

__all__ = ["CompositeBootstrap", "CompositeResult", "bootstrap", "fit"]


def __dir__() -> list[str]:
    return __all__
