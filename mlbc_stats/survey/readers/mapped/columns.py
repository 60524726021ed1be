"""Find the column of every question of a manifest, by name, lasting id, words, or a name that a format has changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mlbc_stats.counted import counted
from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.mapping import MappedQuestion, MappingManifest
from mlbc_stats.survey.readers.export import Export
from mlbc_stats.survey.readers.wording import folded

WAYS = {
    "given": "",
    "name": "",
    "id": "by their lasting ids on the platform",
    "words": "by the words of the question",
    "changed name": "by names that lost marks or case",
}
"""How a column was found, in words for those that are told; in the order tried."""
LISTED = 5


@dataclass(slots=True)
class Finder:
    """Looks for columns in one export.

    Attributes
    ----------
    export, mapping : where, and what.
    given : column → question, as the user says.
    ways : question → how its column was found.
    """

    export: Export
    mapping: MappingManifest
    given: Mapping[str, str]
    ways: dict[str, str] = field(default_factory=dict)

    def questions(self) -> dict[str, str]:
        """Question → column.

        Raises
        ------
        ResponseError
            when two questions share a column.
        """
        found: dict[str, str] = {}
        for question in self.mapping.questions:
            way, column = next(self._tries(question), ("", ""))
            if column:
                found[question.id] = column
                self.ways[question.id] = way
        holders: dict[str, list[str]] = {}
        for name, column in found.items():
            holders.setdefault(column, []).append(name)
        shared = {column: names for column, names in holders.items() if len(names) > 1}
        if shared:
            column, names = next(iter(shared.items()))
            raise ResponseError(
                f"{self.export.table.source}: column {column!r} answers both {' and '.join(names)} by the mapping; "
                "say which by columns={column: question} (on the command line: --column)"
            )
        return found

    def named(self, name: str, others: Sequence[str]) -> str:
        """A column of this name or one of its other names; "" when there is none, or several."""
        if not name:
            return ""
        names = self.export.table.names
        exact = [one for one in (name, *others) if one in names]
        if exact:
            return exact[0]
        wanted = {name, *others}
        also = [column for column, called in self.export.also.items() if wanted & set(called)]
        return also[0] if len(also) == 1 else ""

    def imported(self, import_id: str) -> str:
        """The column with this lasting id on the platform."""
        found = [column for column, known in self.export.import_ids.items() if known == import_id != ""]
        return found[0] if len(found) == 1 else ""

    def notes(self, found: Mapping[str, str]) -> tuple[str, ...]:
        """How many columns were found in another way than by name, with the first of them."""
        told = []
        for way, words in WAYS.items():
            names = [name for name, how in self.ways.items() if how == way]
            if words and names:
                shown = ", ".join(f"{found[name]} as {name}" for name in names[:LISTED])
                more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
                told.append(f"{counted(len(names), 'column')} found {words}: {shown}{more}")
        return tuple(told)

    def _tries(self, question: MappedQuestion) -> Iterator[tuple[str, str]]:
        """Ways that lead to a column, the surest first."""
        given = [column for column, name in self.given.items() if name == question.id]
        tries = {
            "given": given[0] if given else "",
            "name": self.named(question.column, (*question.aliases, question.id)),
            "id": self.imported(question.import_id),
        }
        yield from ((way, column) for way, column in tries.items() if column)
        if column := self._by_words(question):
            yield "words", column
        if column := self._by_changed_name(question):
            yield "changed name", column

    def _by_words(self, question: MappedQuestion) -> str:
        """The one column whose heading is, or ends in, the words in one of the languages."""
        wordings = {folded(text) for text in question.text.values()}
        headings = {name: folded(text) for name, text in self.export.questions.items()}
        found = [
            name
            for name, heading in headings.items()
            if heading and any(_says(heading, wording) for wording in wordings)
        ]
        return found[0] if len(found) == 1 else ""

    def _by_changed_name(self, question: MappedQuestion) -> str:
        wanted = {plain_name(name) for name in (question.column, *question.aliases)}
        found = [name for name in self.export.table.names if plain_name(name) in wanted]
        return found[0] if len(found) == 1 else ""


def _says(heading: str, wording: str) -> bool:
    """A row of a grid reads "common stem - wording", "[wording]" or "code. wording"."""
    ends = (f"- {wording}", f"[{wording}]", f". {wording}")
    return bool(wording) and (heading == wording or heading.endswith(ends))


def plain_name(name: str) -> str:
    """A name as far as formats that change names leave it: letters and digits, without a leading mark or V.

    Examples
    --------
    >>> plain_name("G01Q01[SQ001]") == plain_name("g01q01_SQ001"), plain_name("V123x4")
    (True, '123x4')
    """
    bare = re.sub(r"[\W_]", "", name).casefold()
    return re.sub(r"^[vqx@](?=\d)", "", bare)
