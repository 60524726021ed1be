"""What a restricted model holds fixed in a freer one, and how that varies from sample to sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mlbc_stats.errors import DataError, ModelError
from mlbc_stats.linalg import null_space, spd_inverse_logdet, vech_indices
from mlbc_stats.moments.gamma import pool
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.solution import Solution, constrained_inverse
from mlbc_stats.sem.implied.first_derivatives import moment_jacobian
from mlbc_stats.sem.implied.ram import Implied
from mlbc_stats.sem.inference.carried_values import free_places
from mlbc_stats.sem.inference.moment_covariance import moment_covariances, saturated_covariance
from mlbc_stats.sem.inference.sandwich import moment_space
from mlbc_stats.sem.results.levels import require_one_level

if TYPE_CHECKING:
    from mlbc_stats.sem.results.fitted_model import FittedModel

RANK = 1e-8
"""Singular value, relative to the largest, from which a row of restrictions counts as one of its own."""


def restriction_traces(free: FittedModel, jacobian: Floats) -> tuple[float, float]:
    """tr(U_dΓ) and tr((U_dΓ)²) of the restrictions A (m, r), at the estimates of the freer model.

    Formula: with P the unit information of the freer model's r free directions, Δ their moment Jacobian, W the
    moments' weight and B = ΔᵀWΓWΔ, both are traces of P⁻¹Aᵀ(AP⁻¹Aᵀ)⁻¹AP⁻¹B. With incomplete rows Γ is the sandwich of
    the saturated moments (lavaan 0.6-14: the cross product of the casewise deviations, zero where a value is missing).
    NaN where the data do not determine the restrictions.

    References
    ----------
    Satorra (2000), doi:10.1007/978-1-4615-4603-0_17.
    """
    if not free.method.ordinal:
        require_one_level(free, "differences by satorra_2000", "method='satorra_bentler_2001' is")
    solution = free.solution
    basis = directions(solution)
    space = moment_space(solution, _covariances(solution))
    inverse = constrained_inverse(basis.T @ free.uncertainty.bread @ basis, None).matrix
    meat = basis.T @ space.meat() @ basis
    pulled = jacobian @ inverse
    between, _, definite = spd_inverse_logdet(pulled @ jacobian.T)
    if not definite:
        return np.nan, np.nan
    middle = pulled.T @ between @ pulled
    product = middle @ meat
    return float(np.trace(product)), float(np.sum(product * product.T))


def exact_restrictions(free: FittedModel, restricted: FittedModel) -> Floats:
    """A (m, r): the restricted model's constraints and fixed values, as rows over the freer model's directions.

    Parameters that only the restricted model frees are overlooked.
    """
    own, other = free_places(free.table), free_places(restricted.table)
    held = null_space(directions(restricted.solution).T).T
    rows = np.zeros((len(held), len(free.theta)))
    for key, place in other.items():
        if key in own:
            rows[:, own[key]] = held[:, place]
    fixed = np.eye(len(free.theta))[[place for key, place in own.items() if key not in other]]
    return independent_rows(np.vstack([rows, fixed]) @ directions(free.solution))


def delta_restrictions(free: FittedModel, restricted: FittedModel) -> Floats:
    """A (m, r), orthogonal to H where the moment Jacobians obey Δ₀ = Δ₁H; the models may be parametrized differently.

    H is least squares over the moments as they are (in their own units), each Jacobian at its own estimates.
    """
    wide, narrow = _stacked(free.solution), _stacked(restricted.solution)
    narrow = narrow[_order(free, restricted)]
    return null_space(np.linalg.lstsq(wide, narrow, rcond=None)[0].T).T


def directions(solution: Solution) -> Floats:
    """(q, r) what the constraints that bind leave free."""
    return np.eye(len(solution.theta)) if solution.tangent is None else solution.tangent


def independent_rows(rows: Floats) -> Floats:
    """An orthonormal basis (m, r) of the space that the rows span."""
    _, singular, right = np.linalg.svd(rows, full_matrices=False)
    return right[singular > RANK * max(1.0, float(singular.max(initial=0.0)))]


def _covariances(solution: Solution) -> tuple[Floats, ...]:
    """Γ per group (m_g, m_g) over (μ, vech Σ)."""
    if not solution.method.fiml:
        return moment_covariances(solution)
    if not solution.method.rules.products_of_answers:
        return tuple(saturated_covariance(moments, "sandwich") for moments in solution.moments)
    pairs = zip(solution.moments, solution.implied(), strict=True)
    return tuple(_incomplete_products(moments, implied) for moments, implied in pairs)


def _incomplete_products(moments: SampleMoments, implied: Implied) -> Floats:
    """Mean cross product (m, m) of the deviations from the implied moments, those of missing values zero."""
    if moments.raw is None or implied.mu is None:
        raise DataError("the test needs the raw rows; fit the models to data instead of a covariance matrix")
    i, j = vech_indices(len(implied.mu))
    centred = moments.raw - implied.mu
    deviations = np.concatenate([centred, centred[:, i] * centred[:, j] - implied.sigma[i, j]], axis=1)
    sums, factor = pool(np.nan_to_num(deviations), moments.weights, moments.cluster)
    return sums.T @ sums * factor


def _stacked(solution: Solution) -> Floats:
    """ΔK of all groups, one above the other (Σ m_g, r)."""
    parts = []
    for ram, implied in zip(solution.rams, solution.implied(), strict=True):
        delta = np.zeros((moment_jacobian(ram, implied).shape[0], len(solution.theta)))
        delta[:, ram.free] = moment_jacobian(ram, implied)
        parts.append(delta)
    return np.vstack(parts) @ directions(solution)


def _order(free: FittedModel, restricted: FittedModel) -> Floats:
    """Position among the restricted model's moments of each of the freer model's."""
    names, other = free.table.observed, restricted.table.observed
    if free.method.ordinal:
        return _ordinal_order(free, restricted)
    places = np.array([other.index(name) for name in names], dtype=np.intp)
    rows, cols = vech_indices(len(names))
    table = np.zeros((len(names), len(names)), dtype=np.intp)
    table[rows, cols] = table[cols, rows] = np.arange(len(rows))
    order = table[places[rows], places[cols]]
    if free.table.meanstructure:
        order = np.concatenate([places, order + len(names)])
    size, groups = len(order), len(free.moments)
    return np.concatenate([order + size * group for group in range(groups)])


def _ordinal_order(free: FittedModel, restricted: FittedModel) -> Floats:
    """The moments of ordinal data as they stand, for models that name the variables in the same order."""
    if free.table.observed != restricted.table.observed:
        raise ModelError(
            "the models name the variables in different orders; write them alike, or use a_method='exact'"
        )
    return np.arange(sum(len(np.asarray(implied.stacked)) for implied in free.solution.implied()))
