"""Say what is wrong with a solution: no convergence, no identification, inadmissible estimates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from mlbc_stats.errors import (
    ConvergenceWarning,
    DataWarning,
    IdentificationWarning,
    InadmissibleWarning,
    MlbcWarning,
)
from mlbc_stats.linalg import cholesky_flag, rank
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.audit import Audit
from mlbc_stats.sem.estimation.scoring import Estimate
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.implied.first_derivatives import moment_jacobian
from mlbc_stats.sem.implied.moments import imply
from mlbc_stats.sem.inference.model_tests import degrees_of_freedom
from mlbc_stats.sem.inference.parameter_values import coefficient_names, row_values
from mlbc_stats.sem.specification.levels import shown
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

NEGLIGIBLE = 1e-9
"""Eigenvalue or variance, relative to the largest, below which it counts as zero rather than negative."""

ALL_EXPLAINED = 1e-6
"""Residual share of a response's variance below which the model explains all of it."""

Finding = tuple[type[MlbcWarning], str]


def diagnose(table: ParameterTable, solution: Solution, estimate: Estimate, audit: Audit) -> list[Finding]:
    """Every finding about a solution, worst first."""
    findings = list(_convergence(estimate, audit))
    if np.isfinite(audit.lower):
        findings.append(
            (
                DataWarning,
                f"another minimum is lower (F = {audit.lower:.6g} instead of {float(estimate.value):.6g}), but "
                "inadmissible (a negative variance, or covariances that no variables have); "
                "the lowest admissible one is kept",
            )
        )
    boundless = list(_without_residual(table, solution))
    if bool(estimate.converged) and not boundless:
        findings += _identification(table, solution)
    findings += boundless
    return findings + list(_admissibility(table, solution))


def _convergence(estimate: Estimate, audit: Audit) -> Iterator[Finding]:
    if not bool(estimate.converged):
        yield (
            ConvergenceWarning,
            f"no convergence after {int(estimate.iterations)} iterations (scoring with step-halving, then Newton, from "
            f"{_starts(audit.starts)}): {audit.verdict}; estimates are not a solution: errors and tests are withheld. "
            "Check identification, raise max_iter, or simplify the model",
        )


def _starts(count: int) -> str:
    return "one start" if count == 1 else f"{count} starts"


def _identification(table: ParameterTable, solution: Solution) -> Iterator[Finding]:
    df = degrees_of_freedom(solution)
    if df < 0:
        yield (
            IdentificationWarning,
            f"the model is not identified: {solution.rank} parameters but only {solution.rank + df} sample moments "
            f"(df = {df}); fix or equate parameters",
        )
    loose = solution.undetermined
    if loose.any():
        names = [name for name, bad in zip(coefficient_names(table), loose, strict=True) if bad]
        missing = solution.rank - jacobian_rank(solution)
        why = (
            f"no data can: the Jacobian of the moments has rank {solution.rank - missing} for "
            f"{solution.rank} parameters. Fix one of them or add indicators"
            if missing
            else "the model is identified in general, but not at this solution (a loading or path near zero)"
        )
        yield (
            IdentificationWarning,
            f"the data do not determine {_listed(names)}: {_what_is_singular(solution)} there, so their "
            f"standard errors are withheld; {why}",
        )


def _what_is_singular(solution: Solution) -> str:
    if solution.expected_inverse.undetermined.any():
        return "the information matrix is singular"
    return "the discrepancy is flat (its second derivative is zero)"


def jacobian_rank(solution: Solution) -> int:
    """Rank of the moments' Jacobian within the constraints, at a point near the solution but otherwise arbitrary.

    References
    ----------
    Bekker, Merckens & Wansbeek (1994), Identification, Equivalent Models and Computer Algebra.
    """
    away = np.random.default_rng(19).normal(size=len(solution.theta)) * np.maximum(
        np.abs(solution.theta), 0.3
    )
    if solution.basis is not None:  # else the constraints would not hold there
        away = solution.basis @ (solution.basis.T @ away)
    for size in (0.1, 0.01, 0.001):
        jacobian = _jacobian(solution, solution.theta + size * away)
        if np.isfinite(jacobian).all():  # else a variance of an ordinal variable is negative there
            return rank(jacobian)
    return solution.rank


def _jacobian(solution: Solution, theta: Floats) -> Floats:
    """Slopes of all groups' moments at theta (q,) in the directions that the constraints leave."""
    parts = []
    for ram in solution.rams:
        block = moment_jacobian(ram, imply(ram, theta))
        part = np.zeros((len(block), len(theta)))
        part[:, ram.free] = block
        parts.append(part)
    jacobian = np.concatenate(parts)
    return jacobian if solution.basis is None else jacobian @ solution.basis


