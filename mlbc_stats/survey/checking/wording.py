"""Wording worth a second look: each rule that an item breaks is a warning unless the file says why it may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mlbc_stats.survey.checking.facet_rules import FACET_RULES
from mlbc_stats.survey.checking.item_rules import ITEM_RULES
from mlbc_stats.survey.loading.load import find_instrument, load_files
from mlbc_stats.survey.rules.file_parts import entries
from mlbc_stats.survey.yaml.file import YamlFile
from mlbc_stats.survey.yaml.finding import Finding


def check_wording(path: str | Path) -> tuple[Finding, ...]:
    """Look at the wording of one instrument file and of its modules.

    The rules, by the names under which an item can justify breaking them (``justified: {negation: why}``):
    ``length`` (more than 20 words), ``double_barrelled`` (words that join), ``negation``, ``absolute``
    (always, every, only ...), ``jargon`` (words of the theory), ``reading_level`` (Flesch-Kincaid grade),
    ``no_focal_object`` (none of the file's ``focal_words``), ``near_duplicate`` (most words shared with an
    earlier item of its facet, or all words with any), ``unbalanced`` (a facet without reversed items, or with
    nothing else) and ``few_items`` (fewer than three), the last two stated at the facet's first item. Rules
    that rest on words know English only; the others hold for every language. Only measuring items are looked
    at, their words for informants and panels included.

    Parameters
    ----------
    path
        an instrument file or the name of a shipped instrument.

    Returns
    -------
    tuple of Finding
        warnings, sorted by file and line; a justification of a rule that is not broken is one, too.

    Raises
    ------
    InstrumentError
        when there is neither a file nor a shipped instrument of this name.

    Examples
    --------
    >>> check_wording("marker")
    ()
    """
    loaded = load_files(find_instrument(path))
    findings = {finding for source in loaded.sources for finding in _wording_findings(source)}
    return tuple(sorted(findings, key=lambda finding: (finding.file, finding.line, finding.message)))


def _wording_findings(source: YamlFile) -> Iterator[Finding]:
    """Remarks without a justification, and justifications without a remark."""
    remarks = [remark for rule in (*ITEM_RULES, *FACET_RULES) for remark in rule(source)]
    broken = {(remark.item, remark.rule) for remark in remarks}
    reasons = dict(_justified(source))
    for remark in remarks:
        if (remark.item, remark.rule) not in reasons:
            advice = f"{remark.message} ({remark.rule})"
            yield source.finding(remark.where, advice, "warning")
    for (item, rule), where in reasons.items():
        if (item, rule) not in broken:
            problem = f"the justification of {rule!r} is not needed, for the rule is kept; remove it"
            yield source.finding(where, problem, "warning")


def _justified(source: YamlFile) -> Iterator[tuple[tuple[int, str], tuple[str | int, ...]]]:
    """Position of the item and rule of every justification, with its place."""
    for where, entry in entries(source, "items"):
        given: Any = entry.get("justified")
        for rule in given if isinstance(given, dict) else ():
            yield (int(where[1]), rule), (*where, "justified", rule)
