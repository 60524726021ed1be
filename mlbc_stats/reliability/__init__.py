"""Reliability and validity of scales, from items and from fitted models.

A table of items or a fitted measurement model enters; coefficients with intervals leave. Read
``internal_consistency.py`` first, then ``measurement.py``.
"""

from mlbc_stats.reliability.agreement.aggregation import AggregationDecision, aggregation_decision
from mlbc_stats.reliability.agreement.informant_differences import informant_differences
from mlbc_stats.reliability.agreement.intraclass import Intraclass, intraclass
from mlbc_stats.reliability.agreement.within_group import GroupAgreement, group_agreement
from mlbc_stats.reliability.answers.clustering import clustering
from mlbc_stats.reliability.answers.inter_item import item_correlations
from mlbc_stats.reliability.answers.item_distribution import item_distribution
from mlbc_stats.reliability.answers.keying import against_first_component
from mlbc_stats.reliability.answers.multivariate_shape import MultivariateShape, multivariate_shape
from mlbc_stats.reliability.bounds.greatest_lower_bound import greatest_lower_bound
from mlbc_stats.reliability.bounds.guttman import guttman_bounds
from mlbc_stats.reliability.bounds.split_halves import split_half, split_halves
from mlbc_stats.reliability.construct_summary import summary
from mlbc_stats.reliability.construct_validity.correlation_tests import (
    DiscriminantValidity,
    discriminant_validity,
)
from mlbc_stats.reliability.construct_validity.cross_loadings import CrossLoadings, cross_loadings
from mlbc_stats.reliability.construct_validity.nomological import nomological_table
from mlbc_stats.reliability.construct_validity.second_order import SecondOrderValidity, second_order_validity
from mlbc_stats.reliability.criteria import construct_criteria
from mlbc_stats.reliability.hierarchical import bifactor_omega, second_order_omega
from mlbc_stats.reliability.internal_consistency import alpha
from mlbc_stats.reliability.item_analysis import dropped_statistics, item_statistics
from mlbc_stats.reliability.measuring.measure import measure
from mlbc_stats.reliability.measuring.measured import Measured
from mlbc_stats.reliability.method_variance.detectable import (
    DetectableMethodVariance,
    detectable_method_variance,
)
from mlbc_stats.reliability.method_variance.first_component import first_component
from mlbc_stats.reliability.method_variance.full_collinearity import full_collinearity
from mlbc_stats.reliability.method_variance.marker_correlations import marker_adjusted
from mlbc_stats.reliability.method_variance.marker_models import MarkerResult, marker_technique
from mlbc_stats.reliability.method_variance.method_factor import MethodFactorResult, method_factor
from mlbc_stats.reliability.one_factor import omega
from mlbc_stats.reliability.ordinal_scale import ordinal_alpha, ordinal_omega
from mlbc_stats.reliability.ordinal_scores import score_reliability
from mlbc_stats.reliability.repeated.measurement_error import measurement_error
from mlbc_stats.reliability.repeated.retest import retest
from mlbc_stats.reliability.resampling.bootstrap_summary import bootstrap_summary
from mlbc_stats.reliability.resampling.delta_summary import delta_summary
from mlbc_stats.reliability.resampling.htmt_resamples import htmt_intervals
from mlbc_stats.reliability.resampling.scale_intervals import scale_intervals
from mlbc_stats.reliability.whole_scale.by_level import by_level
from mlbc_stats.reliability.whole_scale.equal_loadings import tau_equivalence
from mlbc_stats.reliability.whole_scale.summary import scale_summary

__all__ = [
    "AggregationDecision",
    "CrossLoadings",
    "DetectableMethodVariance",
    "DiscriminantValidity",
    "GroupAgreement",
    "Intraclass",
    "MarkerResult",
    "Measured",
    "MethodFactorResult",
    "MultivariateShape",
    "SecondOrderValidity",
    "against_first_component",
    "aggregation_decision",
    "alpha",
    "bifactor_omega",
    "bootstrap_summary",
    "by_level",
    "clustering",
    "construct_criteria",
    "cross_loadings",
    "delta_summary",
    "detectable_method_variance",
    "discriminant_validity",
    "dropped_statistics",
    "first_component",
    "full_collinearity",
    "greatest_lower_bound",
    "group_agreement",
    "guttman_bounds",
    "htmt_intervals",
    "informant_differences",
    "intraclass",
    "item_correlations",
    "item_distribution",
    "item_statistics",
    "marker_adjusted",
    "marker_technique",
    "measure",
    "measurement_error",
    "method_factor",
    "multivariate_shape",
    "nomological_table",
    "omega",
    "ordinal_alpha",
    "ordinal_omega",
    "retest",
    "scale_intervals",
    "scale_summary",
    "score_reliability",
    "second_order_omega",
    "second_order_validity",
    "split_half",
    "split_halves",
    "summary",
    "tau_equivalence",
]


def __dir__() -> list[str]:
    return __all__
