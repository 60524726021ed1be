"""Bootstrap Political Democracy 5,000 times and print the process's peak memory before and after, in MB."""

from __future__ import annotations

import re
import resource
from pathlib import Path

import material

from mlbc_stats import sem


def main() -> None:
    """Print two numbers."""
    fit = sem.fit(material.PD_MODEL, material.democracy())
    before = high_water()
    sem.bootstrap(fit, 5000, seed=1, workers=2).parameters()
    print(before, high_water())


def high_water() -> float:
    """Largest resident size so far; a new process would inherit that of its parent from getrusage on Linux."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))
        if found:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
