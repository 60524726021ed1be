"""How often comparisons of groups and of predictions find a difference where there is none.

`python -m tests.montecarlo.composite_groups [SAMPLES]` prints the table of docs/prediction.md. SYNTHETIC: both groups
come from one population of four constructs with eleven indicators; what is predicted has nothing to do with its
predictor.
"""

from __future__ import annotations

import sys
import warnings

import numpy as np

from mlbc_stats import composites
from mlbc_stats.errors import MlbcWarning
from tests.unit.composites.samples import drawn, model

N, LEVEL, PERMUTATIONS, RESAMPLES = 150, 0.05, 39, 100
STEPS = {"c_pvalue": "MICOM, compositional invariance", "mean_difference_pvalue": "MICOM, equal means",
         "log_variance_ratio_pvalue": "MICOM, equal variances"}  # fmt: skip
TESTS = {"permutation_pvalue": "paths, permutation", "henseler_two_sided": "paths, Henseler, two-sided",
         "pooled_pvalue": "paths, pooled variances", "welch_pvalue": "paths, Welch–Satterthwaite"}  # fmt: skip
DISTANCES = {"d_l_pvalue": "distance d_L, permutation", "d_g_pvalue": "distance d_G, permutation"}


def one(seed: int) -> dict[str, np.ndarray]:
    """p values of one sample, by test."""
    fit = composites.fit(model(), drawn.__wrapped__(N, seed), tolerance=1e-6)
    sides = np.arange(N) % 2
    steps = composites.invariance(fit, sides, PERMUTATIONS, seed=seed).table
    compared = composites.compare_groups(fit, sides, PERMUTATIONS, RESAMPLES, seed=seed)
    table, distances = compared.differences(), compared.distances
    found = {name: steps[column].to_numpy() for column, name in STEPS.items()}
    found |= {name: table[column].to_numpy() for column, name in TESTS.items()}
    return found | {name: distances[column].to_numpy() for column, name in DISTANCES.items()} | _noise(seed)


def _noise(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    data = {name: rng.normal(size=N) for name in ("x1", "x2", "y1", "y2")}
    fit = composites.fit("f <~ x1 + x2; g <~ y1 + y2; g ~ f", data, max_iter=2000)
    found = composites.predict(fit, 10, 1, seed=seed)
    return {
        "CVPAT against the mean, one-sided": composites.compare_prediction(found)["p_better"].to_numpy()[:1]
    }


def main(samples: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        found = [one(5000 + seed) for seed in range(samples)]
    print(
        f"{samples} samples of {N} cases, {PERMUTATIONS} permutations, {RESAMPLES} resamples, level {LEVEL}\n"
    )
    print("| test | rejected | Monte Carlo error |\n|---|---|---|")
    for name in found[0]:
        shares = np.array([np.mean(each[name] <= LEVEL) for each in found])
        print(f"| {name} | {shares.mean():.3f} | {shares.std(ddof=1) / np.sqrt(samples):.3f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
