"""Check coded evidence against a paper's text: hashes, sections, completeness, and that nothing is copied."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlbc_stats.errors import DataError
from mlbc_stats.resources import resource
from mlbc_stats.showing import Shown
from mlbc_stats.theory.quotations.codes import HAEFNER, MUCHA
from mlbc_stats.theory.quotations.source_text import (
    SourceText,
    digest,
    find_digest,
    find_run,
    normalize,
    parse_spans,
)

if TYPE_CHECKING:
    import pandas as pd

COPIED_RUN = 6  # a paraphrase may share at most five words in a row with its source
SHORTEST_QUOTATION = 4  # shorter passages in quotation marks are terms

_HEADINGS = {  # section -> first words of its heading; the covered sections, and what ends them
    MUCHA: {
        "4": "4 findings development",
        "4.1": "4 1 beyond mlops",
        "4.1.1": "4 1 1 ml organization",
        "4.1.2": "4 1 2 ml technology",
        "4.1.3": "4 1 3 ml user",
        "4.2": "4 2 structural characteristics",
        "4.2.1": "4 2 1 temporal complexity",
        "4.2.2": "4 2 2 context sensitivity",
        "4.3": "4 3 practices for",
        "4.3.1": "4 3 1 fostering temporal",
        "4.3.2": "4 3 2 cultivating organizational",
        "": "5 discussion",
    },
    HAEFNER: {
        "4.2": "4 2 implementing and",
        "4.2.1": "4 2 1 level 1",
        "4.2.2": "4 2 2 level 2",
        "4.2.3": "4 2 3 level 3",
        "5": "5 discussion",
        "5.1": "5 1 theoretical and",
        "": "5 2 limitations and",
    },
}
_NOT_COVERED = {"", "5"}
_MARK = re.compile("~")
_QUOTED = re.compile(r"“([^”]*)”|\"([^\"]*)\"")


@dataclass(frozen=True, slots=True, repr=False)
class AuditReport(Shown):
    """What an audit of one source found.

    Attributes
    ----------
    source : "mucha2023" or "haefner2023".
    found : ids of rows whose words are in the text and hash to the stored value.
    moved : ids among ``found`` that stand elsewhere than ``spans`` says (another extraction of the paper).
    missing : ids of rows not found.
    misplaced : ids of found rows outside the section they name.
    uncovered : place, never words, of each attribution or quoted passage of a covered section without a row.
    copied : ids of rows whose paraphrase shares six words in a row with the text.

    Examples
    --------
    >>> AuditReport("mucha2023", ("m23-01",), (), ("m23-02",), (), (), ()).passed
    False
    """

    source: str
    found: tuple[str, ...]
    moved: tuple[str, ...]
    missing: tuple[str, ...]
    misplaced: tuple[str, ...]
    uncovered: tuple[str, ...]
    copied: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """True when every row is found in its section, none is copied and no quotation is left uncovered."""
        return not (self.missing or self.misplaced or self.uncovered or self.copied)


def audit(table: pd.DataFrame, text: str) -> AuditReport:
    """Compare the rows of one source with the full text of its paper.

    A row is looked for at its ``spans`` first, then, for another extraction of the same paper, anywhere by
    its hash. Completeness: in the covered sections every attribution mark (``~``) must end a row's span, and
    every passage of four words or more in double quotation marks must overlap one, unless ``left_out.csv``
    lists it.

    Parameters
    ----------
    table : rows of ``coded_evidence``, one source only.
    text : the paper's text.

    Raises
    ------
    DataError
        when the table holds several sources or none, or a section heading is not in the text.

    Examples
    --------
    >>> from mlbc_stats.theory import coded_evidence
    >>> audit(coded_evidence("haefner2023"), "another text")
    Traceback (most recent call last):
    ...
    mlbc_stats.errors.DataError: haefner2023: no heading of section 4.2 in the text; give the full text
    """
    source = _single_source(table)
    words = normalize(text)
    bounds = _section_bounds(source, words)
    rows = [dict(zip(table.columns, cells, strict=True)) for cells in table.to_numpy()]
    places = {row["row_id"]: _locate(row, words.words) for row in rows}
    found = {row_id: spans for row_id, spans in places.items() if spans}
    taken = [span for spans in found.values() for span in spans]
    return AuditReport(
        source=source,
        found=tuple(found),
        moved=tuple(
            r["row_id"]
            for r in rows
            if r["row_id"] in found and found[r["row_id"]] != parse_spans(r["spans"])
        ),
        missing=tuple(row_id for row_id, spans in places.items() if not spans),
        misplaced=tuple(
            r["row_id"]
            for r in rows
            if r["row_id"] in found and not _inside(found[r["row_id"]], bounds[r["section"]])
        ),
        uncovered=tuple(_uncovered(source, words, bounds, taken)),
        copied=tuple(_copied(rows, words.words)),
    )


def _single_source(table: pd.DataFrame) -> str:
    sources = sorted(set(table["source"]))
    if len(sources) != 1:
        raise DataError(f"audit: expected the rows of one source, got {sources}; audit each paper on its own")
    return sources[0]


def _section_bounds(source: str, text: SourceText) -> dict[str, tuple[int, int]]:
    starts = {}
    for section, heading in _HEADINGS[source].items():
        starts[section] = find_run(text.words, heading.split())
        if starts[section] < 0:
            name = f"section {section}" if section else "the section after them"
            raise DataError(f"{source}: no heading of {name} in the text; give the full text")
    stops = [*list(starts.values())[1:], len(text.words)]
    pairs = zip(starts.items(), stops, strict=True)
    return {section: (start, stop) for (section, start), stop in pairs if section not in _NOT_COVERED}


def _locate(row: Mapping[str, str], words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    spans = parse_spans(row["spans"])
    quote = [word for start, stop in spans for word in words[start:stop]]
    if digest(quote) == row["quote_sha256"]:
        return spans
    count = int(row["word_count"])
    place = find_digest(words, row["quote_sha256"], count)
    return ((place, place + count),) if place >= 0 else ()


def _inside(spans: Iterable[tuple[int, int]], bounds: tuple[int, int]) -> bool:
    return all(bounds[0] <= start and stop <= bounds[1] for start, stop in spans)


def _uncovered(
    source: str, text: SourceText, bounds: Mapping[str, tuple[int, int]], taken: Sequence[tuple[int, int]]
) -> Iterable[str]:
    ends = {stop for _, stop in taken}
    left_out = _left_out(source)
    for section, start, stop in _candidates(text, bounds):
        attribution = start == stop
        covered = start in ends if attribution else any(a < stop and start < b for a, b in taken)
        if not covered and digest(text.words[start:stop]) not in left_out:
            what = "attribution" if attribution else f"quoted passage of {stop - start} words"
            yield f"section {section}, word {start}: {what}"


def _candidates(text: SourceText, bounds: Mapping[str, tuple[int, int]]) -> Iterable[tuple[str, int, int]]:
    marks = [(m.start(), m.start()) for m in _MARK.finditer(text.text)]
    passages = [m.span() for m in _QUOTED.finditer(text.text)]
    for begin, end in sorted(marks + passages):
        start, stop = text.word_at(begin), text.word_at(end)
        section = next((name for name, (a, b) in bounds.items() if a <= start < b), None)
        if section is not None and (begin == end or stop - start >= SHORTEST_QUOTATION):
            yield section, start, stop


def _left_out(source: str) -> set[str]:
    path = resource("data", "coded_evidence", "left_out.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["quote_sha256"] for row in csv.DictReader(file) if row["source"] == source}


def _copied(rows: Sequence[Mapping[str, str]], words: Sequence[str]) -> Iterable[str]:
    runs = _runs(words)
    return (row["row_id"] for row in rows if runs & _runs(normalize(row["paraphrase"]).words))


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[place : place + COPIED_RUN]) for place in range(len(words) - COPIED_RUN + 1)}
