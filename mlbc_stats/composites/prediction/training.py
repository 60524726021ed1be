"""Train without the cases held out, many training sets at once, and predict everybody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.prediction.maps import BENCHMARKS, composite_map, linear_map, score_map, targets
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.composites.solving import solve
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.moments.sample import resample

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Predicted:
    """Predictions of n cases by B training sets; q indicators, e endogenous constructs.

    Attributes
    ----------
    indicators : by kind ("pls" and `BENCHMARKS`), each (B, n, q), in the units of the data.
    scores, predicted_scores : (B, n, e) of the endogenous constructs by the training set's weights, in its units.
    solved : (B,) whether the training set has a solution.
    """

    indicators: dict[str, Array]
    scores: Array
    predicted_scores: Array
    solved: Array


def predict_all(fit: CompositeResult, out: Array, technique: str, corrected: bool) -> Predicted:
    """Predictions of all cases by the models without those held out, out (B, n)."""
    x, model = fit.sample.rows, fit.specification
    counts = (~out).astype(float)
    options = replace(fit.options, consistent=fit.options.consistent and corrected)
    found = solve(fit.sample, counts, fit.plan, options, fit.solved).estimates
    mean, deviation = _scales(x, counts, fit.sample.weights)
    z = (x - mean[:, None]) / deviation[:, None]
    wanted = targets(model)
    maps = {"pls": composite_map(found, model, technique)}
    maps |= {kind: linear_map(found.correlation, model, kind) for kind in BENCHMARKS}
    centre, spread = mean[:, None, wanted], deviation[:, None, wanted]
    scores, predicted = _scores(z, found, model, technique)
    good = np.asarray(found.converged & np.isfinite(maps["pls"]).all(axis=(1, 2)))
    predictions = {kind: centre + spread * (z @ each) for kind, each in maps.items()}
    return Predicted(predictions, scores, predicted, good)


def _scales(x: Array, counts: Array, weights: Array | None) -> tuple[Array, Array]:
    """Means and standard deviations (n − 1) of the training cases, each (B, p)."""
    moments = resample(x, counts if weights is None else counts * weights, likelihood="wishart")
    variance = np.einsum("bii->bi", np.asarray(moments.cov))
    return np.asarray(moments.mean), np.sqrt(np.where(variance > 0, variance, np.nan))


def _scores(z: Array, found: Estimates, model: Specification, technique: str) -> tuple[Array, Array]:
    own = [model.names.index(name) for name in model.endogenous]
    return z @ found.weights[:, own].mT, z @ score_map(found, model, technique)[..., own]
