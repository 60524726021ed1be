"""Sample moments of incomplete data: the saturated maximum-likelihood estimates, with the patterns behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.moments.patterns import find_patterns
from mlbc_stats.moments.sample import SampleMoments, normalize_weights
from mlbc_stats.moments.saturated import saturated_moments

Array = NDArray[Any]


def from_incomplete(x: Array, names: Sequence[str], weights: Array | None = None, cluster: Array | None = None, rows: Array | None = None) -> SampleMoments:
    rows = np.arange(len(x)) if rows is None else np.asarray(rows)
    kept = ~np.isnan(x).all(axis=1)
    x, rows = x[kept], rows[kept]
    mass = None if weights is None else normalize_weights(np.asarray(weights, float)[kept])
    patterns = find_patterns(x, mass)
    found = saturated_moments(patterns)
    return SampleMoments(tuple(names), found.cov, found.mean, len(x), "n", len(kept), x, mass, rows, patterns, None if cluster is None else np.asarray(cluster)[kept])
