"""Judge what an answer holds: finite numbers, possible ones, and a solution that is a minimum."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from mlbc_stats import sem
from mlbc_stats.sem.estimation.curvature import curved_point
from mlbc_stats.sem.estimation.objective import Objective, evaluate
from mlbc_stats.sem.estimation.weights import shares

NEGATIVE = -1e-7
"""A statistic below this is negative; above, rounding of zero."""

DOWNHILL = -1e-4
"""Curvature, relative to the diagonal, that no rounding of a differenced gradient reaches."""

FLAT = 1e-4
"""Curvature, in units of the information, below which a direction is flat: its sign is rounding."""

LIMITS = {"cfi": (0, 1), "rmsea": (0, np.inf), "srmr": (0, np.inf), "chisq": (NEGATIVE, np.inf)}


def faults_of(name: str, value: Any) -> Iterator[str]:
    """What is impossible in one answer."""
    if isinstance(value, str):
        yield from _text(name, value)
        return
    for place, part in _parts(value):
        array = np.asarray(part)
        if array.dtype.kind == "f" and np.isinf(array).any():
            yield f"infinite number in {place or name}"
    for place, part in _parts(value):
        yield from _columns(place or name, part)


def saddle_of(result: sem.SemResult) -> str:
    """Why a fit that calls itself converged is no minimum, or ""; from differences of the exact gradient."""
    fit = result if result.rotation is None else result.rotation.unrotated
    solution = fit.solution
    q = len(solution.theta)
    stepwise = solution.vcov is not None  # instruments minimize nothing
    if (
        not result.converged
        or stepwise
        or not q
        or any(row.op in ("==", "<", ">") for row in fit.table.parameters)
    ):
        return ""
    objective = replace(solution.objective, shares=shares(solution.method, solution.moments))
    information = np.diag(evaluate(objective, solution.theta[None]).information[0])
    size = 1 / np.sqrt(np.maximum(np.abs(information), 1e-300))
    size = np.minimum(size, 1e3 * (1 + np.abs(solution.theta)))  # a parameter without information has no size
    step = 1e-4 * np.diag(size)
    points = np.concatenate([solution.theta + step, solution.theta - step])
    slope = evaluate(objective, points).gradient
    hessian = 0.25 * (slope[:q] - slope[q:]) / np.diag(step)[:, None] * np.outer(size, size)
    if not np.isfinite(hessian).all():
        return ""
    basis = np.eye(q) if solution.tangent is None else np.linalg.qr(solution.tangent / size[:, None])[0]
    inner = basis.T @ (hessian + hessian.T) @ basis / 2
    scale = np.sqrt(np.maximum(np.abs(np.diag(inner)), FLAT))
    scaled = inner / np.outer(scale, scale)
    lowest = np.linalg.eigvalsh(scaled).min(initial=1.0) if np.isfinite(scaled).all() else 0.0
    if lowest >= DOWNHILL or _lowest_exact(objective, solution.theta, basis, size) >= DOWNHILL:
        return ""
    return f"converged at a saddle point, curvature {lowest:.2g}"


def _lowest_exact(objective: Objective, theta: np.ndarray, basis: np.ndarray, size: np.ndarray) -> float:
    """The same from analytic second derivatives: units that are too wild for differences do not decide."""
    hessian = curved_point(objective, theta[None]).information[0] * np.outer(size, size)
    inner = basis.T @ (hessian + hessian.T) @ basis / 2
    scale = np.sqrt(np.maximum(np.abs(np.diag(inner)), FLAT))
    scaled = inner / np.outer(scale, scale)
    return float(np.linalg.eigvalsh(scaled).min()) if np.isfinite(scaled).all() else 0.0


def silence_of(result: sem.SemResult) -> str:
    """Why a fit without convergence does not say what was tried, or ""."""
    said = any("no convergence" in text and "start" in text for text in result.warnings)
    return "" if result.converged or said else "not converged, and no word about what was tried"


def _text(name: str, text: str) -> Iterator[str]:
    if name == "to_json":
        try:
            json.loads(text, parse_constant=_no_constant)
        except ValueError as problem:
            yield f"JSON that others cannot read: {problem}"
    if re.search(r"(?<![\w.])-?inf(inity)?\b", re.sub(r"(?m)^warnings?:?[\s\S]*", "", text.lower())):
        yield "infinity in the text"


def _no_constant(word: str) -> float:
    raise ValueError(word)


def _parts(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Arrays, frames and numbers anywhere inside."""
    if isinstance(value, (pd.DataFrame, pd.Series, np.ndarray, float)):
        if isinstance(value, pd.DataFrame):
            yield from ((f"{place}{column}", x) for column, x in value.items())
        yield place, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _parts(part, f"{place}{key}.")
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _parts(part, place)
    elif dataclasses.is_dataclass(value) and not isinstance(value, (type, sem.SemResult)):
        for entry in dataclasses.fields(value):
            if entry.name not in ("fit", "fits", "rams", "population"):
                yield from _parts(getattr(value, entry.name, None), f"{entry.name}.")


def _columns(place: str, part: Any) -> Iterator[str]:
    """Impossible probabilities, errors and intervals of a table or a series of indices."""
    if isinstance(part, pd.DataFrame):
        get = {str(name): x.to_numpy() for name, x in part.items() if x.dtype.kind == "f"}
    elif isinstance(part, pd.Series) and part.dtype.kind == "f":
        get = {str(key): np.array([value]) for key, value in part.items() if isinstance(key, str)}
    else:
        return
    with np.errstate(invalid="ignore"):
        for name, x in get.items():
            if "pvalue" in name and ((x < 0) | (x > 1)).any():
                yield f"probability outside 0 and 1 in {name} of {place}"
            if (name == "se" or name.endswith("_se")) and (x < 0).any():
                yield f"negative standard error in {place}"
            if name in ("mi", "stat", "chisq", "chisq_scaled", "baseline_chisq") and (x < NEGATIVE).any():
                yield f"negative statistic {name} = {np.nanmin(x):.3g} in {place}"
            if name in LIMITS and ((x < LIMITS[name][0]) | (x > LIMITS[name][1])).any():
                yield f"impossible {name} = {x} in {place}"
            if name.endswith("ci_lower") and (x > get[name.replace("lower", "upper")] + 1e-12).any():
                yield f"interval the wrong way round: {name} of {place}"
