"""Who may answer an item, and whether other words are kept only for those who may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mlbc_stats.survey.instrument.construct import Construct
from mlbc_stats.survey.rules.file_parts import entries, ids, listed, quoted, words
from mlbc_stats.survey.yaml.file import YamlFile
from mlbc_stats.survey.yaml.finding import Finding


def informants_fit(source: YamlFile, constructs: Mapping[str, Construct]) -> Iterator[Finding]:
    """Other words are for informants of the file whom the construct and the route of the item allow."""
    items = ids(source, "items")
    for where, entry in entries(source, "items"):
        given = entry.get("wordings")
        eligible = _eligible(source, entry, items, constructs)
        for name in given if isinstance(given, dict) else ():
            if name not in eligible:
                problem = f"words for {name!r}, who may not answer this item; who may: {quoted(eligible)}"
                yield source.finding((*where, "wordings", name), problem)


def _eligible(
    source: YamlFile,
    entry: dict[str, Any],
    items: Mapping[str, dict[str, Any]],
    constructs: Mapping[str, Construct],
) -> list[str]:
    construct = constructs.get(str(entry.get("construct")))
    allowed = construct.informants if construct and construct.informants else None
    named = words(source.data.get("informants"))
    routed = _routed(source, entry, items)
    return [
        name for name in named if (allowed is None or name in allowed) and (routed is None or name in routed)
    ]


def _routed(source: YamlFile, entry: dict[str, Any], items: Mapping[str, dict[str, Any]]) -> set[str] | None:
    """Names of the informants whom a route on the question 'informant' leads to the item; None: no such route."""
    route = entry.get("route")
    if not isinstance(route, dict) or route.get("question") != "informant" or "informant" not in items:
        return None
    scale = ids(source, "scales").get(str(items["informant"].get("scale")), {})
    asked = listed(route.get("codes"))
    answers = [code for code in listed(scale.get("codes")) if isinstance(code, dict)]
    return {str(code.get("name")) for code in answers if code.get("value") in asked}
