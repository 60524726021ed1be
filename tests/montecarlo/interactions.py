"""Coverage and type I error of a latent product by LMS, QML and product indicators, as a Markdown table.

python -m tests.montecarlo.interactions [SAMPLES]; the table stands in docs/interactions.md (400 samples: 20 minutes).
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from mlbc_stats import sem
from mlbc_stats.errors import MlbcError, MlbcWarning

MODEL = """
  x =~ x1 + x2 + x3
  z =~ z1 + z2 + z3
  y =~ y1 + y2 + y3
  y ~ x + z + x:z
"""
MAIN, CORRELATION, DISTURBANCE, NOISE = (0.4, 0.3), 0.3, 0.6, 0.6
"""Main effects, correlation of the predictors, variance of the disturbance, deviation of the items' residuals."""
METHODS = {
    "LMS": {"interactions": "lms"},
    "LMS, robust": {"interactions": "lms", "estimator": "MLR"},
    "QML": {"interactions": "qml"},
    "QML, robust": {"interactions": "qml", "estimator": "MLR"},
    "product indicators": {"interactions": "product", "estimator": "MLR"},
}
EFFECTS, SIZES, SHAPES = (0.0, 0.2), (200, 500), ("normal", "skewed")
SKEWED_DF = 4
"""Degrees of freedom of the χ² that skewed factors follow: skewness √2, excess kurtosis 3."""
TWO_SIDED = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Samples:
    """Estimates and errors (samples,) of the product where a solution was found, and how many had none."""

    estimates: np.ndarray
    errors: np.ndarray
    failed: int


def draw(n: int, shape: str, effect: float, rng: np.random.Generator) -> pd.DataFrame:
    """Nine items of three factors; the first loading is one, the latent scale that of the first item."""
    score = rng.normal(size=(3, n))
    if shape == "skewed":
        score = (rng.chisquare(SKEWED_DF, (3, n)) - SKEWED_DF) / np.sqrt(2 * SKEWED_DF)
    x = score[0]
    z = CORRELATION * x + np.sqrt(1 - CORRELATION**2) * score[1]
    told = MAIN[0] * x + MAIN[1] * z + effect * x * z
    y = told + np.sqrt(DISTURBANCE) * rng.normal(size=n)
    items = np.repeat([x, z, y], 3, axis=0) + NOISE * rng.normal(size=(9, n))
    return pd.DataFrame(items.T, columns=[f"{name}{k}" for name in "xzy" for k in (1, 2, 3)])


def simulate(method: str, n: int, shape: str, effect: float, samples: int) -> Samples:
    """Fits of one method to so many samples; every method meets the same samples."""
    rng, found = np.random.default_rng([n, SHAPES.index(shape), round(100 * effect)]), []
    for _ in range(samples):
        data = draw(n, shape, effect, rng)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MlbcWarning)
            try:
                fit = sem.fit(MODEL, data, **METHODS[method])
            except MlbcError:
                continue
        rows = fit.parameters.query("lhs == 'y' and op == '~'").set_index("rhs")
        if fit.converged and np.isfinite(rows["se"].iloc[-1]):
            found.append(rows[["est", "se"]].iloc[-1].to_numpy(float))
    estimates, errors = np.array(found).T
    return Samples(estimates, errors, samples - len(found))


def rows(samples: int) -> Iterator[str]:
    """One row a size, shape and method."""
    for n, shape, method in product(SIZES, SHAPES, METHODS):
        cells = []
        for effect in EFFECTS:
            got = simulate(method, n, shape, effect, samples)
            z = np.abs(got.estimates - effect) / got.errors
            ratio = got.errors.mean() / got.estimates.std(ddof=1)
            bias = got.estimates.mean() - effect
            share = (z > TWO_SIDED).mean() if effect == 0 else (z < TWO_SIDED).mean()
            cells += [f"{share:.3f}", f"{bias:+.3f}", f"{ratio:.2f}", str(got.failed)]
        yield f"| {n} | {shape} | {method} | {' | '.join(cells)} |"


def main(samples: int) -> None:
    """The table; one line is printed as soon as it is known."""
    told = ("bias", "error / spread", "failed")
    heading = ("n", "factors", "method", "type I", *told, "coverage", *told)
    print(f"| {' | '.join(heading)} |\n" + "|---" * len(heading) + "|")
    for row in rows(samples):
        print(row, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
