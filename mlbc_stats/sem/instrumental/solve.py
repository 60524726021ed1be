"""Solve a model by instruments: equations first, one by one, then variances and means given their coefficients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.estimation.solve import Solved, bind_objective, solve
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.instrumental.equations import equations
from mlbc_stats.sem.instrumental.errors import estimate_covariance
from mlbc_stats.sem.instrumental.fitted_equations import FittedEquation, fit_equation
from mlbc_stats.sem.instrumental.search import find_instruments
from mlbc_stats.sem.instrumental.served import check_served
from mlbc_stats.sem.specification.held_values import hold
from mlbc_stats.sem.specification.parameter_table import ParameterTable


@dataclass(frozen=True, slots=True)
class SolvedEquations:
    """A solution by instruments, with the equations that it rests on and what to say about them."""

    solved: Solved
    equations: tuple[FittedEquation, ...]
    notes: tuple[str, ...]

    @property
    def account(self) -> tuple[tuple[str, str], ...]:
        """Lines of the summary on how the estimates were found."""
        method = self.solved.solution.method
        rows = (
            ("Coefficients", f"two-stage least squares, {len(self.equations)} equations"),
            ("Variances", "unweighted least squares" if method.ordinal else "maximum likelihood"),
        )
        if method.se != "standard":
            return rows
        other = "robust.sem" if method.ordinal else "robust.sem.nt"
        return (*rows, ("Functions over equations", f"no covariance of equations; se='{other}' has it"))


def with_instruments(table: ParameterTable) -> ParameterTable:
    """The table as the data are to be read: observed variables, then instruments from outside the model."""
    return replace(table, observed=table.observed + table.external)


def solve_equations(
    table: ParameterTable, moments: tuple[SampleMoments, ...], method: Method, max_iter: int
) -> SolvedEquations:
    """Coefficients by two-stage least squares; variances, covariances and means then by maximum likelihood.

    Parameters
    ----------
    moments : of the variables of `with_instruments`.

    Raises
    ------
    ModelError
        for equations that are not identified, latent variables without a scaling indicator, and constraints on
        coefficients.

    References
    ----------
    Bollen (1996), doi:10.1007/BF02296384.
    """
    check_served(table)
    rams = compile_table(table)
    fitted: list[FittedEquation] = []
    for g, (ram, each) in enumerate(zip(rams, moments, strict=True)):
        every = equations(ram)
        where = f" in group {table.group_labels[g]!r}" if table.n_groups > 1 else ""
        chosen = find_instruments(ram, every, each.names, _named(table, g + 1), where)
        fitted += [fit_equation(*pair, each, g + 1) for pair in zip(every, chosen, strict=True)]
    own = tuple(_narrow(each, len(table.observed)) for each in moments)
    first = _coefficients(fitted)
    rest = solve(hold(table, first), own, method, max_iter)
    later = np.array([i for i in range(table.n_free) if i not in first], dtype=np.intp)
    theta = np.zeros(table.n_free)
    theta[later] = rest.solution.theta
    theta[list(first)] = list(first.values())
    objective = bind_objective(table, own, method)
    objective = replace(objective, shares=rest.solution.shares)
    basis = _spread(rest.solution.basis, later, table.n_free)
    solution = replace(
        rest.solution, objective=objective, theta=theta, basis=basis, tangent=basis, level=None
    )
    vcov = estimate_covariance(solution, later, rest.solution.tangent, fitted, moments)
    estimate = replace(rest.estimate, theta=theta)
    found = Solved(replace(solution, vcov=vcov), estimate, rest.audit)
    return SolvedEquations(found, tuple(fitted), tuple(_notes(fitted)))


def _named(table: ParameterTable, group: int) -> Mapping[str, list[str]]:
    """Instruments the user named, by dependent variable."""
    out: dict[str, list[str]] = {}
    for row in table.parameters:
        if row.op == "|~" and row.group == group:
            out.setdefault(row.lhs, []).append(row.rhs)
    return out


def _narrow(moments: SampleMoments, p: int) -> SampleMoments:
    """The moments of the first p variables."""
    if p == len(moments.names):
        return moments
    mean, raw = moments.mean, moments.raw
    return replace(
        moments,
        names=moments.names[:p],
        cov=moments.cov[:p, :p],
        mean=None if mean is None else mean[:p],
        raw=None if raw is None else raw[:, :p],
    )


def _coefficients(fitted: Sequence[FittedEquation]) -> dict[int, float]:
    """Estimate of every coefficient by its place in theta."""
    return {
        int(at): float(value)
        for each in fitted
        for at, value in zip(each.equation.parameters, each.found.coefficients, strict=True)
    }


def _spread(basis: Floats | None, later: Ints, q: int) -> Floats | None:
    """Directions (q, r) that the constraints on the later parameters leave; the coefficients are free."""
    if basis is None:
        return None
    first = np.setdiff1d(np.arange(q), later)
    out = np.zeros((q, len(first) + basis.shape[1]))
    out[first, np.arange(len(first))] = 1.0
    out[later, len(first) :] = basis
    return out


def _notes(fitted: Sequence[FittedEquation]) -> list[str]:
    return [
        f"by the model {', '.join(each.instruments.doubtful)} correlates with the disturbance of {each.equation.lhs} "
        "and is no instrument there; if the model holds, the coefficients of that equation are not consistent"
        for each in fitted
        if each.instruments.doubtful
    ]
