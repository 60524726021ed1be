"""Scores of the cases and the structural equations among them, as both kinds of segmentation take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.errors import ModelError, NotServedError

Array = NDArray[Any]


def equations_of(model: Specification) -> list[tuple[int, Array]]:
    """Per endogenous construct its place and those of its predictors."""
    return [
        (int(target), np.flatnonzero(model.adjacency[target]))
        for target in np.flatnonzero(model.adjacency.any(axis=1))
    ]


def check_segmentable(fit: CompositeResult, n_segments: int) -> None:
    """Refuse fits without scores for every case, and numbers of segments that the cases do not carry.

    Raises
    ------
    ModelError : no path, paths in a circle, a number of segments. NotServedError : gaps, ordinal indicators, products,
        two-stage least squares.
    """
    model = fit.specification
    if not model.endogenous:
        raise ModelError("no path leads to any construct, so segments have nothing to differ in; add a path")
    if np.linalg.matrix_power(model.adjacency.astype(float), len(model.terms)).any():
        raise ModelError("paths lead in a circle; segments are served for models without circles")
    if fit.options.instruments:
        raise NotServedError("segments of equations with instruments are not served")
    if fit.plan.by_cases:
        raise NotServedError("segments of models with products of constructs are not served")
    if fit.sample.ordered or np.isnan(fit.sample.rows).any():
        raise NotServedError(
            "segments need a score of every case: complete answers taken as numbers; use missing='listwise'"
        )
    most = fit.n // (fewest_cases(model) + 1)
    if not 1 <= n_segments <= most:
        raise ModelError(f"{fit.n} cases can make 1 to {most} segments, not {n_segments}: ask for fewer")


def fewest_cases(model: Specification) -> int:
    """Cases that a segment needs for its largest regression to leave a residual."""
    return max(len(sources) for _, sources in equations_of(model)) + 2
