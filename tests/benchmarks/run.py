"""Time the main tasks beside lavaan and semopy in one run, print ratios and keep a dated result file.

Usage: python tests/benchmarks/run.py [--quick] [--only ID ...] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from material import write_material
from measure import Timing, measure, peak_memory
from others import time_lavaan, time_semopy
from outcome import Row, describe_machine, save, table
from tasks import TASKS, NotServedYetError, Task

from mlbc_stats.errors import NotServedError

RESULTS = Path(__file__).parent / "results"
MEMORY_LIMIT = 500.0
"""Megabytes that the bootstrap of 5,000 resamples may take."""


def main() -> None:
    """Run the chosen tasks on all sides."""
    arguments = _arguments()
    chosen = [task for task in TASKS if not arguments.only or task.id in arguments.only]
    machine = describe_machine()
    with tempfile.TemporaryDirectory() as folder:
        write_material(Path(folder))
        ours: dict[str, Timing | None] = {}
        lavaan: dict[str, Timing] = {}
        for task in chosen:

            def between(task: Task = task) -> None:
                lavaan.update(time_lavaan(Path(folder), [task.id], arguments.quick))

            ours[task.id] = _time(task, arguments.quick, between)
        semopy = time_semopy([task.id for task in chosen], arguments.quick)
    rows = [Row(task, ours[task.id], lavaan.get(task.id), semopy.get(task.id)) for task in chosen]
    memory = peak_memory()
    print(table(rows, memory, MEMORY_LIMIT, machine))
    name = "-".join(filter(None, (date.today().isoformat(), arguments.name)))
    for path in save(rows, memory, machine, arguments.out / name):
        print(f"kept in {path}")


def _time(task: Task, quick: bool, between: Callable[[], None]) -> Timing | None:
    """Median time of one of our tasks around lavaan's turn; None when what it needs is not there yet."""
    try:
        return measure(task.prepare(), quick, between)
    except (NotServedYetError, NotServedError):
        return None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="few repetitions; long tasks of others extrapolated"
    )
    parser.add_argument("--only", nargs="+", choices=[task.id for task in TASKS], help="these tasks alone")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the result files")
    parser.add_argument("--name", default="", help="added to the date in the names of the result files")
    return parser.parse_args()


if __name__ == "__main__":
    main()
