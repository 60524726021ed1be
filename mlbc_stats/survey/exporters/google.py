"""Google Forms: a script for Google Apps Script that makes one form per language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mlbc_stats.survey.exporters.plan.escaping import javascript, printable
from mlbc_stats.survey.exporters.plan.form import Form
from mlbc_stats.survey.exporters.plan.limits import Limits
from mlbc_stats.survey.exporters.plan.mapped import CONSENT, UNIT, Place, has_beside
from mlbc_stats.survey.exporters.target import Target
from mlbc_stats.survey.mapping.model import MappingManifest, SystemColumns
from mlbc_stats.survey.questionnaire.consent import phrase
from mlbc_stats.survey.questionnaire.layout import Run

Json = dict[str, Any]
PROGRAM = """
function createForms() {
  FORMS.forEach(createForm);
}

function createForm(plan) {
  const form = FormApp.create(plan.title);
  form.setDescription(plan.consent).setProgressBar(true).setCollectEmail(false).setShuffleQuestions(false);
  plan.items.forEach(function (item) { addItem(form, item); });
  Logger.log(plan.language + ': ' + form.getPublishedUrl());
}

function addItem(form, item) {
  if (item.kind === 'page') {
    form.addPageBreakItem().setTitle(item.title).setHelpText(item.help);
  } else if (item.kind === 'grid') {
    form.addGridItem().setTitle(item.title).setRows(item.rows).setColumns(item.answers);
  } else if (item.kind === 'choice') {
    form.addMultipleChoiceItem().setTitle(item.title).setChoiceValues(item.answers);
  } else if (item.kind === 'text') {
    form.addParagraphTextItem().setTitle(item.title);
  } else if (item.kind === 'number') {
    const question = form.addTextItem().setTitle(item.title);
    const rule = FormApp.createTextValidation();
    question.setValidation(rule.requireNumberBetween(item.lower, item.upper).build());
  } else if (item.kind === 'token') {
    form.addTextItem().setTitle(item.title);
  } else if (item.kind === 'consent') {
    const question = form.addMultipleChoiceItem().setTitle(item.title).setRequired(true);
    question.setChoices([
      question.createChoice(item.answers[0], FormApp.PageNavigationType.CONTINUE),
      question.createChoice(item.answers[1], FormApp.PageNavigationType.SUBMIT)
    ]);
  }
}
"""
FAR = 10**9
"""Bound of a number that has none."""


def write_google(form: Form, mapping: MappingManifest) -> Mapping[str, bytes]:
    """The forms as data, then the program that makes them; texts are data alone, so none of it can be a command."""
    plans = [_plan(form, mapping, one.language) for one in mapping.languages]
    return {".gs": f"const FORMS = {javascript(plans)};\n{PROGRAM}".encode()}


def _plan(form: Form, mapping: MappingManifest, language: str) -> Json:
    items = list(_items(form, mapping, language))
    told = form.consent[language] if form.consent is not None else ""
    return {
        "language": language,
        "title": printable(form.instrument.title[language]),
        "consent": printable(told),
        "items": items,
    }


def _items(form: Form, mapping: MappingManifest, language: str) -> Iterator[Json]:
    def told(name: str) -> str:
        return phrase(name, [language])[language]

    yield {"kind": "token", "title": told("unit")}
    if mapping.consent is not None:
        yield {"kind": "consent", "title": told("title"), "answers": [told("agree"), told("decline")]}
    titles = _titles(form)
    for page in form.pages:
        words = "\n\n".join(printable(text[language]) for text in page.words)
        yield {"kind": "page", "title": " ", "help": words}
        for run in page.runs:
            yield from _run(mapping, run, titles.get(run.name, ""), language)


def _titles(form: Form) -> dict[str, str]:
    """Grids are numbered: their names would tell what they measure."""
    names = dict.fromkeys(run.name for _, run in form.runs if run.name)
    return {name: str(number) for number, name in enumerate(names, 1)}


def _run(mapping: MappingManifest, run: Run, title: str, language: str) -> Iterator[Json]:
    placed = [mapping.question(question.id) for question in run.questions]
    answers = [printable(code.label[language]) for code in placed[0].codes if code.offered]
    texts = [printable(one.text[language]) for one in placed]
    if run.name:
        yield {"kind": "grid", "title": title, "rows": texts, "answers": answers}
        return
    if placed[0].kind in ("ordinal", "nominal"):
        yield {"kind": "choice", "title": texts[0], "answers": answers}
        return
    lower, upper = placed[0].lower, placed[0].upper
    bounds = {"lower": -FAR if lower is None else lower, "upper": FAR if upper is None else upper}
    yield {"kind": placed[0].kind, "title": texts[0]} | (bounds if placed[0].kind == "number" else {})
    if placed[0].beside:
        yield {"kind": "choice", "title": _beside(texts[0], language), "answers": answers}


def _beside(text: str, language: str) -> str:
    """The question once more, since Google names columns by their titles alone."""
    return f"{text} – {phrase('none', [language])[language]}"


def _places(form: Form, limits: Limits) -> dict[str, Place]:
    """Columns are called by the words of the question, in every language; a row as ``2 [words]``."""
    words = {CONSENT: phrase("title", form.languages), UNIT: phrase("unit", form.languages)}
    found = {name: _named(list(text.values())) for name, text in words.items()}
    titles = _titles(form)
    for _, run in form.runs:
        for question in run.questions:
            texts = [printable(question.text[one]) for one in form.languages]
            names = [f"{titles[run.name]} [{text}]" for text in texts] if run.name else texts
            place = _named(names)
            if has_beside(run.scale, limits):
                place = replace(place, beside=_beside(texts[0], form.languages[0]))
            found[question.id] = place
    return found


def _named(names: list[str]) -> Place:
    return Place(names[0], aliases=tuple(dict.fromkeys(names[1:])))


GOOGLE = Target(
    name="google",
    platform="Google Forms (Apps Script)",
    limits=Limits(labels_only=True, routing=False),
    write=write_google,
    places=_places,
    system=SystemColumns(ended="Timestamp"),
)
