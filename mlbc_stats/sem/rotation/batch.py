"""Rotate a whole batch of refits towards the rotated solution of the full sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mlbc_stats.rotation.choice import towards
from mlbc_stats.rotation.criteria import Criterion
from mlbc_stats.rotation.search import rotated, search_rotations
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.estimation.refit import BatchFit
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.rotation.blocks import Block
from mlbc_stats.sem.rotation.space import Plan, block_loadings
from mlbc_stats.sem.rotation.turns import Turn, by_block, turn_solution


def rotate_batch(
    plan: Plan, full_turns: Sequence[Turn], full: Sequence[Ram], full_theta: Floats, got: BatchFit
) -> BatchFit:
    """Refits of the unrotated model (B), each rotated to the minimum next to the full sample's.

    The search starts where the resample's loadings come closest to the rotated loadings of the full sample, so that
    factors keep their order and signs. An element whose rotation does not converge counts as not converged.

    Parameters
    ----------
    full_turns, full, full_theta : how the full sample was rotated, its unrotated models and parameters (q,).
    """
    kept = by_block(plan, full_turns)
    converged = got.estimate.converged.copy()
    # a search that failed may end anywhere; the full sample's solution is turned in its place
    solved = np.where(converged[:, None], got.estimate.theta, full_theta)
    turns: dict[str, list[Floats]] = {}
    for block, criterion in zip(plan.blocks, plan.criteria, strict=True):
        found = []
        for g, ram in enumerate(got.rams[:1] if block.joint else got.rams):
            goal = _goal(plan, full[g], full_theta, block, criterion, kept[block.name][g])
            loadings = block_loadings(plan, ram, solved, block, criterion)
            safe = np.where(np.isfinite(loadings), loadings, 1.0)
            own = search_rotations(
                safe, criterion.complexity, criterion.orthogonal, towards(safe, goal, criterion.orthogonal)
            )
            converged &= own.converged
            found.append(own.rotation)
        turns[block.name] = found * (len(got.rams) if block.joint else 1)
    after = _filled(compile_table(plan.after), got.rams)
    theta = turn_solution(plan, got.rams, after, solved, turns)
    theta = np.where(got.estimate.converged[:, None], theta, np.nan)
    return replace(got, estimate=replace(got.estimate, theta=theta, converged=converged), rams=after)


def _goal(plan: Plan, ram: Ram, theta: Floats, block: Block, criterion: Criterion, turn: Floats) -> Floats:
    loadings = block_loadings(plan, ram, theta, block, criterion)
    return rotated(loadings, turn, criterion.orthogonal)


def _filled(rams: Sequence[Ram], source: Sequence[Ram]) -> tuple[Ram, ...]:
    """The models with the covariate moments that another model of the same variables holds."""
    out = []
    for ram, other in zip(rams, source, strict=True):
        x = ram.exogenous
        s0 = np.broadcast_to(ram.s0, other.s0.shape).copy()
        m0 = np.broadcast_to(ram.m0, other.m0.shape).copy()
        s0[..., x[:, None], x] = other.s0[..., x[:, None], x]
        m0[..., x] = other.m0[..., x]
        out.append(replace(ram, s0=s0, m0=m0))
    return tuple(out)
