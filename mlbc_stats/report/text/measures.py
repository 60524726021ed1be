"""Reliability, convergent and discriminant validity of the measures, in words."""

from __future__ import annotations

from mlbc_stats.report.text.phrases import counted, joined, row_name, span, there
from mlbc_stats.report.text.results import Results

SCALES, CONSTRUCTS = "reliability/scales", "reliability/constructs"
LOADINGS, PAIRS = "measurement/loadings", "measurement/discriminant"


def measures(results: Results) -> str:
    """What was asked: instruments with versions, constructs, items."""
    if not results.has(SCALES):
        return ""
    asked = [f"{entry['id']} {entry['version']}" for entry in results.manifest.get("instruments", ())]
    scales = results.rows(SCALES)
    items = sum(int(value) for value in results.values(SCALES, "Items"))
    from_files = f" from {joined(asked)}" if asked else ""
    return (
        f"The models rest on {counted(len(scales), 'scale', 'scales')}{from_files} with {items} items, each answered "
        "on a rating scale. The questionnaire in the report lists every item with its wording, origin and answers."
    )


def reliability(results: Results) -> str:
    """ω and α of the scales; composite reliability and extracted variance of the factors."""
    if not results.has(SCALES):
        return ""
    said = (
        f"McDonald's ω [@mcdonald1999] ranged from {_ends(results, SCALES, 'ω')} and Cronbach's α from "
        f"{_ends(results, SCALES, 'α')}."
    )
    if there(results, CONSTRUCTS, "AVE"):
        said += (
            f" In the measurement model, composite reliability ranged from {_ends(results, CONSTRUCTS, 'CR')} and the "
            f"average variance extracted [@fornell1981] from {_ends(results, CONSTRUCTS, 'AVE')}."
        )
    return said


def loadings(results: Results) -> str:
    """The range of the standardized loadings."""
    if not there(results, LOADINGS, "standardized"):
        return ""
    found = span(results, LOADINGS, "standardized", "loadings were", "bounded")
    return f"Standardized {found.replace('(', '(“').replace(')', '”)')}."


def discriminant(results: Results) -> str:
    """The closest pair of factors by correlation and by HTMT."""
    if not there(results, PAIRS, "r"):
        return ""
    table = results.table(PAIRS)
    closest = results.extreme(PAIRS, "r", largest=True)
    line = table.columns[table.header.index("r")].index(closest.value)
    pair = " and ".join(
        str((table.glosses.get(place) or table.columns[place])[line])
        for place in (0, 1)  # type: ignore[misc]
    )
    interval = results.show(PAIRS, line, "95% CI of r", "bounded_interval")
    said = (
        f"The most highly correlated factors were {pair}, *r* = {closest.shown('bounded')}, 95% CI {interval} "
        "[@ronkko2022]"
    )
    if there(results, PAIRS, "HTMT"):
        ratio = results.extreme(PAIRS, "HTMT", largest=True)
        said += f"; the largest heterotrait–monotrait ratio was {ratio.shown('bounded')} [@henseler2015]"
    return f"{said}."


def dimensionality(results: Results) -> str:
    """How many factors the rules suggest."""
    place = "dimensionality/rules"
    if not results.has(place):
        return ""
    told = [
        f"{results.show(place, line, 'factors', 'count')} by {row_name(results.table(place), rule)}"
        for line, rule in enumerate(results.rows(place))
        if results.number(place, line, "factors").there
    ]
    scales = len(results.rows(SCALES)) if results.has(SCALES) else 0
    return f"The number of factors was {joined(told)}; the instrument has {scales} scales."


def _ends(results: Results, place: str, column: str) -> str:
    low, high = (results.extreme(place, column, largest).shown("bounded") for largest in (False, True))
    return f"{low} to {high}"
