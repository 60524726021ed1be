"""Time partial least squares beside the Python port of seminr, where that is installed (GPL-3: called, never copied).

`python tests/benchmarks/composites.py [RESAMPLES]` prints a table. The data are made up, of the size of the corporate
reputation example: 344 cases, 31 indicators, eight constructs. Both use the processors they find.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd
from measure import measure

from mlbc_stats import composites

BLOCKS = {"QUAL": 8, "PERF": 5, "CSOR": 5, "ATTR": 3, "COMP": 3, "LIKE": 3, "CUSA": 1, "CUSL": 3}
DRIVERS, RESULTS = ["QUAL", "PERF", "CSOR", "ATTR"], ["COMP", "LIKE"]
FOLDS, REPETITIONS = 10, 10


def made_up(n: int = 344) -> pd.DataFrame:
    """Seeded answers in which the drivers share half of their variance and carry the results."""
    rng = np.random.default_rng(7)
    common = rng.normal(size=n)
    score = {name: 0.7 * common + 0.7 * rng.normal(size=n) for name in DRIVERS}
    for name in RESULTS:
        score[name] = 0.25 * sum(score.values()) + 0.6 * rng.normal(size=n)
    score["CUSA"] = 0.4 * score["COMP"] + 0.4 * score["LIKE"] + 0.7 * rng.normal(size=n)
    score["CUSL"] = 0.5 * score["CUSA"] + 0.3 * score["LIKE"] + 0.7 * rng.normal(size=n)
    columns = {
        f"{name}{k}": score[name] + 0.7 * rng.normal(size=n)
        for name, count in BLOCKS.items()
        for k in range(count)
    }
    return pd.DataFrame(columns)


def model() -> str:
    blocks = [f"{name} <~ {' + '.join(f'{name}{k}' for k in range(count))}" for name, count in BLOCKS.items()]
    drivers = " + ".join(DRIVERS)
    return "\n".join(
        [*blocks, f"COMP ~ {drivers}", f"LIKE ~ {drivers}", "CUSA ~ COMP + LIKE", "CUSL ~ COMP + LIKE + CUSA"]
    )


def ours(data: pd.DataFrame, resamples: int) -> dict[str, Callable[[], object]]:
    modes = dict.fromkeys(DRIVERS, "modeB")
    fit = composites.fit(model(), data, weights=modes, tolerance=1e-7)
    return {
        "one fit": lambda: composites.fit(model(), data, weights=modes, tolerance=1e-7),
        f"{resamples} resamples": lambda: composites.bootstrap(fit, resamples, seed=1),
        f"{FOLDS} folds, {REPETITIONS} times": lambda: composites.predict(fit, FOLDS, REPETITIONS, seed=1),
    }


def theirs(data: pd.DataFrame, resamples: int) -> dict[str, Callable[[], object]]:
    import seminr

    measured = seminr.constructs(
        *(
            seminr.composite(
                name,
                [f"{name}{k}" for k in range(count)],
                weights=seminr.mode_B if name in DRIVERS else seminr.mode_A,
            )
            for name, count in BLOCKS.items()
        )
    )
    paths = seminr.relationships(
        seminr.paths(DRIVERS, RESULTS), seminr.paths(RESULTS, ["CUSA", "CUSL"]), seminr.paths("CUSA", "CUSL")
    )

    def fit() -> Any:
        return seminr.estimate_pls(data=data, measurement_model=measured, structural_model=paths)

    def folded() -> None:
        for repetition in range(REPETITIONS):
            seminr.predict_pls(held, no_folds=FOLDS, seed=repetition)

    held = fit()
    return {
        "one fit": fit,
        f"{resamples} resamples": lambda: seminr.bootstrap_model(held, nboot=resamples, seed=1),
        f"{FOLDS} folds, {REPETITIONS} times": folded,
    }


def seconds(task: Callable[[], object]) -> float:
    """Median of several runs; one run of what takes longer than a second."""
    start = time.perf_counter()
    task()
    once = time.perf_counter() - start
    return once if once > 1 else measure(task, quick=True).seconds


def main(arguments: list[str]) -> None:
    resamples, data = int(arguments[0]) if arguments else 5000, made_up()
    own = {name: seconds(task) for name, task in ours(data, resamples).items()}
    other = {}
    if find_spec("seminr"):
        other = {name: seconds(task) for name, task in theirs(data, resamples).items()}
    else:
        print("seminr is not installed here, so its columns stay empty (pip install seminr, GPL-3)")
    print(f"{'task':<22} {'seconds':>9} {'seminr':>9} {'times':>7}")
    for name, value in own.items():
        beside = f"{other[name]:9.3f} {other[name] / value:7.1f}" if name in other else "        -       -"
        print(f"{name:<22} {value:9.4f} {beside}")


if __name__ == "__main__":
    main(sys.argv[1:])
