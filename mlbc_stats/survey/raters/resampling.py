"""Resample judges or units by weights, so that one product gives every bootstrap value."""

from __future__ import annotations

import numpy as np


def draw_weights(size: int, draws: int, seed: int) -> np.ndarray:
    """How often each of `size` judges or units is in each resample: (draws, size), rows sum to `size`."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(size, np.full(size, 1 / size), size=draws).astype(float)


def percentiles(values: np.ndarray, level: float) -> tuple[float, float, int]:
    """Bounds of the central `level` of the values (draws,), and how many of them are not defined."""
    defined = values[np.isfinite(values)]
    undefined = len(values) - len(defined)
    if not len(defined):
        return np.nan, np.nan, undefined
    lower, upper = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return float(lower), float(upper), undefined
