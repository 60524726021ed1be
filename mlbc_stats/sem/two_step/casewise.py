"""How the estimates of both steps move with each case, where data are incomplete."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlbc_stats.linalg import vech, vech_indices
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.estimation.objective import observed_information
from mlbc_stats.sem.estimation.solution import Solution, constrained_inverse
from mlbc_stats.sem.estimation.solve import bind_objective
from mlbc_stats.sem.implied.first_derivatives import moment_jacobian
from mlbc_stats.sem.inference.moment_covariance import group_scores
from mlbc_stats.sem.specification.parameter_table import Parameter, ParameterTable
from mlbc_stats.sem.two_step.latent import Placed, block_slopes, sample_slopes


def incomplete_gamma(
    moments: SampleMoments,
    blocks: Sequence[Placed],
    solutions: Sequence[Solution],
    outside: Sequence[tuple[int, int]],
    weights: Floats,
    share: float,
) -> Floats:
    """Γ of √n (E(η), vech Var(η)) from incomplete data of one group.

    Formula: the mean cross product of T dz_i, where dz_i joins the influence I⁻¹∂ℓ_i/∂θ of a case on the saturated
    moments and on every block's estimates, and T the derivatives of E(η) and Var(η) with respect to both.

    References
    ----------
    Rosseel & Loh (2022), doi:10.1037/met0000503; Yuan & Bentler (2000), doi:10.1111/0081-1750.00078.
    """
    method = solutions[0].method
    total = saturated_influence(moments, method) @ sample_slopes(weights).T
    mean = np.asarray(moments.mean)
    moved = block_slopes(blocks, outside, moments.cov, mean, len(weights), share)
    for solution, slopes in zip(solutions, moved, strict=True):
        total = total + case_influence(solution, moments) @ slopes.T
    return total.T @ total / len(total)


def saturated_influence(moments: SampleMoments, method: Method) -> Floats:
    """Influence (n, m) of each case on the saturated (x̄, vech S)."""
    solution = _saturated(moments, method, np.asarray(moments.mean), moments.cov)
    information = observed_information(solution.objective, solution.theta)
    return np.asarray(np.linalg.solve(information, group_scores(solution)[0].T).T)


def case_influence(solution: Solution, moments: SampleMoments) -> Floats:
    """Influence (n, q_b) of each case of the whole data on a block's estimates; of one without its items, none."""
    own = solution.moments[0]
    inverse = constrained_inverse(observed_information(solution.objective, solution.theta), solution.tangent)
    out = np.zeros((len(np.asarray(moments.rows)), len(solution.theta)))
    at = np.searchsorted(np.asarray(moments.rows), np.asarray(own.rows))
    out[at] = group_scores(solution)[0] @ inverse.matrix * (len(out) / len(at))
    return out


def incomplete_trace(
    solution: Solution,
    blocks: Sequence[tuple[Ints, Solution]],
    later: Ints,
    basis: Floats | None,
) -> float:
    """Expectation of the likelihood-ratio statistic of incomplete data at the estimates of both steps.

    Formula: tr(A mean(e_i e_iᵀ)), e_i = ds_i − Δdθ_i the influence of a case on the residual of the saturated moments,
    whose expected information at the implied ones is A; dθ₂ = I₂₂⁻¹(∂ℓ_i/∂θ₂ − I₂₁dθ₁).

    References
    ----------
    Yuan & Chan (2002), doi:10.1348/000711002159699.
    """
    moments, ram = solution.moments[0], solution.rams[0]
    sample = saturated_influence(moments, solution.method)
    implied = solution.implied()[0]
    model = _saturated(moments, solution.method, np.asarray(implied.mu), implied.sigma)
    moved = np.zeros((len(sample), len(solution.theta)))
    for places, block in blocks:
        moved[:, places[places >= 0]] = case_influence(block, moments)[:, places >= 0]
    information = observed_information(solution.objective, solution.theta)
    inverse = constrained_inverse(information[np.ix_(later, later)], basis).matrix
    scores = np.zeros_like(moved)
    scores[:, ram.free] = group_scores(solution)[0]
    moved[:, later] = (scores[:, later] - moved @ information[later].T) @ inverse
    delta = np.zeros((sample.shape[1], len(solution.theta)))
    delta[:, ram.free] = moment_jacobian(ram, implied)
    left = sample - moved @ delta.T
    return float(np.sum((left.T @ left / len(left)) * model.expected_information))


def _saturated(moments: SampleMoments, method: Method, mean: Floats, cov: Floats) -> Solution:
    """The model whose parameters are all means and covariances (x̄, vech S), at given ones."""
    theta = np.concatenate([mean, vech(cov)])
    objective = bind_objective(_saturated_table(moments.names), (moments,), method)
    return Solution(objective, (moments,), method, theta, None, None, float(moments.n))


def _saturated_table(names: tuple[str, ...]) -> ParameterTable:
    rows, cols = vech_indices(len(names))
    relations = [(name, "~1", "") for name in names]
    relations += [(names[j], "~~", names[i]) for i, j in zip(rows, cols, strict=True)]
    parameters = tuple(
        Parameter(lhs, op, rhs, 1, k, "", f".p{k}.", fixed=None, start=None, exo=False, user=0)
        for k, (lhs, op, rhs) in enumerate(relations, start=1)
    )
    return ParameterTable(
        parameters=parameters,
        observed=names,
        latent=(),
        exogenous=(),
        n_groups=1,
        group_labels=("1",),
        meanstructure=True,
        fixed_x=False,
        simple_equalities=(),
    )
