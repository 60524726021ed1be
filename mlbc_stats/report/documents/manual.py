"""The manual of an instrument: what it measures, how it asks, how it is scored, and what is known about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mlbc_stats
from mlbc_stats.report.documents.blocks import Block, Notice, Section
from mlbc_stats.report.documents.document import Document
from mlbc_stats.report.documents.manual_constructs import construct_sections, relations
from mlbc_stats.report.documents.manual_questions import (
    checks,
    context_questions,
    informant_words,
    panel_words,
    response_scales,
    scoring,
    short_forms,
)
from mlbc_stats.report.numbers import MINUS, format_interval
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    from mlbc_stats.survey.instrument.evidence import Evidence
    from mlbc_stats.survey.instrument.model import Instrument
    from mlbc_stats.theory.provenance.collection import Collection

SOURCES = (
    "M23: Mucha, T., Ma, S., & Abhari, K. (2023). Riding a bicycle while building its wheels. Internet Research, "
    "33(7), 168–205. https://doi.org/10.1108/INTR-10-2022-0769",
    "H23: Haefner, N., Parida, V., Gassmann, O., & Wincent, J. (2023). Implementing and scaling artificial "
    "intelligence. Technological Forecasting and Social Change, 197, 122878. "
    "https://doi.org/10.1016/j.techfore.2023.122878",
)
NO_EVIDENCE = (
    "None. Nobody has answered this instrument yet, so nothing is known about its reliability or validity; a "
    "study may add what it finds with its own evidence file."
)


def instrument_manual(instrument: Instrument) -> Document:
    """The manual of a loaded instrument with its modules, in all languages it was loaded with.

    ``save("manual.html")`` gives one self-contained page, ``save("manual.docx")`` a Word file.

    Examples
    --------
    >>> from mlbc_stats import survey
    >>> page = instrument_manual(survey.load_instrument("marker"))
    >>> [section.title for section in page.sections][:3]
    ['At a glance', 'Words before the questions', 'Liking of rainy weather (marker)']
    """
    from mlbc_stats.survey.loading.load import load_constructs
    from mlbc_stats.theory.propositions import load_propositions
    from mlbc_stats.theory.provenance.collection import Collection

    known = Collection(
        instrument.items,
        {item.id: item.text[instrument.languages[0]] for item in instrument.items},
        load_constructs(),
        load_propositions(),
    )
    sections = [
        Section("At a glance", _glance(instrument)),
        Section("Words before the questions", _opening(instrument)),
        *construct_sections(instrument),
        Section("Questions about the context", context_questions(instrument)),
        Section("Response scales", response_scales(instrument)),
        Section("Attention checks", checks(instrument)),
        Section("Scoring", scoring(instrument)),
        Section("Short forms", short_forms(instrument)),
        Section("Other words for some informants", informant_words(instrument)),
        Section("Words for panels", panel_words(instrument)),
        Section("Expected relations", relations(instrument, known)),
        Section("Propositions", _propositions(instrument, known)),
        Section("Evidence", _evidence(instrument)),
        Section("Licence and citation", _citation(instrument)),
        Section("Changes", (_changes(instrument),)),
    ]
    language = instrument.languages[0]
    return Document(
        title=f"{instrument.title[language]}: manual",
        subtitle=f"Instrument {instrument.id}, version {instrument.version}",
        sections=tuple(section for section in sections if section.blocks),
        language=language,
    )


def _glance(instrument: Instrument) -> tuple[Block, ...]:
    from mlbc_stats.survey.instrument.administration_time import counted_minutes

    facts = {
        "Measures": ", ".join(c.name for c in instrument.constructs if c.parent is None) or "nothing scored",
        "Questions": f"{len(instrument.items)} and {len(instrument.checks)} attention checks",
        "Time": f"about {counted_minutes(instrument):.1f} minutes, counted from words and answers",
        "Modules": ", ".join(instrument.modules) or "none",
        "Population": instrument.population,
        "Every answer is about": instrument.focal_object,
        "Answered by": ", ".join(name.replace("_", " ") for name in instrument.informants),
        "Refers to": instrument.reference_period,
        "Languages": ", ".join(
            f"{name} (draft)" if name in instrument.drafts else name for name in instrument.languages
        ),
        "Licence": instrument.license,
    }
    drafts = ", ".join(instrument.drafts)
    notice = [Notice(f"DRAFT TRANSLATION: {drafts}. Not reviewed; not to be fielded.")] if drafts else []
    return (*notice, Table("The instrument", ("What", "How it is"), (tuple(facts), tuple(facts.values()))))


def _opening(instrument: Instrument) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for name, text in (("Consent", instrument.consent), ("Introduction", instrument.introduction)):
        for language in instrument.languages if text is not None else ():
            mark = f" ({language}{', draft' if language in instrument.drafts else ''})"
            blocks.append(f"{name}{mark if len(instrument.languages) > 1 else ''}. {(text or {})[language]}")
    return tuple(blocks)


def _propositions(instrument: Instrument, known: Collection) -> tuple[Block, ...]:
    """Propositions that data from this instrument can decide, with the model that does."""
    mine = {construct.id for construct in instrument.constructs}
    about = [entry for entry in known.registry.propositions if set(known.named_in(entry)) <= mine]
    if not about:
        return ()
    columns = (
        tuple(entry.id for entry in about),
        tuple(entry.statement for entry in about),
        tuple(entry.model for entry in about),
        tuple(f"{entry.source} {entry.locator} ({entry.reading})" for entry in about),
    )
    note = "What a proposition needs besides (waves, several informants) stands with it in propositions.yaml."
    header = ("Proposition", "Statement", "Model", "Source")
    return (Table("Propositions that this instrument can decide", header, columns, notes=(note,)),)


def _evidence(instrument: Instrument) -> tuple[Block, ...]:
    if not instrument.evidence:
        return (NO_EVIDENCE,)
    rows = instrument.evidence
    columns = (
        tuple(row.construct for row in rows),
        tuple(row.property for row in rows),
        tuple(row.statistic for row in rows),
        tuple(row.value for row in rows),
        tuple(_interval(row) for row in rows),
        tuple(row.n for row in rows),
        tuple(f"{row.source}, {row.date}" for row in rows),
    )
    header = ("Construct", "Property", "Statistic", "Value", "Interval", "n", "Source")
    return (Table("What studies found", header, columns, synthetic=False),)


def _interval(row: Evidence) -> str:
    """An interval with its level, or nothing."""
    if row.lower is None or row.upper is None or row.level is None:
        return ""
    return format_interval(row.lower, row.upper, row.level, minus=MINUS)


def _citation(instrument: Instrument) -> tuple[Block, ...]:
    title = instrument.title[instrument.languages[0]]
    year = max(change.date for change in instrument.changelog)[:4]
    return (
        f"The wording may be used under {instrument.license}; name its source and say what was changed.",
        f"Cite as: The mlbc-stats authors ({year}). {title} ({instrument.id}, version {instrument.version}) "
        f"[Measurement instrument]. In mlbc-stats, version {mlbc_stats.__version__}.",
        "Cite the work the constructs come from as well:",
        SOURCES,
    )


def _changes(instrument: Instrument) -> Table:
    changes = instrument.changelog
    columns = tuple(tuple(getattr(c, name) for c in changes) for name in ("version", "date", "change"))
    return Table("Change log", ("Version", "Date", "Change"), columns)
