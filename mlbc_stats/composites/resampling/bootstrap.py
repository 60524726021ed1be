"""Resample a composite fit: cases with replacement, from a seed or from given rows."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats import parallel
from mlbc_stats.composites.resampling.bootstrap_result import CompositeBootstrap
from mlbc_stats.composites.resampling.counts import draw_counts, given_counts
from mlbc_stats.composites.resampling.drawing import draw, solved, take
from mlbc_stats.composites.result import CompositeResult
from mlbc_stats.errors import ConvergenceWarning, ModelError

Array = NDArray[Any]

SIGNS = ("construct", "none")


def bootstrap(
    fit: CompositeResult,
    replications: int = 5000,
    seed: int | None = None,
    rows: Any = None,
    signs: str = "construct",
    workers: int | None = None,
    progress: parallel.Progress | None = None,
) -> CompositeBootstrap:
    """Distribution of a composite fit over resamples of its cases.

    Parameters
    ----------
    fit : from `composites.fit`.
    replications : resamples. seed : of these; the same whatever the number of workers.
    rows : (B, k) places of the cases of each resample among those used (from 0), in place of drawing.
    signs : "construct" turns a composite of a resample that points away from the one of the whole sample, and counts
        it; "none" takes the signs as they come.
    workers : threads. progress : called with (done, total) chunks.

    Returns
    -------
    CompositeBootstrap
        Resamples without a solution (no convergence, a constant indicator, a singular block, an undefined ρ_A) are left
        out and counted in ``failures``.

    Raises
    ------
    ModelError : replications or signs that are not known. DataError : rows that do not exist.

    References
    ----------
    Davison & Hinkley (1997), doi:10.1017/CBO9780511802843; Rönkkö, McIntosh & Antonakis (2015),
    doi:10.1016/j.paid.2015.07.019 (on turned signs). In R: ``seminr::bootstrap_model``, ``cSEM::resamplecSEMResults``.

    Examples
    --------
    >>> from mlbc_stats import composites
    >>> rng = np.random.default_rng(1)
    >>> cause = rng.normal(size=200)
    >>> data = {f"x{i}": cause + rng.normal(size=200) for i in (1, 2)}
    >>> data |= {f"y{i}": 0.6 * cause + rng.normal(size=200) for i in (1, 2)}
    >>> fit = composites.fit("f <~ x1 + x2; g <~ y1 + y2; g ~ f", data)
    >>> found = composites.bootstrap(fit, 200, seed=1)
    >>> found.failures, list(found.paths().columns)
    (0, ['lhs', 'op', 'rhs', 'est', 'se', 'bias', 't', 'pvalue', 'ci_lower', 'ci_upper'])
    """
    if signs not in SIGNS:
        raise ModelError(f"signs={signs!r} is unknown; use one of {', '.join(SIGNS)}")
    n = fit.sample.n
    counts = draw_counts(n, replications, seed) if rows is None else given_counts(rows, n)
    reference = fit.solved if signs == "construct" else None
    found, turned = draw(fit, counts, reference, workers, progress)
    good = solved(found)
    if not good.all():
        text = f"{int((~good).sum())} of {len(good)} resamples have no solution and are left out"
        warnings.warn(text, ConvergenceWarning, stacklevel=2)
    return CompositeBootstrap(
        fit, take(found, good), int((~good).sum()), np.asarray(turned[good].sum(axis=0), dtype=int), seed
    )
