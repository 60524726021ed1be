"""Standardized values of a model with products, and what the products explain."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.evaluation import evaluate
from mlbc_stats.sem.constraints.system import definition_rows
from mlbc_stats.sem.inference.functions.function_errors import Function
from mlbc_stats.sem.inference.parameter_values import row_values
from mlbc_stats.sem.interactions.moderated_moments import moderated_moments
from mlbc_stats.sem.interactions.moderation import Moderation
from mlbc_stats.sem.specification.parameter_table import Parameter

STEP = 1e-4
"""Step of central differences of standardized values, in standard errors; the error is its square."""


def differenced(values: Callable[[Floats], Floats], size: Floats) -> Function:
    """A function with its Jacobian from central differences; `size` (q,) are standard errors, the unit of the steps."""

    def jacobian(theta: Floats) -> Floats:
        steps = STEP * np.where(np.isfinite(size) & (size > 0), size, 1.0)
        columns = [
            (values(theta + step * unit) - values(theta - step * unit)) / (2 * step)
            for step, unit in zip(steps, np.eye(len(theta)), strict=True)
        ]
        return np.stack(columns, axis=-1)

    return Function(values, jacobian)


def group_moments(found: Moderation, theta: Floats) -> list[tuple[Floats, Floats]]:
    """Means (v,) and covariances (v, v) of every group, in the order of its model's variables."""
    k = len(found.conditioning.factors)
    return [moderated_moments(ram, found.slots, k, theta) for ram in found.rams]


def standardized_values(found: Moderation, theta: Floats, kind: str = "std_all") -> Floats:
    """Standardized value of every row (rows,), "std_all", or "std_lv" with the observed variables as they are.

    The coefficient of a product is multiplied by both deviations, γ sd(x) sd(z) / sd(y): not by that of the product.

    References
    ----------
    Wen, Marsh & Hau (2010), doi:10.1080/10705510903438872.
    """
    est = row_values(found.table, found.rams, theta)
    out, known = np.full(len(est), np.nan), {}
    deviations = [_deviations(found, theta, g, kind) for g in range(found.table.n_groups)]
    for i, row in enumerate(found.table.parameters):
        if row.group:
            out[i] = est[i] * _scale(found, row, deviations[row.group - 1], est)
            known[row.plabel] = out[i]
            if row.label:
                known.setdefault(row.label, out[i])
    for i in definition_rows(found.table):
        row = found.table.parameters[i]
        if row.expression is not None:
            out[i] = known[row.lhs] = evaluate(row.expression, known)
    return out


def _deviations(found: Moderation, theta: Floats, g: int, kind: str) -> dict[str, float]:
    ram = found.rams[g]
    cov = group_moments(found, theta)[g][1]
    with np.errstate(invalid="ignore"):
        size = np.sqrt(np.diag(cov))
    out = dict(zip(ram.variables, size.tolist(), strict=True))
    if kind == "std_lv":
        out |= dict.fromkeys(found.table.observed, 1.0)
    return out


def _scale(found: Moderation, row: Parameter, size: dict[str, float], est: Floats) -> float:
    """What a row's value is multiplied by."""
    pairs = {p.name: p.pair for p in found.products}
    if row.op == "=~":
        return size[row.lhs] / size[row.rhs]
    if row.op == "~":
        return float(np.prod([size[name] for name in pairs.get(row.rhs, (row.rhs,))])) / size[row.lhs]
    if row.op == "~1":
        return 1 / size[row.lhs]
    if row.lhs == row.rhs:
        return 1 / size[row.lhs] ** 2
    return 1 / (_residual(found, row, row.lhs, size, est) * _residual(found, row, row.rhs, size, est))


def _residual(found: Moderation, row: Parameter, name: str, size: dict[str, float], est: Floats) -> float:
    """Deviation of what a covariance is one of: a residual of what depends on something, else the variable."""
    depends = any(
        (each.op == "~" and each.lhs == name) or (each.op == "=~" and each.rhs == name)
        for each in found.table.parameters
    )
    if not depends or (size[name] == 1.0 and name in found.table.observed):
        return size[name]
    variance = next(
        est[i]
        for i, each in enumerate(found.table.parameters)
        if each.op == "~~" and each.lhs == each.rhs == name and each.group == row.group
    )
    return float(np.sqrt(variance)) if variance > 0 else np.nan


def explained(found: Moderation, theta: Floats) -> dict[tuple[str, int], float]:
    """R² of every dependent variable, by name and group: 1 − residual variance / variance."""
    est = row_values(found.table, found.rams, theta)
    out = {}
    names = {each.lhs for each in found.table.parameters if each.op == "~"}
    names |= {each.rhs for each in found.table.parameters if each.op == "=~"}
    names -= {p.name for p in found.products}
    covs = [cov for _, cov in group_moments(found, theta)]
    for i, row in enumerate(found.table.parameters):
        if row.op == "~~" and row.lhs == row.rhs and row.lhs in names:
            at = found.rams[row.group - 1].variables.index(row.lhs)
            out[row.lhs, row.group] = 1 - float(est[i] / covs[row.group - 1][at, at])
    return out


def product_shares(found: Moderation, theta: Floats) -> Floats:
    """What products add to R² (rows of `share_rows`): R² less that of the other predictors' best linear use."""
    moments = group_moments(found, theta)
    return np.array([_share(found, theta, moments, name, g) for name, g in share_rows(found)])


def share_rows(found: Moderation) -> list[tuple[str, int]]:
    """Outcome and group of every entry of `product_shares`."""
    names = list(dict.fromkeys(name for p in found.products for name in p.outcomes))
    return [(name, g) for g in range(1, found.table.n_groups + 1) for name in names]


def _share(
    found: Moderation, theta: Floats, moments: list[tuple[Floats, Floats]], name: str, group: int
) -> float:
    ram, cov = found.rams[group - 1], moments[group - 1][1]
    est = row_values(found.table, found.rams, theta)
    rows = [
        (ram.variables.index(row.rhs), est[i], row.rhs in {p.name for p in found.products})
        for i, row in enumerate(found.table.parameters)
        if row.op == "~" and row.lhs == name and row.group == group
    ]
    at, slopes = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    main = np.array([r[0] for r in rows if not r[2]], dtype=np.intp)
    whole = slopes @ cov[np.ix_(at, at)] @ slopes
    shared = cov[np.ix_(main, at)] @ slopes
    linear = shared @ np.linalg.pinv(cov[np.ix_(main, main)], hermitian=True) @ shared if len(main) else 0.0
    total = cov[ram.variables.index(name), ram.variables.index(name)]
    return float((whole - linear) / total) if np.isfinite(total) else np.nan


def standardized_function(found: Moderation, size: Floats, kind: str = "std_all") -> Function:
    """Standardized values of all rows as a function of theta."""
    return differenced(partial(standardized_values, found, kind=kind), size)


def share_function(found: Moderation, size: Floats) -> Function:
    """`product_shares` as a function of theta."""
    return differenced(partial(product_shares, found), size)
