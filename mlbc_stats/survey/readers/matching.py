"""Find the column that answers each question of the instrument."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlbc_stats.counted import counted
from mlbc_stats.errors import ResponseError
from mlbc_stats.near_names import likeness
from mlbc_stats.survey.instrument.item import Check, Item
from mlbc_stats.survey.instrument.model import Instrument
from mlbc_stats.survey.readers.export import Export
from mlbc_stats.survey.readers.wording import folded

NEAR = 0.8
"""Similarity of two names from which one may be a slip of the other."""
FEW = 0.1
"""Share of the questions with a column, or a near one, below which the file is about something else."""
LISTED = 10
"""Items a message lists by name."""


def match_columns(
    export: Export,
    instrument: Instrument,
    columns: Mapping[str, str] | None = None,
    allow_absent: bool = False,
) -> dict[str, str]:
    """Map each item and check to its column: by `columns`, by name, then by the question text the file gives.

    Parameters
    ----------
    export : the file.
    instrument : the questions.
    columns : column → item id, for columns with other names.
    allow_absent : when True, questions without a column are left out of the mapping instead of refused.

    Raises
    ------
    ResponseError
        counting the items without a column and naming the first ten, those first that have a look-alike among
        the columns that answer nothing else; asking whether the file is the right one when hardly a column
        belongs to the instrument; and for wrong entries of `columns`.
    """
    wanted = [question.id for question in instrument.sequence]
    given = _given(export, wanted, columns or {})
    taken = set(given.values())
    free = [name for name in export.table.names if name not in taken]
    named = {name: column for name, column in _by_name(export, wanted, free).items() if name not in given}
    told = _by_text(export, instrument, [name for name in free if name not in named.values()])
    found = told | named | given
    absent = [question for question in wanted if question not in found]
    if absent and not (allow_absent and found):
        raise ResponseError(_absence(export, instrument, absent, found))
    return {question: found[question] for question in wanted if question in found}


def _given(export: Export, wanted: list[str], columns: Mapping[str, str]) -> dict[str, str]:
    source = export.table.source
    problems = [f"no column {name!r} in the file" for name in columns if name not in export.table.names]
    problems += [f"no item {item!r} in the instrument" for item in columns.values() if item not in wanted]
    items = list(columns.values())
    problems += [
        f"item {item!r} is given two columns" for item in dict.fromkeys(items) if items.count(item) > 1
    ]
    if problems:
        raise ResponseError(f"{source}: the mapping of columns to items is wrong: {_listed(problems)}")
    return {item: name for name, item in columns.items()}


def _by_name(export: Export, wanted: list[str], free: list[str]) -> dict[str, str]:
    """Columns called after a question, else those that go by its name as well, where that is only one."""
    called: dict[str, list[str]] = {}
    for column in free:
        for name in export.also.get(column, ()):
            called.setdefault(name, []).append(column)
    other = {name: columns[0] for name, columns in called.items() if len(columns) == 1 and name in wanted}
    return other | {question: question for question in wanted if question in free}


def _by_text(export: Export, instrument: Instrument, free: list[str]) -> dict[str, str]:
    """Question texts of the file that equal, or end in, exactly one item's wording."""
    texts = {name: folded(export.questions.get(name, "")) for name in free}
    found: dict[str, str] = {}
    for question in instrument.sequence:
        wordings = {folded(text) for text in _wordings(question)}
        matches = [name for name, text in texts.items() if any(_says(text, wording) for wording in wordings)]
        if len(matches) == 1:
            found[question.id] = matches[0]
    once = [name for name in found.values() if list(found.values()).count(name) == 1]
    return {question: name for question, name in found.items() if name in once}


def _wordings(question: Item | Check) -> Iterator[str]:
    """The words in which a question may have been asked: in every language, and for every group of informants."""
    yield from question.text.values()
    if isinstance(question, Item):
        yield from (text for words in question.wordings.values() for text in words.values())


def _says(text: str, wording: str) -> bool:
    """A matrix question's column reads "common stem - wording"."""
    return text == wording or text.endswith(f"- {wording}")


def _absence(export: Export, instrument: Instrument, absent: list[str], found: Mapping[str, str]) -> str:
    near = lookalikes(absent, _unclaimed(export, instrument, found))
    named = [f"{question} (is it {name!r}?)" for question, name in near.items()]
    named += [question for question in absent if question not in near]
    remedy = (
        "Give --column FILECOLUMN=ITEM (in Python columns={file column: item}) for columns with other names"
    )
    if found:
        remedy += ", or --allow-absent (allow_absent=True) if the items were not asked"
    if any(export.questions.values()):
        remedy += (
            ', or language="de" (on the command line: --language de) if its texts are in another language'
        )
    doubt = _doubt(export, instrument, len(found), len(near))
    return (
        f"{export.table.source}: {doubt}no column for {counted(len(absent), 'item')} of {instrument.id}: "
        f"{_listed(named)}. {remedy}"
    )


def _unclaimed(export: Export, instrument: Instrument, found: Mapping[str, str]) -> list[str]:
    """Columns that answer no question, and are neither ids nor paradata."""
    questions = {question.id for question in instrument.sequence}
    claimed = {*questions, *found.values(), *export.paradata.values(), *export.ids, *export.units}
    return [name for name in export.table.names if name not in claimed]


def _doubt(export: Export, instrument: Instrument, found: int, near: int) -> str:
    """A question about the file as a whole, when hardly a column of it is known; else nothing."""
    if found + near >= FEW * len(instrument.sequence):
        return ""
    share = f"only {found} of {len(export.table.names)} columns" if found else "none of the columns"
    return f"{share} belongs to {instrument.id}; is this the right file or instrument? "


def lookalikes(absent: list[str], free: list[str]) -> dict[str, str]:
    """Question → the column its name may be a slip for, the nearest pair first; each column serves once."""
    pairs = [(likeness(question, name), question, name) for question in absent for name in free]
    found: dict[str, str] = {}
    for alike, question, name in sorted(pairs, key=lambda pair: -pair[0]):
        if alike >= NEAR and question not in found and name not in found.values():
            found[question] = name
    return found


def _listed(entries: list[str]) -> str:
    rest = len(entries) - LISTED
    return "; ".join(entries[:LISTED]) + (f" and {rest} more" if rest > 0 else "")
