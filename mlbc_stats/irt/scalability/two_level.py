"""Scalability within and between units: answers of one informant, and answers of two informants of the same unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.irt.scalability.coefficients import ceilings

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class TwoLevel:
    """Coefficients of items (p, 3) and of the scale (3,): within informants, between informants of a unit, their ratio.

    Attributes
    ----------
    items, items_se : (p, 3). scale, scale_se : (3,). units : units with two informants or more.
    """

    items: Array
    items_se: Array
    scale: Array
    scale_se: Array
    units: int


def two_level(x: Array, unit: Array) -> TwoLevel:
    """H within, H between and their ratio, with errors that take units as sampled.

    Errors of two items within one informant, and of one item of an informant with another item of another informant of
    the same unit, are divided by those of unrelated answers. Units of many informants weigh by their pairs.

    Parameters
    ----------
    x : (n, p) complete scores. unit : (n,) from 0.

    Notes
    -----
    Snijders (2001), doi:10.1007/978-1-4613-0169-1_17; Koopman, Zijlstra & van der Ark (2020), doi:10.1111/bmsp.12174.
    In R: ``mokken::MLcoefH(X)``, whose coefficients are these; its errors rest on another scheme of sampling.
    """
    y = x - x.min(axis=0)
    reach = ceilings(y)
    off = ~np.eye(x.shape[1], dtype=bool)
    size = np.bincount(unit).astype(float)
    within, expected = _within(y, reach, off)
    between = _between(y, reach, off, unit, size)
    pairs = size * (size - 1)
    collect = (lambda a: a.sum(2), lambda a: a.sum((1, 2)))
    item, scale = (
        _three(_by_unit(each(within), unit), _by_unit(each(expected), unit), each(between), size, pairs)
        for each in collect
    )
    return TwoLevel(item[0].T, item[1].T, scale[0], scale[1], int((size > 1).sum()))


def _within(y: Array, reach: Array, off: Array) -> tuple[Array, Array]:
    mean, top = y.mean(axis=0), reach + np.swapaxes(reach, 1, 2)
    expected = top - (y[:, :, None] * mean + y[:, None, :] * mean[:, None] - np.outer(mean, mean))
    return (top - y[:, :, None] * y[:, None, :]) * off, expected * off


def _between(y: Array, reach: Array, off: Array, unit: Array, size: Array) -> Array:
    """(units, p, p) errors of all ordered pairs of informants of a unit."""
    total, own = _by_unit(y, unit), _by_unit(y[:, :, None] * y[:, None, :], unit)
    cross = total[:, :, None] * total[:, None, :] - own
    top = _by_unit(reach, unit)
    return np.asarray(((size - 1)[:, None, None] * (top + np.swapaxes(top, 1, 2)) - cross) * off)


def _by_unit(values: Array, unit: Array) -> Array:
    out = np.zeros((int(unit.max()) + 1, *values.shape[1:]))
    np.add.at(out, unit, values)
    return out


def _three(within: Array, expected: Array, between: Array, size: Array, pairs: Array) -> tuple[Array, Array]:
    """Within, between and ratio with their errors, stacked first."""
    n, m = size.sum(), pairs.sum()
    n_unit, n_pair = (each.reshape(-1, *[1] * (within.ndim - 1)) for each in (size, pairs))
    with np.errstate(invalid="ignore", divide="ignore"):
        base, inner, outer = expected.sum(0) / n, within.sum(0) / n, between.sum(0) / m
        hw, hb = 1 - inner / base, 1 - outer / base
        move_w = -(within - (1 - hw) * expected) / (n * base)
        move_b = -((between - outer * n_pair) / m - (1 - hb) * (expected - base * n_unit) / n) / base
        move_r = (move_b - hb / hw * move_w) / hw
        moves = np.stack([move_w, move_b, move_r])
        return np.stack([hw, hb, hb / hw]), np.sqrt((moves**2).sum(axis=1))
