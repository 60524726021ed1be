"""The curvature of the saturated likelihood of incomplete data, factored once for every test that asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from mlbc_stats.errors import DataError
from mlbc_stats.linalg import cholesky_flag
from mlbc_stats.moments.gamma import pool
from mlbc_stats.moments.incomplete.information import saturated_information, saturated_scores
from mlbc_stats.moments.sample.moments import SampleMoments

Floats = NDArray[Any]


@dataclass(frozen=True, slots=True)
class SaturatedCurvature:
    """Observed information H = LLᵀ (m, m) of the saturated moments, with pooled scores whose factor · RᵀR is theirs.

    Attributes
    ----------
    information : (m, m) H; lower : (m, m) L; determined : whether H is positive definite.
    scores : (r, m) R, sums of the casewise scores over cases or clusters; factor : of their cross products.
    """

    information: Floats
    lower: Floats
    determined: bool
    scores: Floats
    factor: float

    def trace(self) -> float:
        """tr(H⁻¹B), B = factor · RᵀR; NaN where the data do not determine every moment."""
        if not self.determined:
            return np.nan
        return self.factor * float(np.sum(solve_triangular(self.lower, self.scores.T, lower=True) ** 2))


_KNOWN: WeakKeyDictionary[SampleMoments, SaturatedCurvature] = WeakKeyDictionary()


def saturated_curvature(moments: SampleMoments) -> SaturatedCurvature:
    """The curvature at the saturated moments of one group; the model, its baseline and its indices share it."""
    if moments not in _KNOWN:
        patterns, mean, cov, raw = moments.patterns, moments.mean, moments.cov, moments.raw
        if patterns is None or mean is None or raw is None:
            raise DataError("no patterns of missing values; use complete-data formulas")
        information = saturated_information(patterns, mean, cov, "observed")
        lower, determined = cholesky_flag(information)
        scores = saturated_scores(patterns, raw, mean, cov)
        sums, factor = pool(scores, moments.weights, moments.cluster)
        _KNOWN[moments] = SaturatedCurvature(information, lower, bool(determined), sums, factor)
    return _KNOWN[moments]
