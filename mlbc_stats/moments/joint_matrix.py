"""Correlation matrix of ordinal and continuous variables by full maximum likelihood, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.bivariate_normal import FAR
from mlbc_stats.moments.contingency import cross_tables, indicators
from mlbc_stats.moments.correlation_search import BOUND
from mlbc_stats.moments.joint_correlations import joint_correlations, joint_polyserial
from mlbc_stats.moments.ordinal import OrdinalMoments
from mlbc_stats.moments.ordinal_layout import make_layout
from mlbc_stats.moments.thresholds import code_categories

Array = NDArray[Any]
Cuts = dict[tuple[str, str], tuple[Array, Array]]


@dataclass(frozen=True, slots=True)
class JointMatrix:
    """Estimates of all pairs.

    Attributes
    ----------
    correlations, std_errors : arrays [p, p].
    thresholds : by pair of names; empty arrays for continuous variables; without pairs of perfect dependence.
    converged : of all pairs.
    """

    correlations: Array
    std_errors: Array
    thresholds: Cuts
    converged: bool


def joint_matrix(x: Array, start: OrdinalMoments) -> JointMatrix:
    """Polychoric correlations by Fisher scoring, polyserial ones through the probit, Pearson's otherwise.

    Parameters
    ----------
    x : array [n, p], NaN where missing; every pair uses its own cases.
    start : two-step estimates of the same data. Correlations at their bound (perfect dependence) stay there, their
        errors are NaN.

    Examples
    --------
    >>> from mlbc_stats.moments.ordinal import ordinal_moments
    >>> x = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [20, 10, 10, 20], axis=0)
    >>> joint_matrix(x, ordinal_moments(x, ["a", "b"], [0, 1])).std_errors.round(4).tolist()
    [[0.0, 0.1656], [0.1656, 0.0]]
    """
    correlations, errors = np.eye(x.shape[1]), np.zeros_like(start.correlation)
    cuts: Cuts = {}
    converged = _ordinal_pairs(x, start, correlations, errors, cuts)
    for i, j in np.argwhere(np.tri(x.shape[1], k=-1, dtype=bool)).tolist():
        if not (start.ordinal[i] and start.ordinal[j]):
            rho, error, found, fine = _with_continuous(x, start, i, j)
            correlations[i, j] = correlations[j, i] = rho
            errors[i, j] = errors[j, i] = error
            cuts[start.names[j], start.names[i]] = found
            converged &= fine
    return JointMatrix(correlations, errors, cuts, converged)


def _ordinal_pairs(x: Array, start: OrdinalMoments, correlations: Array, errors: Array, cuts: Cuts) -> bool:
    which = np.flatnonzero(start.ordinal)
    if len(which) < 2:
        return True
    own = [start.names[v] for v in which]
    codes, _ = code_categories(x[:, which], own, [start.levels[v] for v in which])
    categories = np.array([len(start.levels[v]) for v in which])  # type: ignore[arg-type]
    layout = make_layout(categories, 0)
    shown = indicators(codes, int(categories.max()), False)
    tables = cross_tables(shown, None)[layout.i, :, layout.j, :]
    grid = _thresholds(start, which, int(categories.max()) - 1)
    rho = start.correlation[which[layout.i], which[layout.j]]
    inside = np.flatnonzero(np.abs(rho) < BOUND)
    found = joint_correlations(tables[inside], grid[layout.i[inside]], grid[layout.j[inside]], rho[inside])
    error = np.full(len(rho), np.nan)
    rho[inside], error[inside] = found.rho, found.std_error
    first, second = which[layout.i], which[layout.j]
    correlations[first, second] = correlations[second, first] = rho
    errors[first, second] = errors[second, first] = error
    for place, (i, j) in enumerate(zip(layout.i[inside], layout.j[inside], strict=True)):
        sides = found.columns[place, : categories[j] - 1], found.rows[place, : categories[i] - 1]
        cuts[own[j], own[i]] = sides
    return bool(found.converged.all() and np.isfinite(rho).all())


def _thresholds(start: OrdinalMoments, which: Array, most: int) -> Array:
    out = np.full((len(which), most), FAR)
    for place, v in enumerate(which):
        own = start.moments[: len(start.threshold_variable)][start.threshold_variable == v]
        out[place, : len(own)] = own
    return out


def _with_continuous(
    x: Array, start: OrdinalMoments, i: int, j: int
) -> tuple[float, float, tuple[Array, Array], bool]:
    """Estimates of a pair of which one variable at least is continuous; thresholds in the order (j, i)."""
    part = x[~np.isnan(x[:, [i, j]]).any(1)]
    empty = np.zeros(0)
    if not (start.ordinal[i] or start.ordinal[j]):
        rho = float(np.corrcoef(part[:, i], part[:, j])[0, 1])
        return rho, (1.0 - rho * rho) / np.sqrt(len(part)), (empty, empty), True
    v, other = (i, j) if start.ordinal[i] else (j, i)
    codes, levels = code_categories(part[:, [v]], [start.names[v]])
    values = part[:, other]
    deviate = (values - values.mean()) / values.std()
    rho, error, cuts, fine = joint_polyserial(codes[:, 0], len(levels[0]), deviate)
    return rho, error, (empty, cuts) if v == i else (cuts, empty), fine
