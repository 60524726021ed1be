"""From cases, counted so often as each resample says, to estimates, through all stages of a model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.estimation import Estimates, find_weights, from_weights, without_products
from mlbc_stats.composites.options import Options
from mlbc_stats.composites.sample.correlations import correlations
from mlbc_stats.composites.sample.reading import Sample
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.stages.higher_order import score_correlations
from mlbc_stats.composites.stages.plan import Plan
from mlbc_stats.composites.stages.products import (
    covariances,
    product_columns,
    product_names,
    residual_products,
    scale_of_products,
    standardized,
    term_covariances,
)
from mlbc_stats.composites.structural.equations import solve_paths
from mlbc_stats.composites.weighting.orientation import align
from mlbc_stats.errors import NotServedError
from mlbc_stats.linalg import cov2cor

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Solved:
    """Estimates of B resamples.

    Attributes
    ----------
    estimates : of the last stage. first : of the stage before it, or None.
    score_weights : (B, m, p) weights of the last stage's composites on the columns (with products of indicators: on the
        columns and the products beside them).
    turned : (B, m) composites turned to the sign of the reference.
    """

    estimates: Estimates
    first: Estimates | None
    score_weights: Array
    turned: Array


def solve(
    sample: Sample, counts: Array, plan: Plan, options: Options, reference: Solved | None = None
) -> Solved:
    """Estimates of resamples.

    Parameters
    ----------
    counts : (B, n) how often each case is in each resample; sampling weights multiply them.
    reference : the solution whose signs count; None keeps the signs as they come.
    """
    mass = counts if sample.weights is None else counts * sample.weights
    if not plan.by_cases:
        whole = len(counts) == 1 and bool((counts == 1).all())
        r = (
            sample.correlation[None]
            if whole
            else correlations(sample.rows, sample.names, sample.ordered, sample.missing, mass)
        )
        return by_correlations(r, plan, options, reference)
    _refuse_gaps(sample)
    z = standardized(sample.rows, mass)
    if plan.products == "two_stage":
        r = correlations(sample.rows, sample.names, (), sample.missing, mass)
        return _two_stage(by_correlations(r, plan, options, reference), z, mass, plan, options)
    return _with_blocks(sample, z, mass, plan, options, reference)


def by_correlations(r: Array, plan: Plan, options: Options, reference: Solved | None) -> Solved:
    """Estimates from correlations (B, p, p) of the columns, through both stages of constructs of higher order."""
    first, through = None, None
    if plan.first is not None:
        held = None if reference is None or reference.first is None else reference.first
        early = replace(options, dominant=_named(options.dominant, plan.first), instruments={})
        if plan.higher == "scores":
            early = replace(early, neighbours="all")
        first, _ = _estimate(r, plan.first, early, held)
        r, through = score_correlations(r, first, plan.first, plan.model)
    late = replace(options, dominant=_named(options.dominant, plan.model))
    found, turned = _estimate(r, plan.model, late, None if reference is None else reference.estimates)
    if first is not None:
        found = replace(found, converged=found.converged & first.converged)
    own = found.weights if through is None else found.weights @ through
    return Solved(found, first, own, turned)


def _named(dominant: Any, model: Specification) -> dict[str, str]:
    return {name: indicator for name, indicator in dominant.items() if name in model.names}


def _estimate(
    r: Array, model: Specification, options: Options, reference: Estimates | None
) -> tuple[Estimates, Array]:
    found = find_weights(r, model, options)
    turned = np.zeros(found.values.shape[:2], bool)
    if reference is not None:
        values, turned = align(found.values, r, reference.weights[0], model)
        found = replace(found, values=values)
    return from_weights(r, found, model, options), turned


def _two_stage(found: Solved, z: Array, mass: Array, plan: Plan, options: Options) -> Solved:
    """Scores stay as they are; products of theirs join the regressions."""
    held, model = found.estimates, plan.model
    scores = z @ found.score_weights.mT
    quality = np.sqrt(np.where(held.reliability > 0, held.reliability, np.nan))
    cov = term_covariances(scores, mass, held.construct_correlation, quality, model)
    if plan.scale == "unit":
        deviation = np.sqrt(np.einsum("btt->bt", cov))
        cov = cov / (deviation[:, :, None] * deviation[:, None, :])
    paths, r2 = solve_paths(cov, model, options.instruments)
    return replace(found, estimates=replace(held, construct_correlation=cov, paths=paths, r2=r2))


def _with_blocks(
    sample: Sample, z: Array, mass: Array, plan: Plan, options: Options, reference: Solved | None
) -> Solved:
    """Products are constructs with indicators of their own, weighted together with the others."""
    model = plan.model
    columns = product_rows(sample, z, mass, plan, options)
    cov = covariances(columns, mass)
    found, turned = _estimate(
        cov2cor(cov), model, options, None if reference is None else reference.estimates
    )
    deviations = np.sqrt(np.einsum("bii->bi", cov))
    scaled = found if plan.scale == "unit" else _scaled(found, deviations, model, options)
    return Solved(scaled, None, found.weights, turned)


def product_rows(sample: Sample, z: Array, mass: Array, plan: Plan, options: Options) -> Array:
    """Standardized columns with the products of the last stage beside them, in the order of its indicators."""
    names, products = list(sample.names), product_names(plan.model)
    if plan.products == "reestimated":
        base = without_products(plan.model)
        r = correlations(sample.rows, sample.names, (), sample.missing, mass)
        early, _ = _estimate(r, base, replace(options, dominant=_named(options.dominant, base)), None)
        made = product_columns(z @ early.weights.mT, base.names, products)
    else:
        made = product_columns(z, names, products)
        if plan.products == "orthogonal":
            made = residual_products(z, made, mass, names, plan.model)
    order = [*names, *products]
    return np.concatenate([z, made], axis=-1)[..., [order.index(name) for name in plan.model.indicators]]


def _scaled(found: Estimates, deviations: Array, model: Specification, options: Options) -> Estimates:
    """Product constructs with the deviation of their indicators; paths read per standard deviation of both parts."""
    scale = np.ones(found.weights.shape[:2])
    for j, construct in enumerate(model.constructs):
        if ":" in construct.name:
            own = list(model.blocks[j])
            scale[:, j] = scale_of_products(found.loadings[:, j, own], deviations[:, own])
    cov = found.construct_correlation * scale[:, :, None] * scale[:, None, :]
    paths, r2 = solve_paths(cov, model, options.instruments)
    return replace(found, construct_correlation=cov, paths=paths, r2=r2)


def _refuse_gaps(sample: Sample) -> None:
    if sample.ordered:
        raise NotServedError(
            "products of constructs with ordinal indicators are not served: scores need numbers"
        )
    if np.isnan(sample.rows).any():
        raise NotServedError(
            f"products of constructs with missing={sample.missing!r} are not served: scores need complete answers; use "
            "'listwise'"
        )
