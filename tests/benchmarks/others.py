"""Time the same tasks in lavaan and in semopy, each in one process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from measure import Timing

HERE = Path(__file__).parent


def time_lavaan(folder: Path, ids: Sequence[str], quick: bool) -> dict[str, Timing]:
    """Timings by task; empty when R or lavaan is not installed."""
    if shutil.which("Rscript") is None:
        return {}
    call = ["Rscript", "--vanilla", str(HERE / "lavaan.R"), str(folder), "quick" if quick else "full", *ids]
    return _timings(call)


def time_semopy(ids: Sequence[str], quick: bool) -> dict[str, Timing]:
    """Timings by task, of the few tasks that semopy has."""
    return _timings([sys.executable, str(HERE / "semopy_side.py"), "quick" if quick else "full", *ids])


def _timings(call: Sequence[str]) -> dict[str, Timing]:
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{call[0]} failed: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {line.pop("id"): Timing(**line) for line in lines}
