"""Maximize many likelihoods of one correlation each, all at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
#: evaluate(rows, rho) gives value, first and second derivative by ρ and expected information, each [len(rows)].
Evaluate = Callable[[Array, Array], tuple[Array, Array, Array, Array]]

#: Largest |ρ|: beyond, the table is one of perfect dependence and the likelihood has no maximum inside.
BOUND = 0.9999
#: Largest step, in units of atanh ρ.
LARGEST = 0.7
#: A Newton step this small is the last one: the error left is of the order of its square.
SMALL = 1e-6
#: Beyond this atanh ρ, a log-likelihood with a slope and a curvature smaller than these (at a maximum of its own the
#: curvature is some share of the number of cases) has no maximum inside.
NEAR, SLOPE, CURVATURE = 1.5, 1e-4, 1e-2
#: Evaluations before giving up; ordinary tables take four.
STEPS = 60
#: Information about ρ per unit of weight that is rounding only: an error of 10¹² beside a correlation.
NO_INFORMATION = 1e-24


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the likelihoods are largest.

    Attributes
    ----------
    rho : array [rows]; NaN where the likelihood could not be evaluated.
    converged : bool array [rows].
    bounded : bool array [rows]; the likelihood still grows at ±``BOUND``, which is then the answer.
    """

    rho: Array
    converged: Array
    bounded: Array


def maximize(evaluate: Evaluate, start: Array) -> Maximum:
    """Newton's method in atanh ρ, Fisher scoring where the likelihood is not concave, halving where it falls.

    Parameters
    ----------
    evaluate : of the rows asked for only; rows that are done are asked no more.
    start : array [rows] of correlations.

    Examples
    --------
    >>> def parabola(rows, rho):
    ...     return -((rho - 0.3) ** 2), -2 * (rho - 0.3), np.full(len(rho), -2.0), np.full(len(rho), 2.0)
    >>> maximize(parabola, np.array([0.0, 0.9])).rho.round(9).tolist()
    [0.3, 0.3]
    """
    edge = np.arctanh(BOUND)
    z = np.clip(np.arctanh(np.clip(start, -0.9, 0.9)), -edge, edge)
    rows = np.flatnonzero(np.isfinite(z))
    best, anchor = np.full(len(z), -np.inf), z.copy()
    converged, bounded = np.zeros(len(z), bool), np.zeros(len(z), bool)
    for _ in range(STEPS):
        if not len(rows):
            break
        value, slope, curvature, information = evaluate(rows, np.tanh(z[rows]))
        lost = ~np.isfinite(value + slope)
        z[rows[lost]] = np.nan
        fell = value < best[rows] - 1e-9 * np.abs(best[rows])
        first, second, expected = _in_atanh(np.tanh(z[rows]), slope, curvature, information)
        step = _newton_step(first, second, expected)
        target = np.where(fell, 0.5 * (z[rows] + anchor[rows]), np.clip(z[rows] + step, -edge, edge))
        best[rows] = np.where(fell, best[rows], value)
        anchor[rows] = np.where(fell, anchor[rows], z[rows])
        # Near perfect dependence the likelihood rises ever more slowly: nothing is gained by walking on.
        flat = ~fell & (slope * z[rows] >= 0) & lies_flat(z[rows], first, second)
        target = np.where(flat, np.sign(z[rows]) * edge, target)
        out = flat | ((np.abs(z[rows]) >= edge) & (target == z[rows]))
        done = out | (np.abs(target - z[rows]) < SMALL)
        z[rows], bounded[rows] = target, out
        converged[rows] = done & ~lost
        rows = rows[~(done | lost)]
    return Maximum(np.clip(np.tanh(z), -BOUND, BOUND), converged, bounded)


def lies_flat(z: Array, first: Array, second: Array) -> Array:
    """Whether the likelihood only approaches its supremum as |ρ| goes to one.

    Parameters
    ----------
    z, first, second : arrays of z = atanh ρ and of the derivatives of the log-likelihood by z.

    Examples
    --------
    >>> lies_flat(np.array([2.0, 2.0, 0.1]), np.full(3, 1e-9), np.array([-1e-6, -80.0, -1e-6])).tolist()
    [True, False, False]
    """
    return (np.abs(z) > NEAR) & (np.abs(first) < SLOPE) & (np.abs(second) < CURVATURE)


def _in_atanh(rho: Array, slope: Array, curvature: Array, information: Array) -> tuple[Array, Array, Array]:
    """Derivatives and information by z = atanh ρ, where dρ/dz = 1 - ρ²."""
    rate = 1.0 - rho * rho
    first = slope * rate
    return first, curvature * rate * rate - 2.0 * rho * first, information * rate * rate


def _newton_step(first: Array, second: Array, information: Array) -> Array:
    expected = np.maximum(information, 1e-12)
    step = np.where(second < -0.05 * expected, -first / np.where(second < 0, second, -1.0), first / expected)
    return np.clip(step, -LARGEST, LARGEST)


def informative(information: Array, weight: Array) -> Array:
    """Information about a correlation, NaN where the cases carry none but rounding: less than 1e-24 each.

    Examples
    --------
    >>> informative(np.array([4.0, 0.0, 1e-300]), np.array([10.0, 10.0, 10.0])).tolist()
    [4.0, nan, nan]
    """
    return np.where(information > NO_INFORMATION * weight, information, np.nan)
