"""The second step: the structural model on the moments of the latent variables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mlbc_stats.errors import InadmissibleWarning
from mlbc_stats.moments.sample import SampleMoments
from mlbc_stats.sem.data.source import Sample
from mlbc_stats.sem.discrepancy.method import resolve_method
from mlbc_stats.sem.fitting.fit import judged_fit
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.inference.diagnosis import Finding
from mlbc_stats.sem.two_step.blocks import Block, outside_places, placed_blocks
from mlbc_stats.sem.two_step.casewise import incomplete_gamma
from mlbc_stats.sem.two_step.latent import error_share, map_observed
from mlbc_stats.sem.two_step.latent_gamma import latent_gamma
from mlbc_stats.sem.two_step.parts import Part


def structural_fit(
    part: Part,
    blocks: Sequence[Block],
    moments: tuple[SampleMoments, ...],
    call: dict[str, Any],
    max_iter: int,
    testable: bool,
) -> tuple[SemResult, list[Finding]]:
    """The structural model fitted to the latent variables' moments, its test corrected for the measurement.

    Without `testable` there is no sampling covariance of these moments, and errors and test stay those of moments that
    were observed: they are not to be shown.
    """
    found = [_latent_moments(part, blocks, each, g, testable) for g, each in enumerate(moments)]
    robust = resolve_method("ML", se="robust.sem", test="satorra.bentler")
    method = robust if testable else resolve_method("ML")
    own = Sample(tuple(each for each, _ in found), ())
    fitted, findings = judged_fit(part.table, own, method, call, max_iter)
    notes: list[Finding] = [
        (
            InadmissibleWarning,
            f"the covariance matrix of the latent variables would not be positive definite; {share:.3g} of the error "
            "variance was taken off instead of all (Fuller's correction), so that paths are pulled toward zero",
        )
        for _, share in found
        if share < 1
    ]
    return fitted, [*notes, *((kind, f"structural model: {text}") for kind, text in findings)]


def _latent_moments(
    part: Part, blocks: Sequence[Block], moments: SampleMoments, g: int, testable: bool
) -> tuple[SampleMoments, float]:
    """Moments of the structural variables of a group, and the share of the error variance taken off."""
    table = part.table
    placed, outside = placed_blocks(blocks, table, moments, g), outside_places(table, moments)
    mapping = map_observed(placed, outside, len(moments.names), len(table.observed))
    share = error_share(mapping, moments.cov, float(moments.n), table.observed)
    mean = np.zeros(len(moments.names)) if moments.mean is None else moments.mean
    cov, centre = mapping.moments(moments.cov, mean, share)
    solutions = [block.fit.solution for block in blocks]
    own = SampleMoments(
        names=table.observed,
        cov=cov,
        mean=centre if table.meanstructure else None,
        n=moments.n,
        divisor="n",
        n_original=moments.n_original,
    )
    if testable:
        if moments.patterns is not None:
            gamma = incomplete_gamma(moments, placed, solutions, outside, mapping.weights, share)
        else:
            gamma = latent_gamma(moments, placed, solutions, outside, mapping.weights, share, g)
        own = replace(own, gamma=gamma)
    return own, share
