"""The rules between the parts of one file: ids are unique, and whatever is referred to exists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mlbc_stats.survey.rules.construct_rules import CONSTRUCT_RULES
from mlbc_stats.survey.rules.file_parts import codes, entries, ids, listed, quoted
from mlbc_stats.survey.rules.short_form_rules import short_form_sound
from mlbc_stats.survey.rules.text_rules import TEXT_RULES
from mlbc_stats.survey.yaml.file import YamlFile
from mlbc_stats.survey.yaml.finding import Finding
from mlbc_stats.survey.yaml.tree import Where


def reference_findings(source: YamlFile) -> tuple[Finding, ...]:
    """Findings of every rule that looks at one file alone.

    The rules read the plain data, not the models, so that a file with a misspelt key still gets all its
    findings at once; a value of the wrong type is left to the models.
    """
    return tuple(finding for rule in RULES for finding in rule(source))


def _unique_ids(source: YamlFile) -> Iterator[Finding]:
    """Ids are unique; those of items and checks name columns, so upper and lower case count as the same."""
    for keys in (("scales",), ("constructs",), ("items", "checks")):
        first: dict[str, int] = {}
        for where, entry in (pair for key in keys for pair in entries(source, key)):
            name = entry.get("id")
            if not isinstance(name, str):
                continue
            folded = name.lower() if "items" in keys else name
            line = source.line((*where, "id"))
            if first.setdefault(folded, line) != line:
                problem = f"duplicate id {name!r}, already used on line {first[folded]}; rename one"
                yield source.finding((*where, "id"), problem)


def _scale_exists(source: YamlFile) -> Iterator[Finding]:
    """Items and checks use a scale of the file."""
    known = ids(source, "scales")
    for where, entry in (pair for key in ("items", "checks") for pair in entries(source, key)):
        scale = entry.get("scale")
        if isinstance(scale, str) and scale not in known:
            problem = f"scale {scale!r} is not defined in this file; defined: {quoted(known)}"
            yield source.finding((*where, "scale"), problem)


def _scale_can_measure(source: YamlFile) -> Iterator[Finding]:
    """An item that measures a construct, or is reversed, needs ordered answers with bounds."""
    scales = ids(source, "scales")
    for where, entry in entries(source, "items"):
        scale = str(entry.get("scale"))
        kind = scales.get(scale, {}).get("kind")
        if kind in ("nominal", "text") and (entry.get("construct") or entry.get("reversed") is True):
            problem = f"a measuring or reversed item needs an ordinal or number scale; {scale!r} is {kind}"
            yield source.finding((*where, "scale"), problem)
        elif kind and entry.get("reversed") is True and not _has_bounds(scales[scale]):
            problem = f"a reversed item needs a scale with lower and upper; {scale!r} lacks one of them"
            yield source.finding((*where, "reversed"), problem)


def _has_bounds(scale: dict[str, Any]) -> bool:
    return all(isinstance(scale.get(bound), int) for bound in ("lower", "upper"))


def _route_exists(source: YamlFile) -> Iterator[Finding]:
    """A route leads from an earlier item and from codes of its scale."""
    scales, earlier = ids(source, "scales"), dict[str, dict[str, Any]]()
    for where, entry in entries(source, "items"):
        route = entry.get("route")
        if isinstance(route, dict) and isinstance(route.get("question"), str):
            yield from _route_findings(source, (*where, "route"), route, earlier, scales)
        if isinstance(entry.get("id"), str):
            earlier[entry["id"]] = entry


def _route_findings(
    source: YamlFile, where: Where, route: dict[str, Any], earlier: dict[str, Any], scales: dict[str, Any]
) -> Iterator[Finding]:
    question = route["question"]
    if question not in earlier:
        problem = f"the route asks for item {question!r}, which does not stand before this item in the file"
        yield source.finding((*where, "question"), problem)
        return
    known = codes(scales.get(str(earlier[question].get("scale"))))
    wrong = [code for code in listed(route.get("codes")) if code not in known]
    if wrong:
        problem = (
            f"the route names codes {wrong} that the scale of {question!r} does not have; it has {known}"
        )
        yield source.finding((*where, "codes"), problem)
    if not listed(route.get("codes")):
        yield source.finding((*where, "codes"), "the route names no code, so the item is never asked")


def _check_is_possible(source: YamlFile) -> Iterator[Finding]:
    """A check expects a code of its scale and follows an item of the file."""
    scales, items = ids(source, "scales"), ids(source, "items")
    for where, entry in entries(source, "checks"):
        scale, after = entry.get("scale"), entry.get("after")
        known = codes(scales.get(scale)) if isinstance(scale, str) else []
        if known and entry.get("expected") not in known:
            problem = (
                f"expected answer {entry.get('expected')!r} is no code of scale {scale!r}; it has {known}"
            )
            yield source.finding((*where, "expected"), problem)
        if isinstance(after, str) and after not in items:
            yield source.finding((*where, "after"), f"item {after!r} is not in this file")


def _scoring_exists(source: YamlFile) -> Iterator[Finding]:
    """A scoring rule sums items of the file, each once, and asks for a share between 0 and 1."""
    known = ids(source, "items")
    for where, entry in entries(source, "scoring"):
        names = [name for name in listed(entry.get("items")) if isinstance(name, str)]
        for name in sorted(set(names) - set(known)):
            yield source.finding((*where, "items"), f"scoring names item {name!r}, which is not in this file")
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield source.finding((*where, "items"), f"scoring names item {name!r} twice; name it once")
        share = entry.get("minimum_answered", 1.0)
        if isinstance(share, float) and not 0 <= share <= 1:
            yield source.finding((*where, "minimum_answered"), f"expected a share from 0 to 1, got {share}")


def _scale_is_sound(source: YamlFile) -> Iterator[Finding]:
    """Codes are unique, lie within the bounds, and no missing code is a valid answer."""
    for where, entry in entries(source, "scales"):
        valid, missing = codes(entry), codes(entry, "missing")
        for value in sorted({code for code in valid + missing if (valid + missing).count(code) > 1}):
            yield source.finding(where, f"code {value} stands twice in this scale; give each code once")
        yield from _bounds(source, where, entry, valid, missing)


def _bounds(
    source: YamlFile, where: Where, entry: dict[str, Any], valid: list[int], missing: list[int]
) -> Iterator[Finding]:
    kind, lower, upper = entry.get("kind"), entry.get("lower"), entry.get("upper")
    if kind in ("ordinal", "nominal") and len(valid) < 2:
        yield source.finding(where, f"a scale of kind {kind!r} needs at least two codes, got {len(valid)}")
    if kind in ("text", "number") and valid:
        yield source.finding((*where, "codes"), f"a scale of kind {kind!r} has no codes; remove them")
    if kind == "ordinal" and valid and (lower, upper) != (min(valid), max(valid)):
        expected = f"lower {min(valid)} and upper {max(valid)}"
        yield source.finding(where, f"expected {expected} as its codes have, got {lower} and {upper}")
    if kind in ("nominal", "text") and (lower is not None or upper is not None):
        yield source.finding(where, f"a scale of kind {kind!r} has no bounds; remove lower and upper")
    if kind == "number" and not (isinstance(lower, int) and isinstance(upper, int) and lower < upper):
        yield source.finding(where, f"a number needs lower < upper, got {lower} and {upper}")
    elif kind == "number":
        for value in (code for code in missing if lower <= code <= upper):  # type: ignore[operator]
            yield source.finding(
                (*where, "missing"), f"missing code {value} lies within the bounds of the scale"
            )


def _mentioned_once(source: YamlFile) -> Iterator[Finding]:
    """No list of names holds one twice."""
    for key, lists in (("items", ("elements",)), ("constructs", ("informants",))):
        for where, entry in entries(source, key):
            for field in lists:
                names = [name for name in listed(entry.get(field)) if isinstance(name, str)]
                for name in sorted({name for name in names if names.count(name) > 1}):
                    yield source.finding((*where, field), f"{field} name {name!r} twice; name it once")


RULES: tuple[Callable[[YamlFile], Iterator[Finding]], ...] = (
    _unique_ids,
    _scale_exists,
    _scale_can_measure,
    _route_exists,
    _check_is_possible,
    _scoring_exists,
    _scale_is_sound,
    _mentioned_once,
    short_form_sound,
    *TEXT_RULES,
    *CONSTRUCT_RULES,
)
