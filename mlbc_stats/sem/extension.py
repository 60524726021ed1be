"""Score and information of parameters that a model holds fixed, given those that it frees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.sem.candidates import freed
from mlbc_stats.sem.curvature import half_hessian
from mlbc_stats.sem.objective import group_information
from mlbc_stats.sem.partable import Parameter, ParameterTable
from mlbc_stats.sem.pullback import gradient
from mlbc_stats.sem.ram import Floats, compile_table, imply
from mlbc_stats.sem.solution import Solution, constrained_inverse

IDENTIFIED = 1e-9
"""Share of a candidate's information that must be left after the free parameters took theirs."""


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
    """One pass over the moments for all candidates.

    Formula: with the unit information of free parameters and candidates in blocks I₁₁, I₁₂, I₂₂, what is left for
    candidate j is [I₂₂ − I₂₁K(KᵀI₁₁K)⁻¹KᵀI₁₂]_jj, K the directions that the constraints leave.

    Parameters
    ----------
    observed : take half the Hessian instead of the expected information.
    """
    q = len(solution.theta)
    slope, information = _joined(solution, table, candidates, observed)
    inverse, _ = constrained_inverse(information[:q, :q], solution.tangent)
    shared = information[q:, :q]
    whole = np.diag(information)[q:]
    left = whole - np.sum((shared @ inverse) * shared, axis=1)
    identified = left > IDENTIFIED * np.abs(whole)
    return Extension(-0.5 * slope[q:], np.where(identified, left, np.nan), identified)


def _joined(
    solution: Solution, table: ParameterTable, candidates: Sequence[Parameter], observed: bool
) -> tuple[Floats, Floats]:
    """dF/dθ (q + c,) and unit information (q + c, q + c).

    Moments are those of the fitted model; the larger model only says where its cells lie, since a candidate can share
    a cell with a parameter (``f =~ x`` and ``x ~ f``).
    """
    size = len(solution.theta) + len(candidates)
    slope, information = np.zeros(size), np.zeros((size, size))
    informed = half_hessian if observed else group_information
    groups = zip(
        compile_table(freed(table, candidates)),
        solution.rams,
        solution.objective.discrepancies,
        solution.shares,
        strict=True,
    )
    for larger, ram, discrepancy, share in groups:
        implied = imply(ram, solution.theta)
        got = discrepancy.evaluate(implied.sigma, implied.mu)
        slope[larger.free] += share * gradient(larger, implied, got.slope, got.mean_slope)
        information[np.ix_(larger.free, larger.free)] += share * informed(larger, implied, got)
    return slope, information
