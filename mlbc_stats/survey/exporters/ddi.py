"""DDI-Codebook 2.6: the questionnaire as XML for archives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mlbc_stats.survey.exporters.plan.escaping import printable
from mlbc_stats.survey.exporters.plan.form import Form
from mlbc_stats.survey.exporters.plan.limits import Limits
from mlbc_stats.survey.exporters.plan.mapped import Place, named_places
from mlbc_stats.survey.exporters.target import Target
from mlbc_stats.survey.instrument.fields import Text
from mlbc_stats.survey.instrument.item import Check, Item
from mlbc_stats.survey.mapping.model import MappedQuestion, MappingManifest
from mlbc_stats.survey.questionnaire.consent import phrase

SPACE, XML = "ddi:codebook:2_6", "http://www.w3.org/XML/1998/namespace"
NATURES = {"ordinal": "ordinal", "nominal": "nominal", "number": "ratio"}


def write_ddi(form: Form, mapping: MappingManifest) -> Mapping[str, bytes]:
    """The study, then one variable per question: its words, categories and missing values, in every language."""
    from lxml import etree

    root = etree.Element(f"{{{SPACE}}}codeBook", nsmap={None: SPACE}, attrib={"version": "2.6"})
    _study(root, form)
    data = _add(root, "dataDscr")
    token = _add(data, "var", ID=f"V_{mapping.system.unit}", name=mapping.system.unit)
    _each(token, "labl", phrase("unit", form.languages))
    _add(token, "varFormat", type="character")
    by_id = {question.id: question for question in form.questionnaire.questions}
    for placed in mapping.questions:
        _question(data, form, placed, by_id[placed.id])
    text = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return {".xml": text}


def _add(parent: Any, name: str, text: str = "", language: str = "", /, **attributes: str) -> Any:
    from lxml import etree

    made = etree.SubElement(parent, f"{{{SPACE}}}{name}", attrib=attributes)
    if language:
        made.set(f"{{{XML}}}lang", language)
    if text:
        made.text = printable(text)
    return made


def _each(parent: Any, name: str, text: Text, **attributes: str) -> None:
    """One element per language."""
    for language, words in text.items():
        _add(parent, name, words, language, **attributes)


def _study(root: Any, form: Form) -> None:
    """Title, the instrument's version and licence, whom it asks, consent, and who keeps the data."""
    instrument, made = form.instrument, form.questionnaire
    study = _add(root, "stdyDscr")
    citation = _add(study, "citation")
    titles = _add(citation, "titlStmt")
    first, *others = form.languages
    _add(titles, "titl", instrument.title[first], first)
    for language in others:
        _add(titles, "parTitl", instrument.title[language], language)
    about = _add(study, "stdyInfo")
    _add(_add(about, "sumDscr"), "universe", instrument.population, "en")
    method = _add(_add(study, "method"), "dataColl")
    sources = ", ".join(f"{name} {version}" for name, version in made.sources)
    _add(method, "resInstru", f"Questionnaire of {sources} ({instrument.license})", "en")
    access = _add(_add(study, "dataAccs"), "useStmt")
    _each(access, "confDec", form.consent or {})
    _each(access, "contact", made.controller or {})
    _each(access, "conditions", made.retention or {})


def _question(data: Any, form: Form, placed: MappedQuestion, question: Item | Check) -> None:
    """In the order that the schema asks for: label, question, ranges, universe, categories, format, notes."""
    nature = NATURES.get(placed.kind)
    variable = _add(
        data, "var", ID=f"V_{placed.column}", name=placed.column, **({"nature": nature} if nature else {})
    )
    _each(variable, "labl", placed.text)
    asked = _add(variable, "qstn")
    _each(asked, "qstnLit", placed.text)
    _ranges(variable, placed)
    for route in form.routes(question):
        codes = ", ".join(map(str, route.codes))
        _add(variable, "universe", f"Asked unless {route.question} was answered other than {codes}", "en")
    for code in placed.codes:
        category = _add(variable, "catgry", **({"missing": "Y"} if code.reason else {}))
        _add(category, "catValu", code.platform)
        _each(category, "labl", code.label)
    if placed.construct:
        _add(variable, "concept", placed.construct)
    _add(variable, "varFormat", type="character" if placed.kind == "text" else "numeric")
    for note in _notes(placed):
        _add(variable, "notes", note, "en")


def _ranges(variable: Any, placed: MappedQuestion) -> None:
    bounds = {"min": placed.lower, "max": placed.upper}
    held = {name: str(bound) for name, bound in bounds.items() if bound is not None}
    if held:
        _add(_add(variable, "valrng"), "range", **held)
    missing = [code for code in placed.codes if code.reason]
    if missing:
        refused = _add(variable, "invalrng")
        for code in missing:
            _add(refused, "item", VALUE=code.platform)


def _notes(placed: MappedQuestion) -> Sequence[str]:
    notes = [f"Construct: {placed.construct}"] if placed.construct else []
    notes += (
        ["Reversed: agreement speaks against the construct; data are as answered"] if placed.reversed else []
    )
    return [
        *notes,
        *([f"Attention check: {placed.expected} is right"] if placed.expected is not None else []),
    ]


def _places(form: Form, limits: Limits) -> dict[str, Place]:
    """Codes for no answer stand with the variable itself."""
    return {name: replace(place, beside="") for name, place in named_places(form, limits).items()}


DDI = Target(
    name="ddi",
    platform="DDI-Codebook 2.6",
    limits=Limits(
        consent="told",
        blocks_shuffled=True,  # it documents questions, nobody answers it
        rows_shuffled=True,
        pages=False,
    ),
    write=write_ddi,
    places=_places,
)
