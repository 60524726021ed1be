"""How often tetrads reject a construct that is reflective, and one that is not.

`python -m tests.montecarlo.tetrads [SAMPLES]` prints the table of docs/composites.md. SYNTHETIC: a factor with loadings
from .6 to .8 behind four or six indicators, or indicators that correlate .3, .4 and .5 in no such pattern.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from mlbc_stats import composites

N, RESAMPLES, LEVEL = 200, 999, 0.05
KINDS = ("normal", "bc", "percentile", "basic")


def correlation(k: int, reflective: bool) -> np.ndarray:
    """Correlations (k, k)."""
    loadings = np.linspace(0.6, 0.8, k)
    r = np.outer(loadings, loadings) if reflective else 0.3 + 0.1 * (np.add.outer(range(k), range(k)) % 3)
    np.fill_diagonal(r, 1.0)
    return np.asarray(r, dtype=float)


def one(seed: int, k: int, reflective: bool, heavy: bool) -> dict[str, bool]:
    """Whether one sample rejects, by kind of interval and by the joint test."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(N, k)) @ np.linalg.cholesky(correlation(k, reflective)).T
    if heavy:
        x *= np.sqrt(5 / rng.chisquare(5, size=(N, 1)))
    data = {f"x{i}": column for i, column in enumerate(x.T)} | {"y": x.sum(axis=1) + rng.normal(size=N)}
    fit = composites.fit(f"f <~ {' + '.join(f'x{i}' for i in range(k))}; y ~ f", data, weights="unit")
    found = composites.tetrads(fit, RESAMPLES, seed=seed, level=LEVEL)
    rejected = {
        kind: bool(replace(found, interval=kind).table["not_vanishing"].iloc[0] > 0) for kind in KINDS
    }
    return rejected | {"joint": bool(found.table["pvalue"].iloc[0] < LEVEL)}


def main(samples: int) -> None:
    print(f"{samples} samples of {N} cases, {RESAMPLES} resamples, level {LEVEL}\n")
    print(f"| population | {' | '.join((*KINDS, 'joint test'))} |\n|---|{'---|' * (len(KINDS) + 1)}")
    for reflective, k, heavy in (
        (True, 4, False), (True, 6, False), (True, 4, True), (True, 6, True), (False, 4, False), (False, 6, False),
    ):  # fmt: skip
        found = [one(9000 + seed, k, reflective, heavy) for seed in range(samples)]
        cells = " | ".join(f"{np.mean([each[kind] for each in found]):.3f}" for kind in found[0])
        name = f"{'reflective' if reflective else 'formative'}, {k} indicators, {'t with 5 df' if heavy else 'normal'}"
        print(f"| {name} | {cells} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