def _admissibility(table: ParameterTable, solution: Solution) -> Iterator[Finding]:
    negative = _negative_variances(table, solution)
    if negative:
        yield (
            InadmissibleWarning,
            f"negative variance (Heywood case): {_listed(negative)}; the solution is inadmissible"
            f"{_without_spread(table, negative)}",
        )
    yield from _indefinite(table, solution, bool(negative))


def _without_spread(table: ParameterTable, negative: list[str]) -> str:
    """What to do about slopes that vary less than chance would have it; the likelihood may then have no maximum."""
    found = [name for name in table.random_slopes if any(text.split()[0] == name for text in negative)]
    if not found:
        return ""
    names = ", ".join(found)
    return (
        f". The clusters do not show that {names} varies: hold it equal in all of them ({found[0]} ~~ 0*{found[0]} and "
        "its covariances alike), or keep variances from being negative (bounds='pos.var')"
    )


def _negative_variances(table: ParameterTable, solution: Solution) -> list[str]:
    """Free variances below zero by more than rounding, with their values."""
    if not any((each.disturbance.diagonal() < 0).any() for each in solution.implied()):
        return []
    values = row_values(table, solution.rams, solution.theta)
    return [
        _where(row.lhs, row.group, table) + f" ({value:.4g})"
        for row, value in zip(table.parameters, values, strict=True)
        if row.op == "~~"
        and row.lhs == row.rhs
        and (row.free or row.lhs in table.composites)
        and value < 0
        and value < -_rounding(solution, row)
    ]


def _without_residual(table: ParameterTable, solution: Solution) -> Iterator[Finding]:
    """Ordinal items whose response the model explains wholly: in theta their loadings grow without end."""
    names = []
    for group, ram in enumerate(solution.rams, start=1):
        found = ram.engine.response_scales(ram, solution.theta)
        if found is None:
            continue
        with np.errstate(invalid="ignore"):
            share = found[0] * found[1] ** 2
        own = [name in table.ordinal for name in ram.variables]
        names += [
            _where(name, group, table)
            for name, left, mine in zip(ram.variables, share, own, strict=True)
            if mine and 0 <= left < ALL_EXPLAINED
        ]
    if names:
        yield (
            InadmissibleWarning,
            f"nothing is left of the responses behind {_listed(names)} (Heywood case): the factors explain all but a "
            f"share below {ALL_EXPLAINED:g} of their variance, so that loadings grow without end; the solution is "
            "inadmissible",
        )


def _rounding(solution: Solution, row: Parameter) -> float:
    """How far below zero a variance may lie by rounding: a share of what the model implies for the variable in all."""
    ram, implied = solution.rams[row.group - 1], solution.implied()[row.group - 1]
    reach = implied.inverse[ram.variables.index(row.lhs)]
    return NEGLIGIBLE * max(abs(float(reach @ implied.disturbance @ reach)), NEGLIGIBLE)


def _indefinite(table: ParameterTable, solution: Solution, negative: bool) -> Iterator[Finding]:
    for group, (ram, implied) in enumerate(zip(solution.rams, solution.implied(), strict=True), start=1):
        p = ram.n_observed
        own = p - len(table.auxiliary)  # an auxiliary variable may correlate with all residuals as it likes
        disturbance = implied.disturbance
        total = implied.inverse @ disturbance @ implied.inverse.T
        blocks = (
            ("implied covariance matrix of the observed variables", implied.sigma, ram.variables[:p]),
            ("covariance matrix of the latent variables", total[p:, p:], ram.variables[p:]),
            (
                "residual covariance matrix of the observed variables",
                disturbance[:own, :own],
                ram.variables[:own],
            ),
        )
        for what, matrix, names in blocks:
            vector = _negative_direction(matrix)
            if vector is not None and not (negative and np.sum(np.abs(vector) > 0.1) == 1):
                involved = [shown(name) for name, load in zip(names, vector, strict=True) if abs(load) > 0.1]
                place = f" in group {table.group_labels[group - 1]!r}" if table.n_groups > 1 else ""
                yield (
                    InadmissibleWarning,
                    f"the {what} is not positive definite{place} (involved: {_listed(involved)}); "
                    "the solution is inadmissible",
                )


def _negative_direction(matrix: Floats) -> Floats | None:
    """Eigenvector of a negative eigenvalue of the correlation-scaled matrix, or None."""
    if not len(matrix):
        return None
    if not np.isfinite(matrix).all():
        return np.ones(len(matrix))
    size = np.sqrt(np.maximum(np.abs(np.diag(matrix)), NEGLIGIBLE))
    scaled = matrix / (size[:, None] * size)
    if cholesky_flag(scaled + NEGLIGIBLE * np.eye(len(scaled)))[1]:
        return None
    values, vectors = np.linalg.eigh(scaled)
    return vectors[:, 0] if values[0] < -NEGLIGIBLE * max(1.0, values[-1]) else None


def _where(name: str, group: int, table: ParameterTable) -> str:
    return f"{shown(name)} in group {table.group_labels[group - 1]!r}" if table.n_groups > 1 else shown(name)


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
