"""What is known of the measurement of some constructs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlbc_stats.showing import Shown

if TYPE_CHECKING:
    import pandas as pd

    from mlbc_stats.factor import Retention
    from mlbc_stats.reliability.construct_validity.correlation_tests import DiscriminantValidity
    from mlbc_stats.reliability.construct_validity.cross_loadings import CrossLoadings
    from mlbc_stats.reliability.construct_validity.second_order import SecondOrderValidity
    from mlbc_stats.reliability.method_variance.detectable import DetectableMethodVariance
    from mlbc_stats.reliability.method_variance.marker_models import MarkerResult
    from mlbc_stats.reliability.method_variance.method_factor import MethodFactorResult
    from mlbc_stats.sem.fitting.sem_result import SemResult


@dataclass(frozen=True, repr=False)
class Measured(Shown):
    """Items, scales, factors, validity and method variance; None where something is not there.

    Attributes
    ----------
    model : the measurement model; scales : construct → its items; n : rows of the data.
    items : distribution of every item with its relation to its scale.
    reliability : one row per scale: items, n, alpha and omega with their ends.
    retention, adequacy : number of factors by every rule, and whether the correlations can be factored.
    fit : the measurement model fitted.
    criteria : every quantity beside its threshold and its source.
    discriminant, ratios, cross_loadings, second_order : validity.
    harman : share of the first component (legacy). collinearity : variance inflation factors of the factors.
    method, marker, detectable : a method factor, the marker technique, and what checks could have found.
    problems : why something is not there, or cannot be trusted.

    Examples
    --------
    >>> import numpy as np
    >>> from mlbc_stats import reliability
    >>> rng = np.random.default_rng(1)
    >>> common = np.repeat(rng.normal(size=(300, 2)), 3, axis=1)
    >>> items = dict(zip("abcdef", (common + 0.7 * rng.normal(size=(300, 6))).T))
    >>> found = reliability.measure(items, "one =~ a + b + c\\ntwo =~ d + e + f", resamples=50)
    >>> isinstance(found, reliability.Measured), found.problems
    (True, ())
    """

    model: str
    scales: Mapping[str, tuple[str, ...]]
    n: int
    items: pd.DataFrame
    reliability: pd.DataFrame
    retention: Retention | None
    adequacy: Any
    fit: SemResult | None
    criteria: pd.DataFrame | None
    discriminant: DiscriminantValidity | None
    ratios: pd.DataFrame | None
    cross_loadings: CrossLoadings | None
    second_order: SecondOrderValidity | None
    harman: float | None
    collinearity: pd.DataFrame | None
    method: MethodFactorResult | None
    marker: MarkerResult | None
    detectable: DetectableMethodVariance | None
    problems: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """What a notebook shows: `reliability`."""
        return self.reliability
