"""Score and information of parameters that a model holds fixed, given those that it frees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.errors import ModelError
from mlbc_stats.linalg import vech_indices
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.evaluation import Evaluation
from mlbc_stats.sem.estimation.solution import Solution, constrained_inverse
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.first_derivatives import moment_jacobian
from mlbc_stats.sem.implied.moments import imply
from mlbc_stats.sem.implied.ram import Implied, Ram
from mlbc_stats.sem.inference.sandwich import full_weight
from mlbc_stats.sem.specification.candidates import freed
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable

IDENTIFIED = 1e-9
"""Share of a candidate's information that must be left after the free parameters took theirs."""
TOGETHER = 200
"""Candidates judged in one pass: the cost of a pass grows with the square of their number."""

Point = tuple[Implied, Evaluation]
"""The implied moments of a group, and its discrepancy there."""


@dataclass(frozen=True, slots=True)
class Extension:
    """c candidates at a solution with n cases.

    Attributes
    ----------
    score : (c,) −½ ∂F/∂θ, per case.
    information : (c,) unit information left given the free parameters; NaN where the candidate is not identified
        beside them.
    identified : (c,).
    """

    score: Floats
    information: Floats
    identified: NDArray[np.bool_]


def extend(
    solution: Solution, table: ParameterTable, candidates: Sequence[Parameter], observed: bool = False
) -> Extension:
    """Some candidates at a time: those of one pass never enter those of another, and all share the moments.

    Formula: with the unit information of free parameters and candidates in blocks I₁₁, I₁₂, I₂₂, what is left for
    candidate j is [I₂₂ − I₂₁K(KᵀI₁₁K)⁻¹KᵀI₁₂]_jj, K the directions that the constraints leave. The moments of fixed
    covariates alone carry no information, as in lavaan; that matters only to paths that point at a covariate.

    Parameters
    ----------
    observed : take half the Hessian instead of the expected information.
    """
    points = _points(solution, observed, gathered=len(candidates) > TOGETHER)
    starts = range(0, max(len(candidates), 1), TOGETHER)
    parts = [_pass(solution, table, candidates[at : at + TOGETHER], observed, points) for at in starts]
    return Extension(
        np.concatenate([part.score for part in parts]),
        np.concatenate([part.information for part in parts]),
        np.concatenate([part.identified for part in parts]),
    )


def _pass(
    solution: Solution,
    table: ParameterTable,
    candidates: Sequence[Parameter],
    observed: bool,
    points: Sequence[Point],
) -> Extension:
    q = len(solution.theta)
    score, information = joined_information(solution, freed(table, candidates), observed, points)
    inverse = constrained_inverse(information[:q, :q], solution.tangent, solution.least_information).matrix
    shared = information[q:, :q]
    whole = np.diag(information)[q:]
    left = whole - np.sum((shared @ inverse) * shared, axis=1)
    identified = left > IDENTIFIED * np.abs(whole)
    return Extension(score[q:], np.where(identified, left, np.nan), identified)


def joined_information(
    solution: Solution, table: ParameterTable, observed: bool, points: Sequence[Point] | None = None
) -> tuple[Floats, Floats]:
    """−½ dF/dθ (s,) and unit information (s, s) over the s free parameters of the larger table.

    Moments are those of the fitted model; the larger model only says where its cells lie, since a candidate can share
    a cell with a parameter (``f =~ x`` and ``x ~ f``). `points`, one a group, are at the solution.
    """
    if observed and solution.method.ordinal:
        raise ModelError(
            "fits of ordinal data are judged by expected information; use information='expected'"
        )
    points = points or _points(solution, observed, gathered=False)
    score, information = np.zeros(table.n_free), np.zeros((table.n_free, table.n_free))
    factors, shares = score_factors(solution), _shares(solution)
    for g, larger in enumerate(compile_table(table)):
        share, (implied, got) = shares[g], points[g]
        slope, informed = larger.engine.slopes(larger, implied, got, observed)
        if not observed and len(larger.exogenous) and not larger.engine.conditional:
            informed = _given_covariates(larger, implied, got)
        score[larger.free] -= 0.5 * share * factors[g] * slope
        information[np.ix_(larger.free, larger.free)] += share * informed
    return score, information


def _points(solution: Solution, observed: bool, gathered: bool) -> list[Point]:
    """Each group at the solution; `gathered`: expected information of all moments from that of the patterns at once."""
    points = []
    for ram, discrepancy in zip(solution.rams, solution.objective.discrepancies, strict=True):
        implied = imply(ram, solution.theta)
        got = discrepancy.evaluate(*implied.fitted, observed)
        if gathered and not observed and got.parts is not None and ram.means:
            got = replace(got, weight=full_weight(got, True), full=True, parts=None)
        points.append((implied, got))
    return points


def _given_covariates(ram: Ram, implied: Implied, got: Evaluation) -> Floats:
    """Expected information (q_g, q_g) without that of the moments of fixed covariates alone."""
    rows, cols = vech_indices(ram.n_observed)
    fixed = np.isin(rows, ram.exogenous) & np.isin(cols, ram.exogenous)
    if ram.means:
        fixed = np.r_[np.isin(np.arange(ram.n_observed), ram.exogenous), fixed]
    delta = moment_jacobian(ram, implied).copy()
    delta[fixed] = 0.0
    return got.information(delta) if got.full else delta.mT @ full_weight(got, ram.means) @ delta


def _shares(solution: Solution) -> Floats:
    """(G,) share of the cases; for Wishart not of the degrees of freedom that the fit weighs with, as in lavaan."""
    if solution.method.likelihood != "wishart":
        return solution.shares
    return np.array([float(moments.n) for moments in solution.moments]) / solution.n


def score_factors(solution: Solution) -> list[float]:
    """(n_g − 1)/n_g for least squares, 1 for likelihoods; lavaan scales its scores so."""
    if solution.method.discrepancy == "ML":
        return [1.0] * len(solution.moments)
    return [1.0 - 1.0 / float(moments.n) for moments in solution.moments]
