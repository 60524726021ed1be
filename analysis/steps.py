"""What the tasks of this folder share: the study, its material, where each stage is kept and what it rests on.

`MLBC_STUDY` names another study file than the shipped one; its stages are kept beside it.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mlbc_stats.resources import PACKAGE, resource
from mlbc_stats.source_files import source_digest, source_files

if TYPE_CHECKING:
    from mlbc_stats.study import Stage, Study
    from mlbc_stats.study.stages.material import Material

FOLDER = Path(__file__).resolve().parent
STUDY = Path(os.environ["MLBC_STUDY"]).resolve() if os.environ.get("MLBC_STUDY") else None
ASKED = ("mlbc_alignment", "mlbc_capability", "context", "marker")
"""Instruments that the shipped study asked from; of another study all that are shipped count, and its own."""
PLACES = {"method": "method_variance.method", "invariance": "sections.invariance"}
"""Where a stage is not a module of its own name."""
READ = {
    "theory/propositions.py": ("instruments", "propositions.yaml"),
    "survey/loading/load.py": ("instruments", "constructs.yaml"),
    "theory/quotations/coded.py": ("data", "coded_evidence"),
    "report/text/citations.py": ("paper", "refs.bib"),
}
"""Files that modules read while a stage is at work: they count for the stages that rest on these modules."""
REGISTERED = "study/preregistration/registered.py"
"""Reads the preregistration that another study names; all else that it names is in its material."""
ORDER = (
    *("verdicts", "sample", "reliability", "dimensionality", "measurement", "constructs", "invariance"),
    *("method", "structure", "robustness", "opinion", "libraries", "evidence"),
)
"""Of the report."""
WORK = ExitStack()
"""What is at work in a process of its own; whoever runs the tasks closes it."""
BEGUN: dict[str, Callable[[Material], Stage]] = {}
"""Stages, some of which are at work already."""


def answers() -> list[Path]:
    """What the material is made of: answers, instruments, and for another study its file and all that it names."""
    folder = resource("instruments")
    if STUDY is None:
        named = [folder / f"{name}.yaml" for name in (*ASKED, "constructs")]
        return [*named, resource("data", "synthetic", "pilot.csv")]
    return [*own_files(), *sorted(folder.glob("*.yaml"))]


def own_files() -> list[Path]:
    """The file of another study and those that it names."""
    if STUDY is None:
        return []
    study = chosen()
    names = [*study.instruments, study.screening.policy, study.preregistration]
    for file in study.responses:
        names += [*file.instruments, file.path, file.key_file, file.mapping]
    places = [STUDY.parent / name for name in dict.fromkeys(names) if name]
    return [STUDY, *(place for place in places if place.is_file())]


def inputs(stage: str) -> list[Path]:
    """The material, and the other files that a stage reads."""
    modules = {path.relative_to(PACKAGE).as_posix() for path in source_files(module(stage))}
    places = [resource(*parts) for name, parts in READ.items() if name in modules]
    files = [
        file for place in places for file in (sorted(place.glob("*.csv")) if place.is_dir() else [place])
    ]
    plan = [STUDY.parent / registered] if STUDY and (registered := chosen().preregistration) else []
    return [kept("material"), *(plan if REGISTERED in modules else []), *files]


def source(stage: str) -> str:
    """A digest of the source that makes a stage."""
    return source_digest(module(stage))


def module(stage: str) -> str:
    """The module of a stage."""
    return f"{PACKAGE.name}.study.stages.{PLACES.get(stage, stage)}"


def kept(stage: str) -> Path:
    """The file of a stage."""
    return (STUDY.with_suffix(".stages") if STUDY else FOLDER / "build") / f"{stage}.stage"


@cache
def chosen() -> Study:
    """The study."""
    from mlbc_stats.study import load_study

    return load_study(STUDY)


def results() -> Path:
    """Folder of the report."""
    return chosen().target if STUDY else FOLDER.parent / "build"


def open_answers(result: Path) -> None:
    """Read, join and screen the answers and save them; where they are new, what takes longest is begun at once."""
    from mlbc_stats import study
    from mlbc_stats.study.run import STAGES, begun

    found = pickle.dumps(study.open_study(chosen()))
    if result.exists() and result.read_bytes() == found:
        return
    result.parent.mkdir(exist_ok=True)
    result.write_bytes(found)
    BEGUN.update(WORK.enter_context(begun(STAGES, material())))


@cache
def material() -> Material:
    """The study's answers as they were opened, once for all tasks of a run."""
    found: Material = pickle.loads(kept("material").read_bytes())
    return found


def carry_out(stage: str, result: Path, own: Callable[[Material], Stage] | None = None) -> None:
    """Carry out one stage, or one of one's own, and save what it gave."""
    from mlbc_stats import study

    result.write_bytes(pickle.dumps(study.carry_out(stage, material(), own or BEGUN.get(stage))))


def read(stage: str) -> Stage:
    """What a stage gave when it was last carried out."""
    found: Stage = pickle.loads(kept(stage).read_bytes())
    return found
