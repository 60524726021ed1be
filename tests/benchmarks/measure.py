"""Median wall time of a function, and peak memory of a large bootstrap."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

WARM_UP, LEAST, MOST = 2, 5, 50
BUDGET, QUICK_BUDGET = 5.0, 0.5
"""Seconds after which no repetition is added."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Repeated timings of one task.

    Attributes
    ----------
    seconds : median; fastest, slowest : the ends.
    repetitions : how many.
    extrapolated_from : number of parts that were timed where the whole would take too long, else 0.
    with_measures : for lavaan, median of the call and fitMeasures together.
    """

    seconds: float
    fastest: float
    slowest: float
    repetitions: int
    extrapolated_from: int = 0
    with_measures: float | None = None


def measure(
    function: Callable[[], object], quick: bool = False, between: Callable[[], None] = lambda: None
) -> Timing:
    """Time a function after a warm-up: at least five times (twice when quick), until a few seconds are spent.

    Half of the time is spent before and half after `between`, where another side is timed: what else the machine does
    then falls on both.
    """
    for _ in range(1 if quick else WARM_UP):
        function()
    least, budget = (2, QUICK_BUDGET) if quick else (LEAST, BUDGET)
    times = _times(function, -(-least // 2), budget / 2)
    between()
    times += _times(function, -(-least // 2), budget / 2)
    return Timing(median(times), min(times), max(times), len(times))


def _times(function: Callable[[], object], least: int, budget: float) -> list[float]:
    times: list[float] = []
    while len(times) < least or (sum(times) < budget and len(times) < MOST // 2):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return times


def peak_memory() -> dict[str, float]:
    """Megabytes at the peak of a process that bootstraps Political Democracy 5,000 times, and before it."""
    script = Path(__file__).with_name("memory.py")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    before, after = map(float, done.stdout.split())
    return {"before": before, "peak": after}
