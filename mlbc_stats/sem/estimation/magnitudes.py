"""What is too little and what is too much at a point, in standardized units: information, and estimates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.ordinal_engine import OrdinalEngine
from mlbc_stats.sem.implied.ram import Implied, Ram

NOTHING = 1e-12
"""Information per case about a standardized parameter that counts as none: its error would be 1e6/√n."""

ENDLESS = 1e6
"""Standardized size from which an estimate is on its way to infinity."""


def least_information(rams: Sequence[Ram], moments: Sequence[Implied], q: int) -> Floats:
    """Information (..., q) per case below which the data say nothing about each of q parameters.

    In units of the standardized parameter that is 1e-12, so that neither the units of the variables nor rounding
    decide: information that should be zero is 1e-18 or so on one machine and zero on another.
    """
    out = np.full((*moments[0].sigma.shape[:-2], q), np.inf)
    for ram, implied in zip(rams, moments, strict=True):
        with np.errstate(all="ignore"):
            size = _spread(implied)
            row, col = size[..., ram.row], size[..., ram.col]
            unit = np.select(
                [ram.directed, ram.symmetric, ram.mean],
                [row / col, row * col, row],
                1.0,
            )
            least = np.where(np.isfinite(unit) & (unit > 0), NOTHING / unit**2, 0.0)
        out[..., ram.free] = np.minimum(out[..., ram.free], np.where(np.isfinite(least), least, 0.0))
    return np.where(np.isfinite(out), out, 0.0)


def endless(rams: Sequence[Ram], moments: Sequence[Implied]) -> NDArray[np.bool_]:
    """Which variables (..., v) of any group are on their way to infinity, by the implied moments of each group.

    An observed variable with a residual variance, a loading or a path of 10⁶ standardized units; an ordinal one with a
    deviation of 10⁶ where its residual variance is fixed (theta parameterization, so that next to nothing is left of
    it); a factor whose free loadings are 10⁶ times that of its marker, which nears zero.
    """
    return np.any([_endless(ram, implied) for ram, implied in zip(rams, moments, strict=True)], axis=0)


def _endless(ram: Ram, implied: Implied) -> NDArray[np.bool_]:
    p, a = ram.n_observed, implied.paths
    with np.errstate(all="ignore"):
        size = _spread(implied)
        out = ~np.isfinite(size)
        residual = np.abs(np.einsum("...ii->...i", implied.disturbance)[..., :p])
        paths = np.abs(a[..., :p, :]) * size[..., None, :]
        own = size[..., :p]
        out[..., :p] |= residual > ENDLESS * own**2
        out[..., :p] |= (paths > ENDLESS * own[..., None]).any(axis=-1)
        out[..., p:] |= _without_marker(ram, np.abs(a[..., :p, p:]) / own[..., None])
        if isinstance(ram.engine, OrdinalEngine) and ram.engine.categories.theta:
            marked = ram.engine.categories.ordinal & _residual_fixed(ram)
            out |= marked & (size > ENDLESS)
    return out


def _without_marker(ram: Ram, loadings: Floats) -> NDArray[np.bool_]:
    """Factors (..., m) with free loadings (..., p, m), in units of the items, endlessly larger than the fixed ones."""
    p = ram.n_observed
    free = np.zeros(ram.a0.shape, dtype=bool)
    free.reshape(-1)[ram.a_places] = True
    free = free[:p, p:]
    most = np.where(free, loadings, 0.0).max(axis=-2, initial=0.0)
    held = np.where(free, 0.0, loadings).max(axis=-2, initial=0.0)
    return np.asarray((held > 0) & (most > ENDLESS * held))


def _residual_fixed(ram: Ram) -> NDArray[np.bool_]:
    """Variables (v,) whose own variance is no parameter."""
    v = len(ram.variables)
    free = np.zeros(v * v, dtype=bool)
    free[ram.s_places] = True
    return ~free.reshape(v, v).diagonal()


def _spread(implied: Implied) -> Floats:
    """Implied standard deviations (..., v), of the absolute value where a variance is negative."""
    return np.asarray(np.sqrt(np.abs(implied.variances)))
