"""What the tasks of this folder share: the study, its material opened once, and where each stage is kept.

`MLBC_STUDY` names another study file than the shipped one.
"""

from __future__ import annotations

import os
import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mlbc_stats.resources import PACKAGE, resource
from mlbc_stats.source_files import source_digest

if TYPE_CHECKING:
    from mlbc_stats.study import Stage
    from mlbc_stats.study.stages.material import Material

FOLDER = Path(__file__).resolve().parent
STUDY = os.environ.get("MLBC_STUDY")
ASKED = ("mlbc_alignment", "mlbc_capability", "context", "marker")
"""Instruments that the shipped study asked from; another study names its own, and all of them count."""
PLACES = {"method": "method_variance.method", "invariance": "sections.invariance"}
"""Where a stage is not a module of its own name."""
ORDER = (
    *("verdicts", "sample", "reliability", "dimensionality", "measurement", "constructs", "invariance"),
    *("method", "structure", "robustness", "opinion", "libraries", "evidence"),
)
"""Of the report."""


BEGUN: dict[str, Callable[[Material], Stage]] = {}
"""Stages that are at work already."""


def inputs() -> list[Path]:
    """Answers, instruments, constructs and propositions: what every stage on answers rests on."""
    folder = resource("instruments")
    if STUDY:
        return [Path(STUDY), *sorted(folder.glob("*.yaml"))]
    named = [folder / f"{name}.yaml" for name in (*ASKED, "constructs", "propositions")]
    return [*named, resource("data", "synthetic", "pilot.csv")]


def quotations() -> list[Path]:
    """Coded quotations of the papers, beside the constructs that they are coded by."""
    coded = sorted(resource("data", "coded_evidence").glob("*.csv"))
    return [*coded, *inputs()]


def source(stage: str) -> str:
    """A digest of the files of the package that make a stage."""
    return source_digest(f"{PACKAGE.name}.study.stages.{PLACES.get(stage, stage)}")


def kept(stage: str) -> Path:
    """The file of a stage."""
    return FOLDER / "build" / f"{stage}.stage"


def results() -> Path:
    """Folder of the report."""
    said = (
        re.search(r"^output: *[\"']?([^\"'#\n]+)", Path(STUDY).read_text(encoding="utf-8"), re.M)
        if STUDY
        else None
    )
    return (Path(STUDY).parent if STUDY else FOLDER.parent) / (said.group(1).strip() if said else "build")


@cache
def material() -> Material:
    """The study's answers, read, joined and screened once for all tasks of a run."""
    from mlbc_stats import study

    return study.open_study(study.load_study(STUDY))


@contextmanager
def first_build() -> Iterator[None]:
    """On a first build other choices of analysis are tried in a process of their own while the stages are at work."""
    if kept("robustness").exists():
        yield
        return
    from mlbc_stats.study.run import STAGES, begun

    with begun(STAGES, material()) as stages:
        BEGUN["robustness"] = stages["robustness"]
        yield


def carry_out(stage: str, result: Path, own: Callable[[Material], Stage] | None = None) -> None:
    """Carry out one stage, or one of one's own, and save what it gave."""
    from mlbc_stats import study

    result.parent.mkdir(exist_ok=True)
    result.write_bytes(pickle.dumps(study.carry_out(stage, material(), own or BEGUN.get(stage))))


def read(stage: str) -> Stage:
    """What a stage gave when it was last carried out."""
    found: Stage = pickle.loads(kept(stage).read_bytes())
    return found
