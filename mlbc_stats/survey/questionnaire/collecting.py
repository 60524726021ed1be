"""Collect the questions of several instruments: each once, for one group of informants, in their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.instrument.fields import Text
from mlbc_stats.survey.instrument.item import Check, Item, ScoringRule
from mlbc_stats.survey.instrument.model import Instrument, InstrumentFile
from mlbc_stats.survey.instrument.scale import ResponseScale
from mlbc_stats.survey.instrument.short_forms import short_form
from mlbc_stats.survey.loading.load import load_with_parts

PLACE = "{period}"


@dataclass(slots=True)
class Collected:
    """What is asked, before it is put in order.

    Attributes
    ----------
    parts : the instrument files in the order asked: those named first, then the modules they bring along.
    loaded : the instruments named, cut to their short form where one is asked for.
    items, checks, scales, scoring : by id or construct; each once.
    remarks : what was left out or found twice.
    """

    parts: dict[str, InstrumentFile]
    loaded: tuple[Instrument, ...]
    items: dict[str, Item] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    scales: dict[str, ResponseScale] = field(default_factory=dict)
    scoring: dict[str, ScoringRule] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    @property
    def first(self) -> Instrument:
        """The instrument that is asked first: it gives title and introduction."""
        return next((one for one in self.loaded if one.id in list(self.parts)[:1]), self.loaded[0])


def collect_questions(
    instruments: Sequence[str | Path],
    informant: str | None,
    short: str,
    period: Text | None,
    languages: Sequence[str],
) -> Collected:
    """Load, cut, choose and merge.

    Raises
    ------
    InstrumentError
        when nothing is left to ask, no instrument has the short form, or two instruments use one id for
        different things.
    """
    found = [load_with_parts(name, languages) for name in instruments]
    loaded = tuple(_cut(instrument, short) for instrument, _ in found)
    if short and all(instrument is full for (full, _), instrument in zip(found, loaded, strict=True)):
        raise InstrumentError(f"none of {_names(instruments)} has a short form {short!r}; leave it out")
    collected = Collected(_parts([parts for _, parts in found]), loaded)
    for (full, _), instrument in zip(found, loaded, strict=True):
        if short and instrument is full:
            collected.remarks.append(f"{full.id} has no short form and is asked in full")
        _add(collected, instrument, informant, period)
    measuring = [item for item in collected.items.values() if item.construct]
    if not measuring:
        who = f" of {informant}" if informant else ""
        raise InstrumentError(f"nothing of {_names(instruments)} can be asked{who}; choose other instruments")
    _drop_strange_checks(collected, {item.scale for item in measuring})
    used = {item.scale for item in collected.items.values()} | {
        check.scale for check in collected.checks.values()
    }
    collected.scales = {name: scale for name, scale in collected.scales.items() if name in used}
    collected.scoring = {
        name: rule
        for name, rule in collected.scoring.items()
        if all(item in collected.items for item in rule.items)
    }
    return collected


def _cut(instrument: Instrument, short: str) -> Instrument:
    known = {form.id for form in instrument.short_forms}
    return short_form(instrument, short) if short in known else instrument


def _parts(found: list[tuple[InstrumentFile, ...]]) -> dict[str, InstrumentFile]:
    """Every file once: those named come first, modules after them, so that context and marker end it."""
    named = [parts[0] for parts in found]
    modules = [part for parts in found for part in parts[1:]]
    as_modules = {part.id for part in modules}
    first = [part for part in named if part.id not in as_modules]
    return {part.id: part for part in (*first, *modules)}


def _add(collected: Collected, instrument: Instrument, informant: str | None, period: Text | None) -> None:
    for scale in instrument.scales:
        _once(collected.scales, scale.id, scale, "scale", instrument.id)
    left: dict[str, None] = {}  # in the order met
    again: dict[str, None] = {}
    for item in instrument.items:
        part = collected.parts[item.module]
        if informant is not None and not _can_answer(instrument, part, item, informant):
            left[item.construct or item.id] = None
            continue
        asked = _worded(item, part.languages, informant, period)
        if not _once(collected.items, item.id, asked, "item", instrument.id):
            again[item.construct or item.id] = None
    for check in instrument.checks:
        _once(collected.checks, check.id, check, "check", instrument.id)
    for rule in instrument.scoring:
        _once(collected.scoring, rule.construct, rule, "scoring rule", instrument.id)
    if again:
        collected.remarks.append(f"in more than one instrument and asked once: {', '.join(again)}")
    if left:
        collected.remarks.append(f"{instrument.id}: not asked of {informant}: {', '.join(left)}")


def _drop_strange_checks(collected: Collected, rated: set[str]) -> None:
    """Leave out checks on a scale that nothing else is answered on: they would be seen for what they are."""
    for check in [check for check in collected.checks.values() if check.scale not in rated]:
        del collected.checks[check.id]
        collected.remarks.append(
            f"{check.id} is left out: nothing else is answered on its scale, {check.scale}"
        )


def _once(known: dict[str, Any], name: str, entry: Any, what: str, instrument: str) -> bool:
    """Keep an entry that is new; False when the same is there; an error when another one is."""
    if name not in known:
        known[name] = entry
        return True
    names = [key.name for key in fields(entry) if key.name != "module"]
    differing = ", ".join(key for key in names if getattr(entry, key) != getattr(known[name], key))
    if differing:
        raise InstrumentError(
            f"{what} {name!r} of {instrument} differs from the one of an instrument before it (in {differing}); "
            "rename one, or field the instruments apart"
        )
    return False


def _can_answer(instrument: Instrument, part: InstrumentFile, item: Item, informant: str) -> bool:
    return informant in part.informants and informant in instrument.informants_of(item.id)


def _worded(item: Item, languages: Sequence[str], informant: str | None, period: Text | None) -> Item:
    """The item with the words that are shown as its only text."""
    text = {
        language: item.wording(language, informant, period[language] if period is not None else None)
        for language in languages
    }
    values = {entry.name: getattr(item, entry.name) for entry in fields(item)}
    return Item(**{**values, "text": text, "wordings": {}, "panel": None})


def _names(instruments: Sequence[str | Path]) -> str:
    return ", ".join(str(name) for name in instruments)
