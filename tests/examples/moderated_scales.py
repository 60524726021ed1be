"""Synthetic items of two factors and an outcome that depends on their product."""

from __future__ import annotations

import numpy as np

MEASURED = "X =~ x1 + x2 + x3; Z =~ z1 + z2 + z3; Y =~ y1 + y2 + y3; "
MODEL = MEASURED + "Y ~ X + Z + X:Z"


def simulated(n=300, seed=5, effect=0.3):
    """Synthetic items of two correlated factors and an outcome with a product of both."""
    rng = np.random.default_rng(seed)
    x, z = rng.multivariate_normal([0, 0], [[1, 0.3], [0.3, 1]], n).T
    y = 0.4 * x + 0.3 * z + effect * x * z + 0.6 * rng.normal(size=n)
    data = {
        f"{name}{k}": v + 0.5 * rng.normal(size=n)
        for name, v in zip("xzy", (x, z, y), strict=True)
        for k in (1, 2, 3)
    }
    return data | {"age": 4 + rng.normal(size=n), "site": np.where(np.arange(n) % 3 == 0, "a", "b")}


def coefficient(fit, rhs, column="est", lhs="Y"):
    frame = fit.parameters
    return float(frame.loc[(frame["lhs"] == lhs) & (frame["rhs"] == rhs), column].iloc[0])
