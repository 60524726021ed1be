"""Find the uniquenesses at which a discrepancy is least, for a batch of correlation matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.factor.extraction.spectral import DISCREPANCIES, Curve
from mlbc_stats.linalg import cholesky_flag, spd_inverse_logdet

Array = NDArray[Any]

LOWEST = 0.005
"""Least uniqueness: what R's factanal and psych allow."""

STEPS, HALVINGS, LONGEST = 200, 25, 1.0
"""Newton steps, halvings of one, and its longest cell."""

ROUNDING, STATIONARY = 1e-16, 1e-7
"""Promised fall, relative to 1 + F, at which a search has arrived; gradient that counts as zero."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """Minima for B correlation matrices.

    Attributes
    ----------
    uniqueness : (B, p); loadings : (B, p, m), columns by falling eigenvalue, each with a sum that is not negative.
    value : (B,) the discrepancy; gradient : (B,) its largest cell where no bound holds.
    converged : bool (B,). bounded : bool (B, p), uniquenesses that the bound holds (Heywood cases).
    """

    uniqueness: Array
    loadings: Array
    value: Array
    gradient: Array
    converged: Array
    bounded: Array


def extract(r: Array, m: int, method: str, lowest: float = LOWEST, start: Array | None = None) -> Extraction:
    """Newton's method over uniquenesses ψ ≥ `lowest`, a batch at once; arrived elements leave it.

    Parameters
    ----------
    r : (B, p, p) correlations; for "ml" and "gls" positive definite.
    m : factors; method : "minres", "ml" or "gls".
    start : (B, p) uniquenesses to start from; by default Jöreskog's.

    References
    ----------
    Jöreskog (1967), doi:10.1007/BF02289658; Clarke (1970), doi:10.1111/j.2044-8317.1970.tb00433.x (exact Hessian).

    Examples
    --------
    >>> a = np.array([0.8, 0.7, 0.6, 0.5])
    >>> r = np.outer(a, a) + np.diag(1 - a**2)
    >>> extract(r[None], 1, "ml").loadings[0, :, 0].round(6).tolist()
    [0.8, 0.7, 0.6, 0.5]
    """
    logarithmic = method != "minres"
    bound = np.log(lowest) if logarithmic else lowest
    start = _start(r, m, lowest) if start is None else np.maximum(start, 2 * lowest)
    x = np.log(start) if logarithmic else start
    for _ in range(2):  # a second time from where equal uniquenesses start, for those that did not arrive
        x, curve = _minimize(r, x, m, method, bound)
        held = (x <= bound) & (curve.gradient > 0)
        slope = np.abs(np.where(held, 0.0, curve.gradient)).max(axis=1)
        arrived = slope < STATIONARY * (1 + np.abs(curve.value))
        if arrived.all():
            break
        x = np.where(arrived[:, None], x, np.log(0.5) if logarithmic else 0.5)
    psi = np.exp(x) if logarithmic else x
    signs = np.where(curve.loadings.sum(axis=1, keepdims=True) < 0, -1.0, 1.0)
    return Extraction(psi, curve.loadings * signs, curve.value, slope, arrived, x <= bound)


def _start(r: Array, m: int, lowest: float) -> Array:
    """(1 − m/2p) of what is not explained by the other items; where R is singular, by the closest of them."""
    p = r.shape[-1]
    inverse, _, ok = spd_inverse_logdet(r)
    closest = np.abs(r - np.eye(p)).max(axis=2)
    alone = np.where(ok[:, None], 1 / np.einsum("bii->bi", inverse), 1 - closest**2)
    return np.clip((1 - m / (2 * p)) * alone, 2 * lowest, 1.0)


def _minimize(r: Array, x: Array, m: int, method: str, bound: float) -> tuple[Array, Curve]:
    discrepancy, final = DISCREPANCIES[method], x.copy()
    active = np.arange(len(x))
    for _ in range(STEPS):
        point = final[active]
        here = discrepancy(r[active], point, m)
        step, promise = _step(here, point, bound)
        go = promise > ROUNDING * (1 + np.abs(here.value))
        if not go.any():
            break
        active, point, step, value, promise = active[go], point[go], step[go], here.value[go], promise[go]
        moved = _shorten(r[active], point, step, value, promise, m, method, bound)
        stuck = (moved == point).all(axis=1)
        final[active] = moved
        active = active[~stuck]
        if not len(active):
            break
    return final, discrepancy(r, final, m)


def _step(curve: Curve, x: Array, bound: float) -> tuple[Array, Array]:
    """Newton step (B, p) of the uniquenesses that are free to move, and the fall (B,) that it promises."""
    free = ~((x <= bound) & (curve.gradient > 0))
    slope = np.where(free, curve.gradient, 0.0)
    both = free[:, :, None] & free[:, None, :]
    hessian = np.where(both, curve.hessian, np.eye(x.shape[1]))
    lower, definite = cholesky_flag(hessian)
    step = -np.linalg.solve(lower @ lower.mT, slope[:, :, None])[:, :, 0]
    if not definite.all():
        step[~definite] = _repelled(hessian[~definite], slope[~definite])
    step = np.where(free, step, 0.0)
    step /= np.maximum(1.0, np.abs(step).max(axis=1, keepdims=True) / LONGEST)
    return step, -(step * slope).sum(axis=1)


def _repelled(hessian: Array, slope: Array) -> Array:
    """A step down where the Hessian is not positive definite: its eigenvalues in absolute value."""
    values, vectors = np.linalg.eigh(hessian)
    size = np.maximum(np.abs(values), 1e-6 * np.abs(values).max(axis=1, keepdims=True) + 1e-12)
    along = (vectors.mT @ slope[:, :, None])[:, :, 0] / size
    return -(vectors @ along[:, :, None])[:, :, 0]


def _shorten(
    r: Array, x: Array, step: Array, value: Array, promise: Array, m: int, method: str, bound: float
) -> Array:
    """The step, kept above the bound and halved where the discrepancy would not fall enough."""
    new, left, length = x.copy(), np.arange(len(x)), np.ones(len(x))
    slack = 4 * np.finfo(float).eps * (1 + np.abs(value))
    for _ in range(HALVINGS):
        trial = np.maximum(x[left] + length[left, None] * step[left], bound)
        got = DISCREPANCIES[method](r[left], trial, m).value
        fell = got <= value[left] - 1e-4 * length[left] * promise[left] + slack[left]
        new[left[fell]] = trial[fell]
        left = left[~fell]
        if not len(left):
            break
        length[left] /= 2
    return new
