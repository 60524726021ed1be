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
from mlbc_stats.moments.sample.incomplete import sparse_pairs
from mlbc_stats.moments.sample.moments import SampleMoments

Floats = NDArray[Any]

UNDETERMINED = 1e-9
"""Share of a moment's information, beyond what it shares with others, below which it is rounding."""


@dataclass(frozen=True, slots=True)
class SaturatedCurvature:
    """Observed information H = LLᵀ (m, m) of the saturated moments, with pooled scores whose factor · RᵀR is theirs.

    Attributes
    ----------
    information : (m, m) H; lower : (m, m) L; determined : whether H is positive definite, and not by rounding.
    scores : (r, m) R, sums of the casewise scores over cases or clusters; factor : of their cross products.
    """

    information: Floats
    lower: Floats
    determined: bool
    scores: Floats
    factor: float

    def trace(self) -> float:
        """tr(H⁻¹B), B = factor · RᵀR, over the directions that the data determine."""
        if not self.determined:
            size = np.sqrt(np.where(self.information.diagonal() > 0, self.information.diagonal(), 1.0))
            values, vectors = np.linalg.eigh(self.information / np.outer(size, size))
            told = values > UNDETERMINED * values[-1]
            along = (self.scores / size) @ vectors[:, told] / np.sqrt(values[told])
            return self.factor * float(np.sum(along**2))
        return self.factor * float(np.sum(solve_triangular(self.lower, self.scores.T, lower=True) ** 2))


_KNOWN: WeakKeyDictionary[SampleMoments, SaturatedCurvature] = WeakKeyDictionary()


def saturated_curvature(moments: SampleMoments) -> SaturatedCurvature:
    """The curvature at the saturated moments of one group; the model, its baseline and its indices share it."""
    if moments not in _KNOWN:
        patterns, mean, cov, raw = moments.patterns, moments.mean, moments.cov, moments.raw
        if patterns is None or mean is None or raw is None:
            raise DataError("no patterns of missing values; use complete-data formulas")
        information = saturated_information(patterns, mean, cov, "observed")
        lower, positive = cholesky_flag(information)
        determined = positive and (lower.diagonal() ** 2 > UNDETERMINED * information.diagonal()).all()
        scores = saturated_scores(patterns, raw, mean, cov)
        sums, factor = pool(scores, moments.weights, moments.cluster)
        _KNOWN[moments] = SaturatedCurvature(information, lower, bool(determined), sums, factor)
    return _KNOWN[moments]


def require_determined(moments: SampleMoments, label: str = "") -> None:
    """Refuse incomplete data that leave some saturated mean or covariance undetermined.

    Raises
    ------
    DataError
        when the information about the saturated moments is singular: two-stage estimation would analyse a number that
        the data do not hold.

    Examples
    --------
    >>> from mlbc_stats.moments.sample.incomplete import from_incomplete
    >>> x = np.array([[1.0, 2.0], [3.0, 3.0], [2.0, 4.0], [5.0, np.nan]])
    >>> require_determined(from_incomplete(x, ["a", "b"]))
    """
    if moments.patterns is None or saturated_curvature(moments).determined:
        return
    where = f"in group {label!r}: " if label else ""
    sparse = sparse_pairs(moments.patterns, moments.names)
    why = f" ({'; '.join(sparse[:3])})" if sparse else ""
    raise DataError(
        f"{where}the incomplete data do not determine every mean and covariance{why}, so there is no first stage; "
        "use missing='fiml', which needs only what the model implies, or leave one of the variables out"
    )
