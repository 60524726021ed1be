"""How many segments the criteria choose where there is one and where there are two, and what R² gains by splitting.

`python -m tests.montecarlo.segments [SAMPLES]` prints the tables of docs/segments.md. SYNTHETIC: four constructs of two
indicators each; in one population all cases have the paths of the first segment of the tests, in the other 60 % have.
"""

from __future__ import annotations

import sys
import warnings

import numpy as np

from mlbc_stats import composites
from mlbc_stats.errors import DataError, MlbcWarning
from tests.unit.composites.segments.segment_samples import TEXT, two_segments

N, MOST, STARTS = 300, 3, 10
CRITERIA = ("aic", "aic3", "aic4", "bic", "caic", "hq", "mdl5", "nec")
NAMES = {"one": "one segment", "two": "two segments"}


def one(seed: int, share: float) -> dict[str, float]:
    """Numbers chosen by each criterion, and the objective of two segments less that of all cases."""
    data, member = two_segments(N, seed, share)
    fit = composites.fit(TEXT, data, tolerance=1e-6)
    table = composites.compare_segments(fit, range(1, MOST + 1), STARTS, seed)
    table.loc[1, "nec"] = 1.0  # by convention
    chosen = {name: float(table[name].fillna(np.inf).idxmin()) for name in CRITERIA}
    split = composites.pos(fit, 2, starts=3, seed=seed)
    same = np.mean(split.assigned - 1 == member)
    try:
        sharp = composites.fimix(fit, 2, STARTS, seed).assigned - 1 == member
    except DataError:  # no two segments
        sharp = np.array([np.nan])
    return chosen | {
        "en": float(table["en"].loc[2]) if table["en"].notna().any() else np.nan,
        "gain": split.objective - split.whole,
        "right": float(max(same, 1 - same)),
        "mixture": float(max(sharp.mean(), 1 - sharp.mean())),
    }


def main(samples: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MlbcWarning)
        found = {
            kind: [one(7000 + seed, share) for seed in range(samples)]
            for kind, share in {"one": 1.0, "two": 0.6}.items()
        }
    print(f"{samples} samples of {N} cases each, {STARTS} starts; shares choosing 1, 2, {MOST}\n")
    print("| criterion | one segment | two segments |\n|---|---|---|")
    for name in CRITERIA:
        cells = [_shares(np.array([each[name] for each in found[kind]])) for kind in NAMES]
        print(f"| {name} | {cells[0]} | {cells[1]} |")
    for name in ("en", "gain", "right", "mixture"):
        cells = [f"{np.nanmean([each[name] for each in found[kind]]):.3f}" for kind in NAMES]
        print(f"| mean {name} | {cells[0]} | {cells[1]} |")


def _shares(chosen: np.ndarray) -> str:
    return ", ".join(f"{np.mean(chosen == k):.3f}" for k in range(1, MOST + 1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
