"""Compose the questionnaire that gets fielded from one or several instruments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import numpy as np

from mlbc_stats.errors import InstrumentError
from mlbc_stats.survey.instrument.administration_time import counted_minutes
from mlbc_stats.survey.instrument.fields import Informant, Text
from mlbc_stats.survey.instrument.item import Check
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.instrument.reading_level import reading_seconds
from mlbc_stats.survey.loading.load import load_with_parts
from mlbc_stats.survey.questionnaire.attention_checks import spread
from mlbc_stats.survey.questionnaire.collecting import PLACE, Collected, collect_questions
from mlbc_stats.survey.questionnaire.consent import consent_text, per_language
from mlbc_stats.survey.questionnaire.model import Block, Order, Questionnaire
from mlbc_stats.survey.questionnaire.ordering import OPENING, Group, order_questions

SECONDS = 60


def compose(
    instruments: Sequence[str | Path],
    *,
    informant: str | None = None,
    short: bool | str = False,
    period: bool | str | Mapping[str, str] = False,
    languages: Sequence[str] = (),
    order: str | None = None,
    seed: int | None = None,
    controller: str | Mapping[str, str] | None = None,
    retention: str | Mapping[str, str] | None = None,
) -> Questionnaire:
    """One questionnaire from instruments and the modules they bring along.

    Questions that decide what else is asked come first, the phase before all others. Attention checks are
    spread evenly. What several instruments share (a module, a scale, an item) is asked once; what they call by
    one id but state differently is refused.

    Parameters
    ----------
    instruments : names or paths, in the order asked; modules follow after all of them.
    informant : one of ``management``, ``technical``, ``internal_user``, ``external_user``: only what this group
        can answer is asked, in the words for it. None asks everything, in the words for everybody.
    short : True for the short form named ``short``, or the name of another; an instrument without it is asked
        in full.
    period : for panels, the time between waves that the questions refer to: True takes the instruments' own,
        a text is for the first language, a mapping gives one per language. False is for a single wave.
    languages : languages besides the source, from translations.
    order : ``"fixed"`` as in the files, ``"items"`` shuffles inside blocks, ``"blocks"`` shuffles measuring
        blocks inside each instrument file, ``"both"``; by default ``"both"`` with a seed, else ``"fixed"``.
    seed : of the shuffling; the same seed gives the same order.
    controller : who is responsible for the data, with an address, as the consent text tells it; per language, or a
        text for the first one.
    retention : how long the data are kept, told likewise.

    Raises
    ------
    InstrumentError
        no instrument, an unknown informant, order or short form, a shuffled order without a seed, a period for
        instruments without words for panels, one id for different things, nothing left to ask.

    Examples
    --------
    >>> questionnaire = compose(["mlbc_alignment"], informant="technical", seed=1)
    >>> [question.id for question in questionnaire.questions[:2]], questionnaire.blocks[0].id
    (['phase', 'informant'], 'opening')
    """
    chosen = _order(order, seed)
    _known_informant(informant)
    if not instruments:
        raise InstrumentError("a questionnaire needs at least one instrument; name one")
    span = _period(instruments, period, languages)
    collected = collect_questions(
        instruments, informant, "short" if short is True else short or "", span, languages
    )
    groups = _arranged(collected, chosen, seed)
    known = collected.first.languages
    told = per_language(controller, known, "controller"), per_language(retention, known, "retention")
    instrument = _merged(collected, groups, *told)
    blocks = _blocks(collected, groups, instrument, span)
    words = sum(reading_seconds(text[instrument.languages[0]]) for block in blocks for text in block.words)
    minutes = counted_minutes(instrument) + words / SECONDS
    return Questionnaire(
        instrument=instrument,
        blocks=blocks,
        sources=tuple((part.id, part.version) for part in collected.parts.values()),
        informant=informant,
        short_form="short" if short is True else short or "",
        period=span,
        order=chosen,
        seed=seed if chosen != "fixed" else None,
        minutes=minutes,
        remarks=(*collected.remarks, *_consent(collected, minutes, *told)),
        controller=told[0],
        retention=told[1],
    )


def _consent(
    collected: Collected, minutes: float, controller: Text | None, retention: Text | None
) -> tuple[str, ...]:
    """A consent text states a time; a composed questionnaire may take another. It tells who keeps the data."""
    owner = next((one.id for one in collected.loaded if one.consent is not None), None)
    if owner is None:
        stated = "no instrument brings a consent text; add one before fielding"
    else:
        time = f"check the time it states, this takes about {minutes:.0f} minutes"
        stated = f"the consent text is that of {owner}: {time}"
    told = {"controller": controller, "retention": retention}
    lacking = [name for name, text in told.items() if text is None]
    if not lacking:
        return (stated,)
    return (
        f"the consent text does not say who keeps the data and how long: give {' and '.join(lacking)}",
        stated,
    )


def _order(order: str | None, seed: int | None) -> Order:
    chosen = order or ("fixed" if seed is None else "both")
    if chosen not in get_args(Order):
        raise InstrumentError(f"unknown order {chosen!r}; expected one of: {', '.join(get_args(Order))}")
    if chosen != "fixed" and seed is None:
        raise InstrumentError(f"order {chosen!r} needs a seed, so that it can be repeated; give one")
    return chosen  # type: ignore[return-value]


def _known_informant(informant: str | None) -> None:
    known = get_args(Informant)
    if informant is not None and informant not in known:
        raise InstrumentError(f"unknown informant {informant!r}; expected one of: {', '.join(known)}")


def _period(
    instruments: Sequence[str | Path], period: bool | str | Mapping[str, str], languages: Sequence[str]
) -> Text | None:
    """The period in every language, or None for a single wave."""
    if period is False:
        return None
    loaded = [load_with_parts(name, languages)[0] for name in instruments]
    own = next((instrument.panel.period for instrument in loaded if instrument.panel is not None), None)
    if own is None:
        names = ", ".join(str(name) for name in instruments)
        raise InstrumentError(f"none of {names} has words for panels; field them as a single wave")
    if period is True:
        return own
    given = {loaded[0].languages[0]: period} if isinstance(period, str) else dict(period)
    lacking = [language for language in loaded[0].languages if not given.get(language)]
    if lacking:
        raise InstrumentError(f"the period is missing in {', '.join(lacking)}; give one text per language")
    return given


def _arranged(collected: Collected, order: Order, seed: int | None) -> tuple[Group, ...]:
    constructs = {entry.id: entry for instrument in collected.loaded for entry in instrument.constructs}
    return order_questions(
        tuple(collected.items.values()),
        tuple(collected.parts),
        constructs,
        order in ("items", "both"),
        order in ("blocks", "both"),
        np.random.default_rng(seed),
    )


def _merged(
    collected: Collected, groups: Sequence[Group], controller: Text | None, retention: Text | None
) -> Instrument:
    """One instrument with everything in the order asked; the first one gives title, consent and introduction."""
    items = tuple(item for group in groups for item in group.items)
    after = spread(
        tuple(collected.checks.values()), [item for group in groups if group.rated for item in group.items]
    )
    measured = {item.construct for item in items}
    constructs = {entry.id: entry for instrument in collected.loaded for entry in instrument.constructs}
    parents = {constructs[name].parent for name in measured if name}
    first = collected.first
    values: dict[str, Any] = {field.name: getattr(first, field.name) for field in fields(first)}
    values |= {
        "items": items,
        "checks": tuple(_placed(check, after.get(check.id)) for check in collected.checks.values()),
        "scales": tuple(collected.scales.values()),
        "scoring": tuple(collected.scoring.values()),
        "constructs": tuple(entry for name, entry in constructs.items() if name in measured | parents),
        "consent": consent_text(
            next((one.consent for one in collected.loaded if one.consent is not None), None),
            controller,
            retention,
        ),
        "evidence": tuple(dict.fromkeys(row for one in collected.loaded for row in one.evidence)),
        "drafts": tuple(dict.fromkeys(language for one in collected.loaded for language in one.drafts)),
        "modules": (),
        "short_forms": (),
        "panel": None,
        "minutes": None,
    }
    return Instrument(**values)


def _placed(check: Check, after: str | None) -> Check:
    values = {field.name: getattr(check, field.name) for field in fields(check)}
    return Check(**{**values, "after": after})


def _blocks(
    collected: Collected, groups: Sequence[Group], instrument: Instrument, period: Text | None
) -> tuple[Block, ...]:
    """The groups with their checks, and before the first of each file the words it begins with."""
    following: dict[str | None, list[str]] = {}
    for check in instrument.checks:
        following.setdefault(check.after, []).append(check.id)
    begun: set[str] = set()
    blocks = []
    for group in groups:
        questions = [name for item in group.items for name in (item.id, *following.get(item.id, []))]
        if group is groups[-1]:
            questions += following.get(None, [])
        fresh = group.module not in begun and group.id != OPENING
        words = _words(collected, group.module, period) if fresh else ()
        begun |= {group.module} if fresh else set()
        blocks.append(Block(group.id, group.module, words, tuple(questions), group.rated))
    return tuple(blocks)


def _words(collected: Collected, module: str, period: Text | None) -> tuple[Text, ...]:
    """Introduction of an instrument file, but for the first, and its instruction for panels."""
    part = collected.parts[module]
    introduction = part.introduction if module != collected.first.id else None
    panel = part.panel.instruction if part.panel is not None and period is not None else None
    filled = (
        {name: text.replace(PLACE, period[name]) for name, text in panel.items()}
        if panel and period
        else None
    )
    return tuple(text for text in (introduction, filled) if text is not None)
