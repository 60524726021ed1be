"""Generalized structured component analysis: weights that minimize all residuals at once, many samples at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.finite import finite
from mlbc_stats.composites.specification.constructs import Specification
from mlbc_stats.composites.weighting.inner import regress
from mlbc_stats.composites.weighting.iterate import Weights, scaled
from mlbc_stats.linalg import spd_inverse_logdet

Array = NDArray[Any]


def component_weights(r: Array, model: Specification, tolerance: float, max_iter: int) -> Weights:
    """Weights (B, m, p) with the least sum of squared residuals, by alternating least squares.

    The criterion sums the residual variances of the indicators of constructs written `=~` (as components with loadings)
    and those of endogenous components; constructs written `<~` have no residuals of indicators. Given loadings and
    paths the weights of one component are R_jj⁻¹g scaled to unit variance, g the covariance of its indicators with what
    it should explain; given weights loadings and paths are regressions. The criterion never rises.

    References
    ----------
    Hwang & Takane (2004), doi:10.1007/BF02295841. In R: ``cSEM::csem(.approach_weights = "GSCA", .disattenuate =
    FALSE)``.
    """
    good = finite(r)
    r = np.where(good[:, None, None], r, np.eye(r.shape[-1]))
    inverses, usable = block_inverses(r, model)
    usable = usable & good
    values = np.full((len(r), *model.member.shape), np.nan)
    converged, steps = np.zeros(len(r), bool), np.zeros(len(r), int)
    active = np.flatnonzero(usable)
    values[active] = scaled(
        np.broadcast_to(model.member.astype(float), (len(active), *model.member.shape)), r[active]
    )
    with np.errstate(all="ignore"):
        for step in range(1, max_iter + 1):
            if not len(active):
                break
            before = values[active]
            after = sweep(r[active], before, model, {j: each[active] for j, each in inverses.items()})
            moved = np.abs(after - before).max(axis=(1, 2))
            values[active], steps[active] = after, step
            converged[active[moved < tolerance]] = True
            active = active[moved >= tolerance]
    return Weights(values, converged, steps)


def block_inverses(r: Array, model: Specification) -> tuple[dict[int, Array], Array]:
    """R_jj⁻¹ (B, k, k) of every block, and (B,) whether all of them exist."""
    found, usable = {}, np.ones(len(r), bool)
    for j, block in enumerate(model.blocks):
        own = np.array(block)
        found[j], _, ok = spd_inverse_logdet(r[:, own[:, None], own])
        usable = usable & np.asarray(ok)
    return found, usable


def sweep(
    r: Array, w: Array, model: Specification, inverses: dict[int, Array], common: Array | None = None
) -> Array:
    """New weights of every component in turn, loadings and paths held.

    Weights of constructs that are `common` (m,) factors are proportional to their loadings.
    """
    m = len(model.names)
    cross = w @ r
    paths = component_paths(cross @ w.mT, model)
    outcome = np.diag(model.adjacency[:m, :m].any(axis=1).astype(float)) - paths
    out = w.copy()
    for j, construct in enumerate(model.constructs):
        own = np.array(model.blocks[j])
        current = out @ r
        aim = np.zeros((len(r), len(own)))
        if construct.kind == "factor":
            loadings = cross[:, j, own]
            aim += np.einsum("bij,bj->bi", r[:, own[:, None], own], loadings)
        others = np.arange(m) != j
        rest = outcome[:, :, others] @ current[:, others][:, :, own]  # residuals without this component
        aim -= np.einsum("bk,bki->bi", outcome[:, :, j], rest)
        new = np.zeros_like(out[:, j])
        ahead = common is not None and bool(common[j])
        new[:, own] = cross[:, j, own] if ahead else np.einsum("bij,bj->bi", inverses[j], aim)
        size = np.sqrt(np.einsum("bi,bij,bj->b", new, r, new))
        out[:, j] = np.where((size > 0)[:, None], new / np.where(size > 0, size, 1.0)[:, None], out[:, j])
    return out


def component_paths(c: Array, model: Specification) -> Array:
    """Regressions (B, m, m) of endogenous components on their predictors."""
    m = len(model.names)
    adjacency, paths = model.adjacency[:m, :m], np.zeros_like(c)
    for target in np.flatnonzero(adjacency.any(axis=1)).tolist():
        sources = np.flatnonzero(adjacency[target])
        paths[:, target, sources] = regress(c, target, sources)
    return paths


def criterion(r: Array, w: Array, model: Specification) -> Array:
    """(B,) the sum of residual variances that `component_weights` minimizes."""
    m = len(model.names)
    cross = w @ r
    c = cross @ w.mT
    gap = np.eye(m) - component_paths(c, model)
    inside = model.adjacency[:m, :m].any(axis=1)
    structural = np.einsum("bii->bi", gap @ c @ gap.mT) * inside
    kinds = np.array([construct.kind == "factor" for construct in model.constructs])
    shared = np.sum(np.where(model.member & kinds[:, None], cross**2, 0.0), axis=(1, 2))
    return structural.sum(axis=1) + (model.member & kinds[:, None]).sum() - shared
