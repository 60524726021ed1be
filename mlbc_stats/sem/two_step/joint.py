"""The joint solution of both steps, with its covariance and its test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.linalg import null_space
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.estimation.scoring import Estimate
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.estimation.solve import bind_objective, solve
from mlbc_stats.sem.estimation.weights import case_shares
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.inference.chi_square import ChiSquareTest, standard_test, tail
from mlbc_stats.sem.inference.model_tests import degrees_of_freedom, group_statistics
from mlbc_stats.sem.restrictions.imposed import equality_jacobian
from mlbc_stats.sem.specification.held_values import hold
from mlbc_stats.sem.specification.parameter_table import ParameterTable
from mlbc_stats.sem.two_step.blocks import Block, item_places
from mlbc_stats.sem.two_step.casewise import incomplete_trace
from mlbc_stats.sem.two_step.errors import first_covariance, least_squares_covariance, two_step_covariance
from mlbc_stats.sem.two_step.influence import block_influence, both_steps, residual_trace, sample_gamma
from mlbc_stats.sem.two_step.parts import Parts


@dataclass(frozen=True, slots=True)
class Joint:
    """All parameters at the estimates of both steps.

    Attributes
    ----------
    solution, estimate : of the whole model; the solution bears the covariance of the estimates.
    tests : of the whole model, plain and corrected for the two steps (global), or none.
    """

    solution: Solution
    estimate: Estimate
    tests: tuple[ChiSquareTest, ...]


def join_steps(
    table: ParameterTable,
    method: Method,
    parts: Parts,
    blocks: Sequence[Block],
    structural: SemResult,
    moments: tuple[SampleMoments, ...],
    sam_method: str,
    se: str,
    max_iter: int,
    testable: bool,
) -> Joint:
    """Put the estimates of both steps together; globally, the second step is done here."""
    theta = np.zeros(table.n_free)
    for block in blocks:
        theta[block.part.places[block.part.own]] = block.fit.theta[block.part.own]
    own = parts.structural.own
    later, second = parts.structural.places[own], structural.estimate
    values, tangent = second.theta[own], _own_directions(structural.solution.tangent, own)
    if sam_method == "global":
        solved = solve(hold(table, {int(i): float(theta[i]) for i in parts.first}), moments, method, max_iter)
        later, second = parts.later, solved.estimate
        values, tangent = second.theta, solved.solution.tangent
    theta[later] = values
    if testable and not method.ordinal and not method.fiml:
        moments = tuple(replace(each, gamma=sample_gamma(each)) for each in moments)
    solution = Solution(
        objective=replace(bind_objective(table, moments, method), shares=case_shares(moments)),
        moments=moments,
        method=method,
        theta=theta,
        basis=_free_directions(table, theta),
        tangent=_free_directions(table, theta),
        n=sum(float(each.n) for each in moments),
    )
    known = testable and not method.fiml
    found = _influences(solution, blocks, later, tangent) if known else []
    gammas = [sample_gamma(each) for each in moments] if known else []
    first = first_covariance(table.n_free, [(b.part.places, b.fit.uncertainty.vcov) for b in blocks])
    if se == "none":
        vcov = np.full_like(first, np.nan)
    elif method.ordinal:
        vcov = least_squares_covariance(solution, first, later, found, gammas, joint=se == "joint")
    else:
        vcov = two_step_covariance(solution, first, later, tangent, joint=se == "joint")
    if se == "local":
        places = parts.structural.places[own]
        vcov[np.ix_(places, places)] = structural.uncertainty.vcov[np.ix_(own, own)]
    tests: tuple[ChiSquareTest, ...] = ()
    if sam_method == "global":
        expected = np.nan
        if known:
            expected = residual_trace(solution, found, gammas)
        elif testable:
            pairs = [(block.part.places, block.fit.solution) for block in blocks]
            expected = incomplete_trace(solution, pairs, later, tangent)
        tests = _tests(solution, expected)
    fine = bool(second.converged) and all(block.fit.converged for block in blocks)
    named = replace(method, estimator="SAM", se=se, test="satorra.bentler" if known else "standard")
    return Joint(
        replace(solution, vcov=vcov, method=named),
        replace(second, theta=theta, converged=np.asarray(fine)),
        tests,
    )


def _own_directions(tangent: Floats | None, own: NDArray[np.bool_]) -> Floats | None:
    """Directions of the parameters that the whole table has."""
    if tangent is None:
        return None
    kept = tangent[own]
    return kept[:, np.abs(kept).max(axis=0, initial=0.0) > 0]


def _free_directions(table: ParameterTable, theta: Floats) -> Floats | None:
    """Directions (q, r) that equalities leave at theta, None for all."""
    jacobian = equality_jacobian(table, theta)[1]
    return null_space(jacobian) if len(jacobian) else None


def _influences(
    solution: Solution, blocks: Sequence[Block], later: Ints, tangent: Floats | None
) -> list[Floats]:
    firsts = []
    for g, moments in enumerate(solution.moments):
        parts = []
        for block in blocks:
            items = item_places(moments, block.part.table)
            own = block_influence(block.fit.solution, items, moments, g, observed=False)
            whole = np.zeros((len(solution.theta), own.shape[1]))
            whole[block.part.places[block.part.own]] = own[block.part.own]
            parts.append(whole)
        firsts.append(np.sum(parts, axis=0))
    return both_steps(solution, firsts, later, tangent)


def _tests(solution: Solution, expected: float) -> tuple[ChiSquareTest, ...]:
    """n F at the estimates, and divided by its expectation over the degrees of freedom."""
    groups = group_statistics(solution)
    plain = standard_test(float(np.sum(groups)), degrees_of_freedom(solution), tuple(groups))
    if np.isnan(expected):
        return (replace(plain, pvalue=np.nan),)
    if not plain.df > 0:
        return plain, replace(plain, test="yuan.chan", scaling_factor=1.0)
    factor = expected / plain.df
    stat = plain.stat / factor
    scaled = ChiSquareTest(
        "yuan.chan",
        stat,
        plain.df,
        tail(stat, plain.df),
        scaling_factor=factor,
        group_stats=tuple(g / factor for g in groups),
    )
    return plain, scaled
