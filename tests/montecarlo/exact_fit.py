"""How often the test of exact fit rejects a true model, by population and estimator.

`python -m tests.montecarlo.exact_fit [SAMPLES]` prints the table of docs/composites.md. SYNTHETIC: three constructs of
three indicators, in a chain of two paths.
"""

from __future__ import annotations

import sys
import warnings

import numpy as np

from mlbc_stats import composites
from mlbc_stats.errors import MlbcError, MlbcWarning

N, RESAMPLES, LEVEL = 200, 199, 0.05
PHI = np.array([[1.0, 0.5, 0.275], [0.5, 1.0, 0.55], [0.275, 0.55, 1.0]])
"""What f → g of .5 and g → h of .55 imply."""
CASES = (
    ("factors", "=~", "modeA"), ("factors", "<~", "modeA"), ("factors", "<~", "modeB"),
    ("sums", "=~", "modeA"), ("sums", "<~", "modeA"), ("sums", "<~", "modeB"),
    ("even sums", "<~", "modeA"), ("even sums", "<~", "modeB"),
)  # fmt: skip
DISTANCES = ("srmr", "d_uls", "d_g")


def population(kind: str) -> np.ndarray:
    """Correlations (9, 9): of factors, of sums with uneven weights, or of equal weights and correlations."""
    loadings = np.full(3, 0.7) if kind == "even sums" else np.array([0.8, 0.7, 0.6])
    block = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    if kind != "factors":
        w = np.ones(3) if kind == "even sums" else np.array([0.2, 0.4, 0.8])
        w = w / np.sqrt(w @ block @ w)
        loadings = block @ w
    sigma = np.kron(PHI, np.outer(loadings, loadings))
    for at in (0, 3, 6):
        sigma[at : at + 3, at : at + 3] = block
    return np.asarray(sigma)


def one(seed: int, kind: str, operator: str, mode: str, model: str) -> np.ndarray:
    """p values of the three distances; NaN where the test cannot be had."""
    x = np.random.default_rng(seed).normal(size=(N, 9)) @ np.linalg.cholesky(population(kind)).T
    blocks = [f"{c} {operator} {c}1 + {c}2 + {c}3" for c in "fgh"]
    data = {f"{c}{k}": x[:, 3 * at + k - 1] for at, c in enumerate("fgh") for k in (1, 2, 3)}
    fit = composites.fit("\n".join([*blocks, "g ~ f", "h ~ g"]), data, weights=mode, tolerance=1e-7)
    try:
        table = composites.exact_fit(fit, RESAMPLES, seed=seed, model=model).table
    except MlbcError:
        return np.full(3, np.nan)
    return np.asarray(table.loc[list(DISTANCES), "pvalue"], dtype=float)


def main(samples: int) -> None:
    print(f"{samples} samples of {N} cases, {RESAMPLES} resamples, level {LEVEL}\n")
    print("| population | model | test | SRMR, d_ULS | d_G | not there |\n|---|---|---|---|---|---|")
    for kind, operator, mode in CASES:
        for model in ("estimated", "saturated"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", MlbcWarning)
                found = np.array([one(400 + seed, kind, operator, mode, model) for seed in range(samples)])
            known = np.isfinite(found).all(axis=1)
            rates = (found[known] < LEVEL).mean(axis=0)
            name = "=~ (PLSc)" if operator == "=~" else f"<~, {mode}"
            print(
                f"| {kind} | {name} | {model} | {rates[1]:.3f} | {rates[2]:.3f} | {(~known).sum()} |",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
