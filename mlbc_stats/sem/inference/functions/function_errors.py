"""Errors and intervals of functions of the parameters: delta method of first or second order, or Monte Carlo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.inference.intervals import intervals
from mlbc_stats.sem.inference.uncertainty import Uncertainty, delta_errors, wald_columns

CHUNK = 1000
"""Monte Carlo draws evaluated together."""

STEP = 1e-5
"""Step of the central differences behind second derivatives, relative to max(1, |θ|)."""


@dataclass(frozen=True, slots=True)
class Columns:
    """One value per row: est, se, z, pvalue, ci_lower, ci_upper, each (rows,)."""

    est: Floats
    se: Floats
    z: Floats
    pvalue: Floats
    ci_lower: Floats
    ci_upper: Floats


@dataclass(frozen=True, slots=True)
class FunctionErrors:
    """How errors of functions of the parameters are found.

    Attributes
    ----------
    kind : "delta", "second_order" or "monte_carlo".
    draws, seed : of Monte Carlo errors.
    """

    kind: str = "delta"
    draws: int = 20_000
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Function:
    """k functions of theta: values (..., k) at theta (..., q), and the Jacobian (k, q) at one theta (q,)."""

    values: Callable[[Floats], Floats]
    jacobian: Callable[[Floats], Floats]


def by_complex_steps(values: Callable[[Floats], Floats]) -> Function:
    """The function with its exact Jacobian, from values that take complex parameters.

    Examples
    --------
    >>> square = by_complex_steps(lambda theta: theta**2)
    >>> square.jacobian(np.array([1.0, 3.0]))
    array([[2., 0.],
           [0., 6.]])
    """
    step = 1e-30

    def jacobian(theta: Floats) -> Floats:
        return np.imag(values(theta.astype(complex) + 1j * step * np.eye(len(theta)))).T / step

    return Function(values, jacobian)


def function_columns(
    function: Function,
    theta: Floats,
    found: Uncertainty,
    how: FunctionErrors | None = None,
    level: float = 0.95,
) -> Columns:
    """Values of functions g(θ) with errors, tests and intervals.

    Formulas, with gradient g′ and second derivatives H of a function and V the covariance of the estimates: the
    variance is g′ᵀVg′ (delta method), that plus ½ tr((HV)²) (second order), or that of g(θ*) over θ* ~ N(θ̂, V)
    (Monte Carlo, with percentile intervals). The estimate is g(θ̂) each time, z = g(θ̂)/se.

    References
    ----------
    Sobel (1982), doi:10.2307/270723; Preacher & Selig (2012), doi:10.1080/19312458.2012.679848. In R (lavaan 0.7):
    ``se.delta.second.order = TRUE``, ``se.def = "monte.carlo"``.
    """
    how = how or FunctionErrors()
    est, jacobian = function.values(theta), function.jacobian(theta)
    se = delta_errors(jacobian, est, found)
    if how.kind == "second_order":
        se = np.sqrt(se**2 + _curved_part(function, theta, found.vcov))
    if how.kind != "monte_carlo":
        return Columns(est, se, *wald_columns(est, se, level))
    drawn = _draw(function, theta, found.vcov, how)
    se = np.where(np.isnan(se), np.nan, drawn.std(axis=0, ddof=1))
    lower, upper = intervals(est, drawn, "percentile", level)
    ends = (np.where(np.isnan(se), np.nan, end) for end in (lower, upper))
    return Columns(est, se, *wald_columns(est, se, level)[:2], *ends)


def read_function_errors(call: Mapping[str, Any]) -> FunctionErrors:
    """The errors that a call asks for by `se_def`, `se_delta_second_order` and `monte_carlo`.

    Raises
    ------
    ModelError
        for another value, and for Monte Carlo errors beside bootstrap ones.

    Examples
    --------
    >>> read_function_errors({"se_def": "monte.carlo", "monte_carlo": {"R": 5000, "seed": 3}})
    FunctionErrors(kind='monte_carlo', draws=5000, seed=3)
    """
    kind = str(call.get("se_def") or "delta").replace(".", "_").lower()
    if kind not in ("delta", "default", "monte_carlo"):
        raise ModelError(f"se_def={call['se_def']!r} is not known; use 'delta' or 'monte_carlo'")
    if kind != "monte_carlo":
        return FunctionErrors("second_order" if call.get("se_delta_second_order") else "delta")
    if call.get("se") in ("bootstrap", "boot"):
        raise ModelError(
            "se='bootstrap' gives defined parameters their errors already; leave se_def='monte_carlo' out"
        )
    return FunctionErrors(kind, **_settings(call.get("monte_carlo") or {}))


def _settings(given: Mapping[str, Any]) -> dict[str, int]:
    names = {"R": "draws", "r": "draws", "seed": "seed", "iseed": "seed"}
    if not isinstance(given, Mapping) or not set(given) <= set(names):
        raise ModelError(f"monte_carlo={given!r}: expected {{'R': 20000, 'seed': 1}}")
    out = {names[name]: int(value) for name, value in given.items()}
    if out.get("draws", 2) < 2:
        raise ModelError(f"monte_carlo: R={out['draws']} draws; give at least two, better thousands")
    return out


def _curved_part(function: Function, theta: Floats, vcov: Floats) -> Floats:
    """½ tr((HV)²) of each function, H by central differences of the exact Jacobian."""
    step = STEP * np.maximum(1.0, np.abs(theta))
    shifts = np.diag(step)
    slopes = [function.jacobian(theta + at) - function.jacobian(theta - at) for at in shifts]
    bent = np.stack(slopes, axis=1) / (2 * step[:, None])
    moved = (bent + bent.mT) / 2 @ vcov
    return 0.5 * np.einsum("kij,kji->k", moved, moved)


def _draw(function: Function, theta: Floats, vcov: Floats, how: FunctionErrors) -> Floats:
    """Values (draws, k) at parameters from N(θ̂, V); where one draw has no value, no function of it has an interval."""
    size, axes = np.linalg.eigh(np.where(np.isfinite(vcov), vcov, 0.0))
    root = axes * np.sqrt(np.maximum(size, 0.0))
    normal = np.random.default_rng(how.seed).standard_normal((how.draws, len(theta)))
    parts = [function.values(theta + normal[at : at + CHUNK] @ root.T) for at in range(0, how.draws, CHUNK)]
    return np.concatenate(parts)
