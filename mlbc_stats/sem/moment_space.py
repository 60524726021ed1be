"""Weights, Jacobians and sampling covariances over the stacked moments (μ, vech Σ) of all groups."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mlbc_stats.linalg import vech_indices
from mlbc_stats.sem.discrepancy import Evaluation
from mlbc_stats.sem.pullback import moment_jacobian
from mlbc_stats.sem.ram import Floats
from mlbc_stats.sem.solution import Solution


@dataclass(frozen=True, slots=True)
class MomentSpace:
    """What sandwich errors and scaled tests are made of; m_g moments a group.

    Attributes
    ----------
    delta : per group (m_g, q) d moments/dθ.
    weight : per group (m_g, m_g) W, the unit information of the moments.
    gamma : per group (m_g, m_g) asymptotic covariance of √n_g × sample moments.
    shares : (G,) n_g / n.
    """

    delta: tuple[Floats, ...]
    weight: tuple[Floats, ...]
    gamma: tuple[Floats, ...]
    shares: Floats

    def meat(self) -> Floats:
        """Σ share_g ΔᵀWΓWΔ (q, q)."""
        pulled = [w @ d for w, d in zip(self.weight, self.delta, strict=True)]
        return np.sum(
            [s * (p.T @ g @ p) for s, p, g in zip(self.shares, pulled, self.gamma, strict=True)], axis=0
        )

    def bread(self) -> Floats:
        """Σ share_g ΔᵀWΔ (q, q)."""
        return np.sum(
            [s * (d.T @ w @ d) for s, w, d in zip(self.shares, self.weight, self.delta, strict=True)], axis=0
        )

    def residual_products(self, inverse: Floats) -> list[list[Floats]]:
        """Blocks (g, h) of UΓ, U = W − WΔ(ΔᵀWΔ)⁻¹ΔᵀW, with groups weighted by their shares."""
        groups = range(len(self.delta))
        pulled = [w @ d for w, d in zip(self.weight, self.delta, strict=True)]
        blocks = []
        for g in groups:
            row = []
            for h in groups:
                u = -np.sqrt(self.shares[g] * self.shares[h]) * pulled[g] @ inverse @ pulled[h].T
                if g == h:
                    u = u + self.weight[g]
                row.append(u @ self.gamma[h])
            blocks.append(row)
        return blocks


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
        got = discrepancy.evaluate(*implied.fitted)
        if solution.method.two_stage:  # the second stage weighs with the saturated moments
            got = replace(got, weight=np.linalg.inv(moments.cov))
        full = np.zeros((moment_jacobian(ram, implied).shape[0], len(solution.theta)))
        full[:, ram.free] = moment_jacobian(ram, implied)
        delta.append(full)
        weight.append(full_weight(got, ram.means))
    return MomentSpace(tuple(delta), tuple(weight), gamma, solution.shares)


def full_weight(got: Evaluation, means: bool) -> Floats:
    """The weight of an evaluation over all moments of a group (m, m)."""
    if not got.full:
        return normal_weight(got.weight, means)
    return np.diagflat(got.weight) if got.weight.shape[-1] == 1 else got.weight


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
