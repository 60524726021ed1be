"""From correlations to weights, loadings, correlations of constructs and paths, many samples at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.consistency import attenuated, consistent
from mlbc_stats.composites.options import Options
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.structural.equations import solve_paths
from mlbc_stats.composites.weighting.canonical import canonical_weights
from mlbc_stats.composites.weighting.fixed import fixed_weights
from mlbc_stats.composites.weighting.gsca import component_weights
from mlbc_stats.composites.weighting.iterate import Blocks, Weights, iterate
from mlbc_stats.composites.weighting.orientation import orient
from mlbc_stats.composites.weighting.uniqueness import common_component_weights

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimates of B samples; m constructs, q products of constructs, t = m + q, p indicators.

    Attributes
    ----------
    correlation : (B, p, p) of the indicators.
    weights : (B, m, p); composites have unit variance.
    cross_loadings : (B, m, p) correlations of composites and indicators.
    loadings : (B, m, p) within blocks, zero elsewhere; of consistently estimated factors those of the factor.
    composite_correlation : (B, m, m) of the scores.
    reliability : (B, m) ρ_A of consistently estimated factors, one for the others.
    construct_correlation : (B, t, t), corrected for attenuation; rows of products hold covariances.
    paths : (B, t, t), row from column. r2 : (B, t).
    converged : (B,) bool. iterations : (B,) int.
    """

    correlation: Array
    weights: Array
    cross_loadings: Array
    loadings: Array
    composite_correlation: Array
    reliability: Array
    construct_correlation: Array
    paths: Array
    r2: Array
    converged: Array
    iterations: Array


def estimate(r: Array, model: Specification, options: Options) -> Estimates:
    """Estimates from correlations (B, p, p) of the indicators; products of constructs are left at zero paths.

    References
    ----------
    Dijkstra & Henseler (2015), doi:10.25300/MISQ/2015/39.2.02.
    """
    found = find_weights(r, model, options)
    return from_weights(r, found, model, options)


def find_weights(r: Array, model: Specification, options: Options) -> Weights:
    """Weights, turned so that each composite goes with its indicators."""
    if options.whole == "gsca":
        joint = common_component_weights if corrected(model, options).any() else component_weights
        found = joint(r, model, options.tolerance, options.max_iter)
    elif options.whole is not None:
        found = canonical_weights(r, model, options.whole, options.tolerance, options.max_iter)
    else:
        found = iterate(
            r,
            blocks_of(r, model, options),
            model.adjacency[: len(model.names), : len(model.names)],
            options.scheme,
            options.tolerance,
            options.max_iter,
        )
    return replace(found, values=orient(found.values, r, model, options.dominant))


def from_weights(r: Array, found: Weights, model: Specification, options: Options) -> Estimates:
    """What follows from weights: loadings, correlations, paths."""
    w = found.values
    cross = w @ r
    c = cross @ w.mT
    np.einsum("bii->bi", c)[...] = np.where(np.isfinite(np.einsum("bii->bi", c)), 1.0, np.nan)
    reliability, own = np.ones(w.shape[:2]), np.full(w.shape, np.nan)
    if options.consistent:
        reliability, own = consistent(r, w, model, options.whole is None, found.loadings)
    loadings = np.where(np.isnan(own) & ~corrected(model, options)[:, None], cross, own) * model.member
    loadings = np.where(model.member, loadings, 0.0)
    phi = attenuated(c, reliability)
    simple = without_products(model) if model.products else model
    paths, r2 = solve_paths(phi, simple, options.instruments)
    return Estimates(r, w, cross, loadings, c, reliability, phi, paths, r2, found.converged, found.iterations)


def corrected(model: Specification, options: Options) -> Array:
    """(m,) whether a construct is a factor whose attenuation is corrected."""
    return model.factors & options.consistent


def blocks_of(r: Array, model: Specification, options: Options) -> Blocks:
    """Blocks of the iteration, with the weights that do not move."""
    regressed = tuple(
        j for j, c in enumerate(model.constructs) if c.mode == "modeB" and len(c.indicators) > 1
    )
    return Blocks(model.member, regressed, fixed_weights(r, model), options.neighbours == "all")


def without_products(model: Specification) -> Specification:
    """The same model less its products of constructs."""
    constructs = tuple(construct for construct in model.constructs if ":" not in construct.name)
    kept = tuple(path for path in model.paths if ":" not in path[0])
    if len(kept) == len(model.paths):
        return model
    return Specification(constructs, kept, model.error_pairs)
