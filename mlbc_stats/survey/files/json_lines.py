"""Answers as JSON, one object a line, as web forms store them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from mlbc_stats.errors import ResponseError
from mlbc_stats.survey.files.encoding import read_text
from mlbc_stats.survey.files.limits import MAX_COLUMNS, MAX_DEPTH
from mlbc_stats.survey.files.source import Records, Source

BETWEEN = "."
"""Joins the names of nested objects: ``{"TC": {"tc_pace_1": 5}}`` has the column ``TC.tc_pace_1``."""


def json_lines(path: Path) -> Source:
    """Rows of a JSON-lines file; columns are all names that occur, nested ones joined by a point.

    Lists stay JSON text. A name that is not there is a blank cell.

    Raises
    ------
    ResponseError
        by line: no JSON object, a name twice, numbers that are none (``NaN``), too many levels or columns.
    """
    answers = [(line, _flat(path.name, line, text)) for line, text in _lines(read_text(path, None))]
    names = tuple(dict.fromkeys(name for _, row in answers for name in row))
    if len(names) > MAX_COLUMNS:
        raise ResponseError(f"{path.name}: {len(names):,} names, more than the {MAX_COLUMNS:,} that are read")
    return Source(_records(names, answers))


def _records(names: tuple[str, ...], answers: list[tuple[int, dict[str, str]]]) -> Records:
    yield 0, names
    for line, row in answers:
        yield line, [row.get(name, "") for name in names]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that hold something, from 1; only line feeds part them, as JSON texts may hold other breaks."""
    return ((line, part) for line, part in enumerate(text.split("\n"), 1) if part.strip())


def _flat(source: str, line: int, text: str) -> dict[str, str]:
    try:
        answer = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        if not isinstance(answer, dict):
            raise ValueError("expected an object in braces")
        return _once(list(_cells(answer, "")))
    except (ValueError, RecursionError) as error:
        raise ResponseError(
            f"{source}, line {line}: no answer in JSON ({error}); one object a line is expected"
        ) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the name {next(name for name in names if names.count(name) > 1)!r} occurs twice")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number in JSON")


def _cells(answer: dict[str, Any], above: str, depth: int = 1) -> Iterator[tuple[str, str]]:
    if depth > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    for name, value in answer.items():
        if isinstance(value, dict):
            yield from _cells(value, f"{above}{name}{BETWEEN}", depth + 1)
        else:
            yield f"{above}{name}", _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
