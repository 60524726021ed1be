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
from mlbc_stats.sem.two_step.free_means import absorb_means, free_means
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
    if not method.ordinal and not method.fiml:
        moments = tuple(replace(each, gamma=sample_gamma(each)) for each in moments)
    whole, places = free_means(table, parts.structural)
    kept = places >= 0
    theta = np.zeros(whole.n_free)
    for block in blocks:
        theta[block.part.places[block.part.own]] = block.fit.theta[block.part.own]
    later, second = places[kept], structural.estimate
    values, tangent = second.theta[kept], _own_directions(structural.solution.tangent, kept)
    if sam_method == "global":
        held = {int(i): float(theta[i]) for i in parts.first}
        solved = solve(hold(whole, held), moments, method, max_iter)
        later, second = np.sort(later), solved.estimate
        values, tangent = second.theta, solved.solution.tangent
    theta[later] = values
    solution = _solution(whole, method, moments, theta)
    influences = [] if method.fiml else _influences(solution, blocks, later, tangent)
    if se == "none":
        vcov = np.full((len(theta), len(theta)), np.nan)
    else:
        vcov = _covariance(solution, blocks, influences, later, tangent)
    if se == "local":
        own = structural.uncertainty.vcov[np.ix_(kept, kept)]
        vcov[np.ix_(places[kept], places[kept])] = own
    tests: tuple[ChiSquareTest, ...] = ()
    theta, vcov = absorb_means(table, whole, theta, vcov)
    final = solution if whole is table else _solution(table, method, moments, theta)
    if sam_method == "global":
        expected = _expected(solution, blocks, influences, later, tangent) if testable else np.nan
        tests = _tests(final, expected)
    if se != "joint":
        vcov = _apart(vcov, parts)
    fine = bool(second.converged) and all(block.fit.converged for block in blocks)
    robust = testable and not method.fiml
    named = replace(method, estimator="SAM", se=se, test="satorra.bentler" if robust else "standard")
    return Joint(
        replace(final, vcov=vcov, method=named),
        replace(second, theta=theta, converged=np.asarray(fine)),
        tests,
    )


def _solution(
    table: ParameterTable, method: Method, moments: tuple[SampleMoments, ...], theta: Floats
) -> Solution:
    free = _free_directions(table, theta)
    return Solution(
        objective=replace(bind_objective(table, moments, method), shares=case_shares(moments)),
        moments=moments,
        method=method,
        theta=theta,
        basis=free,
        tangent=free,
        n=sum(float(each.n) for each in moments),
    )


def _covariance(
    solution: Solution,
    blocks: Sequence[Block],
    influences: Sequence[Floats],
    later: Ints,
    tangent: Floats | None,
) -> Floats:
    """Covariance of all estimates, that between the steps among them."""
    own = [(block.part.places, block.fit.uncertainty.vcov) for block in blocks]
    first = first_covariance(len(solution.theta), own)
    if not solution.method.ordinal:
        return two_step_covariance(solution, first, later, tangent)
    gammas = [sample_gamma(each) for each in solution.moments]
    return least_squares_covariance(solution, first, later, influences, gammas)


def _expected(
    solution: Solution,
    blocks: Sequence[Block],
    influences: Sequence[Floats],
    later: Ints,
    tangent: Floats | None,
) -> float:
    """Expectation of the statistic of the whole model, were the model true."""
    if influences:
        return residual_trace(solution, influences, [sample_gamma(each) for each in solution.moments])
    pairs = [(block.part.places, block.fit.solution) for block in blocks]
    return incomplete_trace(solution, pairs, later, tangent)


def _apart(vcov: Floats, parts: Parts) -> Floats:
    """The covariance with none between the two steps, as in lavaan."""
    out = vcov.copy()
    out[np.ix_(parts.first, parts.later)] = 0.0
    out[np.ix_(parts.later, parts.first)] = 0.0
    return out


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
