"""Resamples of cases: every model in each, by weights on the cases."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mlbc_stats.surfaces.estimation import Products, solve, weighted_products
from mlbc_stats.surfaces.family import FAMILY, Floats

CHUNK = 500
"""Resamples that are held at once."""


def draw(
    names: Sequence[str], basis: Floats, products: Products, z: Floats, count: int, seed: int | None
) -> dict[str, Floats]:
    """Coefficients (count, p) of every model in resamples of the cases; NaN where the terms are collinear."""
    rng, n = np.random.default_rng(seed), len(z)
    parts: dict[str, list[Floats]] = {name: [] for name in names}
    for first in range(0, count, CHUNK):
        weights = rng.multinomial(n, np.full(n, 1 / n), size=min(CHUNK, count - first)).astype(float)
        drawn = weighted_products(basis, products.root, z, products.scale, weights)
        for name in names:
            parts[name].append(solve(FAMILY[name], drawn).coefficients)
    return {name: np.concatenate(part) for name, part in parts.items()}
