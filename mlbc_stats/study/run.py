"""Run the stages of a study in their order and save what they give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mlbc_stats import parallel
from mlbc_stats.errors import DataError, ModelError, StudyError
from mlbc_stats.study.config import Study, load_study
from mlbc_stats.study.evidence_file import FILE, evidence_text, refuse_synthetic
from mlbc_stats.study.manifest import manifest
from mlbc_stats.study.names import names_of
from mlbc_stats.study.opening import open_study
from mlbc_stats.study.output_folder import check_target, write_outputs
from mlbc_stats.study.paper.standards import standard_table
from mlbc_stats.study.paper.words import words
from mlbc_stats.study.preregistration.registered import read_preregistration
from mlbc_stats.study.results import result_files, results_of
from mlbc_stats.study.stages.constructs import constructs
from mlbc_stats.study.stages.dimensionality import dimensionality
from mlbc_stats.study.stages.evidence import evidence
from mlbc_stats.study.stages.material import Material
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
from mlbc_stats.study.study_result import StudyResult

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

ASIDE = ("robustness", "method", "invariance")
"""Stages that take long and need little of what the others share: about half of the work."""


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
    wanted = {name: _known(name)}
    chosen = study or load_study()
    return _run(chosen, wanted, chosen.target / "stages" / name, _silent)


def _run(
    study: Study, wanted: Mapping[str, Callable[[Material], Stage]], folder: Path, progress: Progress
) -> StudyResult:
    steps = len(wanted) + 2
    progress("reading", 0, steps)
    material = open_study(study)
    if study.evidence:
        refuse_synthetic(material)
    made: dict[str, Stage] = {}
    with begun(wanted, material) as ready:
        for done, name in enumerate(sorted(ready, key=ASIDE.__contains__), 1):
            progress(name, done, steps)
            made[name] = carry_out(name, material, ready[name])
    progress("writing", steps - 1, steps)
    result = _saved(material, [made[name] for name in wanted], folder, whole=set(STAGES) <= set(wanted))
    progress("done", steps, steps)
    return result


def carry_out(name: str, material: Material, stage: Callable[[Material], Stage] | None = None) -> Stage:
    """One stage on material that is open; what the data cannot carry is told as a problem.

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
    return _carried_out(name, stage or _known(name), material).marked(material.synthetic).drawn()


def _known(name: str) -> Callable[[Material], Stage]:
    if name not in STAGES:
        raise StudyError(f"no stage {name!r}; there are {', '.join(STAGES)}")
    return STAGES[name]


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
    return _saved(material, [*stages, *asked], material.study.target, whole=True)


def _saved(material: Material, carried: Sequence[Stage], folder: Path, whole: bool) -> StudyResult:
    """Save stages, every id of their tables with its name; `whole` adds what is made of all stages together."""
    study, names = material.study, names_of(material.instrument)
    record = manifest(study, material.fielded, material.synthetic, material.sources)
    stages = [stage.named(names) for stage in carried]
    stages += closing(material, stages, record) if whole else ()
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
    """The stages; those of `ASIDE` are carried out in a process of their own while the others are at work."""
    if not set(ASIDE) <= set(wanted) or not material.study.robustness:
        yield wanted
        return
    asked = {name: wanted[name] for name in ASIDE}
    asked["robustness"] = partial(robustness, tried=trials(material, workers=1))
    unused = replace(material)  # what the others make of it meanwhile does not go along
    with parallel.aside(partial(_together, unused, asked)) as answer:
        found = cache(answer)
        yield {**wanted, **{name: partial(_given, found, name) for name in ASIDE}}


def _together(material: Material, asked: Mapping[str, Callable[[Material], Stage]]) -> dict[str, Stage]:
    """Several stages, one after the other."""
    return {name: carry_out(name, material, stage) for name, stage in asked.items()}


def _given(found: Callable[[], Mapping[str, Stage]], name: str, _: Material) -> Stage:
    """One of the stages that were carried out together."""
    return found()[name]


def _carried_out(name: str, stage: Callable[[Material], Stage], material: Material) -> Stage:
    """A stage, or the reason why these data cannot carry it: the others are still worth reading."""
    try:
        return stage(material)
    except (DataError, ModelError) as error:
        return Stage(name, name.capitalize(), problems=(f"not carried out: {error}",))


def closing(material: Material, stages: Sequence[Stage], record: Mapping[str, Any]) -> tuple[Stage, ...]:
    """What is made of all stages together: method and results in words, and the checklist for reviewers."""
    said = words(results_of(stages, record)).marked(material.synthetic)
    points = checklist(material, [*stages, said])
    standard = standard_table("jars", results_of([points], record))
    filled = replace(points, tables=(points.tables[0], standard, *points.tables[1:]))
    return said, filled.marked(material.synthetic)


def _silent(*_: object) -> None:
    pass
