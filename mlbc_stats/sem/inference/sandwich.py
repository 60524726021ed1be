"""Weights, Jacobians and sampling covariances over the stacked moments (μ, vech Σ) of all groups."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mlbc_stats.linalg import vech_indices
from mlbc_stats.moments.incomplete.fiml import Part
from mlbc_stats.moments.incomplete.information import moment_information
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.discrepancy.evaluation import Evaluation
from mlbc_stats.sem.estimation.solution import Solution
from mlbc_stats.sem.implied.first_derivatives import moment_jacobian


@dataclass(frozen=True, slots=True)
class MomentSpace:
    """What sandwich errors and scaled tests are made of; m_g moments a group.

    Attributes
    ----------
    delta : per group (m_g, q) d moments/dθ.
    weight : per group (m_g, m_g) W, the unit information of the moments, or its diagonal (m_g, 1).
    gamma : per group (m_g, m_g) asymptotic covariance of √n_g × sample moments.
    shares : (G,) n_g / n.
    """

    delta: tuple[Floats, ...]
    weight: tuple[Floats, ...]
    gamma: tuple[Floats, ...]
    shares: Floats

    def meat(self) -> Floats:
        """Σ share_g ΔᵀWΓWΔ (q, q)."""
        return np.sum(
            [s * (p.T @ g @ p) for s, p, g in zip(self.shares, self.pulled(), self.gamma, strict=True)],
            axis=0,
        )

    def bread(self) -> Floats:
        """Σ share_g ΔᵀWΔ (q, q)."""
        return np.sum(
            [s * (d.T @ p) for s, d, p in zip(self.shares, self.delta, self.pulled(), strict=True)], axis=0
        )

    def pulled(self) -> list[Floats]:
        """WΔ per group (m_g, q)."""
        return [_weigh(w, d) for w, d in zip(self.weight, self.delta, strict=True)]

    def residual_traces(self, inverse: Floats) -> tuple[float, float]:
        """tr(UΓ) and tr((UΓ)²), U = W − WΔ(ΔᵀWΔ)⁻¹ΔᵀW, groups weighted by their shares; `inverse` is (ΔᵀWΔ)⁻¹.

        U is W less a matrix of rank q, so that with B = ΔᵀWΓWΔ the traces are tr(WΓ) − tr(B(ΔᵀWΔ)⁻¹) and
        tr((WΓ)²) − 2 tr((ΔᵀWΔ)⁻¹ΔᵀWΓWΓWΔ) + tr((B(ΔᵀWΔ)⁻¹)²), without a product of two (m, m) matrices where W is
        diagonal.
        """
        trace = squared = 0.0
        meat = np.zeros_like(inverse)
        for share, weight, gamma, pulled in zip(
            self.shares, self.weight, self.gamma, self.pulled(), strict=True
        ):
            product, spread = _weigh(weight, gamma), gamma @ pulled
            trace += np.trace(product)
            squared += np.sum(product * product.T)
            squared -= 2 * share * np.sum((spread @ inverse) * _weigh(weight, spread))
            meat += share * (pulled.T @ spread)
        explained = inverse @ meat
        return float(trace - np.trace(explained)), float(squared + np.sum(explained * explained.T))


def _weigh(weight: Floats, matrix: Floats) -> Floats:
    """WX for a weight (m, m) or its diagonal (m, 1)."""
    return weight * matrix if weight.shape[-1] == 1 else weight @ matrix


def moment_space(solution: Solution, gamma: tuple[Floats, ...]) -> MomentSpace:
    """Stack the moments of a solution with the sampling covariances given per group."""
    delta, weight = [], []
    for ram, moments, discrepancy, implied in zip(
        solution.rams,
        solution.moments,
        solution.objective.discrepancies,
        solution.implied(),
        strict=True,
    ):
        observed = solution.method.information == "h1"
        got = discrepancy.evaluate(*implied.fitted, observed)
        if solution.method.saturated_weight:
            got = replace(got, weight=np.linalg.inv(moments.cov))
        own = moment_jacobian(ram, implied)
        full = np.zeros((len(own), len(solution.theta)))
        full[:, ram.free] = own
        delta.append(full)
        weight.append((unrestricted_information if observed else moment_weight)(got, ram.means))
    return MomentSpace(tuple(delta), tuple(weight), gamma, solution.shares)


def unrestricted_information(got: Evaluation, means: bool) -> Floats:
    """Observed information of the unrestricted moments (m, m) at the implied ones, from an observed evaluation."""
    if got.parts is not None:
        return moment_information(got.parts())  # type: ignore[arg-type]  # parts of the same shape
    pull = None if got.pull is None else got.pull[None]
    found = moment_information([Part(np.ones(1), got.weight[None], got.slope[None], pull)])
    skipped = 0 if means else got.weight.shape[-1]
    return np.asarray(found[skipped:, skipped:])


def full_weight(got: Evaluation, means: bool) -> Floats:
    """The weight of an evaluation over all moments of a group (m, m)."""
    weight = moment_weight(got, means)
    return np.diagflat(weight) if weight.shape[-1] == 1 else weight


def moment_weight(got: Evaluation, means: bool) -> Floats:
    """The weight of an evaluation over all moments of a group (m, m), or its diagonal (m, 1)."""
    if got.parts is not None:
        return moment_information(got.parts())  # type: ignore[arg-type]  # parts of the same shape
    return got.weight if got.full else normal_weight(got.weight, means)


def normal_weight(weight: Floats, means: bool) -> Floats:
    """blockdiag(W, ½Dᵀ(W⊗W)D) over (μ, vech Σ) from W (p, p); D is the duplication matrix."""
    rows, cols = vech_indices(len(weight))
    count = np.where(rows == cols, 1.0, 2.0)
    second = weight[np.ix_(rows, rows)] * weight[np.ix_(cols, cols)]
    second += weight[np.ix_(rows, cols)] * weight[np.ix_(cols, rows)]
    second *= np.outer(count, count) / 4
    return join_blocks(weight, second) if means else second


def join_blocks(first: Floats, second: Floats) -> Floats:
    """Block-diagonal matrix of two square ones."""
    k = len(first)
    out = np.zeros((k + len(second), k + len(second)))
    out[:k, :k] = first
    out[k:, k:] = second
    return out
