"""What a study can and cannot test, from its files alone: nothing is fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mlbc_stats import theory
from mlbc_stats.counted import counted
from mlbc_stats.showing import Shown
from mlbc_stats.study.config import Study, load_study
from mlbc_stats.study.opening import open_study
from mlbc_stats.study.stages.informants import describe_informants, informant_remarks
from mlbc_stats.study.stages.material import Material
from mlbc_stats.theory.feasibility import Feasibility


@dataclass(frozen=True, slots=True, repr=False)
class StudyCheck(Shown):
    """What a study can test.

    Attributes
    ----------
    feasibility : proposition by proposition.
    sample : sizes: files, cases, cases kept by screening, units, and units and parameters of every model.
    notes : what reading and joining had to decide, and who spoke for the units.
    synthetic : True when no respondent gave the answers.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> found = study.check_study()
    >>> isinstance(found, StudyCheck), found.sample["units"], found.feasibility.states[0].value
    (True, 571, 'testable')
    """

    feasibility: Feasibility
    sample: Mapping[str, Any]
    notes: tuple[str, ...]
    synthetic: bool


def check_study(study: Study | None = None) -> StudyCheck:
    """Read, join and screen the files of a study, and say which propositions they can test.

    Raises
    ------
    StudyError, InstrumentError, ResponseError
        for what is wrong in the study and its files, as in `run_study`.

    Examples
    --------
    >>> from mlbc_stats import study
    >>> study.check_study().feasibility.testable[:5]
    ('M1', 'M2', 'M3', 'M4', 'M5')
    """
    chosen = study or load_study()
    material = open_study(chosen)
    found = theory.check(
        material.responses,
        chosen.propositions or None,
        material.screening,
        missing=chosen.estimation.missing,
    )
    sample = {
        "files": len(material.responses.parts),
        "cases": material.responses.n,
        "cases kept by screening": int(material.screening.kept.sum()),
        "units": len(material.units),
    }
    models = {
        f"{name}: units, parameters": (found.units[name], found.parameters[name]) for name in found.units
    }
    notes = (
        *material.responses.notes,
        *_taken_out(material),
        *describe_informants(material),
        *informant_remarks(material),
        *found.notes,
    )
    return StudyCheck(found, MappingProxyType(sample | models), notes, material.synthetic)


def _taken_out(material: Material) -> tuple[str, ...]:
    """How many cases screening takes out, by rule; a case may break several."""
    table = material.screening.table()
    hit = table[table["excludes"] & (table["flagged"] > 0)]
    rules = ", ".join(f"{rule} {count}" for rule, count in zip(hit["rule"], hit["flagged"], strict=True))
    out = int((~material.screening.kept).sum())
    return (f"screening takes out {counted(out, 'case')}: {rules}",) if out else ()
