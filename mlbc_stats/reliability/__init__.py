"""Reliability and validity of scales, from items and from fitted models.

A table of items or a fitted measurement model enters; coefficients with intervals leave. Read
``internal_consistency.py`` first, then ``measurement.py``.
"""

from mlbc_stats.reliability.construct_summary import summary
from mlbc_stats.reliability.guttman import guttman_bounds
from mlbc_stats.reliability.hierarchical import bifactor_omega, second_order_omega
from mlbc_stats.reliability.internal_consistency import alpha
from mlbc_stats.reliability.item_analysis import item_statistics
from mlbc_stats.reliability.one_factor import omega
from mlbc_stats.reliability.ordinal_scale import ordinal_alpha, ordinal_omega
from mlbc_stats.reliability.ordinal_scores import score_reliability
from mlbc_stats.reliability.resampling.bootstrap_summary import bootstrap_summary

__all__ = [
    "alpha",
    "bifactor_omega",
    "bootstrap_summary",
    "guttman_bounds",
    "item_statistics",
    "omega",
    "ordinal_alpha",
    "ordinal_omega",
    "score_reliability",
    "second_order_omega",
    "summary",
]


def __dir__() -> list[str]:
    return __all__
