"""What a row of coded evidence may hold: its columns, their closed values and the rules between rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mlbc_stats.errors import DataError
from mlbc_stats.theory.quotations.codes import HAEFNER, MUCHA, evidence_codes
from mlbc_stats.theory.quotations.source_text import parse_spans

POLARITY = ("positive", "negative", "mixed", "neutral")


@dataclass(frozen=True, slots=True)
class Column:
    """Rule of one column: allowed values (none: free text), several by ``;``, empty, integer, pattern."""

    allowed: tuple[str, ...] = ()
    several: bool = False
    empty: bool = False
    integer: bool = False
    pattern: str = ""


COLUMNS: Mapping[str, Column] = {
    "row_id": Column(pattern=r"[mh]23-\d\d"),
    "source": Column((MUCHA, HAEFNER)),
    "section": Column(pattern=r"[45](\.\d){0,2}"),
    "order": Column(integer=True, pattern=r"[1-9]\d*"),
    "speaker_role": Column(),
    "firm": Column(),
    "firm_status": Column(("not_stated", "start_up", "consulting", "ai_first")),
    "primary_code": Column(),
    "secondary_codes": Column(several=True, empty=True),
    "actor_cycle": Column(("organization", "technology", "user"), several=True, empty=True),
    "solution_phase": Column(("", "development", "release", "operation", "abandoned"), empty=True),
    "type": Column(("challenge", "practice", "description", "outcome")),
    "modality": Column(("done", "lacking", "planned", "advocated")),
    "polarity_alone": Column(POLARITY),
    "polarity_framed": Column(POLARITY),
    "duplicate_of": Column(empty=True, pattern=r"[mh]23-\d\d"),
    "paraphrase": Column(),
    "coder": Column(),
    "confidence": Column(("high", "medium", "low")),
    "quote_sha256": Column(pattern=r"[0-9a-f]{64}"),
    "word_count": Column(integer=True, pattern=r"[1-9]\d*"),
    "spans": Column(pattern=r"\d+\+[1-9]\d*(;\d+\+[1-9]\d*)*"),
}


def check_rows(rows: Sequence[Mapping[str, str]], file: str) -> None:
    """Raise one DataError that lists every broken cell and row of a coding file.

    Checked: the columns and their order; closed values and patterns; codes of the row's own framework, none
    twice; unique row ids; order 1, 2, ... within each section; the word count equal to the spans' total; and
    that rows with equal hash, and only they, are marked as duplicates of the first.

    Raises
    ------
    DataError
        naming file, row and column of each finding.

    Examples
    --------
    >>> check_rows([{"row_id": "m23-01"}], "x.csv")
    Traceback (most recent call last):
    ...
    mlbc_stats.errors.DataError: x.csv: expected the 22 columns row_id, source, ..., spans in this order
    """
    if any(list(row) != list(COLUMNS) for row in rows) or not rows:
        raise DataError(f"{file}: expected the 22 columns row_id, source, ..., spans in this order")
    findings = [
        f"row {number} ({row['row_id']}), {finding}"
        for number, row in enumerate(rows, 1)
        for finding in [*_cells(row), *_within(row)]
    ]
    findings += _between(rows)
    if findings:
        raise DataError(f"{file}: " + "; ".join(findings))


def _cells(row: Mapping[str, str]) -> Iterable[str]:
    for name, column in COLUMNS.items():
        text = row[name]
        if not text:
            if not column.empty:
                yield f"{name}: empty"
            continue
        for value in text.split(";") if column.several else [text]:
            if column.allowed and value not in column.allowed:
                yield f"{name}: {value!r} is not one of {', '.join(column.allowed)}"
        if column.pattern and not re.fullmatch(column.pattern, text):
            yield f"{name}: {text!r} does not match {column.pattern}"


def _within(row: Mapping[str, str]) -> Iterable[str]:
    codes = [row["primary_code"], *filter(None, row["secondary_codes"].split(";"))]
    if row["source"] in COLUMNS["source"].allowed:
        own = {code.id for code in evidence_codes(row["source"])}
        yield from (f"codes: {code} is no code of {row['source']}" for code in codes if code not in own)
    if len(set(codes)) < len(codes):
        yield f"codes: {codes} name one code twice"
    if re.fullmatch(COLUMNS["spans"].pattern, row["spans"]):
        total = sum(stop - start for start, stop in parse_spans(row["spans"]))
        if str(total) != row["word_count"]:
            yield f"word_count: {row['word_count']}, but the spans hold {total} words"


def _between(rows: Sequence[Mapping[str, str]]) -> Iterable[str]:
    ids: set[str] = set()
    first: dict[str, str] = {}
    last: dict[tuple[str, str], int] = {}
    for row in rows:
        if row["row_id"] in ids:
            yield f"{row['row_id']}: the row id is used twice"
        ids.add(row["row_id"])
        original = first.setdefault(row["quote_sha256"], row["row_id"])
        expected = "" if original == row["row_id"] else original
        if row["duplicate_of"] != expected:
            yield f"{row['row_id']}: duplicate_of is {row['duplicate_of']!r}, expected {expected!r}"
        place = (row["source"], row["section"])
        last[place] = last.get(place, 0) + 1
        if row["order"] != str(last[place]):
            yield f"{row['row_id']}: order is {row['order']}, expected {last[place]} in {row['section']}"
