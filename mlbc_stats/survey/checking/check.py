"""Check an instrument or constructs file and report everything worth a second look."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from pathlib import Path

from mlbc_stats.survey.instrument.administration_time import counted_minutes
from mlbc_stats.survey.instrument.validation import MODELS, build
from mlbc_stats.survey.loading.load import LoadedFiles, find_instrument, load_files
from mlbc_stats.survey.rules.file_rules import reference_findings
from mlbc_stats.survey.yaml.file import YamlFile, read_yaml
from mlbc_stats.survey.yaml.finding import Finding, errors_of

HALF_MINUTE = 0.5  # what a declared time may be off, for it is said in half minutes


def check_instrument(path: str | Path) -> tuple[Finding, ...]:
    """Check one file with all it refers to.

    Parameters
    ----------
    path
        an instrument, constructs or translation file, or the name of a shipped instrument.

    Returns
    -------
    tuple of Finding
        sorted by file and line; errors keep the file from loading, warnings (an item without an element, a
        declared administration time that is not the counted one) ask for a second look. Empty when there is
        nothing to say. Findings about modules carry the module's file. `check_wording` looks at words.

    Raises
    ------
    InstrumentError
        when there is neither a file nor a shipped instrument of this name.

    Examples
    --------
    >>> [finding.message for finding in check_instrument("mlbc_alignment") if finding.severity == "error"]
    []
    """
    where = find_instrument(path)
    source = read_yaml(where)
    kind = source.data.get("kind") if isinstance(source.data, dict) else None
    findings = _check_other(source, kind) if kind != "instrument" else _check_instrument(where)
    return tuple(sorted(set(findings), key=lambda finding: (finding.file, finding.line, finding.message)))


def _check_instrument(path: Path) -> tuple[Finding, ...]:
    loaded = load_files(path)
    times = () if errors_of(loaded.findings) else tuple(_mistimed(loaded))
    return loaded.findings + times + _misnamed(path, loaded.sources[0])


def _mistimed(loaded: LoadedFiles) -> Iterator[Finding]:
    """The declared minutes of each file are the counted ones, to the half minute."""
    for source, model in zip(loaded.sources, loaded.models, strict=True):
        if model is not None and model.minutes is not None:
            counted = counted_minutes(model)
            if abs(model.minutes - counted) > HALF_MINUTE:
                problem = (
                    f"declares {model.minutes:g} minutes, counted {counted:.1f}; say {_halves(counted):g}"
                )
                yield source.finding(("minutes",), problem, "warning")


def _halves(minutes: float) -> float:
    """Rounded up to half minutes."""
    return ceil(minutes * 2) / 2


def _misnamed(path: Path, source: YamlFile) -> tuple[Finding, ...]:
    """A module is found by its file name, so name and id should agree."""
    name = source.data.get("id") if isinstance(source.data, dict) else None
    if not isinstance(name, str) or name == path.stem:
        return ()
    problem = (
        f"id {name!r} differs from the file name {path.stem!r}; as a module it is found by its file name"
    )
    return (source.finding(("id",), problem, "warning"),)


def _check_other(source: YamlFile, kind: object) -> tuple[Finding, ...]:
    """A constructs or translation file, or one of a kind that this package does not know."""
    if source.data is None and source.findings:
        return source.findings
    if isinstance(kind, str) and kind in MODELS:
        return source.findings + build(source, kind)[1] + reference_findings(source)
    problem = f"kind {kind!r} cannot be checked here; expected one of: {', '.join(sorted(MODELS))}"
    return (*source.findings, source.finding(("kind",), problem))
