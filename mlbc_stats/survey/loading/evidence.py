"""Add what studies found about an instrument to the instrument that is shown, never to its file."""

from __future__ import annotations

import warnings
from dataclasses import fields
from pathlib import Path
from typing import Any

from mlbc_stats.errors import DataWarning, InstrumentError
from mlbc_stats.survey.instrument.evidence import EvidenceFile
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.instrument.validation import build
from mlbc_stats.survey.yaml.file import read_yaml
from mlbc_stats.survey.yaml.finding import Finding, raise_findings


def add_evidence(instrument: Instrument, path: str | Path) -> Instrument:
    """The instrument with the evidence of one file, or of every evidence file in a folder.

    Evidence files come from ``mlbc study run --evidence``. A number that is there already is not added twice.

    Parameters
    ----------
    instrument : a loaded instrument; it is not changed.
    path : evidence file (YAML), or a folder that is searched with its subfolders for ``evidence*.yaml``.

    Raises
    ------
    InstrumentError
        with file and line: broken files, synthetic data, another instrument, another major version of it, a
        construct that the instrument does not have, a folder without any.

    Warns
    -----
    DataWarning
        when numbers were found with another minor version: some wording has changed since.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> add_evidence(survey.load_instrument("marker"), "nowhere.yaml")
    Traceback (most recent call last):
    mlbc_stats.errors.InstrumentError: nowhere.yaml: no such file of evidence; correct the path
    """
    rows = list(instrument.evidence)
    for file in _files(Path(path)):
        rows += [row for row in _checked(instrument, file).evidence if row not in rows]
    values: dict[str, Any] = {field.name: getattr(instrument, field.name) for field in fields(instrument)}
    return Instrument(**{**values, "evidence": tuple(rows)})


def read_evidence(path: str | Path) -> EvidenceFile:
    """One evidence file; InstrumentError with every finding, also when its data are synthetic."""
    source = read_yaml(path)
    model, findings = build(source, "evidence")
    raise_findings((*source.findings, *findings))
    if model.synthetic:
        problem = "the data are synthetic; made-up answers are no evidence about an instrument"
        raise_findings([source.finding(("synthetic",), problem)])
    for place, row in enumerate(model.evidence):
        if (row.lower is None) != (row.upper is None) or (row.lower is None) != (row.level is None):
            problem = "an interval needs lower, upper and level; give all three or none"
            raise_findings([source.finding(("evidence", place), problem)])
    return model


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InstrumentError(f"{path}: no such file of evidence; correct the path")
    found = sorted(path.rglob("evidence*.yaml"))
    if not found:
        raise InstrumentError(f"{path}: holds no evidence file (evidence*.yaml); run a study with --evidence")
    return found


def _checked(instrument: Instrument, path: Path) -> EvidenceFile:
    """The file, if it is about this instrument."""
    model = read_evidence(path)
    problems = []
    if model.instrument != instrument.id:
        problems.append(f"is about instrument {model.instrument!r}, expected {instrument.id!r}")
    elif model.version.partition(".")[0] != instrument.version.partition(".")[0]:
        problems.append(
            f"is about version {model.version}, the instrument has {instrument.version}: meanings have changed"
        )
    known = {construct.id for construct in instrument.constructs}
    lost = sorted({row.construct for row in model.evidence} - known)
    problems += [f"names construct {name!r}, which the instrument does not measure" for name in lost]
    raise_findings([Finding(str(path), 1, "", problem) for problem in problems])
    if model.version != instrument.version:
        then, now = model.version, instrument.version
        words = (
            f"{path}: found with version {then} of {instrument.id}, now {now}: some wording has changed since"
        )
        warnings.warn(words, DataWarning, stacklevel=3)
    return model
