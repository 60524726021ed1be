"""Made-up data with two segments whose paths differ."""

from __future__ import annotations

from functools import cache

import numpy as np

from mlbc_stats import composites
from mlbc_stats.composites.result import CompositeResult

PATHS = np.array([[0.8, 0.1], [-0.2, 0.7]])
"""Per segment the paths from a and b to c; from c to d they are .7 and -.5."""
ONWARD = np.array([0.7, -0.5])
TEXT = """
a <~ a1 + a2
b <~ b1 + b2
c <~ c1 + c2
d <~ d1 + d2
c ~ a + b
d ~ c
"""


@cache
def two_segments(n: int = 400, seed: int = 4, share: float = 0.6) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Indicators, and the segment of each case: 0 for the first `share` of them."""
    rng = np.random.default_rng(seed)
    member = (np.arange(n) >= share * n).astype(int)
    a, b = rng.normal(size=(2, n))
    c = np.sum(PATHS[member] * np.column_stack([a, b]), axis=1) + 0.4 * rng.normal(size=n)
    d = ONWARD[member] * c + 0.4 * rng.normal(size=n)
    data = {
        f"{name}{k}": score + 0.2 * rng.normal(size=n)
        for name, score in zip("abcd", (a, b, c, d), strict=True)
        for k in (1, 2)
    }
    return data, member


@cache
def fitted() -> CompositeResult:
    return composites.fit(TEXT, two_segments()[0], weights="unit")
