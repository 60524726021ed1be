"""The numeric part of the suite as other processors compute it: other kernels of linear algebra, one and two threads.

`python -m tests.machines` runs everything, `--lean` a part on three machines. Sums that are taken in
another order differ in their last bits, and no answer may hang on those. What runs: OpenBLAS with the kernels of the
type, NumPy without the instructions that a processor of that type lacks.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
NUMERIC = (
    *(f"tests/unit/{room}" for room in ("moments", "sem", "reliability", "theory", "test_linalg.py")),
    *(f"tests/property/{room}" for room in ("moments", "sem", "reliability")),
    "tests/reference",
)
LACKING = {  # what begins so is left out by NumPy, as on a processor of that type
    "Prescott": ("X86_V3", "X86_V4", "AVX", "FMA"),
    "Nehalem": ("X86_V3", "X86_V4", "AVX", "FMA"),
    "Haswell": ("X86_V4", "AVX512"),
    "SkylakeX": (),
    "Zen": ("X86_V4", "AVX512"),
}
LEAN = (("Prescott", 1), ("Haswell", 2), ("SkylakeX", 1))
LEAN_PART = ("tests/unit/moments", "tests/unit/sem", "tests/reference/models/test_sem_cases.py")
PROBE = (
    "import numpy, scipy.linalg, threadpoolctl\n"
    "scipy.linalg.cholesky(numpy.ones((64, 64)) @ numpy.ones((64, 64)) + numpy.eye(64))\n"
    "print(*sorted({pool.get('architecture') for pool in threadpoolctl.threadpool_info()}))"
)


@dataclass(frozen=True, slots=True)
class Machine:
    """One way to compute: the type whose kernels OpenBLAS takes, and its number of threads."""

    type: str
    threads: int

    def __str__(self) -> str:
        return f"{self.type}, {self.threads} thread{'s' * (self.threads > 1)}"

    def environment(self) -> dict[str, str]:
        """The variables that make this processor compute like that one."""
        found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
        left_out = [name for name in found if name.startswith(LACKING[self.type])]
        threads = str(self.threads)
        return os.environ | {
            "OPENBLAS_CORETYPE": self.type,
            "OPENBLAS_NUM_THREADS": threads,
            "OMP_NUM_THREADS": threads,
            "NPY_DISABLE_CPU_FEATURES": " ".join(left_out),
        }

    def kernels(self) -> str | None:
        """The kernels that were loaded, or None where this processor cannot run them."""
        done = subprocess.run(
            [sys.executable, "-c", PROBE], env=self.environment(), capture_output=True, text=True
        )
        return done.stdout.strip() if done.returncode == 0 else None


def run(machine: Machine, options: Sequence[str], tests: Sequence[str]) -> bool:
    """Whether the numeric part passes on one machine; a type that cannot run here is said to be left out."""
    kernels = machine.kernels()
    if kernels is None:
        print(f"== {machine}: this processor cannot run its kernels; left out", flush=True)
        return True
    print(f"== {machine} (kernels: {kernels})", flush=True)
    command = [sys.executable, "-m", "pytest", "-n", "2", *options, *tests]
    return subprocess.run(command, cwd=ROOT, env=machine.environment()).returncode == 0


def main() -> None:
    """Run the chosen machines and end with the list of those that fail."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lean", action="store_true", help="a part of the tests on three machines")
    lean = parser.parse_args().lean
    machines = [Machine(*each) for each in (LEAN if lean else product(LACKING, (1, 2)))]
    options = ["-m", "not slow"] if lean else []
    tests = LEAN_PART if lean else NUMERIC
    failing = [machine for machine in machines if not run(machine, options, tests)]
    sys.exit("\n".join(f"fails on {machine}" for machine in failing) or 0)


if __name__ == "__main__":
    main()
