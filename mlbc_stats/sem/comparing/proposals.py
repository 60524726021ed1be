"""Propose parameters whose equality over groups the data speak against, by score tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.inference.carried_values import name_key
from mlbc_stats.sem.inference.chi_square import tail
from mlbc_stats.sem.restrictions.added_parameters import joined_information
from mlbc_stats.sem.restrictions.imposed import binding_rows, equality_jacobian
from mlbc_stats.sem.restrictions.release import (
    Constraints,
    expected_change,
    gather_constraints,
    release_constraints,
)
from mlbc_stats.sem.specification.candidates import freed
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

if TYPE_CHECKING:
    from mlbc_stats.sem.results.fitted_model import FittedModel

Name = tuple[str, str, str]


def propose(before: FittedModel, after: FittedModel, alpha: float) -> list[dict[str, Any]]:
    """Score test of every parameter that `after` holds equal over groups and `before` did not, the largest first.

    Each test releases one parameter in all groups; their p values are adjusted for their number by Holm's method. A
    parameter is proposed where the adjusted value is below `alpha`.

    Returns
    -------
    list of dict
        parameter (as `group_partial` takes it), stat, df, pvalue, pvalue_adjusted, epc (largest difference between
        two groups that is expected on release), proposed.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65–70; Bentler & Chou (1992), doi:10.1177/0049124192021002006.
    """
    ties = {
        name: rows
        for name, rows in tied_over_groups(after.table).items()
        if name not in tied_over_groups(before.table)
    }
    fixed = newly_fixed(before.table, after.table)
    larger = freed(after.table, fixed)
    constraints = _constraints(after, larger, len(fixed))
    count = sum(row.op == "==" for row in after.table.parameters)
    released = dict(ties)
    for at, row in enumerate(fixed):
        released.setdefault((row.lhs, row.op, row.rhs), []).append(count + at)
    tests = [_test(after, larger, constraints, name, which) for name, which in released.items()]
    tests = [test for test in tests if test["df"]]
    for test, adjusted in zip(tests, adjust_by_holm([test["pvalue"] for test in tests]), strict=True):
        test["pvalue_adjusted"], test["proposed"] = adjusted, bool(adjusted < alpha)
    return sorted(tests, key=lambda test: -test["stat"])


def tied_over_groups(table: ParameterTable) -> dict[Name, list[int]]:
    """Numbers (from 0, among the `==` rows) of the equalities that tie one parameter over groups."""
    known = {row.plabel: row for row in table.parameters if row.group}
    ties: dict[Name, list[int]] = {}
    for at, row in enumerate(row for row in table.parameters if row.op == "=="):
        one, other = known.get(row.lhs), known.get(row.rhs)
        if one and other and (one.lhs, one.op, one.rhs) == (other.lhs, other.op, other.rhs):
            ties.setdefault((one.lhs, one.op, one.rhs), []).append(at)
    return ties


def newly_fixed(before: ParameterTable, after: ParameterTable) -> list[Parameter]:
    """Parameters that `before` estimates and `after` fixes, such as means that become equal."""
    free = {name_key(row) for row in before.parameters if row.free}
    return [
        row
        for row in after.parameters
        if row.group and not row.free and not row.exo and name_key(row) in free
    ]


def _constraints(fit: FittedModel, larger: ParameterTable, added: int) -> Constraints:
    """All equalities of the fit, then the newly fixed parameters, over the larger table's parameters."""
    score, information = joined_information(fit.solution, larger, observed=False)
    _, jacobian = equality_jacobian(fit.table, fit.theta)
    q = len(fit.theta)
    rows = np.zeros((len(jacobian) + added, q + added))
    rows[: len(jacobian), :q] = jacobian
    rows[len(jacobian) :, q:] = np.eye(added)
    kept = np.pad(binding_rows(fit.solution), ((0, 0), (0, added)))
    return gather_constraints(score, information, rows, kept, fit.solution.n)


def _test(
    fit: FittedModel, larger: ParameterTable, constraints: Constraints, name: Name, which: Sequence[int]
) -> dict[str, Any]:
    got = release_constraints(constraints, which)
    return {
        "parameter": "".join(name),
        "stat": got.stat,
        "df": got.rank,
        "pvalue": tail(got.stat, got.rank),
        "epc": _spread(fit, larger, expected_change(constraints, which), name),
    }


def _spread(fit: FittedModel, larger: ParameterTable, change: Floats, name: Name) -> float:
    """Largest difference between groups of a parameter after the change."""
    values = []
    for row in larger.parameters:
        if (row.lhs, row.op, row.rhs) == name:
            start = fit.theta[row.free - 1] if 0 < row.free <= len(fit.theta) else row.fixed or 0.0
            values.append(start + (change[row.free - 1] if row.free else 0.0))
    return float(max(values) - min(values))


def adjust_by_holm(pvalues: Sequence[float]) -> list[float]:
    """Adjusted p values, each at least as large as those of smaller ones."""
    order = np.argsort(pvalues)
    adjusted = np.empty(len(pvalues))
    largest = 0.0
    for rank, at in enumerate(order):
        largest = max(largest, min(1.0, (len(pvalues) - rank) * pvalues[at]))
        adjusted[at] = largest
    return adjusted.tolist()
