"""Bias, coverage and rejection of two-level models by the number of clusters, as a Markdown table.

python -m tests.montecarlo.two_level [SAMPLES]; the table stands in docs/two-level.md (300 samples: three minutes).
"""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mlbc_stats import sem
from mlbc_stats.errors import MlbcWarning

MODEL = """
level: 1
  f =~ 1*a + b + c
  f ~ x
level: 2
  g =~ 1*a + b + c
  g ~ w
"""
LOADINGS, WITHIN, BETWEEN = np.array([1.0, 0.8, 1.2]), 0.3, 0.5
RESIDUAL = {"within": 0.6, "between": 0.1, "f": 0.91, "g": 0.25}
TRUTH = {
    ("f", "=~", "b", 1): 0.8,
    ("f", "~", "x", 1): WITHIN,
    ("f", "~~", "f", 1): RESIDUAL["f"],
    ("g", "=~", "b", 2): 0.8,
    ("g", "~", "w", 2): BETWEEN,
    ("g", "~~", "g", 2): RESIDUAL["g"],
    ("a", "~~", "a", 2): RESIDUAL["between"],
}
CLUSTERS, SIZES = (30, 60, 200), (5, 15)
TWO_SIDED = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Samples:
    """Estimates and errors (samples, parameters) of the fits that converged, and whether χ² rejected each."""

    estimates: np.ndarray
    errors: np.ndarray
    rejected: np.ndarray
    failed: int


def draw(clusters: int, rng: np.random.Generator) -> pd.DataFrame:
    """Normal data of the model, clusters of 5 to 15 rows; the items' ICC is about a third."""
    unit = np.repeat(np.arange(clusters), rng.integers(SIZES[0], SIZES[1] + 1, clusters))
    w, x = rng.normal(size=clusters), rng.normal(size=len(unit))
    g = BETWEEN * w + np.sqrt(RESIDUAL["g"]) * rng.normal(size=clusters)
    f = WITHIN * x + np.sqrt(RESIDUAL["f"]) * rng.normal(size=len(unit))
    v = np.outer(g, LOADINGS) + np.sqrt(RESIDUAL["between"]) * rng.normal(size=(clusters, 3))
    y = v[unit] + np.outer(f, LOADINGS) + np.sqrt(RESIDUAL["within"]) * rng.normal(size=(len(unit), 3))
    return pd.DataFrame(y, columns=list("abc")).assign(x=x, w=w[unit], unit=unit)


def simulate(clusters: int, samples: int, seed: int, **options: str) -> Samples:
    """Fits to so many samples; those without a solution are counted and left out."""
    rng, found, rejected = np.random.default_rng([seed, clusters]), [], []
    for _ in range(samples):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MlbcWarning)
            fit = sem.fit(MODEL, draw(clusters, rng), cluster="unit", **options)
            _ = fit.tests
        if fit.converged:
            rows = fit.parameters.set_index(["lhs", "op", "rhs", "level"]).loc[list(TRUTH)]
            found.append(rows[["est", "se"]].to_numpy().T)
            rejected.append(fit.tests[-1].pvalue < 0.05)
    stacked = np.array(found)
    return Samples(stacked[:, 0], stacked[:, 1], np.array(rejected), samples - len(found))


def main(samples: int) -> None:
    """One row per number of clusters, estimator and parameter."""
    truth = np.array(list(TRUTH.values()))
    print(
        "| clusters | errors | parameter | level | bias | error / spread | coverage |\n|---|---|---|---|---|---|---|"
    )
    tests = []
    for clusters in CLUSTERS:
        for estimator in ("ML", "MLR"):
            got = simulate(clusters, samples, 1, estimator=estimator)
            bias = got.estimates.mean(axis=0) / truth - 1
            ratio = got.errors.mean(axis=0) / got.estimates.std(axis=0, ddof=1)
            inside = np.abs(got.estimates - truth) < TWO_SIDED * got.errors
            for (lhs, op, rhs, level), *numbers in zip(TRUTH, bias, ratio, inside.mean(axis=0), strict=True):
                cells = f"{numbers[0]:+.3f} | {numbers[1]:.2f} | {numbers[2]:.3f}"
                print(f"| {clusters} | {estimator} | {lhs} {op} {rhs} | {level} | {cells} |")
            tests.append(
                f"{clusters} clusters, {estimator}: {got.rejected.mean():.3f} ({got.failed} without a solution)"
            )
    print("\nRejection of the true model at 5 %: " + "; ".join(tests) + ".")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
