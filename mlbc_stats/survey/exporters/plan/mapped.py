"""Hold a form against a platform's limits: names, codes, texts, and what gets lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from mlbc_stats.survey.exporters.plan.form import Form, Page
from mlbc_stats.survey.exporters.plan.limits import Limits
from mlbc_stats.survey.exporters.plan.losses import losses
from mlbc_stats.survey.instrument.fields import Text
from mlbc_stats.survey.instrument.item import Check, Item
from mlbc_stats.survey.instrument.scale import ResponseScale
from mlbc_stats.survey.mapping.model import (
    MappedCode,
    MappedConsent,
    MappedLanguage,
    MappedQuestion,
    MappedQuestionnaire,
    MappingManifest,
    Source,
    SystemColumns,
    Target,
)
from mlbc_stats.survey.questionnaire.consent import GIVEN, REFUSED, phrase
from mlbc_stats.survey.questionnaire.layout import OFFERED, Run

CONSENT, UNIT = "consent", "unit_token"
"""Names of the question that asks for consent and of the column of the unit's token, before a platform's limits."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands in the platform's data."""

    column: str
    import_id: str = ""
    aliases: tuple[str, ...] = ()
    beside: str = ""


Places = Callable[[Form, Limits], dict[str, Place]]
"""A form → question id → its place; the keys `CONSENT` and `UNIT` are those of consent and token."""


def named_places(form: Form, limits: Limits) -> dict[str, Place]:
    """Every question in a column of its own, called after it."""
    taken: set[str] = set()
    found = {name: Place(limits.name(name, taken)) for name in (UNIT, CONSENT)}
    for _, run in form.runs:
        for question in run.questions:
            column = limits.name(question.id, taken)
            beside = limits.name(f"{question.id}_none", taken) if has_beside(run.scale, limits) else ""
            found[question.id] = Place(column, beside=beside)
    return found


def has_beside(scale: ResponseScale, limits: Limits) -> bool:
    """Whether the codes for no answer get a column of their own."""
    return limits.beside and not scale.codes and any(code.reason in OFFERED for code in scale.missing)


def map_form(
    form: Form,
    target: Target,
    limits: Limits,
    fingerprint: str,
    places: Places = named_places,
    system: SystemColumns | None = None,
    tag: Callable[[str], str] = str,
) -> MappingManifest:
    """The manifest of a form on a platform.

    Parameters
    ----------
    form, target, limits : what goes where.
    fingerprint : of the questionnaire.
    places : how the platform names columns.
    system : its own columns; that of the unit is filled in.
    tag : our language tag → the platform's.
    """
    found = places(form, limits)
    languages = form.languages[:1] if limits.one_language else form.languages
    questions = tuple(
        _question(form, page, run, question, found[question.id], limits, languages)
        for page, run in form.runs
        for question in run.questions
    )
    draft = MappingManifest(
        target=target,
        questionnaire=_questionnaire(form, fingerprint),
        languages=tuple(MappedLanguage(language=one, platform=tag(one)) for one in languages),
        questions=questions,
        consent=_consent(form, found[CONSENT], limits, languages),
        system=replace(system or SystemColumns(), unit=found[UNIT].column if limits.unit else ""),
    )
    return replace(draft, losses=tuple(losses(form, draft, limits)))


def _questionnaire(form: Form, fingerprint: str) -> MappedQuestionnaire:
    made = form.questionnaire
    return MappedQuestionnaire(
        fingerprint=fingerprint,
        instrument=form.instrument.id,
        title=form.instrument.title,
        sources=tuple(Source(id=name, version=version) for name, version in made.sources),
        informant=made.informant,  # type: ignore[arg-type]
        short_form=made.short_form,
        period=made.period,
        order=made.order,
        seed=made.seed,
    )


def _consent(form: Form, place: Place, limits: Limits, languages: tuple[str, ...]) -> MappedConsent | None:
    if form.consent is None or limits.consent not in ("ends", "asked"):
        return None
    words = phrase("agree", languages)
    return MappedConsent(
        column=place.column,
        import_id=place.import_id,
        aliases=place.aliases,
        given=words[languages[0]] if limits.labels_only else limits.code(GIVEN),
        refused=phrase("decline", languages)[languages[0]] if limits.labels_only else limits.code(REFUSED),
        words=words,
    )


def _question(
    form: Form,
    page: Page,
    run: Run,
    question: Item | Check,
    place: Place,
    limits: Limits,
    languages: tuple[str, ...],
) -> MappedQuestion:
    if isinstance(question, Check):
        own: dict[str, Any] = {"role": "check", "expected": question.expected}
    else:
        told = {name: getattr(question, name) for name in ("construct", "reversed", "route")}
        own = {"role": "item", **told}
    return MappedQuestion(
        id=question.id,
        scale=run.scale.id,
        kind=run.scale.kind,
        lower=run.scale.lower,
        upper=run.scale.upper,
        block=page.id,
        text=_shown(question.text, limits, limits.longest_text, languages),
        column=place.column,
        import_id=place.import_id,
        aliases=place.aliases,
        codes=tuple(_codes(run.scale, limits, languages)),
        beside=place.beside,
        **own,
    )


def _codes(scale: ResponseScale, limits: Limits, languages: tuple[str, ...]) -> Iterator[MappedCode]:
    """Every code of the scale; those for no answer that a text or number cannot have are lost."""
    stored = _stored(scale, limits, languages[0])
    for code in scale.codes:
        label = _shown(code.label, limits, limits.longest_label, languages)
        yield MappedCode(value=code.value, platform=stored[code.value], label=label)
    for missing in scale.missing:
        offered = missing.reason in OFFERED
        if offered and not scale.codes and not limits.beside:
            continue
        yield MappedCode(
            value=missing.value,
            platform=stored[missing.value],
            label=_shown(missing.label, limits, limits.longest_label, languages),
            reason=missing.reason,
            offered=offered,
        )


def _stored(scale: ResponseScale, limits: Limits, language: str) -> dict[int, str]:
    """Our code → what the platform stores; a code that is too long gets a number of its own."""
    codes = [(code.value, code.label) for code in scale.codes]
    codes += [(code.value, code.label) for code in scale.missing]
    if limits.labels_only:
        return {value: label[language] for value, label in codes}
    texts = {value: limits.code(value) for value, _ in codes}
    return {
        value: text if len(text) <= limits.longest_code else f"C{place}"
        for place, (value, text) in enumerate(texts.items(), 1)
    }


def _shown(text: Text, limits: Limits, most: int | None, languages: tuple[str, ...]) -> Text:
    return {language: limits.shortened(text[language], most) for language in languages}
