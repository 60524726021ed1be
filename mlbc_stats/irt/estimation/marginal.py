"""The marginal likelihood of item parameters: the latent variable integrated out, with slopes and curvature.

Σ_u w_u log Σ_q π_q Π_j P_j(x_uj | θ_q) over distinct patterns u and equally spaced nodes θ_q. A missing answer leaves
its factor out, so that incomplete cases count with what they hold (missing at random).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.irt.curves.layout import Layout

Array = NDArray[Any]
LOG_ROOT = 0.5 * np.log(2 * np.pi)


@dataclass(frozen=True, slots=True)
class Problem:
    """What a likelihood is made of.

    Attributes
    ----------
    layout : items; indicators : (u, C) of the patterns; codes : (u, p); counts : (u,); group : (u,) from 0.
    nodes : (q,) equally spaced. free : (M, f) item parameters γ = free @ θ + fixed; fixed : (M,).
    groups : G. The first has mean 0 and variance 1; the end of θ holds mean and log sd of every other one.
    """

    layout: Layout
    indicators: Array
    codes: Array
    counts: Array
    group: Array
    nodes: Array
    free: Array
    fixed: Array
    groups: int = 1

    @property
    def size(self) -> int:
        """Free parameters."""
        return int(self.free.shape[1]) + 2 * (self.groups - 1)

    def items(self, theta: Array) -> Array:
        """γ (M,)."""
        return self.free @ theta[: self.free.shape[1]] + self.fixed

    def latent(self, theta: Array) -> tuple[Array, Array]:
        """Mean and log standard deviation of every group, each (G,)."""
        own = theta[self.free.shape[1] :].reshape(-1, 2)
        return np.append(0.0, own[:, 0]), np.append(0.0, own[:, 1])


@dataclass(frozen=True, slots=True)
class Expectation:
    """Log-likelihood, posterior (u, q) of each pattern, and expected answers (q, C) at each node."""

    loglik: float
    posterior: Array
    expected: Array


def log_prior(problem: Problem, theta: Array) -> Array:
    """log π (G, q): normal densities times the distance of the nodes."""
    mean, log_sd = problem.latent(theta)
    z = (problem.nodes - mean[:, None]) / np.exp(log_sd)[:, None]
    return np.log(problem.nodes[1] - problem.nodes[0]) - LOG_ROOT - log_sd[:, None] - 0.5 * z**2


def expectation(problem: Problem, theta: Array) -> Expectation:
    """The likelihood and what it expects; the log-likelihood is −∞ where curves are not defined."""
    log_p = problem.layout.log_probabilities(problem.items(theta), problem.nodes)
    if not np.isfinite(log_p).all():
        return Expectation(-np.inf, np.empty(0), np.empty(0))
    joint = problem.indicators @ log_p.T + log_prior(problem, theta)[problem.group]
    top = joint.max(1, keepdims=True)
    np.subtract(joint, top, out=joint)
    np.exp(joint, out=joint)
    total = joint.sum(1, keepdims=True)
    joint /= total
    loglik = float(problem.counts @ (np.log(total) + top)[:, 0])
    return Expectation(loglik, joint, (problem.counts[:, None] * joint).T @ problem.indicators)


def gradient(problem: Problem, theta: Array, found: Expectation) -> Array:
    """∂ log L / ∂θ (f,)."""
    gamma = problem.items(theta)
    out = np.zeros(problem.layout.length)
    for block, slopes in problem.layout.slopes(gamma, problem.nodes):
        out[block.parameters] = np.einsum("qbk,qbkm->bm", found.expected[:, block.columns], slopes)
    return np.concatenate([problem.free.T @ out, _latent_gradient(problem, theta, found)])


def complete_curvature(problem: Problem, theta: Array, found: Expectation) -> Array:
    """−∂² of the expected complete-data log-likelihood (f, f): the curvature were the latent variable known."""
    own = problem.layout.curvature(problem.items(theta), problem.nodes, found.expected)
    out = np.zeros((problem.size, problem.size))
    f = problem.free.shape[1]
    out[:f, :f] = -problem.free.T @ own @ problem.free
    mass = _mass(problem, found)
    for g in range(1, problem.groups):
        z, sd = _standardized(problem, theta, g)
        mixed = mass[g] @ (2 * z) / sd
        at = f + 2 * (g - 1)
        out[at : at + 2, at : at + 2] = [[mass[g].sum() / sd**2, mixed], [mixed, mass[g] @ (2 * z**2)]]
    return out


def information(problem: Problem, theta: Array, found: Expectation) -> Array:
    """Observed information −∂² log L / ∂θ² (f, f), exactly.

    Louis' identity: the complete-data curvature less the posterior variance of the complete-data slopes, whose second
    moments come from the expected number of joint answers to two categories at each node.

    Louis (1982), doi:10.1111/j.2517-6161.1982.tb01203.x. In R: ``mirt(..., SE = TRUE, SE.type = "Oakes")``.
    """
    squares, means = _second_moments(problem, theta, found), pattern_slopes(problem, theta, found)
    spread = squares - (problem.counts[:, None] * means).T @ means
    return complete_curvature(problem, theta, found) - spread


def pattern_slopes(problem: Problem, theta: Array, found: Expectation) -> Array:
    """∂ log L_u / ∂θ of every pattern, (u, f)."""
    gamma, layout = problem.items(theta), problem.layout
    out = np.zeros((len(problem.counts), layout.length))
    for block, slopes in layout.slopes(gamma, problem.nodes):
        q, b, k, m = slopes.shape
        mean = (found.posterior @ slopes.reshape(q, -1)).reshape(-1, b, k, m)
        code = problem.codes[:, block.items]
        picked = np.take_along_axis(mean, np.maximum(code, 0)[:, :, None, None], axis=2)[:, :, 0]
        out[:, block.parameters] = np.where(code[:, :, None] >= 0, picked, 0.0)
    extra = [
        np.where((problem.group == g)[:, None], found.posterior @ _latent_slopes(problem, theta, g), 0.0)
        for g in range(1, problem.groups)
    ]
    return np.concatenate([out @ problem.free, *extra], axis=1)


def _second_moments(problem: Problem, theta: Array, found: Expectation) -> Array:
    """Σ_u w_u Σ_q h_uq s_uq s_uq' of the complete-data slopes s."""
    layout, f = problem.layout, problem.free.shape[1]
    member = (problem.group[:, None] == np.arange(1, problem.groups)).astype(float)
    held = np.concatenate([problem.indicators, member], axis=1)
    table = np.zeros((len(problem.nodes), held.shape[1], problem.size))
    own = np.zeros((len(problem.nodes), layout.width, layout.length))
    for block, slopes in layout.slopes(problem.items(theta), problem.nodes):
        own[:, block.columns[:, :, None], block.parameters[:, None, :]] = slopes
    table[:, : layout.width, :f] = own @ problem.free
    for g in range(1, problem.groups):
        table[:, layout.width + g - 1, f + 2 * (g - 1) : f + 2 * g] = _latent_slopes(problem, theta, g)
    out = np.zeros((problem.size, problem.size))
    root = np.sqrt(problem.counts[:, None] * found.posterior)
    for q in range(len(problem.nodes)):
        here = root[:, q : q + 1] * held
        out += table[q].T @ (here.T @ here) @ table[q]
    return out


def _mass(problem: Problem, found: Expectation) -> Array:
    """(G, q) expected cases of each group at each node."""
    member = problem.group[:, None] == np.arange(problem.groups)
    return np.asarray((member * problem.counts[:, None]).T @ found.posterior)


def _standardized(problem: Problem, theta: Array, g: int) -> tuple[Array, float]:
    mean, log_sd = problem.latent(theta)
    sd = float(np.exp(log_sd[g]))
    return (problem.nodes - mean[g]) / sd, sd


def _latent_slopes(problem: Problem, theta: Array, g: int) -> Array:
    """∂ log π / ∂(mean, log sd), (q, 2)."""
    z, sd = _standardized(problem, theta, g)
    return np.column_stack([z / sd, z**2 - 1])


def _latent_gradient(problem: Problem, theta: Array, found: Expectation) -> Array:
    mass = _mass(problem, found)
    parts = [mass[g] @ _latent_slopes(problem, theta, g) for g in range(1, problem.groups)]
    return np.concatenate(parts) if parts else np.zeros(0)
