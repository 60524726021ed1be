"""Check an instrument or constructs file and report everything worth a second look."""

from __future__ import annotations

from pathlib import Path

from mlbc_stats.survey.finding import Finding
from mlbc_stats.survey.load import find_instrument, load_files
from mlbc_stats.survey.rules import reference_findings
from mlbc_stats.survey.structure import MODELS, build
from mlbc_stats.survey.wording import wording_findings
from mlbc_stats.survey.yamlfile import YamlFile, read_yaml


def check_instrument(path: str | Path) -> tuple[Finding, ...]:
    """Check one file with all it refers to.

    Parameters
    ----------
    path
        an instrument file, a constructs file, or the name of a shipped instrument.

    Returns
    -------
    tuple of Finding
        sorted by file and line; errors keep the file from loading, warnings (joining words, jargon, a
        construct without a reversed item) ask for a second look. Empty when there is nothing to say. Findings
        about modules carry the module's file.

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
    wording = tuple(finding for source in loaded.sources for finding in wording_findings(source))
    return loaded.findings + wording + _misnamed(path, loaded.sources[0])


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
    """A constructs file, or one of a kind that this package does not know."""
    if source.data is None and source.findings:
        return source.findings
    if kind == "constructs":
        return source.findings + build(source, "constructs")[1] + reference_findings(source)
    problem = f"kind {kind!r} cannot be checked here; expected one of: {', '.join(sorted(MODELS))}"
    return (*source.findings, source.finding(("kind",), problem))
