"""The independence model that incremental fit indices compare with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from mlbc_stats.moments.ordinal.moments import cut_points
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.constraints.linear_space import Space
from mlbc_stats.sem.estimation.scoring import minimize
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.moments import fill_exogenous
from mlbc_stats.sem.specification.auxiliary import correlate_rows
from mlbc_stats.sem.specification.level_moments import INDEPENDENT, with_levels
from mlbc_stats.sem.specification.levels import marked
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable
from mlbc_stats.sem.starting.values import start_values


def fit_baseline(table: ParameterTable, solution: Solution) -> Solution:
    """Fit uncorrelated variables to the same data by the same method; covariates keep their own covariances.

    With ordinal data the paths from covariates are free as well, so that correlations given them are zero.
    """
    if table.two_level:
        return _independent_levels(table, solution)
    independence = independence_table(table)
    rams = tuple(
        fill_exogenous(ram, moments.cov, moments.mean)
        for ram, moments in zip(compile_table(independence), solution.moments, strict=True)
    )
    objective = replace(solution.objective, rams=rams, n_parameters=_free_count(independence))
    theta = _start(independence, solution)
    complete = solution.method.discrepancy == "ML" and not solution.method.fiml
    if not complete or table.auxiliary:  # else the sample moments are the solution
        theta = minimize(objective, theta[None], Space(None, np.zeros(len(theta)))).theta[0]
    return replace(
        solution, objective=objective, theta=theta, basis=None, tangent=None, vcov=None, level=None
    )


def independence_table(table: ParameterTable) -> ParameterTable:
    """Parameter table of the independence model over the same observed variables; auxiliary ones stay saturated."""
    rows: list[Parameter] = []
    summed = table.block_of
    held = [row for row in table.parameters if row.exo and row.op in {"~~", "~1"} and row.lhs not in summed]
    exogenous = {(row.lhs, row.group) for row in held}
    free = 0
    for group in range(1, table.n_groups + 1):
        for lhs, op, rhs in _free_moments(table):
            if (lhs, group) not in exogenous:
                free += 1
                rows.append(_free_row(lhs, op, rhs, group, free))
        rows += [row for row in held if row.group == group]
    return replace(
        table,
        parameters=tuple(rows),
        latent=(),
        simple_equalities=(),
        parameterization="delta",
        blocks=(),
    )


def _free_moments(table: ParameterTable) -> Iterator[tuple[str, str, str]]:
    """(lhs, op, rhs) of the moments that are free unless their variable is a fixed covariate."""
    modelled = table.observed[: len(table.observed) - len(table.auxiliary)]
    counts = dict(table.thresholds)
    yield from ((name, "|", f"t{k}") for name in modelled for k in range(1, counts.get(name, 0) + 1))
    yield from ((name, "~~", name) for name in modelled if name not in counts)
    if table.meanstructure:
        yield from ((name, "~1", "") for name in modelled if name not in counts)
    if table.thresholds:
        conditioned = table.fixed_covariates
        yield from (
            (name, "~", x)
            for name in modelled
            if name not in conditioned
            for x in modelled
            if x in conditioned
        )
    yield from ((first, "~~", second) for first, second in combinations(table.exogenous, 2))
    yield from correlate_rows(modelled, table.auxiliary)


def _free_row(name: str, op: str, other: str, group: int, free: int) -> Parameter:
    return Parameter(name, op, other, group, free, "", "", fixed=None, start=None, exo=False, user=0)


def _free_count(table: ParameterTable) -> int:
    return max((row.free for row in table.parameters), default=0)


def _start(table: ParameterTable, solution: Solution) -> Floats:
    place = {name: i for i, name in enumerate(table.observed)}
    theta = np.zeros(_free_count(table))
    if table.thresholds:
        return start_values(table, solution.moments)
    for row in table.parameters:
        correlate = row.lhs in table.auxiliary and row.rhs not in (*table.auxiliary, "")
        if row.free and not correlate:
            moments, i = solution.moments[row.group - 1].start, place[row.lhs]
            theta[row.free - 1] = (
                moments.cov[i, place[row.rhs]] if row.op == "~~" else np.asarray(moments.mean)[i]
            )
    return theta


def _independent_levels(table: ParameterTable, solution: Solution) -> Solution:
    """Variables uncorrelated within and between clusters, covariates of a level among each other excepted, fitted."""
    return fit_moments(with_levels(table, {1: INDEPENDENT, 2: INDEPENDENT}), solution)


def fit_moments(table: ParameterTable, solution: Solution) -> Solution:
    """A two-level model whose parameters are moments, fitted to the data of a solution."""
    start = _placed(table, solution)
    theta = minimize(start.objective, start.theta[None], Space(None, np.zeros(len(start.theta)))).theta[0]
    return replace(start, theta=theta)


def _placed(table: ParameterTable, solution: Solution) -> Solution:
    """A model whose parameters are moments, at the unrestricted ones."""
    rams = tuple(
        fill_exogenous(ram, moments.cov, moments.mean)
        for ram, moments in zip(compile_table(table), solution.moments, strict=True)
    )
    objective = replace(solution.objective, rams=rams, n_parameters=table.n_free)
    theta = _unrestricted(table, solution)
    return replace(
        solution, objective=objective, theta=theta, basis=None, tangent=None, vcov=None, level=None
    )


def _unrestricted(table: ParameterTable, solution: Solution) -> Floats:
    """The unrestricted moments in the places of the parameters."""
    if table.ordinal:
        return _item_moments(table, solution)
    place = {name: i for i, name in enumerate(table.observed)}
    theta = np.zeros(table.n_free)
    for row in table.parameters:
        if row.free:
            moments, i = solution.moments[row.group - 1].start, place[row.lhs]
            found = moments.cov[i, place[row.rhs]] if row.op == "~~" else np.asarray(moments.mean)[i]
            theta[row.free - 1] = found
    return theta


def _item_moments(table: ParameterTable, solution: Solution) -> Floats:
    """The same of ordinal items, thresholds among them."""
    theta = np.zeros(table.n_free)
    for group, moments in enumerate(solution.moments, start=1):
        found = moments.ordinal
        if found is None:
            continue
        cuts = iter(cut_points(found))
        held = {
            (marked(name), "|", f"t{k}"): next(cuts)
            for name, count in table.thresholds
            for k in range(1, count + 1)
        }
        place = {name: i for i, name in enumerate(table.observed)}
        for row in table.parameters:
            if row.free and row.group == group:
                key = row.lhs, row.op, row.rhs
                theta[row.free - 1] = (
                    held[key] if key in held else moments.cov[place[row.lhs], place[row.rhs]]
                )
    return theta
