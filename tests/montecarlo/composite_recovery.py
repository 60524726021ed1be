"""What PLS, consistent PLS and maximum likelihood find in samples of factors and of composites.

`python -m tests.montecarlo.composite_recovery [SAMPLES]` prints the table of docs/composites.md. SYNTHETIC: two
constructs of three indicators with loadings .8, .7, .6 and a path of .5; in one population common factors stand behind
the indicators, in the other the constructs are sums of them.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable

import numpy as np

from mlbc_stats import composites, sem
from mlbc_stats.errors import MlbcWarning

N, PATH = 300, 0.5
LOADINGS, WEIGHTS = np.array([0.8, 0.7, 0.6]), np.array([0.5, 0.4, 0.4])
Data = dict[str, np.ndarray]


def population(kind: str) -> tuple[np.ndarray, float]:
    """Correlations (6, 6) and the first loading of each construct."""
    block = np.outer(LOADINGS, LOADINGS) + np.diag(1 - LOADINGS**2)
    own = LOADINGS if kind == "factors" else block @ (WEIGHTS / np.sqrt(WEIGHTS @ block @ WEIGHTS))
    across = PATH * np.outer(own, own)
    return np.block([[block, across], [across, block]]), float(own[0])


def text(operator: str) -> str:
    return f"a {operator} a1 + a2 + a3; b {operator} b1 + b2 + b3; b ~ a"


def squares(operator: str, mode: str, data: Data) -> tuple[float, float]:
    """Path and first loading by partial least squares."""
    fit = composites.fit(text(operator), data, weights=mode, tolerance=1e-7)
    return float(fit.paths["est"].iloc[0]), float(fit.loadings["est"].iloc[0])


def likelihood(operator: str, data: Data) -> tuple[float, float]:
    """The same by maximum likelihood; a composite's loading is the correlation of its indicator with it."""
    fit = sem.fit(text(operator).replace("; ", "\n"), data)
    table = fit.standardized.set_index(["lhs", "op", "rhs"])["est_std"]
    if operator == "=~":
        return float(table.loc[("b", "~", "a")]), float(table.loc[("a", "=~", "a1")])
    w = np.array([table.loc[("a", "<~", f"a{k}")] for k in (1, 2, 3)])
    r = np.corrcoef([data[f"a{k}"] for k in (1, 2, 3)])
    return float(table.loc[("b", "~", "a")]), float((r @ w)[0])


ESTIMATORS: dict[str, Callable[[Data], tuple[float, float]]] = {
    "PLS, mode A": lambda data: squares("<~", "modeA", data),
    "PLS, mode B": lambda data: squares("<~", "modeB", data),
    "consistent PLS (`=~`)": lambda data: squares("=~", "modeA", data),
    "`sem.fit`, `=~`": lambda data: likelihood("=~", data),
    "`sem.fit`, `<~`": lambda data: likelihood("<~", data),
}


def main(samples: int) -> None:
    print(f"{samples} samples of {N} cases; mean (standard deviation) of estimates that exist\n")
    print("| population | estimator | path | first loading | not there |\n|---|---|---|---|---|")
    for kind in ("factors", "composites"):
        sigma, loading = population(kind)
        root = np.linalg.cholesky(sigma)
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in ESTIMATORS}
        for seed in range(samples):
            x = np.random.default_rng(60_000 + seed).normal(size=(N, 6)) @ root.T
            data = dict(zip(("a1", "a2", "a3", "b1", "b2", "b3"), x.T, strict=True))
            for name, estimate in ESTIMATORS.items():
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", MlbcWarning)
                    found[name].append(estimate(data))
        print(f"| {kind} | the truth | {PATH:.3f} | {loading:.3f} | |")
        for name, values in found.items():
            each = np.abs(np.array(values))  # the sign of a composite is free
            gone = int((~np.isfinite(each).all(axis=1)).sum())
            cells = [f"{np.nanmean(v):.3f} ({np.nanstd(v, ddof=1):.3f})" for v in each.T]
            print(f"| | {name} | {cells[0]} | {cells[1]} | {gone} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
