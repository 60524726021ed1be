"""Run the stages of a study in their order and save what they give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mlbc_stats import parallel
from mlbc_stats.errors import DataError, ModelError, StudyError
from mlbc_stats.report import Table
from mlbc_stats.showing import Shown
from mlbc_stats.study.config import Study, load_study
from mlbc_stats.study.evidence_file import FILE, evidence_text, refuse_synthetic
from mlbc_stats.study.manifest import manifest
from mlbc_stats.study.names import names_of
from mlbc_stats.study.output_folder import check_target, write_outputs
from mlbc_stats.study.paper.standards import standard_table
from mlbc_stats.study.paper.words import words
from mlbc_stats.study.preregistration.registered import read_preregistration
from mlbc_stats.study.results import result_files, results_of
from mlbc_stats.study.stages.constructs import constructs
from mlbc_stats.study.stages.dimensionality import dimensionality
from mlbc_stats.study.stages.evidence import evidence
from mlbc_stats.study.stages.material import Material, open_study
from mlbc_stats.study.stages.measurement import measurement
from mlbc_stats.study.stages.method_variance.method import method
from mlbc_stats.study.stages.opinion import opinion
from mlbc_stats.study.stages.reliability import reliability
from mlbc_stats.study.stages.robustness import robustness, trials
from mlbc_stats.study.stages.sample import sample
from mlbc_stats.study.stages.sections.checklist import checklist
from mlbc_stats.study.stages.sections.deviations import deviations
from mlbc_stats.study.stages.sections.invariance import invariance
from mlbc_stats.study.stages.stage import Stage
from mlbc_stats.study.stages.structure import structure
from mlbc_stats.study.stages.verdicts import verdicts

Progress = Callable[[str, int, int], None]
"""Called with what happens now, how many steps are done, and how many there are."""

STAGES: Mapping[str, Callable[[Material], Stage]] = MappingProxyType(
    {
        "verdicts": verdicts,
        "sample": sample,
        "reliability": reliability,
        "dimensionality": dimensionality,
        "measurement": measurement,
        "constructs": constructs,
        "invariance": invariance,
        "method": method,
        "structure": structure,
        "robustness": robustness,
        "opinion": opinion,
        "evidence": evidence,
    }
)


@dataclass(frozen=True, slots=True, repr=False)
class StudyResult(Shown):
    """A study that has been run and saved.

    Attributes
    ----------
    study : what was run; manifest : the record of the run.
    stages : what each stage gave, in order.
    folder : where everything is saved.

    Examples
    --------
    >>> StudyResult(Study(), (), {"synthetic": True}, Path("build")).trustworthy
    True
    """

    study: Study
    stages: tuple[Stage, ...]
    manifest: Mapping[str, Any]
    folder: Path

    @property
    def problems(self) -> tuple[str, ...]:
        """Why results cannot be trusted, all stages."""
        return tuple(problem for stage in self.stages for problem in stage.problems)

    @property
    def trustworthy(self) -> bool:
        """False when some stage reports a problem."""
        return not self.problems

    def summary(self) -> dict[str, Any]:
        """The outcome in plain data: where, whether to be trusted, and every verdict."""
        tables = [self._table("verdicts", "decisions"), self.verdicts]
        records = [[] if table is None else _records(table) for table in tables]
        rows = [{**found, **reached} for reached, found in zip(*records, strict=True)]
        return {
            "folder": str(self.folder),
            "synthetic": self.manifest["synthetic"],
            "trustworthy": self.trustworthy,
            "problems": list(self.problems),
            "verdicts": rows,
        }

    def stage(self, name: str) -> Stage:
        """One stage; StudyError when it was not run."""
        found = next((stage for stage in self.stages if stage.name == name), None)
        if found is None:
            raise StudyError(
                f"no stage {name!r}; this result holds: {', '.join(s.name for s in self.stages)}"
            )
        return found

    @property
    def verdicts(self) -> Table | None:
        """The table of verdicts, None when that stage was not run."""
        return self._table("verdicts", "verdicts")

    @property
    def checklist(self) -> Table | None:
        """What reviewers look for, with the state of each point; None when single stages were run."""
        return self._table("checklist", "points")

    def _table(self, stage: str, identifier: str) -> Table | None:
        tables = [table for each in self.stages if each.name == stage for table in each.tables]
        return next((table for table in tables if table.identifier == identifier), None)


def _records(table: Table) -> list[dict[str, Any]]:
    header, columns = table.data()
    return [dict(zip(header, row, strict=True)) for row in zip(*columns, strict=True)]


def run_study(
    study: Study | None = None,
    progress: Progress | None = None,
    further: Mapping[str, Callable[[Material], Stage]] | None = None,
) -> StudyResult:
    """Run every stage of a study and write report, results, tables, figures and manifest.

    Stages, in this order: verdicts and gates, sample and screening, scales and items, number of factors, measurement
    model, constructs one by one, invariance, common-method variance, structural models, robustness, second opinion,
    deviations from a preregistration where the study names one, coded evidence of the papers; last the checklist of
    what reviewers look for, filled from all of them. A stage that the data cannot carry (too few units, a constant
    item) says so and the others follow. Where the study asks for evidence, ``evidence.yaml`` is written too, from real
    answers only. The output folder is replaced only when everything is complete; an interrupted run leaves it as it
    was.

    Parameters
    ----------
    study : the shipped study on the synthetic pilot by default.
    progress : called before each step.
    further : name → stage of one's own, from the study's material to what it adds to the report, before the coded
        evidence.

    Raises
    ------
    StudyError
        when the output folder is not ours to replace, responses are missing, or evidence is asked of synthetic
        ones.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> chosen = study.with_responses(study.load_study(), "export.csv", "qualtrics")
    >>> study.run_study(chosen)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    mlbc_stats.errors.StudyError: ...export.csv: no such file of responses; correct the path...
    """
    chosen = study or load_study()
    check_target(chosen.target)
    last = {name: stage for name, stage in STAGES.items() if name == "evidence"}
    before = {name: stage for name, stage in STAGES.items() if name not in last}
    asked = {"deviations": deviations} if read_preregistration(chosen) else {}
    return _run(chosen, {**before, **asked, **(further or {}), **last}, chosen.target, progress or _silent)


def run_stage(name: str, study: Study | None = None) -> StudyResult:
    """Run one stage alone and save it in ``stages/<name>`` of the output folder.

    Raises
    ------
    StudyError
        an unknown stage.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> study.run_stage("review")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    mlbc_stats.errors.StudyError: no stage 'review'; there are verdicts, sample, reliability, ...
    """
    if name not in STAGES:
        raise StudyError(f"no stage {name!r}; there are {', '.join(STAGES)}")
    chosen = study or load_study()
    return _run(chosen, {name: STAGES[name]}, chosen.target / "stages" / name, _silent)


def _run(
    study: Study, wanted: Mapping[str, Callable[[Material], Stage]], folder: Path, progress: Progress
) -> StudyResult:
    steps = len(wanted) + 2
    progress("reading", 0, steps)
    material = open_study(study)
    if study.evidence:
        refuse_synthetic(material)
    stages: list[Stage] = []
    with begun(wanted, material) as ready:
        for done, (name, stage) in enumerate(ready.items(), 1):
            progress(name, done, steps)
            stages.append(carry_out(name, material, stage))
    if set(STAGES) <= set(wanted):
        stages += closing(material, stages)
    progress("writing", steps - 1, steps)
    result = _saved(material, stages, folder)
    progress("done", steps, steps)
    return result


def carry_out(name: str, material: Material, stage: Callable[[Material], Stage] | None = None) -> Stage:
    """One stage on material that is open, ready for the report; what the data cannot carry is told as a problem.

    Parameters
    ----------
    stage : what makes it, for a stage of one's own; that of this name by default.

    Raises
    ------
    StudyError
        an unknown stage.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> material = study.open_study(study.load_study())
    >>> study.carry_out("evidence", material).title
    'Coded evidence of the papers'
    """
    chosen = stage or STAGES.get(name)
    if chosen is None:
        raise StudyError(f"no stage {name!r}; there are {', '.join(STAGES)}")
    made = _carried_out(name, chosen, material)
    return made.marked(material.synthetic).named(names_of(material.instrument))


def finish(material: Material, stages: Sequence[Stage]) -> StudyResult:
    """Write report, results, tables, figures and manifest of stages that were carried out one by one.

    Deviations from a preregistration where the study names one, method and results in words, and the checklist for
    reviewers are added at the end.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import tempfile
    >>> from mlbc_stats import study
    >>> with tempfile.TemporaryDirectory() as place:
    ...     chosen = replace(study.load_study(), output=f"{place}/build")
    ...     material = study.open_study(chosen)
    ...     study.finish(material, [study.carry_out("evidence", material)]).trustworthy
    True
    """
    check_target(material.study.target)
    registered = read_preregistration(material.study)
    asked = [carry_out("deviations", material, deviations)] if registered else []
    made = [*stages, *asked]
    return _saved(material, [*made, *closing(material, made)], material.study.target)


def _saved(material: Material, stages: Sequence[Stage], folder: Path) -> StudyResult:
    study = material.study
    record = manifest(study, material.fielded, material.synthetic, material.sources)
    result = StudyResult(study, tuple(stages), record, folder)
    files = result_files(study, result.stages, record)
    if study.evidence:
        files[FILE] = evidence_text(material, record["date"][:10])
    write_outputs(folder, files, record)
    return result


@contextmanager
def begun(
    wanted: Mapping[str, Callable[[Material], Stage]], material: Material
) -> Iterator[Mapping[str, Callable[[Material], Stage]]]:
    """The stages; other choices of analysis are tried in a process of their own while the others are at work."""
    if len(wanted) < 2 or "robustness" not in wanted or not material.study.robustness:
        yield wanted
        return
    with parallel.aside(trials(material, workers=1)) as tried:
        yield {**wanted, "robustness": partial(robustness, tried=tried)}


def _carried_out(name: str, stage: Callable[[Material], Stage], material: Material) -> Stage:
    """A stage, or the reason why these data cannot carry it: the others are still worth reading."""
    try:
        return stage(material)
    except (DataError, ModelError) as error:
        return Stage(name, name.capitalize(), problems=(f"not carried out: {error}",))


def closing(material: Material, stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """What is made of all stages together: method and results in words, and the checklist for reviewers."""
    record = manifest(material.study, material.fielded, material.synthetic, material.sources)
    said = words(results_of(stages, record)).marked(material.synthetic)
    points = checklist(material, [*stages, said])
    standard = standard_table("jars", results_of([points], record))
    filled = replace(points, tables=(points.tables[0], standard, *points.tables[1:]))
    return said, filled.marked(material.synthetic)


def _silent(*_: object) -> None:
    pass
