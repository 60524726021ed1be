"""What translators must know about each text: what it measures, how it is answered, what must stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mlbc_stats.survey.instrument.construct import Construct
from mlbc_stats.survey.instrument.item import ItemEntry
from mlbc_stats.survey.instrument.model import InstrumentFile
from mlbc_stats.survey.instrument.scale import ResponseScale
from mlbc_stats.survey.loading.texts import placeholders, source_strings

Notes = tuple[tuple[str, str], ...]

GENERAL = {
    "title": "Title shown to respondents.",
    "introduction": "Read once, before the first item.",
    "consent": "Information and consent; must say the same, and suit the law of the country it is used in.",
    "panel": "Used in panels only.",
}
PERIOD = (
    "Fills {period} in every text for panels: choose a form of it that suits all of them, and build them so."
)
STEPS = (
    "Keep the steps equally far apart and both halves alike; an established set of labels of the other language "
    "is better than one word for another."
)


def translator_notes(model: InstrumentFile, constructs: Iterable[Construct]) -> dict[str, Notes]:
    """Path → (category, words) pairs for every text of an instrument file."""
    defined = {construct.id: construct for construct in constructs}
    items = {item.id: item for item in model.items}
    return {
        path: (*_about(path.split("/"), model, items, defined), *_keep(text))
        for path, text in source_strings(model).items()
    }


def _about(
    steps: list[str],
    model: InstrumentFile,
    items: Mapping[str, ItemEntry],
    constructs: Mapping[str, Construct],
) -> Notes:
    kind = steps[0]
    if kind == "item":
        return _item(items[steps[1]], model, constructs, steps[2:])
    if kind == "scale":
        return _label(
            next(scale for scale in model.scales if scale.id == steps[1]), steps, model.languages[0]
        )
    if kind == "check":
        return (("check", "Tells which answer to choose: name the label of the scale word for word."),)
    if steps == ["panel", "period"]:
        return (("use", GENERAL["panel"]), ("form", PERIOD))
    return (("use", GENERAL[kind]),) if kind in GENERAL else ()


def _label(scale: ResponseScale, steps: list[str], language: str) -> Notes:
    labels = [code.label[language] for code in scale.codes]
    if steps[2] == "missing":
        reason = next(entry.reason for entry in scale.missing if str(entry.value) == steps[3])
        return (("scale", f"No answer, because: {reason.replace('_', ' ')}."),)
    place = next(place for place, code in enumerate(scale.codes, 1) if str(code.value) == steps[3])
    where = ("scale", f"Answer {place} of {len(labels)}: {' / '.join(labels)}")
    return (where, ("steps", STEPS)) if scale.kind == "ordinal" else (where,)


def _item(
    item: ItemEntry, model: InstrumentFile, constructs: Mapping[str, Construct], rest: list[str]
) -> Notes:
    construct = constructs.get(item.construct)
    scale = next((entry for entry in model.scales if entry.id == item.scale), None)
    answers = " / ".join(code.label[model.languages[0]] for code in scale.codes) if scale else ""
    notes = {
        "measures": f"{construct.name}. {construct.definition}" if construct else "",
        "idea": item.rationale,
        "answers": answers,
        "reversed": "Agreement speaks against what is measured; keep it so." if item.reversed else "",
        "informant": f"Read by: {rest[1].replace('_', ' ')}." if rest[0] == "wordings" else "",
        "panel": "Read in every wave of a panel." if rest[0] == "panel" else "",
    }
    return tuple((category, words) for category, words in notes.items() if words)


def _keep(text: str) -> Notes:
    kept = placeholders(text)
    return (("placeholders", f"Keep as it is: {', '.join(dict.fromkeys(kept))}"),) if kept else ()
