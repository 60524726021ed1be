"""Find the rotation of every exploratory block, and turn the parameters of a model by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlbc_stats.errors import ModelError
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.arrays import Floats
from mlbc_stats.sem.implied.compile import compile_table
from mlbc_stats.sem.implied.moments import fill_exogenous, matrices
from mlbc_stats.sem.implied.ram import Ram
from mlbc_stats.sem.rotation.blocks import Block, find_blocks, freed_table
from mlbc_stats.sem.rotation.criteria import Criterion, make_criterion
from mlbc_stats.sem.rotation.search import random_starts, rotated, search_rotations
from mlbc_stats.sem.rotation.space import Plan, block_loadings, turn_parameters
from mlbc_stats.sem.specification.parameter_table import ParameterTable

STARTS = 30
"""Random starts besides the unrotated solution."""

SAME = 1e-6
"""Difference of criterion values, relative to 1 + |Q|, that counts as the same optimum."""

SALIENT = 0.8
"""Loadings of at least this share of a factor's largest decide its place in the order."""


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
    turns = []
    for block, criterion in zip(plan.blocks, plan.criteria, strict=True):
        starts = random_starts(len(block.factors), int(options.get("rstarts", STARTS)), seed)
        for g, ram in enumerate(rams[:1] if block.joint else rams):
            _check_orthonormal(plan, ram, theta, block)
            loadings = block_loadings(plan, ram, theta, block, criterion)
            found = search_rotations(loadings, criterion.complexity, criterion.orthogonal, starts)
            lowest = float(found.value.min())
            slack = SAME * (1 + abs(lowest))
            # The first of equals, so that rounding has no say.
            best = int(np.argmax(found.value <= lowest + slack))
            items, factors = plan.places(block)
            raw = matrices(ram, theta)[0][np.ix_(items, factors)]
            turns.append(
                Turn(
                    block=block.name,
                    group=plan.before.group_labels[g],
                    matrix=_settled(raw, found.rotation[best], criterion, options),
                    value=float(found.value[best]),
                    optima=1 + int(np.sum(np.diff(np.sort(found.value)) > slack)),
                    reached=float(np.mean(found.value <= lowest + slack)),
                    converged=bool(found.converged[best]),
                )
            )
    return turns


def _settled(raw: Floats, matrix: Floats, criterion: Criterion, options: Mapping[str, Any]) -> Floats:
    """T with factors ordered and reflected, as lavaan does: order by the mean position of the salient loadings.

    Where a target tells factors or signs apart they stay; so does the general factor of a bifactor criterion.
    """
    loadings = rotated(raw, matrix, criterion.orthogonal)
    by = "none" if criterion.labelled else str(options.get("order.lv.by", "index"))
    order = np.arange(len(matrix))
    if by == "index":
        salient = np.abs(loadings) >= SALIENT * np.abs(loadings).max(axis=0)
        place = (np.arange(len(raw))[:, None] * salient).sum(axis=0) / salient.sum(axis=0)
        order = np.argsort(place, kind="stable")
    elif by == "sumofsquares":
        order = np.argsort(-np.sum(loadings**2, axis=0), kind="stable")
    if criterion.name.startswith("bi"):
        order = np.concatenate([[0], order[order != 0]])
    reflect = bool(options.get("reflect", True)) and not criterion.signed
    signs = np.where(reflect & (loadings.sum(axis=0) < 0), -1.0, 1.0)
    return (matrix * signs)[:, order]


def _check_orthonormal(plan: Plan, ram: Ram, theta: Floats, block: Block) -> None:
    _, factors = plan.places(block)
    covariance = matrices(ram, theta)[1][np.ix_(factors, factors)]
    if np.abs(covariance - np.eye(len(factors))).max() > SAME:
        raise ModelError(
            f'the unrotated factors of efa("{block.name}") must have variance 1 and no covariances; leave out the rows '
            f"with which the model sets them ({', '.join(block.factors)}), rotation frees the covariances"
        )
