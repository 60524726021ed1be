"""Standardized values of a model with products, and what the products explain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.evaluation import evaluate
from mlbc_stats.sem.constraints.system import definition_rows
from mlbc_stats.sem.inference.functions.function_errors import Function
from mlbc_stats.sem.inference.parameter_values import row_values
from mlbc_stats.sem.interactions.moderated_moments import moderated_moments
from mlbc_stats.sem.interactions.moderation import Moderation
from mlbc_stats.sem.specification.parameter_table import Parameter

Places = NDArray[np.intp]

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


@dataclass(frozen=True, slots=True)
class Scaling:
    """Which deviations multiply and divide the value of each row.

    Attributes
    ----------
    rows : (r,) places of the rows of the model. above, below : (r, k), (r, 2) places in (1, the deviations of all
        variables group after group, the deviations of all residuals).
    residuals : (e,) rows that hold the variances of these residuals.
    plain : places of deviations that count as one: of observed variables where these stay as they are.
    """

    rows: Places
    above: Places
    below: Places
    residuals: Places
    plain: Places


def scaling_of(found: Moderation, kind: str) -> Scaling:
    """How rows are standardized: "std_all", or "std_lv" with the observed variables as they are."""
    starts = np.cumsum([1, *(len(ram.variables) for ram in found.rams)])
    place = {
        (name, g): int(start) + k
        for g, (ram, start) in enumerate(zip(found.rams, starts[:-1], strict=True), 1)
        for k, name in enumerate(ram.variables)
    }
    variances = _residual_variances(found, kind)
    residual = {key: int(starts[-1]) + k for k, key in enumerate(variances)}
    pairs = {p.name: p.pair for p in found.products}
    rows, above, below = [], [], []
    for i, row in enumerate(found.table.parameters):
        if row.group:
            up, down = _places(row, pairs, place, place | residual)
            rows.append(i)
            above.append(up)
            below.append(down)
    wide = max(map(len, above), default=0)
    plain = [at for (name, _), at in place.items() if kind == "std_lv" and name in found.table.observed]
    return Scaling(
        np.array(rows, dtype=np.intp),
        np.array([(*up, *[0] * (wide - len(up))) for up in above], dtype=np.intp),
        np.array([(*down, *[0] * (2 - len(down))) for down in below], dtype=np.intp),
        np.array(list(variances.values()), dtype=np.intp),
        np.array(plain, dtype=np.intp),
    )


def _residual_variances(found: Moderation, kind: str) -> dict[tuple[str, int], int]:
    """Rows of the residual variances of what depends on something, by variable and group."""
    depends = {
        (row.lhs if row.op == "~" else row.rhs) for row in found.table.parameters if row.op in ("~", "=~")
    }
    if kind == "std_lv":
        depends -= set(found.table.observed)
    return {
        (row.lhs, row.group): i
        for i, row in enumerate(found.table.parameters)
        if row.op == "~~" and row.lhs == row.rhs and row.lhs in depends
    }


def _places(
    row: Parameter,
    pairs: Mapping[str, tuple[str, ...]],
    whole: Mapping[tuple[str, int], int],
    part: Mapping[tuple[str, int], int],
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Places of what multiplies a row and of what divides it; a covariance is one of residuals where there are any."""
    lhs = whole[row.lhs, row.group]
    if row.op == "=~":
        return (lhs,), (whole[row.rhs, row.group],)
    if row.op == "~":
        return tuple(whole[name, row.group] for name in pairs.get(row.rhs, (row.rhs,))), (lhs,)
    if row.op == "~1":
        return (), (lhs,)
    if row.lhs == row.rhs:
        return (), (lhs, lhs)
    return (), (part[row.lhs, row.group], part[row.rhs, row.group])


def standardized_values(
    found: Moderation, theta: Floats, kind: str = "std_all", scaling: Scaling | None = None
) -> Floats:
    """Standardized value of every row (rows,), "std_all", or "std_lv" with the observed variables as they are.

    The coefficient of a product is multiplied by both deviations, γ sd(x) sd(z) / sd(y): not by that of the product.

    References
    ----------
    Wen, Marsh & Hau (2010), doi:10.1080/10705510903438872.
    """
    scaling = scaling or scaling_of(found, kind)
    est = row_values(found.table, found.rams, theta)
    variances = [np.diag(cov) for _, cov in group_moments(found, theta)]
    with np.errstate(invalid="ignore"):
        size = np.sqrt(np.concatenate([[1.0], *variances, _positive(est[scaling.residuals])]))
    size[scaling.plain] = 1.0
    out = np.full(len(est), np.nan)
    out[scaling.rows] = (
        est[scaling.rows] * size[scaling.above].prod(axis=1) / size[scaling.below].prod(axis=1)
    )
    _define(found, out)
    return out


def _positive(variances: Floats) -> Floats:
    """NaN in place of variances that have no deviation."""
    return np.where(variances > 0, variances, np.nan)


def _define(found: Moderation, out: Floats) -> None:
    """Fill in defined rows from the standardized values of the others."""
    defined = definition_rows(found.table)
    if not defined:
        return
    known: dict[str, Any] = {}
    for value, row in zip(out, found.table.parameters, strict=True):
        if row.group:
            known[row.plabel] = value
            if row.label:
                known.setdefault(row.label, value)
    for i in defined:
        row = found.table.parameters[i]
        if row.expression is not None:
            out[i] = known[row.lhs] = evaluate(row.expression, known)


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
    return differenced(partial(standardized_values, found, kind=kind, scaling=scaling_of(found, kind)), size)


def share_function(found: Moderation, size: Floats) -> Function:
    """`product_shares` as a function of theta."""
    return differenced(partial(product_shares, found), size)
