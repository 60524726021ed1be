"""Print and keep what was timed: a table with ratios, a JSON file and a Markdown file with the machine."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from measure import Timing
from tasks import Task

HEADINGS = ("task", "ours", "lavaan", "ratio", "target", "magmaan", "with fitMeasures", "semopy", "ratio ")


@dataclass(frozen=True, slots=True)
class Row:
    """One task on all sides; None where it was not timed."""

    task: Task
    ours: Timing | None
    lavaan: Timing | None
    semopy: Timing | None


def table(rows: Sequence[Row], memory: Mapping[str, float], limit: float, machine: Mapping[str, str]) -> str:
    """All medians and ratios as a Markdown table, with the machine below."""
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(f"{text:<{w}}" for text, w in zip(line, widths, strict=True)) + " |"
        for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    peak = (
        f"Peak memory of a bootstrap of 5,000: {memory['peak']:.0f} MB, {memory['before']:.0f} MB of them before it "
        f"(limit {limit:.0f} MB)."
    )
    about = [f"- {name}: {value}" for name, value in machine.items()]
    notes = [
        "Medians of wall times, half of ours before lavaan's turn and half after. Ours: the fit with errors, test and "
        "all fit measures, of ordinal models the table of parameters as well. lavaan: the call alone (errors, test and "
        "baseline are part of it); `with fitMeasures` is the ratio when that call is added. "
        "magmaan: the ratios to lavaan 0.6 that this C++ engine publishes, on another machine; not timed here. "
        "semopy: its own defaults, with inspect and calc_stats. `*` is extrapolated from part of the work.",
    ]
    return "\n".join([*lines, "", peak, "", *notes, "", *about, ""])


def save(
    rows: Sequence[Row], memory: Mapping[str, float], machine: Mapping[str, str], stem: Path
) -> tuple[Path, Path]:
    """Write STEM.json and STEM.md."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    sides = ("ours", "lavaan", "semopy")
    tasks = {
        row.task.id: {side: asdict(timing) for side in sides if (timing := getattr(row, side)) is not None}
        for row in rows
    }
    content = {"machine": dict(machine), "memory_mb": dict(memory), "tasks": tasks}
    paths = stem.with_suffix(".json"), stem.with_suffix(".md")
    paths[0].write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    paths[1].write_text(
        f"# Benchmarks of {stem.name}\n\n{table(rows, memory, 500.0, machine)}", encoding="utf-8"
    )
    return paths


def describe_machine() -> dict[str, str]:
    """Processor, cores, load before the run, and versions of everything that is timed."""
    packages = ("numpy", "scipy", "pandas", "semopy")
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "load before": ", ".join(f"{value:.1f}" for value in os.getloadavg()),
        "system": f"{platform.system()} {platform.machine()}",
        "BLAS threads": os.environ.get("OPENBLAS_NUM_THREADS", "not set"),
        "Python": platform.python_version(),
        **{name: version(name) for name in packages},
        **_r_versions(),
    }


def _cells(row: Row) -> tuple[str, ...]:
    ours, lavaan = row.ours, row.lavaan
    measured = lavaan.with_measures if lavaan else None
    return (
        row.task.title,
        _seconds(ours) if ours else "not served yet",
        _seconds(lavaan),
        _ratio(ours, lavaan.seconds if lavaan else None),
        f">= {row.task.target:g}" if row.task.target else "",
        f"{row.task.published:g}" if row.task.published else "",
        _ratio(ours, measured),
        _seconds(row.semopy),
        _ratio(ours, row.semopy.seconds if row.semopy else None),
    )


def _seconds(timing: Timing | None) -> str:
    if timing is None:
        return ""
    star = "*" if timing.extrapolated_from else ""
    value = timing.seconds
    return f"{1000 * value:.1f} ms{star}" if value < 1 else f"{value:.2f} s{star}"


def _ratio(ours: Timing | None, other: float | None) -> str:
    return f"{other / ours.seconds:.1f}" if ours and other else ""


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _r_versions() -> dict[str, str]:
    if shutil.which("Rscript") is None:
        return {"R": "not installed"}
    code = 'cat(as.character(getRversion()), as.character(packageVersion("lavaan")))'
    done = subprocess.run(["Rscript", "--vanilla", "-e", code], capture_output=True, text=True, check=False)
    found = done.stdout.split()
    return {"R": found[0], "lavaan": found[1]} if len(found) == 2 else {"R": "without lavaan"}
