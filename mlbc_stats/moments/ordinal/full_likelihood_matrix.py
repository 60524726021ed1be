"""Correlation matrix of ordinal and continuous variables by full maximum likelihood, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.correlations.full_likelihood import joint_correlations, joint_polyserial
from mlbc_stats.moments.margins.bivariate_normal import FAR
from mlbc_stats.moments.margins.contingency import cross_tables, fill_empty, indicators
from mlbc_stats.moments.margins.moment_layout import make_layout
from mlbc_stats.moments.margins.thresholds import code_categories
from mlbc_stats.moments.ordinal.moments import OrdinalMoments

Array = NDArray[Any]
Cuts = dict[tuple[str, str], tuple[Array, Array]]
#: Correlation, standard error, thresholds of the second and the first variable, and whether they were found.
Pair = tuple[float, float, tuple[Array, Array], bool]


@dataclass(frozen=True, slots=True)
class JointMatrix:
    """Estimates of all pairs.

    Attributes
    ----------
    correlations, std_errors : arrays [p, p].
    thresholds : by pair of names; empty arrays for continuous variables.
    lost : pairs (j, i) whose likelihood has no maximum inside or none that was found; they keep the two-step estimate,
        without thresholds and with NaN for its error.
    """

    correlations: Array
    std_errors: Array
    thresholds: Cuts
    lost: tuple[tuple[str, str], ...]


def joint_matrix(x: Array, start: OrdinalMoments) -> JointMatrix:
    """Polychoric correlations by Fisher scoring, polyserial ones through the probit, Pearson's otherwise.

    Parameters
    ----------
    x : array [n, p], NaN where missing; every pair uses its own cases. An empty cell of a 2 x 2 table is filled as in
        two steps.
    start : two-step estimates of the same data.

    Examples
    --------
    >>> from mlbc_stats.moments.ordinal.two_step import ordinal_moments
    >>> x = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [20, 10, 10, 20], axis=0)
    >>> joint_matrix(x, ordinal_moments(x, ["a", "b"], [0, 1])).std_errors.round(4).tolist()
    [[0.0, 0.1656], [0.1656, 0.0]]
    """
    found = _ordinal_pairs(x, start)
    for i, j in np.argwhere(np.tri(x.shape[1], k=-1, dtype=bool)).tolist():
        if not (start.ordinal[i] and start.ordinal[j]):
            found[i, j] = _with_continuous(x, start, i, j)
    correlations, errors = start.correlation.copy(), np.zeros_like(start.correlation)
    cuts: Cuts = {}
    lost = []
    for (i, j), (rho, error, sides, fine) in found.items():
        pair = start.names[j], start.names[i]
        errors[i, j] = errors[j, i] = error if fine else np.nan
        if fine:
            correlations[i, j] = correlations[j, i] = rho
            cuts[pair] = sides
        else:
            lost.append(pair)
    return JointMatrix(correlations, errors, cuts, tuple(lost))


def _ordinal_pairs(x: Array, start: OrdinalMoments) -> dict[tuple[int, int], Pair]:
    which = np.flatnonzero(start.ordinal)
    if len(which) < 2:
        return {}
    own = [start.names[v] for v in which]
    codes, _ = code_categories(x[:, which], own, [start.levels[v] for v in which])
    categories = np.array([len(start.levels[v]) for v in which])  # type: ignore[arg-type]
    layout = make_layout(categories, 0)
    i, j = layout.i, layout.j
    shown = indicators(codes, int(categories.max()), False)
    tables, _ = fill_empty(cross_tables(shown, None)[i, :, j, :], categories[i], categories[j])
    grid = _thresholds(start, which, int(categories.max()) - 1)
    found = joint_correlations(tables, grid[i], grid[j], start.correlation[which[i], which[j]])
    fine = found.converged & np.isfinite(found.std_error)
    return {
        (int(which[i[k]]), int(which[j[k]])): (
            float(found.rho[k]),
            float(found.std_error[k]),
            (found.columns[k, : categories[j[k]] - 1], found.rows[k, : categories[i[k]] - 1]),
            bool(fine[k]),
        )
        for k in range(len(i))
    }


def _thresholds(start: OrdinalMoments, which: Array, most: int) -> Array:
    out = np.full((len(which), most), FAR)
    for place, v in enumerate(which):
        own = start.moments[: len(start.threshold_variable)][start.threshold_variable == v]
        out[place, : len(own)] = own
    return out


def _with_continuous(x: Array, start: OrdinalMoments, i: int, j: int) -> Pair:
    """Estimates of a pair of which one variable at least is continuous; thresholds in the order (j, i)."""
    part = x[~np.isnan(x[:, [i, j]]).any(1)]
    empty = np.zeros(0)
    if not (start.ordinal[i] or start.ordinal[j]):
        rho = float(np.corrcoef(part[:, i], part[:, j])[0, 1])
        return rho, (1.0 - rho * rho) / np.sqrt(len(part)), (empty, empty), True
    v, other = (i, j) if start.ordinal[i] else (j, i)
    codes, levels = code_categories(part[:, [v]], [start.names[v]], [start.levels[v]])
    values = part[:, other]
    deviate = (values - values.mean()) / values.std()
    rho, error, cuts, fine = joint_polyserial(codes[:, 0], len(levels[0]), deviate)
    return rho, error, (empty, cuts) if v == i else (cuts, empty), fine
