"""Reliability and validity of every construct at a batch of parameters and sample covariances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlbc_stats.distinctness import htmt
from mlbc_stats.linalg import deviations
from mlbc_stats.loading_shares import (
    average_variance_extracted,
    composite_reliability,
    maximal_reliability,
    omega_total,
    share_of,
    variance_share,
)
from mlbc_stats.reliability.internal_consistency import alphas_of_covs
from mlbc_stats.reliability.items import Floats
from mlbc_stats.reliability.latent_responses import Responses, read_responses
from mlbc_stats.reliability.measurement import Measurement
from mlbc_stats.sem.fitting.sem_result import SemResult
from mlbc_stats.sem.implied.moments import imply, matrices
from mlbc_stats.sem.implied.ram import Ram

FROM_MODEL = ("omega_model", "cr", "ave", "maximal_h")
"""Indices of a construct that the parameters alone determine."""

FROM_SAMPLE = ("alpha", "omega", "variance_share")
"""Indices that the sample covariances enter."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Measurement part of one group for B sets of parameters.

    Attributes
    ----------
    part : the measurement part at the estimates, for names and places.
    loadings : (B, p, m) and implied : (B, p, p), of unit-variance y* where items are ordinal.
    phi : (B, m, m) covariances of the factors.
    sample : (B, p, p) sample covariances, or None.
    responses : behind ordinal items, or None.
    """

    part: Measurement
    loadings: Floats
    phi: Floats
    implied: Floats
    sample: Floats | None
    responses: Responses | None


def read_batch(
    result: SemResult, part: Measurement, group: int, ram: Ram, theta: Floats, sample: Floats | None
) -> Batch:
    """The measurement part of a group (0-based) at theta (B, q), beside the sample covariances (B, p, p)."""
    place = {name: i for i, name in enumerate(ram.variables)}
    items, factors = [place[name] for name in part.items], [place[name] for name in part.factors]
    implied = imply(ram, theta)
    total = implied.inverse @ implied.disturbance @ implied.inverse.mT
    within = total[:, items, :][..., items]
    loadings = matrices(ram, theta)[0][:, items, :][..., factors] * (part.loadings != 0)
    responses = None
    if part.responses is not None:
        responses = read_responses(result, group, part.items, part.factors, theta)
        unit = np.where(responses.ordinal, 1 / np.sqrt(np.einsum("bii->bi", within)), 1.0)
        loadings, within = loadings * unit[..., None], within * unit[:, :, None] * unit[:, None, :]
    own = None if sample is None else sample[:, items, :][..., items]
    return Batch(part, loadings, total[:, factors, :][..., factors], within, own, responses)


def construct_values(batch: Batch, factor: str) -> dict[str, Floats]:
    """Indices (B,) of one construct, those of `FROM_MODEL` and, with sample covariances, of `FROM_SAMPLE`."""
    column, items = batch.part.factors.index(factor), batch.part.indicators(factor)
    several = len(items) > 1
    loadings, variance = batch.loadings[:, items, column], batch.phi[:, column, column]
    own = batch.implied[:, items, :][..., items]
    spread = np.sqrt(np.maximum(variance, 0.0))[:, None]
    standardized = loadings * spread / deviations(np.einsum("bii->bi", own))
    nothing = np.full(len(loadings), np.nan)
    out = {
        "omega_model": _omega(batch, column, items, own) if several else nothing,
        "cr": composite_reliability(standardized) if several else nothing,
        "ave": average_variance_extracted(standardized),
        "maximal_h": maximal_reliability(standardized) if several else nothing,
    }
    if batch.sample is None:
        return out
    sample = batch.sample[:, items, :][..., items]
    continuous = batch.part.is_continuous(items)
    return out | {
        "alpha": alphas_of_covs(sample) if several and continuous else nothing,
        "omega": _omega(batch, column, items, sample) if several else nothing,
        "variance_share": variance_share(loadings, variance, np.einsum("bii->bi", sample)),
    }


def htmt_values(batch: Batch, geometric: bool) -> Floats:
    """HTMT or HTMT2 (B, m, m) of all pairs of constructs."""
    if batch.sample is None:
        raise ValueError("HTMT needs sample covariances; this is a fault of the package")
    scale = deviations(np.einsum("bii->bi", batch.sample))
    blocks: Sequence[Sequence[int]] = [batch.part.indicators(name) for name in batch.part.factors]
    return htmt(batch.sample / (scale[:, :, None] * scale[:, None, :]), blocks, geometric)


def _omega(batch: Batch, column: int, items: list[int], cov: Floats) -> Floats:
    """ω (B,) of the sum of the items over the variance that covariances (B, k, k) of theirs give it."""
    if batch.part.is_continuous(items):
        found = omega_total(
            batch.loadings[:, items, column], batch.phi[:, column, column], cov.sum(axis=(-2, -1))
        )
        return np.asarray(found)
    if batch.responses is None or not batch.part.is_ordinal(items):
        return np.full(len(batch.loadings), np.nan)
    whole = batch.loadings[..., column]
    common = whole[:, :, None] * whole[:, None, :] * batch.phi[:, column, column][:, None, None]
    spread = np.sqrt(np.einsum("bii->bi", cov))
    correlation = np.zeros_like(common)
    correlation[:, np.array(items)[:, None], items] = cov / (spread[:, :, None] * spread[:, None, :])
    return np.asarray(
        share_of(batch.responses.common_total(common, items), batch.responses.total_of(correlation, items))
    )
