"""Time the tasks that semopy has, with its own defaults: one JSON line per task on stdout.

Usage: python semopy_side.py quick|full ID ...
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, replace

import material
import numpy as np
import pandas as pd
from measure import Timing, measure

RESAMPLES, TIMED = 1000, 20


def main() -> None:
    """Time the tasks named on the command line that exist here."""
    import semopy

    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    quick, ids = sys.argv[1] == "quick", sys.argv[2:]

    def single(model: str, data: pd.DataFrame) -> Timing:
        def task() -> object:
            fitted = semopy.Model(model)
            fitted.fit(data)
            return fitted.inspect(), semopy.calc_stats(fitted)

        return measure(task, quick)

    def bootstrap() -> Timing:
        data, rng = material.democracy(), np.random.default_rng(1)
        fitted = semopy.Model(material.PD_MODEL)
        fitted.fit(data)
        start = time.perf_counter()
        for _ in range(TIMED):
            fitted.fit(data.iloc[rng.integers(len(data), size=len(data))])
        seconds = (time.perf_counter() - start) / TIMED * RESAMPLES
        return replace(Timing(seconds, seconds, seconds, 1), extrapolated_from=TIMED)

    tasks: dict[str, Callable[[], Timing]] = {
        "pd_single": lambda: single(material.PD_MODEL, material.democracy()),
        "hs_single": lambda: single(material.HS_MODEL, material.students()),
        "pd_bootstrap": bootstrap,
    }
    for name in ids:
        if name in tasks:
            print(json.dumps({"id": name, **asdict(tasks[name]())}), flush=True)


if __name__ == "__main__":
    main()
