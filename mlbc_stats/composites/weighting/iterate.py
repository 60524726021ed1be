"""The partial least squares algorithm on correlation matrices, many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.composites.finite import finite
from mlbc_stats.composites.weighting.inner import inner_weights
from mlbc_stats.linalg import spd_inverse_logdet

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of B samples.

    Attributes
    ----------
    values : (B, m, p), zero outside of a construct's block; composites have unit variance.
    converged : (B,) bool. iterations : (B,) int.
    loadings : (B, m, p) of common factors where the criterion finds them too, NaN elsewhere; None where it does not.
    """

    values: Array
    converged: Array
    iterations: Array
    loadings: Array | None = None


@dataclass(frozen=True, slots=True)
class Blocks:
    """Which indicators belong to which construct, and what moves their weights.

    Attributes
    ----------
    member : (m, p) bool.
    regressed : places of the constructs with mode B.
    held : (B, m, p) weights that do not move, NaN where they do; None when all move.
    everyone : whether every other construct is a neighbour.
    """

    member: Array
    regressed: tuple[int, ...] = ()
    held: Array | None = None
    everyone: bool = False


def iterate(
    r: Array, blocks: Blocks, adjacency: Array, scheme: str, tolerance: float, max_iter: int
) -> Weights:
    """Weights at which inner and outer approximation agree.

    From composites of equal weights: each construct's proxy is the sum of its neighbours by `inner_weights`; its new
    weights are the covariances of its indicators with the proxy (mode A) or the regression weights of the proxy on them
    (mode B), scaled to unit variance of the composite; until no weight moves by more than the tolerance.

    Parameters
    ----------
    r : (B, p, p) correlations; an element with NaN comes back as NaN, not converged.
    adjacency : (m, m) bool.

    References
    ----------
    Wold (1982); Lohmöller (1989), doi:10.1007/978-3-642-52512-4; Dijkstra (2010), doi:10.1007/978-3-540-32827-8_2. In
    R: ``cSEM::csem(.approach_weights = "PLS-PM", .disattenuate = FALSE)``, ``seminr::estimate_pls``, ``plspm::plspm``.

    Examples
    --------
    >>> r = np.full((1, 4, 4), 0.3); r[0, :2, :2] = r[0, 2:, 2:] = 0.6; r[0, range(4), range(4)] = 1
    >>> blocks = Blocks(np.kron(np.eye(2), np.ones(2)).astype(bool))
    >>> found = iterate(r, blocks, np.array([[False, False], [True, False]]), "path", 1e-9, 300)
    >>> found.values[0].round(3).tolist(), found.converged.tolist()
    ([[0.559, 0.559, 0.0, 0.0], [0.0, 0.0, 0.559, 0.559]], [True])
    """
    batch, m, p = len(r), *blocks.member.shape
    inverses, usable = _block_inverses(r, blocks)
    usable &= finite(r)
    values = np.full((batch, m, p), np.nan)
    values[usable] = _start(r[usable], blocks, None if blocks.held is None else blocks.held[usable])
    converged, iterations = np.zeros(batch, bool), np.zeros(batch, int)
    active = np.flatnonzero(usable)
    rows, own = r[active], {j: inverse[active] for j, inverse in inverses.items()}
    held = None if blocks.held is None else blocks.held[active]
    with np.errstate(all="ignore"):
        for step in range(1, max_iter + 1):
            if not len(active):
                break
            before = values[active]
            after = _outer_step(rows, before, blocks, own, adjacency, scheme, held)
            moved = np.abs(after - before).max(axis=(1, 2))
            values[active], iterations[active] = after, step
            converged[active[moved < tolerance]] = True
            go = moved >= tolerance  # NaN stops too
            if not go.all():
                active, rows = active[go], rows[go]
                own = {j: inverse[go] for j, inverse in own.items()}
                held = None if held is None else held[go]
    return Weights(values, converged, iterations)


def _outer_step(
    r: Array,
    w: Array,
    blocks: Blocks,
    inverses: dict[int, Array],
    adjacency: Array,
    scheme: str,
    held: Array | None,
) -> Array:
    cross = w @ r  # composites with indicators
    inner = inner_weights(cross @ w.mT, adjacency, scheme, blocks.everyone)
    new = (inner @ cross) * blocks.member
    for j, inverse in inverses.items():
        own = np.flatnonzero(blocks.member[j])
        new[:, j, own] = np.einsum("bij,bj->bi", inverse, new[:, j, own])
    return scaled(new if held is None else np.where(np.isnan(held), new, held), r)


def scaled(w: Array, r: Array) -> Array:
    """Weights (..., m, p) that give composites of unit variance; NaN where the variance is not positive.

    Examples
    --------
    >>> scaled(np.array([[1.0, 1.0]]), np.eye(2)).round(4).tolist()
    [[0.7071, 0.7071]]
    """
    variance = np.einsum("...mp,...mp->...m", w @ r, w)
    return w / np.sqrt(np.where(variance > 0, variance, np.nan))[..., None]


def _start(r: Array, blocks: Blocks, held: Array | None) -> Array:
    w = np.broadcast_to(blocks.member.astype(float), (len(r), *blocks.member.shape))
    return scaled(w if held is None else np.where(np.isnan(held), w, held), r)


def _block_inverses(r: Array, blocks: Blocks) -> tuple[dict[int, Array], Array]:
    found, usable = {}, np.ones(len(r), bool)
    for j in blocks.regressed:
        own = np.flatnonzero(blocks.member[j])
        found[j], _, ok = spd_inverse_logdet(r[:, own[:, None], own])
        usable &= ok
    return found, usable
