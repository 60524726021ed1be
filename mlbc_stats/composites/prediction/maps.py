"""Predictions as linear maps from a case's indicators to those of the endogenous constructs, one map per training set.

With z the indicators in standard deviations of the training cases, every predictor here is ẑ = z'G: composites by
G = W'P'Λ, linear regression by G = R_ss⁻¹R_st, the training mean by G = 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.estimation import Estimates
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.structural.effects import total_effects
from mlbc_stats.linalg import spd_inverse_logdet

Array = NDArray[Any]

TECHNIQUES = ("direct", "earliest")
BENCHMARKS = ("lm_exogenous", "lm_all_other", "average")


def targets(model: Specification) -> list[int]:
    """Places (q,) of the indicators of endogenous constructs."""
    return [k for name in model.endogenous for k in model.blocks[model.names.index(name)]]


def score_map(found: Estimates, model: Specification, technique: str) -> Array:
    """(B, p, m) from indicators to predicted constructs; zero for exogenous ones.

    "direct": each construct by the scores of its predecessors; "earliest": by exogenous constructs alone, whose effects
    pass along the arrows.
    """
    passed = found.paths
    if technique == "earliest":
        outside = np.asarray(~model.adjacency.any(axis=1))
        passed = total_effects(found.paths) * outside
    return np.asarray((passed @ found.weights).mT)


def composite_map(found: Estimates, model: Specification, technique: str) -> Array:
    """(B, p, q) from indicators to predicted indicators: predicted constructs times loadings."""
    return np.asarray(score_map(found, model, technique) @ found.loadings[:, :, targets(model)])


def linear_map(r: Array, model: Specification, kind: str) -> Array:
    """(B, p, q) of a benchmark, one of `BENCHMARKS`; NaN where its predictors determine one another."""
    wanted = targets(model)
    out = np.zeros((*r.shape[:2], len(wanted)))
    if kind == "average":
        return out
    if kind == "lm_exogenous":
        sources = _outside(model)
        out[:, sources] = _regress(r, sources, wanted)
        return out
    at = 0
    for name in model.endogenous:
        block = list(model.blocks[model.names.index(name)])
        sources = [k for k in range(r.shape[-1]) if k not in block]
        out[:, sources, at : at + len(block)] = _regress(r, sources, block)
        at += len(block)
    return out


def _outside(model: Specification) -> list[int]:
    """Indicators of exogenous constructs."""
    return [
        k
        for name, block in zip(model.names, model.blocks, strict=True)
        if name not in model.endogenous
        for k in block
    ]


def _regress(r: Array, sources: list[int], wanted: list[int]) -> Array:
    """(B, s, q) coefficients of the regression of some variables on others."""
    inverse, _, ok = spd_inverse_logdet(r[:, np.array(sources)[:, None], sources])
    found = inverse @ r[:, np.array(sources)[:, None], wanted]
    return np.where(np.asarray(ok)[:, None, None], found, np.nan)
