"""Bias and coverage of slopes that vary between clusters by the number of clusters, as a Markdown table.

python -m tests.montecarlo.random_slopes [SAMPLES]; the table stands in docs/two-level.md (300 samples: four minutes).
"""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pandas as pd

from mlbc_stats import sem
from mlbc_stats.errors import MlbcWarning
from tests.montecarlo.two_level import CLUSTERS, SIZES, TWO_SIDED

MODEL = """
level: 1
  y ~ rv("s")*x
level: 2
  y ~ w
  s ~ w
  y ~~ s
"""
RESIDUAL, SPREAD = 1.0, np.array([[0.25, 0.05], [0.05, 0.09]])
TRUTH = {
    ("s", "~1", "", 2): 0.3,
    ("s", "~", "w", 2): 0.2,
    ("s", "~~", "s", 2): SPREAD[1, 1],
    ("s", "~~", "y", 2): SPREAD[0, 1],
    ("y", "~", "w", 2): 0.5,
    ("y", "~~", "y", 2): SPREAD[0, 0],
    ("y", "~~", "y", 1): RESIDUAL,
}


def draw(clusters: int, rng: np.random.Generator) -> pd.DataFrame:
    """Normal data of the model, clusters of 5 to 15 rows."""
    unit = np.repeat(np.arange(clusters), rng.integers(SIZES[0], SIZES[1] + 1, clusters))
    w, x = rng.normal(size=clusters), rng.normal(size=len(unit))
    v, s = np.linalg.cholesky(SPREAD) @ rng.normal(size=(2, clusters)) + np.outer([0.5, 0.2], w)
    y = v[unit] + (0.3 + s[unit]) * x + np.sqrt(RESIDUAL) * rng.normal(size=len(unit))
    return pd.DataFrame({"y": y, "x": x, "w": w[unit], "unit": unit})


def simulate(clusters: int, samples: int, seed: int, estimator: str) -> tuple[np.ndarray, int, int]:
    """Estimates and errors (samples, 2, parameters) of fits that converged; how many did not, or are inadmissible."""
    rng, found, doubtful = np.random.default_rng([seed, clusters]), [], 0
    for _ in range(samples):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MlbcWarning)
            fit = sem.fit(MODEL, draw(clusters, rng), cluster="unit", estimator=estimator)
        if fit.converged:
            rows = fit.parameters.set_index(["lhs", "op", "rhs", "level"]).loc[list(TRUTH)]
            found.append(rows[["est", "se"]].to_numpy().T)
            doubtful += bool(fit.doubts)
    return np.array(found), samples - len(found), doubtful


def main(samples: int) -> None:
    """One row per number of clusters, estimator and parameter."""
    truth, said = np.array(list(TRUTH.values())), []
    print("| clusters | errors | parameter | level | bias | error / spread | coverage |")
    print("|---|---|---|---|---|---|---|")
    for clusters in CLUSTERS:
        for estimator in ("ML", "MLR"):
            found, failed, doubtful = simulate(clusters, samples, 1, estimator)
            estimates, errors = found[:, 0], found[:, 1]
            bias = estimates.mean(axis=0) / truth - 1
            ratio = errors.mean(axis=0) / estimates.std(axis=0, ddof=1)
            inside = np.abs(estimates - truth) < TWO_SIDED * errors
            for (lhs, op, rhs, level), *numbers in zip(TRUTH, bias, ratio, inside.mean(axis=0), strict=True):
                cells = f"{numbers[0]:+.3f} | {numbers[1]:.2f} | {numbers[2]:.3f}"
                print(f"| {clusters} | {estimator} | {lhs} {op} {rhs} | {level} | {cells} |")
            said.append(f"{clusters} clusters, {estimator}: {failed} and {doubtful}")
    print(f"\nWithout a solution, and inadmissible, of {samples} samples: " + "; ".join(said) + ".")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
