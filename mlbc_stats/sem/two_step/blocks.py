"""Fit measurement blocks to their share of the sample moments, and put them beside each other."""

from __future__ import annotations

from collections.abc import Mapping as Named
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mlbc_stats.errors import DataError
from mlbc_stats.moments.sample import SampleMoments, from_incomplete
from mlbc_stats.moments.sample.incomplete import unbounded_note
from mlbc_stats.sem.arrays import Floats, Ints
from mlbc_stats.sem.data.ordinal_sample import group_moments
from mlbc_stats.sem.data.source import Sample
from mlbc_stats.sem.discrepancy.method import Method
from mlbc_stats.sem.fitting.fit import judged_fit
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.inference.diagnosis import Finding
from mlbc_stats.sem.specification.parameter_table import ParameterTable
from mlbc_stats.sem.two_step.latent import Placed
from mlbc_stats.sem.two_step.parts import Part, Parts


@dataclass(frozen=True, slots=True)
class Block:
    """A fitted measurement block: its part of the table, its fit, what was found about it."""

    part: Part
    fit: SemResult
    findings: tuple[Finding, ...]


def fit_blocks(
    parts: Parts,
    moments: Sequence[SampleMoments],
    method: Method,
    codes: Named[str, Floats],
    call: dict[str, Any],
    max_iter: int,
) -> tuple[Block, ...]:
    """The fit of every block, with what was found about it in words that name the block.

    Raises
    ------
    DataError
        for incomplete data that leave unrestricted moments no maximum: the second step starts from them.
    """
    for each in moments:
        if each.provisional is not None and each.patterns is not None:
            why = unbounded_note(each.patterns, each.names)
            raise DataError(f"{why}; sem.sam needs them, sem.fit(..., missing='fiml') does not")
    out = []
    for part in parts.blocks:
        own = tuple(block_moments(each, part.table, method, codes) for each in moments)
        fitted, findings = judged_fit(part.table, Sample(own, ()), method, call, max_iter)
        where = f"measurement of {', '.join(part.table.latent)}: "
        out.append(Block(part, fitted, tuple((kind, where + text) for kind, text in findings)))
    return tuple(out)


def block_moments(
    moments: SampleMoments, table: ParameterTable, method: Method, codes: Named[str, Floats]
) -> SampleMoments:
    """The moments of a block's indicators, from the rows that the whole model uses."""
    at = item_places(moments, table)
    if moments.ordinal is not None and moments.raw is not None:
        return group_moments(moments.raw[:, at], table, method, codes, moments.rows, moments.n_original)
    if moments.patterns is not None and moments.raw is not None:
        return from_incomplete(moments.raw[:, at], table.observed, rows=moments.rows)
    return replace(
        moments,
        names=table.observed,
        cov=moments.cov[np.ix_(at, at)],
        mean=None if moments.mean is None else moments.mean[at],
        raw=None if moments.raw is None else moments.raw[:, at],
    )


def item_places(moments: SampleMoments, table: ParameterTable) -> Ints:
    """Places of a block's indicators among the observed variables."""
    return np.array([moments.names.index(name) for name in table.observed], dtype=np.intp)


def placed_blocks(
    blocks: Sequence[Block], structural: ParameterTable, moments: SampleMoments, g: int
) -> list[Placed]:
    """The blocks of one group beside the sample moments and the structural variables."""
    return [
        Placed(
            block.fit.solution.rams[g],
            block.fit.theta,
            item_places(moments, block.part.table),
            np.array([structural.observed.index(name) for name in block.part.table.latent], dtype=np.intp),
        )
        for block in blocks
    ]


def outside_places(structural: ParameterTable, moments: SampleMoments) -> list[tuple[int, int]]:
    """(structural place, observed place) of the variables that are themselves structural."""
    return [
        (place, moments.names.index(name))
        for place, name in enumerate(structural.observed)
        if name in moments.names
    ]
