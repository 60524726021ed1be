"""Follow a number or an exhibit of a manuscript back: result, task, data, items of the questionnaire."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlbc_stats.errors import InstrumentError, StudyError
from mlbc_stats.report import Results, read_results
from mlbc_stats.study.output_folder import MANIFEST, changed_files
from mlbc_stats.study.paper.source import read_source
from mlbc_stats.survey import load_instrument
from mlbc_stats.survey.instrument.item import Item

EXHIBIT = re.compile(r"(table|figure)\s+(\d+)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one number or one exhibit of a manuscript comes from.

    Attributes
    ----------
    shown : as the manuscript has it; value : in full, "" for an exhibit.
    place, row, column : table or figure of the results, and the cell.
    file : in the folder of results; sha256 : of it, as the run wrote it; unchanged : whether it still is.
    task : script or stage that made it; data : files of answers with their SHA-256.
    items : id and wording of the items behind it, as far as row and table name them.

    Examples
    --------
    >>> Origin(".998", "0.998", "structure/fit", "S1", "CFI", "tables/structure_fit.csv").place
    'structure/fit'
    """

    shown: str
    value: str
    place: str
    row: str = ""
    column: str = ""
    file: str = ""
    sha256: str = ""
    unchanged: bool = True
    task: str = ""
    data: tuple[tuple[str, str], ...] = ()
    items: tuple[tuple[str, str], ...] = ()


def trace_back(what: str, paper: str | Path = "paper") -> tuple[Origin, ...]:
    """Every place in the results that a number, or an exhibit such as "Table 3", comes from.

    Parameters
    ----------
    what : a number as the manuscript writes it (``-.46`` and ``−.46`` are the same), "Table 3", "Figure 1", or the
        place of an exhibit, such as ``structure/S1_paths``.
    paper : folder of the manuscript, built before.

    Raises
    ------
    StudyError
        a manuscript that was not built, or something that it does not hold.

    Examples
    --------
    >>> trace_back("Table 1", "no-such-folder")
    Traceback (most recent call last):
    mlbc_stats.errors.StudyError: no-such-folder/paper.md.in: no such source of a paper; start one with: ...
    """
    source = read_source(Path(paper))
    exhibits = _rows(source.folder / "exhibits.csv", source.folder)
    numbers = _rows(source.target / "numbers.csv", source.folder)
    found = [*_exhibits(what, exhibits), *_numbers(what, numbers)]
    if not found:
        raise StudyError(
            f"{what!r}: neither a number nor an exhibit of {source.path}; there are "
            f"{', '.join(row['exhibit'] for row in exhibits[:6])}, and the numbers of {source.target / 'numbers.csv'}"
        )
    record = json.loads((source.results / MANIFEST).read_text(encoding="utf-8"))
    changed = changed_files(source.results)
    asked = _items(record)
    results = read_results(source.results)
    return tuple(_completed(origin, record, changed, asked, _words(results, origin)) for origin in found)


def _rows(path: Path, folder: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise StudyError(f"{path}: no such list; build the paper first: mlbc paper build {folder}")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _exhibits(what: str, rows: list[dict[str, str]]) -> Iterator[Origin]:
    named = EXHIBIT.match(what.strip())
    label = f"{named.group(1).capitalize()} {int(named.group(2))}" if named else what
    for row in rows:
        if label in (row["exhibit"], row["place"]):
            yield Origin(
                f"{row['exhibit']}. {row['title']}", "", row["place"], file=row["file"], task=row["task"]
            )


def _numbers(what: str, rows: list[dict[str, str]]) -> Iterator[Origin]:
    wanted = what.strip().replace("-", "−")
    for row in rows:
        if row["number"] == wanted:
            stage, _, name = row["place"].partition("/")
            file = f"tables/{stage}_{name}.csv" if name else ""
            yield Origin(
                wanted, row["value"], row["place"], row["row"], row["column"], file, task=row["task"]
            )


def _completed(
    origin: Origin,
    record: Mapping[str, Any],
    changed: tuple[str, ...],
    asked: Mapping[str, tuple[Item, ...]],
    words: list[str],
) -> Origin:
    """The same with what the manifest and the questionnaire add."""
    items = {item.id: item for word in words for item in asked.get(word, ())}
    return Origin(
        origin.shown,
        origin.value,
        origin.place,
        origin.row,
        origin.column,
        origin.file,
        str(record["sha256"].get(origin.file, "")),
        origin.file not in changed and "results.json" not in changed,
        origin.task,
        tuple((str(entry["file"]), str(entry["sha256"])) for entry in record["data"]),
        tuple((name, next(iter(item.text.values()))) for name, item in items.items()),
    )


def _words(results: Results, origin: Origin) -> list[str]:
    """What the row of a number, or all rows of an exhibit, name in words."""
    if origin.place not in results.tables:
        return []
    rows = results.table(origin.place).rows()
    own = [row for row in rows if not origin.row or str(row[0]) == origin.row]
    exact = [row for row in own if origin.value and origin.value in map(repr, row)]
    said = " ".join(cell for row in exact or own for cell in row if isinstance(cell, str))
    return re.findall(r"\w+", f"{origin.row} {said} {origin.place.partition('/')[2]}")


def _items(record: Mapping[str, Any]) -> dict[str, tuple[Item, ...]]:
    """Id of an item or a construct → its items, those of its facets among them."""
    found: dict[str, tuple[Item, ...]] = {}
    for entry in record["instruments"][:1]:
        try:
            instrument = load_instrument(str(entry["id"]))
        except (InstrumentError, FileNotFoundError):
            continue
        found |= {item.id: (item,) for item in instrument.items}
        for construct in instrument.constructs:
            own = [item for item in instrument.items if item.construct == construct.id]
            facets = {part.id for part in instrument.constructs if part.parent == construct.id}
            found[construct.id] = (*own, *(item for item in instrument.items if item.construct in facets))
    return found
