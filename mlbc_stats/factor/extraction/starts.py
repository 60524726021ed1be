"""Extract from many starts: improper solutions often have several minima."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlbc_stats.factor.extraction.extract import LOWEST, Extraction, extract

Array = NDArray[Any]

STARTS = 20
"""Random starts besides the usual one."""

SAME = 1e-7
"""Difference of discrepancies, relative to 1 + F, that counts as the same minimum."""


def extract_lowest(
    r: Array, m: int, method: str, lowest: float = LOWEST, starts: int = STARTS, seed: int = 1
) -> tuple[Extraction, int]:
    """The lowest minimum for one matrix (p, p), as a batch of one, and how many distinct minima the starts met.

    A minimum without an item at the bound goes before lower ones with (Heywood cases): where the bound decides, the
    value does not say how well factors fit. Among equals the first is taken, so that rounding has no say.

    Examples
    --------
    >>> a = np.array([0.8, 0.7, 0.6, 0.5])
    >>> found, minima = extract_lowest(np.outer(a, a) + np.diag(1 - a**2), 1, "ml")
    >>> found.loadings[0, :, 0].round(6).tolist(), minima
    ([0.8, 0.7, 0.6, 0.5], 1)
    """
    usual = extract(r[None], m, method, lowest)
    random = np.random.default_rng(seed).uniform(0.05, 0.95, (starts, len(r)))
    others = extract(np.broadcast_to(r, (starts, *r.shape)).copy(), m, method, lowest, random)
    names = Extraction.__dataclass_fields__
    every = {name: np.concatenate([getattr(usual, name), getattr(others, name)]) for name in names}
    if not every["converged"].any():
        return usual, 1
    values = np.where(every["converged"], every["value"], np.inf)
    proper = every["converged"] & ~every["bounded"].any(axis=1)
    wanted = np.where(proper, values, np.inf) if proper.any() else values
    slack = SAME * (1 + values.min())
    best = int(np.argmax(wanted <= wanted.min() + slack))
    reached = np.sort(values[np.isfinite(values)])
    chosen = Extraction(**{name: value[best : best + 1] for name, value in every.items()})
    return chosen, 1 + int(np.sum(np.diff(reached) > slack))
