"""Find the column that answers each question of the instrument."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.instrument import Instrument
from mlbc_stats.survey.readers.export import Export

SPACES = re.compile(r"\s+")


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
        naming every item without a column (with a look-alike if there is one), and every wrong entry of
        `columns`.
    """
    wanted = [question.id for question in instrument.sequence]
    given = _given(export, wanted, columns or {})
    taken = set(given.values())
    free = [name for name in export.table.names if name not in taken]
    named = {question: question for question in wanted if question not in given and question in free}
    told = _by_text(export, instrument, [name for name in free if name not in named])
    found = told | named | given
    absent = [question for question in wanted if question not in found]
    if absent and not (allow_absent and found):
        raise ResponseError(_absence(export, instrument, absent, free))
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
        raise ResponseError(f"{source}: the mapping of columns to items is wrong: {'; '.join(problems)}")
    return {item: name for name, item in columns.items()}


def _by_text(export: Export, instrument: Instrument, free: list[str]) -> dict[str, str]:
    """Question texts of the file that equal, or end in, exactly one item's wording."""
    texts = {name: _plain(export.questions.get(name, "")) for name in free}
    found: dict[str, str] = {}
    for question in instrument.sequence:
        wordings = [_plain(text) for text in question.text.values()]
        matches = [name for name, text in texts.items() if any(_says(text, wording) for wording in wordings)]
        if len(matches) == 1:
            found[question.id] = matches[0]
    once = [name for name in found.values() if list(found.values()).count(name) == 1]
    return {question: name for question, name in found.items() if name in once}


def _says(text: str, wording: str) -> bool:
    """A matrix question's column reads "common stem - wording"."""
    return text == wording or text.endswith(f"- {wording}")


def _plain(text: str) -> str:
    return SPACES.sub(" ", text).strip().casefold()


def _absence(export: Export, instrument: Instrument, absent: list[str], free: list[str]) -> str:
    named = "; ".join(_with_lookalike(question, free) for question in absent)
    return (
        f"{export.table.source}: {len(absent)} item(s) of {instrument.id} have no column: {named}. "
        "Give columns={file column: item id} for columns with other names, "
        "or allow_absent=True if they were not asked"
    )


def _with_lookalike(question: str, free: list[str]) -> str:
    close = difflib.get_close_matches(
        question.casefold(), {name.casefold() for name in free}, n=1, cutoff=0.8
    )
    original = next((name for name in free if close and name.casefold() == close[0]), None)
    return f"{question} (is it {original!r}?)" if original else question
