"""The rules between the parts of one file: ids are unique, and whatever is referred to exists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mlbc_stats.survey.finding import Finding
from mlbc_stats.survey.yamlfile import YamlFile
from mlbc_stats.survey.yamltree import Where

Entry = tuple[Where, dict[str, Any]]


def reference_findings(source: YamlFile) -> tuple[Finding, ...]:
    """Findings of every rule that looks at one file alone.

    The rules read the plain data, not the models, so that a file with a misspelt key still gets all its
    findings at once; a value of the wrong type is left to the models.
    """
    return tuple(finding for rule in RULES for finding in rule(source))


def entries(source: YamlFile, key: str) -> Iterator[Entry]:
    """The mappings in a top-level list, each with its place."""
    found = source.data.get(key) if isinstance(source.data, dict) else None
    for position, entry in enumerate(found if isinstance(found, list) else ()):
        if isinstance(entry, dict):
            yield (key, position), entry


def ids(source: YamlFile, key: str) -> dict[str, dict[str, Any]]:
    """The entries of a top-level list by their ids."""
    return {entry["id"]: entry for _, entry in entries(source, key) if isinstance(entry.get("id"), str)}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


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
            problem = f"scale {scale!r} is not defined in this file; defined: {_names(known)}"
            yield source.finding((*where, "scale"), problem)


def _scale_can_measure(source: YamlFile) -> Iterator[Finding]:
    """An item that measures a construct, or is reversed, needs ordered answers with bounds."""
    scales = ids(source, "scales")
    for where, entry in entries(source, "items"):
        scale = entry.get("scale")
        kind = scales.get(scale, {}).get("kind") if isinstance(scale, str) else None
        if kind in ("nominal", "text") and (entry.get("construct") or entry.get("reversed") is True):
            problem = f"a measuring or reversed item needs an ordinal or number scale; {scale!r} is {kind}"
            yield source.finding((*where, "scale"), problem)


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
    known = _codes(scales.get(str(earlier[question].get("scale"))))
    wrong = [code for code in _listed(route.get("codes")) if code not in known]
    if wrong:
        problem = (
            f"the route names codes {wrong} that the scale of {question!r} does not have; it has {known}"
        )
        yield source.finding((*where, "codes"), problem)
    if not _listed(route.get("codes")):
        yield source.finding((*where, "codes"), "the route names no code, so the item is never asked")


def _check_is_possible(source: YamlFile) -> Iterator[Finding]:
    """A check expects a code of its scale and follows an item of the file."""
    scales, items = ids(source, "scales"), ids(source, "items")
    for where, entry in entries(source, "checks"):
        scale, after = entry.get("scale"), entry.get("after")
        known = _codes(scales.get(scale)) if isinstance(scale, str) else []
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
        names = [name for name in _listed(entry.get("items")) if isinstance(name, str)]
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
        codes, missing = _codes(entry), _codes(entry, "missing")
        for value in sorted({code for code in codes + missing if (codes + missing).count(code) > 1}):
            yield source.finding(where, f"code {value} stands twice in this scale; give each code once")
        yield from _bounds(source, where, entry, codes, missing)


def _bounds(
    source: YamlFile, where: Where, entry: dict[str, Any], codes: list[int], missing: list[int]
) -> Iterator[Finding]:
    kind, lower, upper = entry.get("kind"), entry.get("lower"), entry.get("upper")
    if kind in ("ordinal", "nominal") and len(codes) < 2:
        yield source.finding(where, f"a scale of kind {kind!r} needs at least two codes, got {len(codes)}")
    if kind in ("text", "number") and codes:
        yield source.finding((*where, "codes"), f"a scale of kind {kind!r} has no codes; remove them")
    if kind == "ordinal" and codes and (lower, upper) != (min(codes), max(codes)):
        expected = f"lower {min(codes)} and upper {max(codes)}"
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


def _languages_complete(source: YamlFile) -> Iterator[Finding]:
    """Every text is present in every language of the file, and in no other."""
    if not isinstance(source.data, dict) or source.data.get("kind") != "instrument":
        return
    languages = [name for name in _listed(source.data.get("languages")) if isinstance(name, str)]
    if not languages:
        yield source.finding(
            ("languages",), "the list of languages is empty; name at least one, such as [en]"
        )
    for where, text in _texts(source.data, ()):
        absent = [name for name in languages if name not in text]
        extra = [name for name in text if name not in languages]
        if absent:
            yield source.finding(where, f"text is missing in {_names(absent)}; add it")
        if extra and languages:
            yield source.finding(where, f"text in {_names(extra)}, which 'languages' does not list")


def _texts(node: Any, where: Where) -> Iterator[tuple[Where, dict[str, Any]]]:
    """Every mapping from language to text, with its place."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("text", "label", "title", "introduction", "consent") and isinstance(value, dict):
                yield (*where, key), value
            else:
                yield from _texts(value, (*where, key))
    elif isinstance(node, list):
        for position, value in enumerate(node):
            yield from _texts(value, (*where, position))


def _family_is_sound(source: YamlFile) -> Iterator[Finding]:
    """Parents and neighbours are other constructs of the file, and no parent is itself a facet."""
    known = ids(source, "constructs")
    for where, entry in entries(source, "constructs"):
        name, parent = entry.get("id"), entry.get("parent")
        if isinstance(parent, str) and parent not in known:
            yield source.finding((*where, "parent"), f"parent {parent!r} is not defined in this file")
        elif isinstance(parent, str) and known[parent].get("parent") is not None:
            yield source.finding(
                (*where, "parent"), f"parent {parent!r} is itself a facet; only two levels are served"
            )
        for position, neighbour in enumerate(_listed(entry.get("neighbours"))):
            other = neighbour.get("id") if isinstance(neighbour, dict) else None
            if isinstance(other, str) and (other not in known or other == name):
                yield source.finding(
                    (*where, "neighbours", position, "id"),
                    f"neighbour {other!r} is not another construct of this file",
                )


def _codes(scale: dict[str, Any] | None, key: str = "codes") -> list[int]:
    """The numbers of a scale's codes or missing codes."""
    found = [code.get("value") for code in _listed((scale or {}).get(key)) if isinstance(code, dict)]
    return [value for value in found if isinstance(value, int)]


def _names(names: Any) -> str:
    return ", ".join(repr(str(name)) for name in names) or "none"


RULES: tuple[Callable[[YamlFile], Iterator[Finding]], ...] = (
    _unique_ids,
    _scale_exists,
    _scale_can_measure,
    _route_exists,
    _check_is_possible,
    _scoring_exists,
    _scale_is_sound,
    _languages_complete,
    _family_is_sound,
)
