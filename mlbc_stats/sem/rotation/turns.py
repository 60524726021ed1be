"""Find the rotation of every exploratory block, and turn the parameters of a model by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.rotation.choice import SAME, choose, settle
from mlbc_stats.rotation.criteria import make_criterion
from mlbc_stats.rotation.search import random_starts, search_rotations
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.moments import fill_exogenous, matrices
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.rotation.blocks import Block, find_blocks, freed_table
from mlbc_stats.sem.rotation.space import Plan, block_loadings, turn_parameters
from mlbc_stats.sem.specification.parameter_table import ParameterTable

STARTS = 30
"""Random starts besides the unrotated solution."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The rotation of one block in one group.

    Attributes
    ----------
    block, group : names (one turn, of the first group, where loadings are equal over groups).
    matrix : (m, m) T; rotated loadings are ΛT⁻ᵀ, factor covariances TᵀΨT.
    value : the criterion at its minimum.
    optima : distinct local minima that the starts met; reached : share of the starts that met the lowest.
    converged : whether the criterion's gradient vanishes.
    """

    block: str
    group: str
    matrix: Floats
    value: float
    optima: int
    reached: float
    converged: bool


def make_plan(table: ParameterTable, rotation: str, options: Mapping[str, Any]) -> Plan:
    """Blocks of a table with their criteria, and the table that the rotated solution fills."""
    blocks = find_blocks(table)
    if not blocks:
        raise ModelError(
            'the model has no rotation block; write one as efa("name")*f1 + efa("name")*f2 =~ x1 + x2'
        )
    criteria = tuple(make_criterion(rotation, len(b.items), len(b.factors), options) for b in blocks)
    return Plan(blocks, criteria, table, freed_table(table, blocks, criteria[0].orthogonal))


def turn_solution(
    plan: Plan,
    before: Sequence[Ram],
    after: Sequence[Ram],
    theta: Floats,
    turns: Mapping[str, Sequence[Floats]],
) -> Floats:
    """Rotated parameters (..., q') from unrotated ones (..., q), given each block's T (..., m, m) per group."""
    out = np.zeros((*theta.shape[:-1], plan.after.n_free))
    for g, (one, other) in enumerate(zip(before, after, strict=True)):
        own = [turns[block.name][g] for block in plan.blocks]
        out[..., other.free] = turn_parameters(plan, one, other, theta, own)
    return out


def freed_rams(plan: Plan, moments: Sequence[SampleMoments]) -> tuple[Ram, ...]:
    """The freed model per group, with the moments of its fixed covariates."""
    return tuple(
        fill_exogenous(ram, each.cov, each.mean)
        for ram, each in zip(compile_table(plan.after), moments, strict=True)
    )


def by_block(plan: Plan, turns: Sequence[Turn]) -> dict[str, list[Floats]]:
    """T of every group, by block; a joint block has the same in all groups."""
    return {
        block.name: [t.matrix for t in turns if t.block == block.name]
        * (plan.after.n_groups if block.joint else 1)
        for block in plan.blocks
    }


def find_turns(
    plan: Plan, rams: Sequence[Ram], theta: Floats, options: Mapping[str, Any], seed: int
) -> list[Turn]:
    by, reflect = str(options.get("order.lv.by", "index")), bool(options.get("reflect", True))
    turns = []
    for block, criterion in zip(plan.blocks, plan.criteria, strict=True):
        starts = random_starts(len(block.factors), int(options.get("rstarts", STARTS)), seed)
        for g, ram in enumerate(rams[:1] if block.joint else rams):
            _check_orthonormal(plan, ram, theta, block)
            loadings = block_loadings(plan, ram, theta, block, criterion)
            found = search_rotations(loadings, criterion.complexity, criterion.orthogonal, starts)
            best = choose(found)
            items, factors = plan.places(block)
            raw = matrices(ram, theta)[0][np.ix_(items, factors)]
            turns.append(
                Turn(
                    block=block.name,
                    group=plan.before.group_labels[g],
                    matrix=settle(raw, best.matrix, criterion, by, reflect),
                    value=best.value,
                    optima=best.optima,
                    reached=best.reached,
                    converged=best.converged,
                )
            )
    return turns


def _check_orthonormal(plan: Plan, ram: Ram, theta: Floats, block: Block) -> None:
    _, factors = plan.places(block)
    covariance = matrices(ram, theta)[1][np.ix_(factors, factors)]
    if np.abs(covariance - np.eye(len(factors))).max() > SAME:
        raise ModelError(
            f'the unrotated factors of efa("{block.name}") must have variance 1 and no covariances; leave out the rows '
            f"with which the model sets them ({', '.join(block.factors)}), rotation frees the covariances"
        )
