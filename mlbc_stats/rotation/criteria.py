"""Rotation criteria: the complexity of a loading matrix and its gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError, NotServedError

Floats = NDArray[Any]
Complexity = Callable[[Floats], tuple[Floats, Floats]]
"""Of loadings (..., p, m): the value (...,) to be minimized and its gradient (..., p, m)."""

TINY = 1e-300
"""Keeps the logarithm of an exact zero finite; its product with the zero vanishes."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion with everything that decides the rotated loadings.

    Attributes
    ----------
    name : lavaan's name.
    complexity : the function to be minimized.
    orthogonal : whether the factors stay uncorrelated.
    row_weights : "none", or "kaiser" (rows scaled to a communality of 1 while rotating).
    standardized : whether loadings are divided by the standard deviations of their variables while rotating.
    labelled : whether the criterion itself tells the factors apart, so that they keep their order.
    signed : whether it tells the sign of a factor, so that none is reflected.
    """

    name: str
    complexity: Complexity
    orthogonal: bool
    row_weights: str
    standardized: bool
    labelled: bool
    signed: bool


def make_criterion(name: str, p: int, m: int, options: Mapping[str, Any] | None = None) -> Criterion:
    """The criterion of that name for p variables and m factors.

    Parameters
    ----------
    name : geomin, oblimin, quartimin, orthomax, varimax, quartimax, cf (crawford-ferguson), cf-quartimax, cf-varimax,
        cf-equamax, cf-parsimax, cf-facparsim, infomax, entropy, target, pst, bigeomin, biquartimin.
    options : lavaan's ``rotation.args``, dots or underscores: orthogonal, row.weights, std.ov, geomin.epsilon,
        oblimin.gamma, orthomax.gamma, cf.gamma, target, target.mask.

    Raises
    ------
    ModelError, NotServedError
        for unknown names and options, and targets of the wrong shape.

    References
    ----------
    Browne (2001), doi:10.1207/S15327906MBR3601_05; Bernaards & Jennrich (2005), doi:10.1177/0013164404272507.
    """
    given = read_options(options)
    plain = name.lower().replace("_", "-").replace("crawford-ferguson", "cf")
    if plain in KAPPAS:
        kappa = KAPPAS[plain](p, m) if plain != "cf" else float(given.get("cf.gamma", 0.0))
        complexity: Complexity = partial(crawford_ferguson, kappa=kappa)
    elif plain in MAKERS:
        complexity = MAKERS[plain](given, p, m)
    else:
        known = ", ".join(sorted([*MAKERS, *KAPPAS]))
        raise NotServedError(f"rotation={name!r} is not served; use one of {known}, or none")
    weights = str(given.get("row.weights", "default"))
    default = "kaiser" if plain == "varimax" else "none"
    return Criterion(
        name=plain,
        complexity=complexity,
        orthogonal=bool(given.get("orthogonal", False)) or plain in ORTHOGONAL,
        row_weights=default if weights == "default" else weights,
        standardized=bool(given.get("std.ov", True)),
        labelled=plain in TARGETS,
        signed=plain in TARGETS and bool(np.nansum(np.abs(np.asarray(given["target"], dtype=float))) > 0),
    )


def read_options(options: Mapping[str, Any] | None) -> dict[str, Any]:
    """Options under lavaan's names, with dots; "true" and "false" become what they say.

    Raises
    ------
    ModelError, NotServedError
        naming what is not known.
    """
    words = {"true": True, "false": False}
    given = {}
    for key, value in (options or {}).items():
        given[str(key).replace("_", ".")] = (
            words.get(value.lower(), value) if isinstance(value, str) else value
        )
    _check_options(given)
    return given


def oblimin(loadings: Floats, gamma: float = 0.0) -> tuple[Floats, Floats]:
    """¼ Σ_{r≠s} Σ_i (λ²_ir − γ mean_i λ²_ir) λ²_is; γ = 0 is quartimin."""
    squared = loadings**2
    others = squared.sum(axis=-1, keepdims=True) - squared
    centred = others - gamma * others.mean(axis=-2, keepdims=True)
    return (squared * centred).sum(axis=(-2, -1)) / 4, loadings * centred


def orthomax(loadings: Floats, gamma: float = 1.0) -> tuple[Floats, Floats]:
    """−¼ Σ_r Σ_i λ²_ir (λ²_ir − γ mean_i λ²_ir); γ = 1 is varimax, 0 quartimax."""
    squared = loadings**2
    centred = squared - gamma * squared.mean(axis=-2, keepdims=True)
    return -(squared * centred).sum(axis=(-2, -1)) / 4, -loadings * centred


def crawford_ferguson(loadings: Floats, kappa: float = 0.0) -> tuple[Floats, Floats]:
    """(1 − κ)/4 Σ_i Σ_{r≠s} λ²_ir λ²_is + κ/4 Σ_r Σ_{i≠j} λ²_ir λ²_jr.

    References
    ----------
    Crawford & Ferguson (1970), doi:10.1007/BF02310792.
    """
    squared = loadings**2
    rows = squared.sum(axis=-1, keepdims=True) - squared
    columns = squared.sum(axis=-2, keepdims=True) - squared
    mixed = (1 - kappa) * rows + kappa * columns
    return (squared * mixed).sum(axis=(-2, -1)) / 4, loadings * mixed


def geomin(loadings: Floats, epsilon: float = 0.001) -> tuple[Floats, Floats]:
    """Σ_i (Π_r (λ²_ir + ε))^{1/m}.

    References
    ----------
    Yates (1987), Multivariate Exploratory Data Analysis, SUNY Press.
    """
    m = loadings.shape[-1]
    raised = loadings**2 + epsilon
    rows = np.exp(np.log(raised).sum(axis=-1, keepdims=True) / m)
    return rows.sum(axis=(-2, -1)), (2 / m) * loadings / raised * rows


def infomax(loadings: Floats) -> tuple[Floats, Floats]:
    """Minus the mutual information of rows and columns of the table of squared loadings (McKeon, 1968)."""
    squared = loadings**2
    total = squared.sum(axis=(-2, -1), keepdims=True)
    cell, cell_log = _shares(squared, total)
    row, row_log = _shares(squared.sum(axis=-1, keepdims=True), total)
    column, column_log = _shares(squared.sum(axis=-2, keepdims=True), total)
    joint = (cell * cell_log).sum(axis=(-2, -1), keepdims=True)
    apart = (row * row_log).sum(axis=(-2, -1), keepdims=True) + (column * column_log).sum(
        axis=(-2, -1), keepdims=True
    )
    slope = -(cell_log - row_log - column_log - (joint - apart)) / total
    return (apart - joint)[..., 0, 0], 2 * loadings * slope


def entropy(loadings: Floats) -> tuple[Floats, Floats]:
    """−½ Σ λ² log λ² (for orthogonal rotation only)."""
    squared = loadings**2
    logs = np.log(squared + TINY)
    return -(squared * logs).sum(axis=(-2, -1)) / 2, -loadings * (logs + 1)


def target(loadings: Floats, goal: Floats, mask: Floats) -> tuple[Floats, Floats]:
    """Σ w (λ − target)², w = 1 where the mask counts a cell.

    References
    ----------
    Browne (2001), doi:10.1207/S15327906MBR3601_05.
    """
    gap = mask * (loadings - goal)
    return (gap * gap).sum(axis=(-2, -1)), 2 * gap


def bifactor(loadings: Floats, complexity: Complexity) -> tuple[Floats, Floats]:
    """A criterion of all columns but the first, the general factor.

    References
    ----------
    Jennrich & Bentler (2011), doi:10.1007/s11336-011-9218-4.
    """
    value, slope = complexity(loadings[..., 1:])
    return value, np.concatenate([np.zeros_like(loadings[..., :1]), slope], axis=-1)


def _shares(part: Floats, total: Floats) -> tuple[Floats, Floats]:
    share = part / total
    return share, np.log(share + TINY)


def _target_of(options: Mapping[str, Any], p: int, m: int, partially: bool) -> Complexity:
    goal = np.array(options.get("target", ()), dtype=float)
    if goal.shape != (p, m):
        raise ModelError(
            f"target rotation needs rotation_args={{'target': ...}} with {p} rows (variables, in model order) and {m} "
            f"columns (factors), got shape {goal.shape}"
        )
    mask = np.where(np.isnan(goal), 0.0, 1.0)
    if partially and "target.mask" in options:
        mask = mask * np.asarray(options["target.mask"], dtype=float)
    return partial(target, goal=np.where(np.isnan(goal), 0.0, goal), mask=mask)


def _check_options(given: Mapping[str, Any]) -> None:
    unknown = sorted(given.keys() - OPTIONS)
    if unknown:
        raise ModelError(
            f"rotation_args: {', '.join(unknown)} not known; use any of {', '.join(sorted(OPTIONS))}"
        )
    weights = given.get("row.weights", "default")
    if weights not in ("default", "none", "kaiser"):
        raise NotServedError(f"rotation_args: row.weights={weights!r} is not served; use 'none' or 'kaiser'")


OPTIONS = {
    "orthogonal",
    "row.weights",
    "std.ov",
    "geomin.epsilon",
    "oblimin.gamma",
    "orthomax.gamma",
    "cf.gamma",
    "target",
    "target.mask",
    "rstarts",
    "reflect",
    "order.lv.by",
}
ORTHOGONAL = {"varimax", "quartimax", "orthomax", "entropy"}
TARGETS = {"target", "pst"}
KAPPAS: dict[str, Callable[[int, int], float]] = {
    "cf": lambda p, m: 0.0,
    "cf-quartimax": lambda p, m: 0.0,
    "cf-varimax": lambda p, m: 1 / p,
    "cf-equamax": lambda p, m: m / (2 * p),
    "cf-parsimax": lambda p, m: (m - 1) / (p + m - 2),
    "cf-facparsim": lambda p, m: 1.0,
}
MAKERS: dict[str, Callable[[Mapping[str, Any], int, int], Complexity]] = {
    "geomin": lambda o, p, m: partial(geomin, epsilon=float(o.get("geomin.epsilon", 0.001))),
    "bigeomin": lambda o, p, m: partial(
        bifactor, complexity=partial(geomin, epsilon=float(o.get("geomin.epsilon", 0.001)))
    ),
    "oblimin": lambda o, p, m: partial(oblimin, gamma=float(o.get("oblimin.gamma", 0.0))),
    "quartimin": lambda o, p, m: oblimin,
    "biquartimin": lambda o, p, m: partial(bifactor, complexity=oblimin),
    "orthomax": lambda o, p, m: partial(orthomax, gamma=float(o.get("orthomax.gamma", 1.0))),
    "varimax": lambda o, p, m: orthomax,
    "quartimax": lambda o, p, m: partial(orthomax, gamma=0.0),
    "infomax": lambda o, p, m: infomax,
    "entropy": lambda o, p, m: entropy,
    "target": lambda o, p, m: _target_of(o, p, m, partially=False),
    "pst": lambda o, p, m: _target_of(o, p, m, partially=True),
}
