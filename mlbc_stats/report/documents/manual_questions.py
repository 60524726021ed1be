"""Sections of a manual about questions: items, scales, checks, scoring, short forms, other words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlbc_stats.report.documents.blocks import Block
from mlbc_stats.report.render.sheet import RowGroup
from mlbc_stats.report.tables.table import Table

if TYPE_CHECKING:
    from mlbc_stats.survey.instrument.item import Item
    from mlbc_stats.survey.instrument.model import Instrument
    from mlbc_stats.survey.instrument.scale import ResponseScale

KEYED = (
    "Reversed items are turned first: lower end + upper end − answer. A score is missing when fewer than the "
    "stated share of its items are answered; questions that were not asked because of the phase count as "
    "unanswered."
)


def item_table(instrument: Instrument, items: Sequence[Item], title: str) -> Table:
    """One row per item: wording in every language, scale, direction, elements, source."""
    columns = (
        tuple(item.id for item in items),
        *(tuple(item.text[language] for item in items) for language in instrument.languages),
        tuple(item.scale + (", reversed" if item.reversed else "") for item in items),
        tuple(item.locator + _origin(item) for item in items),
        tuple(_route(item) for item in items),
    )
    header = ("Item", *_wordings(instrument), "Scale", "Source", "Asked only if")
    return _without_empty(Table(title, header, columns))


def context_questions(instrument: Instrument) -> tuple[Block, ...]:
    """Questions that measure no construct."""
    items = [item for item in instrument.items if not item.construct]
    return (item_table(instrument, items, "Questions about the context"),) if items else ()


def response_scales(instrument: Instrument) -> tuple[Block, ...]:
    """Every answer of every scale, and the codes for no answer."""
    rows: list[tuple[str, ...]] = []
    groups = []
    for scale in instrument.scales:
        groups.append(RowGroup(f"{scale.id}: {_span(scale)}", len(rows)))
        rows += [(str(value), *texts) for value, texts in _answers(instrument, scale)]
    header = ("Code", *_wordings(instrument, "Label"))
    columns = tuple(zip(*rows, strict=True))
    return (Table("Answers and their codes", header, columns, groups=tuple(groups)),) if rows else ()


def checks(instrument: Instrument) -> tuple[Block, ...]:
    """Instructed-response items."""
    if not instrument.checks:
        return ()
    columns = (
        tuple(check.id for check in instrument.checks),
        *(tuple(check.text[language] for check in instrument.checks) for language in instrument.languages),
        tuple(str(check.expected) for check in instrument.checks),
        tuple(check.after or "at the end" for check in instrument.checks),
    )
    return (Table("Attention checks", ("Check", *_wordings(instrument), "Expected", "After"), columns),)


def scoring(instrument: Instrument) -> tuple[Block, ...]:
    """How scores are made."""
    if not instrument.scoring:
        return ()
    columns = (
        tuple(rule.construct for rule in instrument.scoring),
        tuple(rule.method for rule in instrument.scoring),
        tuple(f"{rule.minimum_answered:.0%}" for rule in instrument.scoring),
        tuple(", ".join(rule.items) for rule in instrument.scoring),
    )
    return (KEYED, Table("Scores", ("Construct", "Method", "Answered at least", "Items"), columns))


def short_forms(instrument: Instrument) -> tuple[Block, ...]:
    """Which items a short form keeps, and why those."""
    blocks: list[Block] = []
    for form in instrument.short_forms:
        without = f" Left out: {', '.join(form.without)}." if form.without else ""
        blocks.append(f"“{form.id}”, {len(form.items)} measuring items. {form.rule}{without}")
        blocks.append(f"Items kept: {', '.join(form.items)}.")
    return tuple(blocks)


def informant_words(instrument: Instrument) -> tuple[Block, ...]:
    """Items that some informants read in other words."""
    rows = [
        (item.id, informant.replace("_", " "), *(words[language] for language in instrument.languages))
        for item in instrument.items
        for informant, words in item.wordings.items()
    ]
    header = ("Item", "Read by", *_wordings(instrument))
    return (Table("Other words for some informants", header, tuple(zip(*rows, strict=True))),) if rows else ()


def panel_words(instrument: Instrument) -> tuple[Block, ...]:
    """The words of every wave; ``{period}`` stands for the time between waves."""
    blocks: list[Block] = []
    if instrument.panel is not None:
        for language in instrument.languages:
            period, instruction = instrument.panel.period[language], instrument.panel.instruction[language]
            blocks.append(f"{instruction} ({{period}} is “{period}” unless a study says otherwise.)")
    rows = [
        (item.id, *(item.panel[language] for language in instrument.languages))
        for item in instrument.items
        if item.panel is not None
    ]
    if rows:
        header = ("Item", *_wordings(instrument))
        blocks.append(Table("Items that name a time of their own", header, tuple(zip(*rows, strict=True))))
    return tuple(blocks)


def _wordings(instrument: Instrument, word: str = "Wording") -> tuple[str, ...]:
    """One heading per language; drafts say so."""
    if len(instrument.languages) == 1:
        return (word,)
    return tuple(
        f"{word} ({language}{', draft' if language in instrument.drafts else ''})"
        for language in instrument.languages
    )


def _answers(instrument: Instrument, scale: ResponseScale) -> list[tuple[int, tuple[str, ...]]]:
    languages = instrument.languages
    codes = [(code.value, tuple(code.label[language] for language in languages)) for code in scale.codes]
    missing = [(code.value, tuple(code.label[language] for language in languages)) for code in scale.missing]
    return [*codes, *missing]


def _span(scale: ResponseScale) -> str:
    """The kind of a scale and its ends."""
    ends = (scale.lower, scale.upper)
    return scale.kind if None in ends else f"{scale.kind}, {scale.lower} to {scale.upper}"


def _origin(item: Item) -> str:
    return "" if item.origin == "own" else f" ({item.origin})"


def _route(item: Item) -> str:
    if item.route is None:
        return ""
    return f"{item.route.question} is {', '.join(map(str, item.route.codes))}"


def _without_empty(table: Table) -> Table:
    """The table without columns that say nothing."""
    keep = [place for place, column in enumerate(table.columns) if any(column)]
    return Table(
        table.title,
        tuple(table.header[place] for place in keep),
        tuple(table.columns[place] for place in keep),
    )
